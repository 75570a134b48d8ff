//! Running means of a gradient and of its square, which Adam and its variants share.

use super::{HyperParam, Range};
use serde::{Deserialize, Serialize};

/// The options β₁, β₂ and ε.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Moments {
    pub(super) beta_1: f64,
    pub(super) beta_2: f64,
    pub(super) epsilon: f64,
}

impl Moments {
    pub(super) fn new() -> Self {
        Self { beta_1: 0.9, beta_2: 0.999, epsilon: 1e-7 }
    }

    pub(super) fn hyperparams(&self) -> Vec<HyperParam> {
        vec![
            HyperParam::new("beta_1", self.beta_1, Range::Fraction),
            HyperParam::new("beta_2", self.beta_2, Range::Fraction),
            HyperParam::new("epsilon", self.epsilon, Range::Positive),
        ]
    }

    /// Returns the weights of the new values in the two running means.
    pub(super) fn one_minus_beta(&self) -> (f32, f32) {
        ((1.0 - self.beta_1) as f32, (1.0 - self.beta_2) as f32)
    }
}

/// Returns `base` to the power of `step`. Beyond 2³¹ steps it has underflowed to 0 anyway.
pub(super) fn power(base: f64, step: u64) -> f64 {
    base.powi(i32::try_from(step).unwrap_or(i32::MAX))
}

/// The setters of the [`Moments`]; `$second` is what decays with β₂.
macro_rules! moments {
    ($optimizer:ident, $second:literal) => {
        impl $optimizer {
            /// The decay rate of the mean of the gradient: 0 or more and below 1. Default: 0.9.
            #[must_use]
            pub fn beta_1(mut self, beta_1: f64) -> Self {
                self.moments.beta_1 = beta_1;
                self
            }

            #[doc = concat!("The decay rate of ", $second, ": 0 or more and below 1. Default: 0.999.")]
            #[must_use]
            pub fn beta_2(mut self, beta_2: f64) -> Self {
                self.moments.beta_2 = beta_2;
                self
            }

            /// A small number that prevents division by 0: above 0. Default: 10⁻⁷.
            #[must_use]
            pub fn epsilon(mut self, epsilon: f64) -> Self {
                self.moments.epsilon = epsilon;
                self
            }
        }
    };
}
pub(super) use moments;
