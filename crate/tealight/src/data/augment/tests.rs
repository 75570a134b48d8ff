#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::affine::Resampling;
use super::random::Draws;
use super::{FillMode, Interpolation, RandomRotation, RandomTranslation, RandomZoom, Shape};
use crate::data::storage::Scale;
use serde_json::Value;

fn numbers(value: &Value) -> Vec<f64> {
    serde_json::from_value(value.clone()).unwrap()
}

#[test]
fn fixed_transforms_are_those_of_keras_for_every_filling() {
    let keras: Value = serde_json::from_str(include_str!("../../../tests/vectors/augment.json")).unwrap();
    let sides: Vec<usize> = serde_json::from_value(keras["shape"].clone()).unwrap();
    let shape = Shape { height: sides[0], width: sides[1], channels: sides[2] };
    let value = keras["fill_value"].as_f64().unwrap();
    let image = numbers(&keras["image"]).into_iter().map(|number| number as f32).collect::<Vec<_>>();
    let mut compared = 0;
    for case in keras["cases"].as_array().unwrap() {
        let (kind, draws, matrix) = (case["kind"].as_str().unwrap(), numbers(&case["draws"]), numbers(&case["matrix"]));
        for expected in case["images"].as_array().unwrap() {
            let mode = match expected["fill_mode"].as_str().unwrap() {
                "reflect" => FillMode::Reflect,
                "constant" => FillMode::Constant,
                "wrap" => FillMode::Wrap,
                _ => FillMode::Nearest,
            };
            let between = match expected["interpolation"].as_str().unwrap() {
                "bilinear" => Interpolation::Bilinear,
                _ => Interpolation::Nearest,
            };
            let resampling: Resampling = match kind {
                "translation" => {
                    let step = RandomTranslation::new(0.1, 0.1).fill_mode(mode).fill_value(value);
                    step.interpolation(between).by(draws[0], draws[1])
                }
                "rotation" => {
                    let step = RandomRotation::new(0.1).fill_mode(mode).fill_value(value);
                    step.interpolation(between).by(draws[0], shape)
                }
                _ => {
                    let step = RandomZoom::new(0.1).fill_mode(mode).fill_value(value);
                    step.interpolation(between).by(draws[0], draws[1], shape)
                }
            };
            for (ours, theirs) in [resampling.x, resampling.y].concat().into_iter().zip(&matrix) {
                assert!((f64::from(ours) - theirs).abs() < 1e-5, "{kind} {draws:?}: {resampling:?} for {matrix:?}");
            }
            // The image by Keras's own matrix, which was rounded at other places than ours.
            let row = |from: usize| [matrix[from], matrix[from + 1], matrix[from + 2]].map(|number| number as f32);
            let resampling = Resampling { x: row(0), y: row(3), ..resampling };
            let mut moved = vec![f32::NAN; image.len()];
            resampling.run(&image, &mut moved, shape, Scale::NONE);
            for (ours, theirs) in moved.into_iter().zip(numbers(&expected["image"])) {
                let difference = (f64::from(ours) - theirs).abs();
                assert!(difference <= 1e-5 * theirs.abs().max(0.1), "{kind} {mode:?} {between:?}: {ours} for {theirs}");
                compared += 1;
            }
        }
    }
    assert_eq!(compared, 6 * 8 * 70);
}

#[test]
fn the_value_outside_is_in_the_numbers_of_the_model() {
    let shape = Shape { height: 1, width: 2, channels: 1 };
    let step = RandomTranslation::new(1.0, 1.0).fill_mode(FillMode::Constant).fill_value(0.5);
    let mut moved = [0.0; 2];
    step.by(1.0, 0.0).run(&[30.0, 60.0], &mut moved, shape, Scale { factor: 1.0 / 256.0, offset: -0.25 });
    assert_eq!(moved, [192.0, 30.0]);
}

#[test]
fn draws_are_even_and_normal_and_of_their_place() {
    let mut draws = Draws::new(1, 2, 3, 4);
    let even = (0..20_000).map(|_| draws.within(0.5)).collect::<Vec<_>>();
    assert!(even.iter().all(|number| (-0.5..0.5).contains(number)));
    let moments = |numbers: &[f64]| {
        let mean = numbers.iter().sum::<f64>() / numbers.len() as f64;
        (mean, numbers.iter().map(|number| (number - mean).powi(2)).sum::<f64>() / numbers.len() as f64)
    };
    let (mean, variance) = moments(&even);
    assert!(mean.abs() < 0.01 && (variance - 1.0 / 12.0).abs() < 0.003, "{mean} {variance}");
    let normal = (0..20_000).map(|_| f64::from(draws.normal())).collect::<Vec<_>>();
    let (mean, variance) = moments(&normal);
    assert!(mean.abs() < 0.03 && (variance - 1.0).abs() < 0.05, "{mean} {variance}");
    let beyond = normal.iter().filter(|number| number.abs() > 1.959_964).count() as f64 / 20_000.0;
    assert!((beyond - 0.05).abs() < 0.006, "{beyond}");
    let first = |seed, copy, index, step| Draws::new(seed, copy, index, step).uniform();
    assert_eq!(first(1, 2, 3, 4), first(1, 2, 3, 4));
    let others = [first(0, 2, 3, 4), first(1, 0, 3, 4), first(1, 2, 0, 4), first(1, 2, 3, 0)];
    assert!(!others.contains(&first(1, 2, 3, 4)));
}
