use super::Layer;
use crate::data::Augmentation;
use crate::random::{Place, Purpose, standard_normals, stream};
use crate::{Error, ErrorKind, Result};
use candle_core::Tensor;
use serde::{Deserialize, Serialize};

/// Adds a number from a normal distribution with mean 0 to each number while the network trains; does nothing when it
/// predicts. Like Keras's `GaussianNoise`.
///
/// The shape stays as it is, and there are no parameters. Each element of each example is drawn anew in each step. It can
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
    pub(crate) stddev: f64,
    pub(crate) name: Option<String>,
}

impl GaussianNoise {
    /// With this standard deviation, 0 or more; else it is an error when the network is summed up or built.
    pub fn new(stddev: f64) -> Self {
        Self { stddev, name: None }
    }

    /// The layer's name; see [`Layer::name`].
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    pub(super) fn check(&self, at: &str) -> Result<()> {
        if self.stddev.is_finite() && self.stddev >= 0.0 {
            return Ok(());
        }
        let message = format!("{at}: stddev {}; expected a number of 0 or more, such as 0.1.", self.stddev);
        Err(Error::new(ErrorKind::Argument, message))
    }
}

/// `x` with the noise of this place in the training.
pub(super) fn add_noise(x: &Tensor, stddev: f64, seed: u64, place: Place) -> Result<Tensor> {
    let mut random = stream(seed, Purpose::Noise, place);
    let mut noise = Vec::with_capacity(x.elem_count() + 1);
    while noise.len() < x.elem_count() {
        let (a, b) = standard_normals(&mut random);
        noise.extend([(a * stddev) as f32, (b * stddev) as f32]);
    }
    noise.truncate(x.elem_count());
    Ok((x + Tensor::from_vec(noise, x.shape(), x.device())?)?)
}

/// As a step of an [`Augment`](crate::Augment), where it needs no name.
impl From<GaussianNoise> for Augmentation {
    fn from(layer: GaussianNoise) -> Self {
        Self::GaussianNoise { stddev: layer.stddev }
    }
}

impl From<GaussianNoise> for Layer {
    fn from(layer: GaussianNoise) -> Self {
        Self::GaussianNoise(layer)
    }
}
