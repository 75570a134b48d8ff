//! Batch normalization.

use super::op::{ForwardContext, ForwardState, LayerOp};
use super::spec::{LayerPlan, LayerSpec, LayerVars, ParamSpec, named_layer};
use super::{Initializer, Ones, Zeros};
use crate::{Error, ErrorKind, Result};
use candle_core::{D, Tensor, Var};
use serde::{Deserialize, Serialize};

/// Normalizes each channel, the last dimension, to a mean and a spread that the network learns:
/// `γ (x − mean) / √(variance + ε) + β`. Like Keras's `BatchNormalization`.
///
/// In training, mean and variance are those of the batch, over all dimensions except the last; in inference they are
/// moving averages, which each training step moves by `1 − momentum` of the way. The shape stays as it is.
/// Ioffe and Szegedy, *Batch normalization: accelerating deep network training*, 2015.
///
/// Parameters, each of shape `[channels]`: `gamma` (γ), ones, and `beta` (β), zeros, are trained; `moving_mean`, zeros, and
/// `moving_variance`, ones, are not, and count as non-trainable in the summary. [`scale`](BatchNormalization::scale) and
/// [`center`](BatchNormalization::center) leave γ and β out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BatchNormalization {
    momentum: f64,
    epsilon: f64,
    #[serde(default = "yes")]
    center: bool,
    #[serde(default = "yes")]
    scale: bool,
    name: Option<String>,
}

fn yes() -> bool {
    true
}

impl BatchNormalization {
    /// With Keras's defaults.
    pub fn new() -> Self {
        Self { momentum: 0.99, epsilon: 1e-3, center: true, scale: true, name: None }
    }

    /// The weight of the old value in the moving averages: from 0 to 1. Default: 0.99.
    #[must_use]
    pub fn momentum(mut self, momentum: f64) -> Self {
        self.momentum = momentum;
        self
    }

    /// Added to the variance, so that the division cannot fail: above 0. Default: 0.001.
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

    /// Whether the numbers are multiplied by γ: a spread that the network learns. If the next layer has no activation or
    /// ReLU, that layer can do it. Default: true.
    #[must_use]
    pub fn scale(mut self, scale: bool) -> Self {
        self.scale = scale;
        self
    }
}

named_layer!(BatchNormalization);

impl Default for BatchNormalization {
    fn default() -> Self {
        Self::new()
    }
}

impl LayerSpec for BatchNormalization {
    fn kind(&self) -> &'static str {
        "BatchNormalization"
    }

    fn output_shape(&self, place: &str, input: &[usize]) -> Result<Vec<usize>> {
        let argument = |what: String| Err(Error::new(ErrorKind::Argument, format!("{place}: {what}")));
        if !(0.0..=1.0).contains(&self.momentum) {
            return argument(format!("momentum {}; expected a number from 0 to 1, such as 0.99.", self.momentum));
        }
        if !(self.epsilon > 0.0 && self.epsilon.is_finite()) {
            return argument(format!("epsilon {}; expected a number above 0, such as 0.001.", self.epsilon));
        }
        if input.is_empty() {
            let message = format!("{place}: expected examples with at least one dimension, got single numbers.");
            return Err(Error::new(ErrorKind::Shape, message));
        }
        Ok(input.to_vec())
    }

    fn params(&self, input: &[usize], _output: &[usize]) -> Result<Vec<ParamSpec>> {
        let channels = input.iter().rev().take(1).product();
        let param =
            |name, initializer: Initializer| ParamSpec::new(name, [channels], initializer, (channels, channels));
        let gamma = self.scale.then(|| param("gamma", Ones.into()));
        let beta = self.center.then(|| param("beta", Zeros.into()));
        let moving_mean = param("moving_mean", Zeros.into()).non_trainable();
        let moving_variance = param("moving_variance", Ones.into()).non_trainable();
        Ok(gamma.into_iter().chain(beta).chain([moving_mean, moving_variance]).collect())
    }

    fn build(&self, _plan: &LayerPlan, vars: &LayerVars) -> Result<Box<dyn LayerOp>> {
        Ok(Box::new(BatchNormalizationOp {
            gamma: vars.get("gamma"),
            beta: vars.get("beta"),
            moving_mean: vars.required("moving_mean"),
            moving_variance: vars.required("moving_variance"),
            momentum: self.momentum,
            epsilon: self.epsilon,
        }))
    }
}

struct BatchNormalizationOp {
    gamma: Option<Var>,
    beta: Option<Var>,
    moving_mean: Var,
    moving_variance: Var,
    momentum: f64,
    epsilon: f64,
}

impl BatchNormalizationOp {
    fn infer(&self, x: &Tensor) -> Result<Tensor> {
        self.scale_and_shift(&x.broadcast_sub(&self.moving_mean)?, self.moving_variance.as_tensor())
    }

    /// Normalizes with the statistics of the batch; `state` receives the next values of the moving averages.
    fn train(&self, x: &Tensor, state: &mut ForwardState) -> Result<Tensor> {
        let rows = x.reshape(((), x.dim(D::Minus1)?))?;
        let mean = rows.mean(0)?;
        let centered = rows.broadcast_sub(&mean)?;
        let variance = centered.sqr()?.mean(0)?;
        for (average, of_batch) in [(&self.moving_mean, &mean), (&self.moving_variance, &variance)] {
            let next =
                ((average.as_detached_tensor() * self.momentum)? + (of_batch.detach() * (1.0 - self.momentum))?)?;
            state.updates.push((average.clone(), next));
        }
        Ok(self.scale_and_shift(&centered, &variance)?.reshape(x.shape())?)
    }

    /// Returns `γ · centered / √(variance + ε) + β`.
    fn scale_and_shift(&self, centered: &Tensor, variance: &Tensor) -> Result<Tensor> {
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
}

impl LayerOp for BatchNormalizationOp {
    fn forward(&self, x: &Tensor, context: &mut ForwardContext<'_>) -> Result<Tensor> {
        if context.is_training() { self.train(x, context.state) } else { self.infer(x) }
    }
}
