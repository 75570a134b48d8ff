//! The only source of randomness: streams of numbers that a seed, a purpose and counters name.
//!
//! A stream depends on nothing but its name: not on how many numbers another stream has given, nor on the number of
//! threads. So a layer more, a validation set more or another machine leaves all other draws as they were.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// What a stream is for. Each purpose has streams of its own.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Purpose {
    /// The first values of a layer's parameters.
    Init = 1,
    /// The order of the examples in an epoch.
    Shuffle = 2,
    /// Which elements a dropout layer drops.
    Dropout = 3,
    /// What a noise layer adds.
    Noise = 10,
    /// Which fold an example of a class goes to.
    Folds = 16,
    /// How a copy of an image is changed.
    Augment = 17,
    /// Numbers from a predicted distribution.
    Sample = 18,
    /// Which examples of a class go to which of two parts.
    Split = 19,
}

/// Which stream of a purpose: the epoch and batch since the model was built, and the layer, as far as they matter.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct StreamKey {
    pub(crate) epoch: u64,
    pub(crate) batch: u64,
    pub(crate) layer: u64,
}

/// The stream of `seed` for `purpose` at `place`.
///
/// The seed, the purpose, the epoch and the batch fill the 256 bits of ChaCha's key and the layer is its stream number,
/// so that two different names can never give the same stream. Eight rounds, because these numbers keep no secrets.
pub(crate) fn stream(seed: u64, purpose: Purpose, key: StreamKey) -> ChaCha8Rng {
    let mut cipher_key = [0; 32];
    for (bytes, word) in cipher_key.chunks_exact_mut(8).zip([seed, purpose as u64, key.epoch, key.batch]) {
        bytes.copy_from_slice(&word.to_le_bytes());
    }
    let mut stream = ChaCha8Rng::from_seed(cipher_key);
    stream.set_stream(key.layer);
    stream
}

/// A number in [0, 1). 24 bits are as many as f32 tells apart there.
pub(crate) fn even(random: &mut ChaCha8Rng) -> f64 {
    f64::from(random.next_u32() >> 8) / f64::from(1_u32 << 24)
}

/// Two independent numbers from the standard normal distribution. Box and Muller, *A note on the generation of random
/// normal deviates*, 1958.
pub(crate) fn standard_normals(random: &mut ChaCha8Rng) -> (f64, f64) {
    // In (0, 1], for the logarithm.
    let radius = (-2.0 * (1.0 - even(random)).ln()).sqrt();
    let (sine, cosine) = (even(random) * std::f64::consts::TAU).sin_cos();
    (radius * cosine, radius * sine)
}

#[cfg(test)]
mod tests {
    use super::{Purpose, StreamKey, stream};
    use rand_chacha::rand_core::Rng;
    use std::collections::HashSet;

    #[test]
    fn a_name_gives_the_same_numbers_again_and_every_other_name_gives_others() {
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
