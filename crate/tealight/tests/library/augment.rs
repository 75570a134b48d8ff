//! What augmenting a dataset promises.

use super::{flat, says};
use tealight::prelude::*;

/// Images whose pixels are all different: of 4 × 6, with so many channels.
fn images(count: usize, channels: usize) -> Dataset {
    let shape = if channels == 1 { vec![4, 6] } else { vec![4, 6, channels] };
    let bytes = (0..count * 24 * channels).map(|index| (index * 7 % 251) as u8).collect::<Vec<_>>();
    let labels = (0..count as u32).map(|index| index % 3).collect::<Vec<_>>();
    Dataset::from_bytes(bytes, shape, labels, ["a", "b", "c"]).unwrap()
}

fn everything() -> Augment {
    Augment::new()
        .add(RandomTranslation::new(0.2, 0.1).fill_mode(FillMode::Wrap))
        .add(RandomRotation::new(0.1))
        .add(RandomZoom::new(0.2).fill_mode(FillMode::Nearest).interpolation(Interpolation::Nearest))
        .add(RandomFlip::new().mode(FlipMode::Horizontal))
        .add(GaussianNoise::new(0.5))
}

fn all(data: &Dataset) -> Vec<f32> {
    flat(&data.to_tensors().unwrap().0)
}

#[test]
fn the_same_seed_gives_the_same_images_for_any_number_of_threads() {
    let data = images(50, 1).slice(7..40).unwrap();
    let run = |threads: usize, seed: u64| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| all(&data.augment(&everything(), 3, seed).unwrap()))
    };
    assert_eq!(run(1, 5), run(4, 5));
    assert_ne!(run(1, 5), run(1, 6));
    // Each copy and each image has draws of its own; more copies leave the first as they are.
    let one = all(&data.augment(&everything(), 1, 5).unwrap());
    assert_eq!(run(2, 5)[..one.len()], one);
    assert_ne!(run(2, 5)[one.len()..2 * one.len()], one);
}

#[test]
fn labels_and_targets_go_with_their_images() {
    let data = images(5, 3);
    let same = data.augment(&Augment::new(), 2, 1).unwrap();
    assert_eq!(same.shape(), [10, 4, 6, 3]);
    assert_eq!(same.labels(), [0, 1, 2, 0, 1, 0, 1, 2, 0, 1]);
    assert_eq!(all(&same), all(&data).repeat(2));
    assert!(same.to_string().contains("bytes"));
    let part = data.one_hot().slice(1..3).unwrap().augment(&everything(), 2, 1).unwrap();
    let (_, rows) = part.to_tensors().unwrap();
    assert_eq!(rows.to_vec2::<f32>().unwrap(), [[0.0, 1.0, 0.0], [0.0, 0.0, 1.0]].repeat(2));
    assert_eq!(part.labels(), [1, 2, 1, 2]);
    let picked = data.select(&[4, 0]).unwrap();
    assert_eq!(all(&picked.augment(&Augment::new(), 1, 1).unwrap()), all(&picked));
    assert!(!data.without_labels().augment(&everything(), 1, 1).unwrap().is_labeled());
}

#[test]
fn bytes_become_the_bytes_nearest_to_what_numbers_become() {
    let bytes = images(40, 1).rescale(1.0 / 255.0);
    let (x, y) = bytes.to_tensors().unwrap();
    let numbers = Dataset::from_tensors(&x, &y).unwrap();
    let (of_bytes, of_numbers) =
        (bytes.augment(&everything(), 2, 9).unwrap(), numbers.augment(&everything(), 2, 9).unwrap());
    let mut kept = 0;
    for (a, b) in all(&of_bytes).into_iter().zip(all(&of_numbers)) {
        // Noise goes beyond what a byte holds.
        let nearest = b.clamp(0.0, 1.0);
        assert!((a - nearest).abs() <= 0.5 / 255.0 + 1e-5, "{a} for {b}");
        kept += usize::from(nearest == b);
    }
    assert!(kept > 500);
}

#[test]
fn a_flip_is_one_of_two_images() {
    let data = images(60, 2);
    for (mode, across, down) in [
        (FlipMode::Horizontal, true, false),
        (FlipMode::Vertical, false, true),
        (FlipMode::HorizontalAndVertical, true, true),
    ] {
        let pipeline = Augment::new().add(RandomFlip::new().mode(mode));
        let flipped = data.augment(&pipeline, 1, 3).unwrap();
        let mut count = 0;
        for index in 0..60 {
            let pixels = |data: &Dataset| data.image(index).unwrap().to_vec3::<f32>().unwrap();
            let (before, after) = (pixels(&data), pixels(&flipped));
            let mut other = before.clone();
            if down {
                other.reverse();
            }
            if across {
                other.iter_mut().for_each(|row| row.reverse());
            }
            assert!(after == before || after == other);
            count += usize::from(after == other);
        }
        assert!((15..45).contains(&count), "{count} of 60");
    }
    assert_eq!(RandomFlip::new(), RandomFlip::new().mode(FlipMode::HorizontalAndVertical));
}

#[test]
fn moves_and_zooms_stay_within_their_factors() {
    // One bright pixel in a large dark image: where it goes says what was drawn.
    let (side, middle) = (41, 20);
    let mut image = vec![0f32; side * side];
    image[middle * side + middle] = 1.0;
    let x = Tensor::from_vec(image, (1, side, side), &Device::Cpu).unwrap();
    let data = Dataset::from_tensors(&x, &Tensor::new(&[0u32], &Device::Cpu).unwrap()).unwrap();
    let places = |pipeline: Augment| {
        let moved = data.augment(&pipeline, 400, 1).unwrap();
        let place = |index: usize| {
            let rows = moved.image(index).unwrap().to_vec2::<f32>().unwrap();
            let (mut x, mut y, mut sum) = (0.0, 0.0, 0.0);
            for (row, values) in rows.iter().enumerate() {
                for (column, value) in values.iter().enumerate() {
                    x += value * column as f32;
                    y += value * row as f32;
                    sum += value;
                }
            }
            (x / sum - middle as f32, y / sum - middle as f32)
        };
        (0..400).map(place).collect::<Vec<_>>()
    };
    let translated = places(Augment::new().add(RandomTranslation::new(0.2, 0.1).fill_mode(FillMode::Constant)));
    let range = |values: &mut dyn Iterator<Item = f32>| {
        values.fold((f32::MAX, f32::MIN), |(low, high), value| (low.min(value), high.max(value)))
    };
    let (left, right) = range(&mut translated.iter().map(|place| place.0));
    let (up, down) = range(&mut translated.iter().map(|place| place.1));
    assert!((-4.11..-3.9).contains(&left) && (3.9..4.11).contains(&right), "{left} {right}");
    assert!((-8.21..-7.8).contains(&up) && (7.8..8.21).contains(&down), "{up} {down}");
    // The center stays where it is.
    let turned = places(Augment::new().add(RandomRotation::new(0.5)).add(RandomZoom::new(0.3)));
    assert!(turned.iter().all(|(x, y)| x.abs() < 1e-3 && y.abs() < 1e-3));
}

#[test]
fn noise_is_as_large_as_its_standard_deviation_in_the_numbers_of_the_model() {
    let data = Dataset::from_bytes(vec![128; 40_000], [100, 100], vec![0; 4], ["a"]).unwrap().rescale(1.0 / 255.0);
    let noisy = all(&data.augment(&Augment::new().add(GaussianNoise::new(0.1)), 1, 1).unwrap());
    let mean = noisy.iter().sum::<f32>() / 40_000.0;
    let variance = noisy.iter().map(|value| (value - mean).powi(2)).sum::<f32>() / 40_000.0;
    assert!((mean - 128.0 / 255.0).abs() < 2e-3 && (variance.sqrt() - 0.1).abs() < 2e-3, "{mean} {variance}");
}

#[test]
fn a_pipeline_is_plain_data() {
    let text = serde_json::to_string(&everything()).unwrap();
    assert_eq!(serde_json::from_str::<Augment>(&text).unwrap(), everything());
    assert_eq!(everything().steps().len(), 5);
}

#[test]
fn what_cannot_be_augmented_says_why() {
    let data = images(2, 1);
    let step = |step: Augmentation| data.augment(&Augment::new().add(step), 1, 1);
    let argument = ErrorKind::Argument;
    says(step(RandomTranslation::new(1.5, 0.0).into()), argument, &["RandomTranslation: height_factor 1.5", "0 to 1"]);
    says(step(RandomTranslation::new(0.0, -0.1).into()), argument, &["RandomTranslation: width_factor -0.1"]);
    says(step(RandomRotation::new(f64::NAN).into()), argument, &["RandomRotation: factor NaN"]);
    says(step(RandomZoom::new(2.0).into()), argument, &["RandomZoom: height_factor 2"]);
    says(step(RandomZoom::new(0.0).width_factor(3.0).into()), argument, &["RandomZoom: width_factor 3"]);
    says(step(RandomZoom::new(0.1).fill_value(f64::INFINITY).into()), argument, &["RandomZoom: fill_value inf"]);
    says(step(GaussianNoise::new(-1.0).into()), argument, &["GaussianNoise: stddev -1", "0 or more"]);
    says(data.augment(&everything(), 0, 1), argument, &["0 copies", "at least 1"]);
    says(data.augment(&everything(), i64::MAX, 1), argument, &["more than 32 GiB"]);
    says(data.rescale(0.0).augment(&everything(), 1, 1), argument, &["rescaled by 0"]);
    let flat = Dataset::from_bytes(vec![0; 8], [8], vec![0], ["a"]).unwrap();
    says(flat.augment(&everything(), 1, 1), ErrorKind::Shape, &["[height, width]", "got [8]", "[28, 28]"]);
}
