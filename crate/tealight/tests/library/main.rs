//! Tests of the public library: one test binary, with a module for each subject.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod architecture;
mod arguments;
mod augment;
mod callbacks;
mod coming_from_keras;
mod confusion;
mod csv;
mod data;
mod display;
mod faults;
mod figures;
mod files;
mod folds;
mod history;
mod image_loader;
mod instructions;
mod keras;
mod keras_files;
mod keras_training;
mod layer_normalization;
mod layers;
mod live;
mod losses;
mod messages;
mod mistakes;
mod mixtures;
mod model;
mod random_models;
mod readers;
mod reports;
mod save;
mod stop;
mod table_datasets;
mod tables;
mod targets;
mod training;

use serde_json::Value;
use tealight::prelude::*;

/// Returns the vectors of `vectors/make_keras.py`.
fn keras_vectors() -> Value {
    serde_json::from_str(include_str!("../vectors/keras.json")).unwrap()
}

fn numbers(value: &Value) -> Vec<f64> {
    match value {
        Value::Array(values) => values.iter().flat_map(numbers).collect(),
        number => vec![number.as_f64().unwrap()],
    }
}

fn labels(value: &Value) -> Vec<u32> {
    serde_json::from_value(value.clone()).unwrap()
}

/// Returns a tensor of type `f32` from rows of numbers.
fn rows(value: &Value) -> Tensor {
    let rows: Vec<Vec<f64>> = serde_json::from_value(value.clone()).unwrap();
    Tensor::new(rows, &Device::Cpu).unwrap().to_dtype(DType::F32).unwrap()
}

fn flat(tensor: &Tensor) -> Vec<f32> {
    tensor.flatten_all().unwrap().to_vec1().unwrap()
}

/// Checks that the text of an error contains all `parts`, and that `Debug` returns the same text.
#[track_caller]
fn says<T>(result: Result<T>, kind: ErrorKind, parts: &[&str]) {
    let Err(error) = result else { panic!("expected an error that says {parts:?}") };
    let text = error.to_string();
    for part in parts {
        assert!(text.contains(part), "{part:?} is not in: {text}");
    }
    assert_eq!(error.kind(), kind, "{text}");
    assert_eq!(text, format!("{error:?}"));
}

/// Returns points in a square, in two classes: above and below a sine. A small network can learn them.
fn points(count: usize) -> Dataset {
    let point = |index: usize| {
        let (x, y) = ((index as f32 * 0.618_034).fract() * 2.0 - 1.0, (index as f32 * 0.754_878).fract() * 2.0 - 1.0);
        (vec![x, y], u32::from(y > 0.5 * (3.0 * x).sin()))
    };
    let (x, y): (Vec<_>, Vec<_>) = (0..count).map(point).unzip();
    let x = Tensor::new(x, &Device::Cpu).unwrap();
    Dataset::from_tensors(&x, &Tensor::new(y, &Device::Cpu).unwrap()).unwrap()
}

/// Returns a network for [`points`], with dropout.
fn small() -> Sequential {
    Sequential::new([2])
        .add(Dense::new(16).activation(Relu))
        .add(Dropout::new(0.2))
        .add(Dense::new(2).activation(Softmax))
}

fn compiled(network: &Sequential, seed: u64) -> Model {
    let mut model = network.build(seed).unwrap();
    model.compile(Adam::new().learning_rate(0.01), SparseCategoricalCrossentropy::new(), [Accuracy]).unwrap();
    model
}

fn quiet() -> Fit {
    Fit::new().verbose(Verbose::Silent)
}
