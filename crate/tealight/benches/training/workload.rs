//! What is trained: the workloads that the peers read, too.

use anyhow::Result;
use serde::Deserialize;
use tealight::prelude::{Dataset, mnist};

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

    /// The training and the test images. Four of five pixels of MNIST are 0, and stay 0 as numbers from 0 to 1; where
    /// `dense` is set, the images are normalized instead, so that none is.
    pub(crate) fn data(&self, dense: bool) -> Result<(Dataset, Dataset)> {
        let (train, test) = mnist::load()?;
        let train = train.take(self.images)?;
        if !dense {
            return Ok((train.rescale(1.0 / 255.0), test.rescale(1.0 / 255.0)));
        }
        let (mean, deviation) = train.mean_and_deviation();
        Ok((train.normalize(mean, deviation)?, test.normalize(mean, deviation)?))
    }

    /// The steps of an epoch.
    pub(crate) fn steps(&self) -> usize {
        self.images.div_ceil(self.batch)
    }

    /// All weights and biases.
    pub(crate) fn parameters(&self) -> usize {
        self.layers().iter().map(|(inputs, outputs)| (inputs + 1) * outputs).sum()
    }

    /// The dense arithmetic of an epoch, that of all matrix products as if no factor were 0: forward, the gradients of
    /// the kernels, those of the inputs but of the first layer's, which nobody needs, and the forward pass of the
    /// validation. A library that skips zeros does less.
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
