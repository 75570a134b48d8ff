use super::{Dense, Layer};
use crate::kernels::{Elementwise, SMALLEST_DEVIATION, softmax};
use crate::whole::Whole;
use candle_core::{D, Tensor};
use serde::{Deserialize, Serialize};

/// A head that gives a distribution instead of a number: a mixture of so many normal distributions, for
/// [`MixtureNegativeLogLikelihood`](crate::MixtureNegativeLogLikelihood).
///
/// - Input: `[batch, inputs]`. Output: `[batch, 3 · components]`: first the means, then the standard deviations, then the
///   weights, which add up to 1.
/// - A dense layer gives three numbers for each component: the mean as it is, the standard deviation as
///   `softplus(s) + 10⁻⁶`, which is always positive, and the weight by a softmax over the components.
/// - Parameters: `kernel` of shape `[inputs, 3 · components]`, Glorot-uniform, and `bias`, zeros.
///
/// Bishop, *Mixture density networks*, 1994.
///
/// ```
/// use tealight::prelude::*;
///
/// let hidden = |units: usize| Dense::new(units).activation(Relu);
/// let network = Sequential::new([784]).add(hidden(400)).add(hidden(20)).add(hidden(15)).add(MixtureDensity::new(5));
/// assert_eq!(network.summary()?.total_params(), 322_575);
/// # Ok::<(), tealight::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MixtureDensity {
    pub(crate) components: i64,
    pub(crate) name: Option<String>,
}

impl MixtureDensity {
    /// So many normal distributions; fewer than 1 is an error when the network is summed up or built.
    pub fn new(components: impl Whole) -> Self {
        Self { components: components.whole(), name: None }
    }

    /// The layer's name; see [`Layer::name`].
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// The dense layer inside.
    pub(crate) fn dense(&self) -> Dense {
        Dense::new(self.components.saturating_mul(3)).activation(super::Activation::MixtureDensity)
    }
}

impl From<MixtureDensity> for Layer {
    fn from(layer: MixtureDensity) -> Self {
        Self::MixtureDensity(layer)
    }
}

/// The standard deviation for a number of the dense layer.
fn deviation(s: &Tensor) -> candle_core::Result<Tensor> {
    Elementwise::Softplus.apply(&s.contiguous()?)? + SMALLEST_DEVIATION
}

/// Means, standard deviations and weights from what the dense layer gives, a third of the last dimension each.
pub(super) fn mixture(x: &Tensor) -> candle_core::Result<Tensor> {
    let components = x.dim(D::Minus1)? / 3;
    let part = |index: usize| x.narrow(D::Minus1, index * components, components)?.contiguous();
    Tensor::cat(&[part(0)?, deviation(&part(1)?)?, softmax(&part(2)?)?], D::Minus1)
}
