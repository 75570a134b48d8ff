//! What is trained: the workloads that the peers read, too.

use anyhow::Result;
use serde::Deserialize;

/// A network of dense ReLU layers with softmax over ten classes, on 28 × 28 pixels, and how to train it.
#[derive(Deserialize)]
pub(crate) struct Workload {
    pub(crate) name: String,
    /// The units of each hidden layer.
    pub(crate) hidden: Vec<usize>,
    /// Behind each hidden layer; 0 for none.
    pub(crate) dropout: f64,
    pub(crate) optimizer: Optimizer,
    pub(crate) batch: usize,
    /// How many of the training images.
    pub(crate) images: usize,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Optimizer {
    Adam,
    Sgd,
    RmsProp,
}

/// The images that each epoch is validated on.
const TESTED: usize = 10_000;

/// All of them, in order.
pub(crate) fn all() -> Result<Vec<Workload>> {
    Ok(serde_json::from_str(include_str!("../workloads.json"))?)
}

impl Workload {
    /// The inputs and outputs of each dense layer.
    pub(crate) fn layers(&self) -> Vec<(usize, usize)> {
        let widths = [&[784], &*self.hidden, &[10]].concat();
        widths.windows(2).map(|pair| (pair[0], pair[1])).collect()
    }

    /// The arithmetic of the matrix products of an epoch: forward, the gradients of the kernels, those of the inputs but
    /// of the first layer's, which nobody needs, and the forward pass of the validation.
    pub(crate) fn operations(&self) -> f64 {
        let product = |(inputs, outputs): &(usize, usize)| 2 * inputs * outputs;
        let layers = self.layers();
        let forward = layers.iter().map(product).sum::<usize>();
        let inputs = layers.iter().skip(1).map(product).sum::<usize>();
        (self.images * (2 * forward + inputs) + TESTED * forward) as f64
    }
}

impl std::fmt::Display for Workload {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let widths = self.layers().iter().map(|(inputs, _)| inputs.to_string()).collect::<Vec<_>>().join("-");
        write!(f, "{widths}-10")?;
        if self.dropout > 0.0 {
            write!(f, ", dropout {}", self.dropout)?;
        }
        write!(f, ", {:?}, batch {}, {} images", self.optimizer, self.batch, self.images)
    }
}
