use super::adam::power;
use super::{Common, Method, Number, Range, common};
use crate::kernels::Rule;
use serde::{Deserialize, Serialize};

/// [`Adam`](crate::Adam) with the largest recent gradient in place of the root mean square. Like Keras's `Adamax`.
///
/// In step `t`, with gradient `g`: `m += (1 − β₁)(g − m)`, `u = max(β₂ · u, |g|)`,
/// `w −= learning_rate / (1 − β₁ᵗ) · m / (u + ε)`. The defaults are Keras's: learning rate 0.001, β₁ 0.9, β₂ 0.999, ε 10⁻⁷.
/// Kingma and Ba, *Adam: a method for stochastic optimization*, 2015, section 7.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Adamax {
    pub(super) common: Common,
    beta_1: f64,
    beta_2: f64,
    epsilon: f64,
}

impl Adamax {
    /// With Keras's defaults.
    pub fn new() -> Self {
        Self { common: Common::new(0.001), beta_1: 0.9, beta_2: 0.999, epsilon: 1e-7 }
    }

    /// How slowly the mean of the gradient forgets: 0 or more and below 1. Default: 0.9.
    #[must_use]
    pub fn beta_1(mut self, beta_1: f64) -> Self {
        self.beta_1 = beta_1;
        self
    }

    /// How slowly the largest gradient forgets: 0 or more and below 1. Default: 0.999.
    #[must_use]
    pub fn beta_2(mut self, beta_2: f64) -> Self {
        self.beta_2 = beta_2;
        self
    }

    /// Keeps the division from failing: above 0. Default: 10⁻⁷.
    #[must_use]
    pub fn epsilon(mut self, epsilon: f64) -> Self {
        self.epsilon = epsilon;
        self
    }
}

common!(Adamax, learning rate "0.001");

impl Method for Adamax {
    fn name(&self) -> &'static str {
        "Adamax"
    }

    fn common(&self) -> &Common {
        &self.common
    }

    fn numbers(&self) -> Vec<Number> {
        vec![
            Number::new("beta_1", self.beta_1, Range::Fraction),
            Number::new("beta_2", self.beta_2, Range::Fraction),
            Number::new("epsilon", self.epsilon, Range::Positive),
        ]
    }

    fn memory(&self) -> Vec<(&'static str, f32)> {
        vec![("momentum", 0.0), ("norm", 0.0)]
    }

    fn rule(&self, step: u64, learning_rate: f64) -> Rule {
        let Self { beta_1, beta_2, epsilon, .. } = *self;
        Rule::Adamax {
            step: (learning_rate / (1.0 - power(beta_1, step))) as f32,
            fresh: (1.0 - beta_1) as f32,
            beta_2: beta_2 as f32,
            epsilon: epsilon as f32,
        }
    }
}
