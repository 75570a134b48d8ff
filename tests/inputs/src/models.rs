//! The readers of model files.

use std::collections::HashMap;
use std::sync::LazyLock;

use safetensors::tensor::{Dtype, TensorView};
use tealight::Model;
use tealight::prelude::*;

use crate::files::with_file;

/// The model to which the weights in the corpus belong.
fn model() -> Model {
    build(&Sequential::new([2]).add(Dense::new(3).activation(Relu)).add(Dense::new(2).activation(Softmax)))
}

fn build(network: &Sequential) -> Model {
    network.build(1).unwrap_or_else(|error| panic!("{error}"))
}

/// Reads the input as a model, and as weights of the model of the corpus.
pub(crate) fn file(input: &[u8]) -> usize {
    with_file("input.safetensors", input, |_, path| {
        match Model::load_with_history(&path) {
            Ok((model, history)) => drop((model.network().to_string(), model.to_string(), history.to_string())),
            Err(error) => drop(error.to_string()),
        }
        let loaded = model().load_weights(&path);
        drop(loaded.map_err(|error| error.to_string()));
    });
    input.len()
}

/// Reads the input as the description of a model, in an otherwise valid file.
pub(crate) fn description(input: &[u8]) -> usize {
    static WEIGHTS: LazyLock<Vec<u8>> = LazyLock::new(|| vec![0; 4 * 9]);
    let Ok(text) = std::str::from_utf8(input) else { return input.len() };
    let view = |shape: &[usize]| {
        let length = 4 * shape.iter().product::<usize>();
        TensorView::new(Dtype::F32, shape.to_vec(), &WEIGHTS[..length]).unwrap_or_else(|error| panic!("{error}"))
    };
    let tensors =
        [("dense.kernel", &[2, 3][..]), ("dense.bias", &[3]), ("dense_1.kernel", &[3, 2]), ("dense_1.bias", &[2])];
    let entry = HashMap::from([("tealight".to_owned(), text.to_owned())]);
    let bytes = safetensors::serialize(tensors.map(|(name, shape)| (name, view(shape))), Some(entry));
    bytes.map_or(0, |bytes| file(&bytes))
}

/// Reads the input as weights that Keras saved, for the network of the corpus.
pub(crate) fn keras(input: &[u8]) -> usize {
    let network = Sequential::new([5, 4])
        .add(Reshape::new([5, 4, 1]))
        .add(Conv2D::new(2, [3, 2]).activation(Relu))
        .add(BatchNormalization::new())
        .add(Flatten)
        .add(Dense::new(4).activation(Tanh))
        .add(Dropout::new(0.2))
        .add(Dense::new(3).use_bias(false))
        .add(Dense::new(2).activation(Softmax));
    let mut model = build(&network);
    with_file("input.h5", input, |_, path| {
        let loaded = model.load_keras_weights(path);
        drop(loaded.map_err(|error| error.to_string()));
    });
    input.len()
}
