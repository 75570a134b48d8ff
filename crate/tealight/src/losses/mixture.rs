use super::Loss;
use crate::layers::deviation;
use candle_core::{D, Result, Tensor};

/// How unlikely a target number is under the mixture of normal distributions that the network gives: the mean over the batch
/// of `−log Σ wₖ N(t; μₖ, σₖ)`. For a network that ends with [`MixtureDensity`](crate::MixtureDensity).
///
/// It is computed from the numbers before the head's softmax and softplus, and summed up as the logarithm of a sum of
/// exponentials, less their largest: no weight and no density rounds to 0 on the way. Targets are a number for each example;
/// classes are taken as numbers. Bishop, *Mixture density networks*, 1994.
///
/// ```
/// use tealight::prelude::*;
///
/// let mut model = Sequential::new([4]).add(Dense::new(8).activation(Tanh)).add(MixtureDensity::new(3)).build(1)?;
/// model.compile(Adam::new(), MixtureNegativeLogLikelihood, None::<Metric>)?;
/// # Ok::<(), tealight::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MixtureNegativeLogLikelihood;

impl From<MixtureNegativeLogLikelihood> for Loss {
    fn from(MixtureNegativeLogLikelihood: MixtureNegativeLogLikelihood) -> Self {
        Self::MixtureNegativeLogLikelihood
    }
}

/// The loss of each example, `[batch]`, from what the head's dense layer gives, `[batch, 3 · components]`, and a target for
/// each, `[batch, 1]`.
pub(super) fn negative_log_likelihood(outputs: &Tensor, targets: &Tensor) -> Result<Tensor> {
    let components = outputs.dim(1)? / 3;
    let part = |index: usize| outputs.narrow(1, index * components, components);
    let log_of_sum = |x: &Tensor| {
        let largest = x.max_keepdim(D::Minus1)?.detach();
        x.broadcast_sub(&largest)?.exp()?.sum_keepdim(D::Minus1)?.log()? + largest
    };
    let (means, deviations, logits) = (part(0)?, deviation(&part(1)?)?, part(2)?);
    let distance = (targets.broadcast_sub(&means)? / &deviations)?;
    let log_weights = logits.broadcast_sub(&log_of_sum(&logits)?)?;
    let log_densities =
        ((distance.sqr()? * -0.5)? - deviations.log()?)?.affine(1.0, -0.5 * std::f64::consts::TAU.ln())?;
    log_of_sum(&(log_weights + log_densities)?)?.neg()?.squeeze(1)
}
