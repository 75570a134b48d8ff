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
/// `moving_variance`, ones, are not, and count as non-trainable in the summary. `gamma` is γ and `beta` is β; see
/// [`scale`](BatchNormalization::scale) and [`center`](BatchNormalization::center) for leaving them out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BatchNormalization {
    pub(crate) momentum: f64,
    pub(crate) epsilon: f64,
    #[serde(default = "yes")]
    pub(crate) center: bool,
    #[serde(default = "yes")]
    pub(crate) scale: bool,
    pub(crate) name: Option<String>,
}

fn yes() -> bool {
    true
}

impl BatchNormalization {
    /// With Keras's defaults.
    pub fn new() -> Self {
        Self { momentum: 0.99, epsilon: 1e-3, center: true, scale: true, name: None }
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

    /// Whether β is added: a mean that the network learns. Default: true.
    #[must_use]
    pub fn center(mut self, center: bool) -> Self {
        self.center = center;
        self
    }

    /// Whether the numbers are multiplied by γ: a spread that the network learns. Where a layer without activation or with
    /// ReLU comes next, that layer can do it. Default: true.
    #[must_use]
    pub fn scale(mut self, scale: bool) -> Self {
        self.scale = scale;
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
            Some(channels) => Ok((2 + usize::from(self.center) + usize::from(self.scale)) * channels),
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
    pub(super) gamma: Option<Var>,
    pub(super) beta: Option<Var>,
    pub(super) mean: Var,
    pub(super) variance: Var,
    pub(super) momentum: f64,
    pub(super) epsilon: f64,
}

impl Normalization {
    pub(super) fn infer(&self, x: &Tensor) -> Result<Tensor> {
        self.finish(&x.broadcast_sub(&self.mean)?, self.variance.as_tensor())
    }

    /// What is without its mean, brought to the spread and the mean that the network learns.
    fn finish(&self, centered: &Tensor, variance: &Tensor) -> Result<Tensor> {
        let deviation = (variance + self.epsilon)?.sqrt()?;
        let scale = match &self.gamma {
            Some(gamma) => (gamma.as_tensor() / deviation)?,
            None => deviation.recip()?,
        };
        let scaled = centered.broadcast_mul(&scale)?;
        Ok(match &self.beta {
            Some(beta) => scaled.broadcast_add(beta)?,
            None => scaled,
        })
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
        Ok(self.finish(&centered, &variance)?.reshape(x.shape())?)
    }
}
