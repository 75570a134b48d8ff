//! Random numbers. The only source of randomness is streams identified by a seed, a purpose and counters.
//!
//! A stream depends only on its identity, not on how many numbers were drawn from other streams, nor on the number of
//! threads. So an additional layer, a validation set or another machine does not change any other draw.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// The purpose of a stream. Streams of different purposes are independent.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Purpose {
    /// The initial values of a layer's parameters.
    Init = 1,
    /// The order of the examples in an epoch.
    Shuffle = 2,
    /// Which elements a dropout layer drops.
    Dropout = 3,
    /// The noise that a noise layer adds.
    Noise = 10,
    /// Which fold an example of a class goes to.
    Folds = 16,
    /// How a copy of an image is augmented.
    Augment = 17,
    /// Samples from a predicted distribution.
    Sample = 18,
    /// Which examples of a class go to which of two parts.
    Split = 19,
}

/// Identifies a stream of a purpose: the epoch and batch since the model was built, and the layer. Counters that do not apply
/// are 0.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct StreamKey {
    pub(crate) epoch: u64,
    pub(crate) batch: u64,
    pub(crate) layer: u64,
}

/// Returns the stream of `seed` for `purpose` and `key`.
///
/// The seed, the purpose, the epoch and the batch fill the 256 bits of ChaCha's key, and the layer is its stream number, so
/// that different identities never have the same stream. Eight rounds are enough, because these numbers protect no secrets.
pub(crate) fn stream(seed: u64, purpose: Purpose, key: StreamKey) -> ChaCha8Rng {
    let mut cipher_key = [0; 32];
    for (bytes, word) in cipher_key.chunks_exact_mut(8).zip([seed, purpose as u64, key.epoch, key.batch]) {
        bytes.copy_from_slice(&word.to_le_bytes());
    }
    let mut stream = ChaCha8Rng::from_seed(cipher_key);
    stream.set_stream(key.layer);
    stream
}

/// Returns a uniform number in [0, 1), with the 24 bits that an `f32` can represent there.
pub(crate) fn uniform(random: &mut ChaCha8Rng) -> f64 {
    f64::from(random.next_u32() >> 8) / f64::from(1_u32 << 24)
}

/// Returns two independent numbers from the standard normal distribution. Box and Muller, *A note on the generation of
/// random normal deviates*, 1958.
pub(crate) fn standard_normals(random: &mut ChaCha8Rng) -> (f64, f64) {
    // 1 - uniform is in (0, 1], where the logarithm is finite.
    let radius = (-2.0 * (1.0 - uniform(random)).ln()).sqrt();
    let (sine, cosine) = (uniform(random) * std::f64::consts::TAU).sin_cos();
    (radius * cosine, radius * sine)
}

#[cfg(test)]
mod tests {
    use super::{Purpose, StreamKey, stream};
    use rand_chacha::rand_core::Rng;
    use std::collections::HashSet;

    #[test]
    fn random_streams_are_reproducible_and_distinct() {
        let first =
            |seed, purpose, epoch, batch, layer| stream(seed, purpose, StreamKey { epoch, batch, layer }).next_u64();
        assert_eq!(first(7, Purpose::Dropout, 1, 2, 3), first(7, Purpose::Dropout, 1, 2, 3));
        let mut seen = HashSet::new();
        let all = [
            Purpose::Init,
            Purpose::Shuffle,
            Purpose::Dropout,
            Purpose::Noise,
            Purpose::Folds,
            Purpose::Augment,
            Purpose::Sample,
            Purpose::Split,
        ];
        for purpose in all {
            for index in 0..81 {
                assert!(seen.insert(first(index % 3, purpose, index / 3 % 3, index / 9 % 3, index / 27)), "{index}");
            }
        }
    }
}
