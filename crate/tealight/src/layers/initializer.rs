//! Initializers: the initial values of a layer's parameters.

use crate::random::{Purpose, StreamKey, standard_normals, stream, uniform};
use crate::{Error, ErrorKind, Result};
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

/// How the initial values of a parameter are drawn, as plain data. [`GlorotUniform`], [`HeNormal`] and the other
/// initializers convert into it.
///
/// `fan_in` and `fan_out` are the numbers of connections into and out of a neuron. For a bias of `n` numbers both are `n`,
/// as in Keras.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Initializer {
    /// [`GlorotUniform`].
    GlorotUniform,
    /// [`GlorotNormal`].
    GlorotNormal,
    /// [`HeUniform`].
    HeUniform,
    /// [`HeNormal`].
    HeNormal,
    /// [`Zeros`].
    Zeros,
    /// [`Ones`].
    Ones,
    /// [`Constant`].
    Constant(f64),
}

macro_rules! without_options {
    ($($(#[$docs:meta])* $name:ident,)*) => { $(
        $(#[$docs])*
        #[derive(Clone, Copy, Debug, Default, PartialEq)]
        pub struct $name;

        impl From<$name> for Initializer {
            fn from($name: $name) -> Self {
                Self::$name
            }
        }
    )* };
}

without_options! {
    /// Uniform within ±√(6 / (fan_in + fan_out)). Glorot and Bengio, *Understanding the difficulty of training deep
    /// feedforward neural networks*, 2010. Keras: `GlorotUniform`, the default for kernels there and here.
    GlorotUniform,
    /// Normal, truncated at two standard deviations and scaled to the standard deviation √(2 / (fan_in + fan_out)). Keras:
    /// `GlorotNormal`.
    GlorotNormal,
    /// Uniform within ±√(6 / fan_in), for layers with ReLU. He et al., *Delving deep into rectifiers*, 2015. Keras:
    /// `HeUniform`.
    HeUniform,
    /// Normal, truncated at two standard deviations and scaled to the standard deviation √(2 / fan_in). Keras: `HeNormal`.
    HeNormal,
    /// Zeros, the default for biases. Keras: `Zeros`.
    Zeros,
    /// Ones. Keras: `Ones`.
    Ones,
}

/// One number everywhere. Keras: `Constant`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Constant(f64);

impl Constant {
    /// With this number.
    pub fn new(value: f64) -> Self {
        Self(value)
    }
}

impl From<Constant> for Initializer {
    fn from(Constant(value): Constant) -> Self {
        Self::Constant(value)
    }
}

/// The standard deviation of a standard normal distribution that is truncated at ±2.
const TRUNCATED_STDDEV: f64 = 0.879_625_661_034_239_8;

impl Initializer {
    /// Draws `count` numbers for parameter number `parameter` (the kernel is 0, the bias is 1) of layer number `layer`.
    pub(super) fn draw(
        self,
        count: usize,
        (fan_in, fan_out): (usize, usize),
        (layer, parameter): (usize, usize),
        seed: u64,
    ) -> Vec<f32> {
        let (inputs, both) = ((fan_in as f64).max(1.0), ((fan_in + fan_out) as f64).max(1.0));
        let key = StreamKey { layer: layer as u64, batch: parameter as u64, ..StreamKey::default() };
        let mut random = stream(seed, Purpose::Init, key);
        let mut uniform_within =
            |limit: f64| (0..count).map(|_| ((2.0 * uniform(&mut random) - 1.0) * limit) as f32).collect();
        match self {
            Self::GlorotUniform => uniform_within((6.0 / both).sqrt()),
            Self::HeUniform => uniform_within((6.0 / inputs).sqrt()),
            Self::GlorotNormal => truncated_normal(&mut random, count, (2.0 / both).sqrt()),
            Self::HeNormal => truncated_normal(&mut random, count, (2.0 / inputs).sqrt()),
            Self::Zeros => vec![0.0; count],
            Self::Ones => vec![1.0; count],
            Self::Constant(value) => vec![value as f32; count],
        }
    }

    /// Checks the options; `place` begins the error.
    pub(super) fn check(self, place: &str) -> Result<()> {
        match self {
            Self::Constant(value) if !value.is_finite() => {
                let message = format!("{place}: Constant initializer of {value}; expected a finite number.");
                Err(Error::new(ErrorKind::Argument, message))
            }
            _ => Ok(()),
        }
    }
}

/// Draws from a normal distribution truncated at ±2 and scaled to this standard deviation: Box–Muller pairs, of which those
/// beyond ±2, one in 22, are rejected.
fn truncated_normal(random: &mut ChaCha8Rng, count: usize, deviation: f64) -> Vec<f32> {
    let mut values = Vec::with_capacity(count + 1);
    while values.len() < count {
        let (x, y) = standard_normals(random);
        values.extend([x, y].into_iter().filter(|z| z.abs() <= 2.0).map(|z| (z * deviation / TRUNCATED_STDDEV) as f32));
    }
    values.truncate(count);
    values
}

#[cfg(test)]
mod tests {
    use super::{Constant, GlorotNormal, GlorotUniform, HeNormal, HeUniform, Initializer, Ones, Zeros};

    #[test]
    fn distributions_have_the_bounds_and_moments_of_their_formulas() {
        const COUNT: usize = 200_000;
        let (inputs, units) = (400, 100);
        // The standard deviation, and the largest number in units of it: √3 for uniform draws, and for normal ones the
        // truncation at 2, divided by the deviation that the truncation leaves.
        let cases: [(Initializer, f64, f64); 4] = [
            (GlorotUniform.into(), (2.0_f64 / 500.0).sqrt(), 3_f64.sqrt()),
            (HeUniform.into(), (2.0_f64 / 400.0).sqrt(), 3_f64.sqrt()),
            (GlorotNormal.into(), (2.0_f64 / 500.0).sqrt(), 2.0 / 0.879_625_661),
            (HeNormal.into(), (2.0_f64 / 400.0).sqrt(), 2.0 / 0.879_625_661),
        ];
        for (initializer, deviation, cut) in cases {
            let values = initializer.draw(COUNT, (inputs, units), (3, 0), 7);
            assert_eq!(values.len(), COUNT);
            let scaled = values.iter().map(|&value| f64::from(value) / deviation).collect::<Vec<_>>();
            let mean = |f: fn(f64) -> f64| scaled.iter().map(|&z| f(z)).sum::<f64>() / COUNT as f64;
            let largest = scaled.iter().fold(0.0_f64, |largest, z| largest.max(z.abs()));
            // Five standard errors.
            assert!(mean(|z| z).abs() < 0.012, "{initializer:?}: mean {}", mean(|z| z));
            assert!((mean(|z| z * z) - 1.0).abs() < 0.012, "{initializer:?}: variance {}", mean(|z| z * z));
            assert!(largest <= cut * 1.000_001 && largest > cut * 0.998, "{initializer:?}: largest {largest}");
            // Uniform draws have a fourth moment of 9/5, normal ones truncated at 2 of 2.3655.
            let expected = if cut < 2.0 { 1.8 } else { 2.3655 };
            assert!((mean(|z| z.powi(4)) - expected).abs() < 0.03, "{initializer:?}: {}", mean(|z| z.powi(4)));
            assert_eq!(values, initializer.draw(COUNT, (inputs, units), (3, 0), 7));
            assert_ne!(values, initializer.draw(COUNT, (inputs, units), (3, 1), 7));
        }
    }

    #[test]
    fn constants_are_constant() {
        let draw = |initializer: Initializer| initializer.draw(2, (2, 2), (0, 0), 1);
        assert_eq!(draw(Zeros.into()), [0.0; 2]);
        assert_eq!(draw(Ones.into()), [1.0; 2]);
        assert_eq!(draw(Constant::new(0.1).into()), [0.1; 2]);
    }
}
