#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::{EarlyStopping, ModelCheckpoint, ReduceLROnPlateau};
use crate::history::History;
use crate::prelude::*;
use crate::training::callback::TrainingPosition;
use crate::training::fit_progress::FitProgress;
use serde_json::{Value, json};
use std::time::Duration;

/// A model with one parameter, which is set to the number of the epoch.
fn counting_model() -> Model {
    let mut model = Sequential::new([1]).add(Dense::new(1).use_bias(false).activation(Sigmoid)).build(0).unwrap();
    model.compile(SGD::new().learning_rate(1.0), SparseCategoricalCrossentropy::new(), None::<Metric>).unwrap();
    model
}

/// What a callback decided.
#[derive(Debug, PartialEq)]
struct Decisions {
    epochs: usize,
    weights: usize,
    rates: Vec<f64>,
    saved: Vec<usize>,
}

/// Returns whether a checkpoint saves after an epoch, without saving.
type ShouldSave<T> = fn(&mut T, &Training<'_>) -> bool;

/// Runs a callback on a script of values, one for each epoch.
fn drive<T: Callback>(mut callback: T, name: &str, values: &[f64], saves: Option<ShouldSave<T>>) -> Decisions {
    let (mut model, history) = (counting_model(), History::new());
    let (mut rates, mut saved, mut epochs) = (Vec::new(), Vec::new(), 0);
    let names = [name.to_owned()];
    let progress = FitProgress::new(Verbose::Silent, 100, 1);
    let mut with_context = |epoch: usize, values: &[(String, f64)], hook: &mut dyn FnMut(&mut Training<'_>)| {
        let position = TrainingPosition { epoch, epochs: 100, batch: 0, batches: 1, elapsed: Duration::ZERO };
        let (model, value_names) = (&mut model, &names);
        hook(&mut Training { model, history: &history, values, value_names, position, progress: &progress });
    };
    with_context(0, &[], &mut |training| assert_eq!(callback.on_train_begin(training).unwrap(), Flow::Continue));
    for (epoch, &value) in values.iter().enumerate() {
        let mut flow = Flow::Continue;
        with_context(epoch, &[(name.to_owned(), value)], &mut |training| {
            let count = Tensor::new(&[[epoch as f32]], &Device::Cpu).unwrap();
            training.model_mut().set_weight("dense/kernel", &count).unwrap();
            match saves {
                Some(saves) => saved.extend(saves(&mut callback, training).then_some(epoch)),
                None => flow = callback.on_epoch_end(training).unwrap(),
            }
            rates.push(training.learning_rate().unwrap());
        });
        epochs += 1;
        if flow != Flow::Continue {
            break;
        }
    }
    with_context(epochs - 1, &[], &mut |training| callback.on_train_end(training).unwrap());
    let weights = model.weight("dense/kernel").unwrap().flatten_all().unwrap().to_vec1::<f32>().unwrap();
    Decisions { epochs, weights: weights[0] as usize, rates, saved }
}

#[test]
fn early_stopping_reduce_lr_and_checkpoint_decide_as_keras() {
    let keras: Value = serde_json::from_str(include_str!("../../../tests/vectors/callbacks.json")).unwrap();
    let cases = keras["cases"].as_array().unwrap();
    assert_eq!(cases.len(), 6 * (12 * 2 + 6 + 3));
    for case in cases {
        let options = &case["options"];
        let number = |name: &str| options[name].as_f64();
        let whole = |name: &str| options[name].as_i64().unwrap_or(0);
        let monitor = options["monitor"].as_str().unwrap();
        let values: Vec<f64> = serde_json::from_value(case["values"].clone()).unwrap();
        let decided = match case["callback"].as_str().unwrap() {
            "EarlyStopping" => {
                let mut callback = EarlyStopping::new()
                    .monitor(monitor)
                    .patience(whole("patience"))
                    .start_from_epoch(whole("start_from_epoch"))
                    .min_delta(number("min_delta").unwrap_or(0.0))
                    .restore_best_weights(options["restore_best_weights"].as_bool().unwrap());
                if let Some(baseline) = number("baseline") {
                    callback = callback.baseline(baseline);
                }
                drive(callback, monitor, &values, None)
            }
            "ReduceLROnPlateau" => {
                let mut callback = ReduceLROnPlateau::new()
                    .monitor(monitor)
                    .patience(whole("patience"))
                    .cooldown(whole("cooldown"))
                    .factor(number("factor").unwrap_or(0.1))
                    .min_lr(number("min_lr").unwrap_or(0.0));
                if let Some(min_delta) = number("min_delta") {
                    callback = callback.min_delta(min_delta);
                }
                drive(callback, monitor, &values, None)
            }
            _ => {
                let best = options["save_best_only"].as_bool().unwrap_or(false);
                let mut callback = ModelCheckpoint::new("model").monitor(monitor).save_best_only(best);
                if let Some(threshold) = number("initial_value_threshold") {
                    callback = callback.initial_value_threshold(threshold);
                }
                drive(callback, monitor, &values, Some(|callback, training| callback.should_save(training).unwrap()))
            }
        };
        let expected = &case["decided"];
        let saved: Vec<usize> = serde_json::from_value(expected["saved"].clone()).unwrap();
        let rates: Vec<f64> = serde_json::from_value(expected["rates"].clone()).unwrap();
        assert_eq!(json!(decided.epochs), expected["epochs"], "{case}");
        assert_eq!(json!(decided.weights), expected["weights"], "{case}");
        assert_eq!(decided.saved, saved, "{case}");
        assert_eq!(decided.rates.len(), rates.len(), "{case}");
        for (ours, theirs) in decided.rates.iter().zip(rates) {
            assert!((ours - theirs).abs() <= 1e-6 * theirs, "{ours} for {theirs}: {case}");
        }
    }
}

#[test]
fn early_stopping_and_checkpoint_never_take_nan_as_best() {
    let values = [f64::NAN, 0.5, f64::NAN, 0.25, f64::NAN, f64::NAN];
    let stopping = EarlyStopping::new().patience(2).restore_best_weights(true);
    let decided = drive(stopping, "val_loss", &values, None);
    assert_eq!((decided.epochs, decided.weights), (6, 3));
    let saves: ShouldSave<ModelCheckpoint> = |callback, training| callback.should_save(training).unwrap();
    let decided = drive(ModelCheckpoint::new("model").save_best_only(true), "val_loss", &values, Some(saves));
    assert_eq!(decided.saved, [1, 3]);
}
