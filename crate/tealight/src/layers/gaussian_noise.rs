//! Additive Gaussian noise during training.

use super::op::{ForwardContext, LayerOp};
use super::spec::{LayerPlan, LayerSpec, LayerVars, named_layer};
use crate::data::Augmentation;
use crate::random::{Purpose, standard_normals, stream};
use crate::step_id::StepId;
use crate::{Error, ErrorKind, Result};
use candle_core::Tensor;
use serde::{Deserialize, Serialize};

/// Adds normally distributed noise with mean 0 to each element while the network trains; does nothing in inference. Like
/// Keras's `GaussianNoise`.
///
/// The shape stays as it is, and there are no parameters. Each step draws each element of each example independently. It can
/// also be given to an [`Augment`](crate::Augment), which adds noise to images once.
///
/// ```
/// use tealight::prelude::*;
///
/// let network = Sequential::new([28, 28]).add(GaussianNoise::new(0.1)).add(Flatten).add(Dense::new(10));
/// let pipeline = Augment::new().add(RandomTranslation::new(0.1, 0.1)).add(GaussianNoise::new(0.1));
/// # let _ = (network.summary()?, pipeline);
/// # Ok::<(), tealight::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GaussianNoise {
    stddev: f64,
    name: Option<String>,
}

impl GaussianNoise {
    /// With this standard deviation, 0 or more; else it is an error when the network is summed up or built.
    pub fn new(stddev: f64) -> Self {
        Self { stddev, name: None }
    }
}

named_layer!(GaussianNoise);

/// As a step of an [`Augment`](crate::Augment), which needs no name.
impl From<GaussianNoise> for Augmentation {
    fn from(layer: GaussianNoise) -> Self {
        Self::GaussianNoise { stddev: layer.stddev }
    }
}

impl LayerSpec for GaussianNoise {
    fn kind(&self) -> &'static str {
        "GaussianNoise"
    }

    fn output_shape(&self, place: &str, input: &[usize]) -> Result<Vec<usize>> {
        if self.stddev.is_finite() && self.stddev >= 0.0 {
            return Ok(input.to_vec());
        }
        let message = format!("{place}: stddev {}; expected a number of 0 or more, such as 0.1.", self.stddev);
        Err(Error::new(ErrorKind::Argument, message))
    }

    fn build(&self, _plan: &LayerPlan, _vars: &LayerVars) -> Result<Box<dyn LayerOp>> {
        Ok(Box::new(GaussianNoiseOp { stddev: self.stddev }))
    }
}

struct GaussianNoiseOp {
    stddev: f64,
}

impl GaussianNoiseOp {
    /// Draws noise of the shape of `x` from the random stream of this step and layer.
    fn draw(&self, x: &Tensor, step: StepId, layer_index: usize) -> Result<Tensor> {
        let mut random = stream(step.seed, Purpose::Noise, step.stream_key(layer_index));
        let count = x.elem_count();
        let mut noise = Vec::with_capacity(count + 1);
        while noise.len() < count {
            let (a, b) = standard_normals(&mut random);
            noise.extend([(a * self.stddev) as f32, (b * self.stddev) as f32]);
        }
        noise.truncate(count);
        Ok(Tensor::from_vec(noise, x.shape(), x.device())?)
    }
}

impl LayerOp for GaussianNoiseOp {
    fn forward(&self, x: &Tensor, context: &mut ForwardContext<'_>) -> Result<Tensor> {
        match context.training_step() {
            Some(step) if self.stddev > 0.0 => Ok((x + self.draw(x, step, context.layer_index)?)?),
            _ => Ok(x.clone()),
        }
    }
}
