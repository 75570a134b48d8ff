//! The loss of mixture density networks.

use super::Loss;

/// The negative log-likelihood of a target number under the mixture of normal distributions that the network predicts: the
/// mean over the batch of `−log Σ wₖ N(t; μₖ, σₖ)`. For a network that ends with [`MixtureDensity`](crate::MixtureDensity).
///
/// It is computed from the inputs of the head's softmax and softplus, and summed in the log domain after subtracting the
/// largest exponent, so that no weight and no density rounds to 0 on the way. Targets are one number for each example;
/// classes count as numbers. Bishop, *Mixture density networks*, 1994.
///
/// ```
/// use tealight::prelude::*;
///
/// let mut model = Sequential::new([4]).add(Dense::new(8).activation(Tanh)).add(MixtureDensity::new(3)).build(1)?;
/// model.compile(Adam::new(), MixtureNegativeLogLikelihood, ())?;
/// # Ok::<(), tealight::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MixtureNegativeLogLikelihood;

impl MixtureNegativeLogLikelihood {
    /// Creates the loss.
    pub fn new() -> Self {
        Self
    }
}

impl From<MixtureNegativeLogLikelihood> for Loss {
    fn from(MixtureNegativeLogLikelihood: MixtureNegativeLogLikelihood) -> Self {
        Self::MixtureNegativeLogLikelihood
    }
}
