use super::moments::{Moments, moments, power};
use super::{CommonOptions, HyperParam, OptimizerAlgorithm, common_options};
use crate::cpu::UpdateRule;
use serde::{Deserialize, Serialize};

/// Nadam: [`Adam`](crate::Adam) with Nesterov momentum, which looks one step ahead. Like Keras's `Nadam`.
///
/// In step `t`, with gradient `g`, `m` and `v` as in Adam, `uₜ = β₁(1 − ½ · 0.96ᵗ)` and `Uₜ = u₁ · … · uₜ`:
/// `m̂ = uₜ₊₁ · m / (1 − Uₜ₊₁) + (1 − uₜ) · g / (1 − Uₜ)`, `w −= learning_rate · m̂ / (√(v / (1 − β₂ᵗ)) + ε)`. The defaults
/// are Keras's: learning rate 0.001, β₁ 0.9, β₂ 0.999, ε 10⁻⁷. Dozat, *Incorporating Nesterov momentum into Adam*, 2016.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Nadam {
    pub(super) common: CommonOptions,
    moments: Moments,
}

impl Nadam {
    /// Creates the optimizer with Keras's defaults.
    pub fn new() -> Self {
        Self { common: CommonOptions::new(0.001), moments: Moments::new() }
    }
}

common_options!(Nadam, learning rate "0.001");
moments!(Nadam, "the mean of the squared gradient");

impl OptimizerAlgorithm for Nadam {
    fn name(&self) -> &'static str {
        "Nadam"
    }

    fn common(&self) -> &CommonOptions {
        &self.common
    }

    fn hyperparams(&self) -> Vec<HyperParam> {
        self.moments.hyperparams()
    }

    fn slots(&self) -> Vec<(&'static str, f32)> {
        vec![("momentum", 0.0), ("velocity", 0.0)]
    }

    fn rule(&self, step: u64, learning_rate: f64) -> UpdateRule {
        let Moments { beta_1, beta_2, epsilon } = self.moments;
        let (now, next) = (momentum(beta_1, step), momentum(beta_1, step + 1));
        let product = momentum_product(beta_1, step);
        UpdateRule::Nadam {
            for_m: (learning_rate * next / (1.0 - product * next)) as f32,
            for_g: (learning_rate * (1.0 - now) / (1.0 - product)) as f32,
            correction: (1.0 / (1.0 - power(beta_2, step))) as f32,
            one_minus_beta: self.moments.one_minus_beta(),
            epsilon: epsilon as f32,
        }
    }
}

/// Returns the momentum of a step, which grows towards β₁.
fn momentum(beta_1: f64, step: u64) -> f64 {
    beta_1 * (1.0 - 0.5 * power(0.96, step))
}

/// Returns the product of the momenta of all steps up to this one. It is recomputed in each step, so that the step count is
/// the only state.
fn momentum_product(beta_1: f64, step: u64) -> f64 {
    let (mut product, mut decay) = (1.0, 1.0);
    for _ in 0..step {
        decay *= 0.96;
        product *= beta_1 * (1.0 - 0.5 * decay);
        // Too small to change 1 - product.
        if product < 1e-17 {
            return 0.0;
        }
    }
    product
}
