use super::Loss;

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
/// model.compile(Adam::new(), MixtureNegativeLogLikelihood, ())?;
/// # Ok::<(), tealight::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MixtureNegativeLogLikelihood;

impl From<MixtureNegativeLogLikelihood> for Loss {
    fn from(MixtureNegativeLogLikelihood: MixtureNegativeLogLikelihood) -> Self {
        Self::MixtureNegativeLogLikelihood
    }
}
