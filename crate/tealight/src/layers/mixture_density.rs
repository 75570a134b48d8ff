//! The mixture density head: a layer whose output is a probability distribution.

use super::op::LayerOp;
use super::spec::{LayerPlan, LayerSpec, LayerVars, ParamSpec, named_layer};
use super::{Activation, Dense};
use crate::convert::IntoCount;
use crate::cpu::{Elementwise, MIN_STANDARD_DEVIATION, softmax};
use crate::{Error, ErrorKind, Result};
use candle_core::{D, Tensor};
use serde::{Deserialize, Serialize};

/// A head that outputs a distribution instead of a number: a mixture of normal distributions, for
/// [`MixtureNegativeLogLikelihood`](crate::MixtureNegativeLogLikelihood).
///
/// - Input: `[batch, inputs]`. Output: `[batch, 3 · components]`: first the means, then the standard deviations, then the
///   weights, which add up to 1.
/// - A dense layer outputs three numbers for each component: the mean as it is, the standard deviation as
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
    components: i64,
    name: Option<String>,
}

impl MixtureDensity {
    /// A mixture of this many normal distributions; fewer than 1 is an error when the network is summed up or built.
    pub fn new(components: impl IntoCount) -> Self {
        Self { components: components.into_i64(), name: None }
    }

    /// The dense layer that computes the numbers of the distributions.
    fn dense(&self) -> Dense {
        Dense::new(self.components.saturating_mul(3)).activation(Activation::MixtureDensity)
    }
}

named_layer!(MixtureDensity);

impl LayerSpec for MixtureDensity {
    fn kind(&self) -> &'static str {
        "MixtureDensity"
    }

    fn output_shape(&self, place: &str, input: &[usize]) -> Result<Vec<usize>> {
        if self.components < 1 {
            let message = format!(
                "{place}: {} components; a mixture needs at least one, as in MixtureDensity::new(5).",
                self.components
            );
            return Err(Error::new(ErrorKind::Argument, message));
        }
        self.dense().output_shape(place, input)
    }

    fn params(&self, input: &[usize], output: &[usize]) -> Result<Vec<ParamSpec>> {
        self.dense().params(input, output)
    }

    fn build(&self, plan: &LayerPlan, vars: &LayerVars) -> Result<Box<dyn LayerOp>> {
        self.dense().build(plan, vars)
    }

    fn activation(&self) -> Option<Activation> {
        Some(Activation::MixtureDensity)
    }
}

/// Returns means, standard deviations and weights from the outputs of the dense layer, a third of the last dimension each.
pub(super) fn mixture(x: &Tensor) -> candle_core::Result<Tensor> {
    let components = x.dim(D::Minus1)? / 3;
    let part = |index: usize| x.narrow(D::Minus1, index * components, components)?.contiguous();
    Tensor::cat(&[part(0)?, deviation(&part(1)?)?, softmax(&part(2)?)?], D::Minus1)
}

fn deviation(s: &Tensor) -> candle_core::Result<Tensor> {
    Elementwise::Softplus.apply(&s.contiguous()?)? + MIN_STANDARD_DEVIATION
}
