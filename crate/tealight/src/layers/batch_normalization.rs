use super::{Layer, Trace};
use crate::{Error, ErrorKind, Result};
use candle_core::{Tensor, Var};
use serde::{Deserialize, Serialize};

/// Brings each channel, the last dimension, to a mean and a spread that the network learns: `γ (x − mean) / √(variance +
/// ε) + β`. Like Keras's `BatchNormalization`.
///
/// While the network trains, mean and variance are those of the batch, over all dimensions but the last; when it predicts,
/// they are moving averages, which each training step moves by `1 − momentum` of the way. The shape stays as it is.
/// Ioffe and Szegedy, *Batch normalization: accelerating deep network training*, 2015.
///
/// Parameters, each of shape `[channels]`: `gamma`, ones, and `beta`, zeros, are trained; `moving_mean`, zeros, and
/// `moving_variance`, ones, are not, and count as non-trainable in the summary.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BatchNormalization {
    pub(crate) momentum: f64,
    pub(crate) epsilon: f64,
    pub(crate) name: Option<String>,
}

impl BatchNormalization {
    /// With Keras's defaults.
    pub fn new() -> Self {
        Self { momentum: 0.99, epsilon: 1e-3, name: None }
    }

    /// How slowly the moving averages forget: from 0 to 1. Default: 0.99.
    #[must_use]
    pub fn momentum(mut self, momentum: f64) -> Self {
        self.momentum = momentum;
        self
    }

    /// Keeps the division from failing: above 0. Default: 0.001.
    #[must_use]
    pub fn epsilon(mut self, epsilon: f64) -> Self {
        self.epsilon = epsilon;
        self
    }

    /// The layer's name; see [`Layer::name`].
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// The number of parameters for examples of shape `input`; `at` begins the errors.
    pub(super) fn parameters(&self, at: &str, input: &[usize]) -> Result<usize> {
        let argument = |what: String| Err(Error::new(ErrorKind::Argument, format!("{at}: {what}")));
        if !(0.0..=1.0).contains(&self.momentum) {
            return argument(format!("momentum {}; expected a number from 0 to 1, such as 0.99.", self.momentum));
        }
        if !(self.epsilon > 0.0 && self.epsilon.is_finite()) {
            return argument(format!("epsilon {}; expected a number above 0, such as 0.001.", self.epsilon));
        }
        match input.last() {
            Some(channels) => Ok(4 * channels),
            None => {
                let message = format!("{at}: expected examples with at least one dimension, got single numbers.");
                Err(Error::new(ErrorKind::Shape, message))
            }
        }
    }
}

impl Default for BatchNormalization {
    fn default() -> Self {
        Self::new()
    }
}

impl From<BatchNormalization> for Layer {
    fn from(layer: BatchNormalization) -> Self {
        Self::BatchNormalization(layer)
    }
}

/// The built layer.
pub(crate) struct Normalization {
    pub(super) gamma: Var,
    pub(super) beta: Var,
    pub(super) mean: Var,
    pub(super) variance: Var,
    pub(super) momentum: f64,
    pub(super) epsilon: f64,
}

impl Normalization {
    pub(super) fn infer(&self, x: &Tensor) -> Result<Tensor> {
        let scale = (self.gamma.as_tensor() / (self.variance.as_tensor() + self.epsilon)?.sqrt()?)?;
        Ok(x.broadcast_sub(&self.mean)?.broadcast_mul(&scale)?.broadcast_add(&self.beta)?)
    }

    /// With the statistics of the batch; `trace` takes what the moving averages become.
    pub(super) fn train(&self, x: &Tensor, trace: &mut Trace) -> Result<Tensor> {
        let rows = x.reshape(((), x.dim(candle_core::D::Minus1)?))?;
        let mean = rows.mean(0)?;
        let centered = rows.broadcast_sub(&mean)?;
        let variance = centered.sqr()?.mean(0)?;
        for (average, of_batch) in [(&self.mean, &mean), (&self.variance, &variance)] {
            let moved =
                ((average.as_detached_tensor() * self.momentum)? + (of_batch.detach() * (1.0 - self.momentum))?)?;
            trace.updates.push((average.clone(), moved));
        }
        let scale = (self.gamma.as_tensor() / (variance + self.epsilon)?.sqrt()?)?;
        Ok(centered.broadcast_mul(&scale)?.broadcast_add(&self.beta)?.reshape(x.shape())?)
    }
}
