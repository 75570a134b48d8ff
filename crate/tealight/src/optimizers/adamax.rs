use super::moments::{Moments, moments, power};
use super::{CommonOptions, HyperParam, OptimizerAlgorithm, common_options};
use crate::cpu::UpdateRule;
use serde::{Deserialize, Serialize};

/// Adamax: [`Adam`](crate::Adam) with the largest recent gradient in place of the root mean square. Like Keras's `Adamax`.
///
/// In step `t`, with gradient `g`: `m += (1 − β₁)(g − m)`, `u = max(β₂ · u, |g|)`,
/// `w −= learning_rate / (1 − β₁ᵗ) · m / (u + ε)`. The defaults are Keras's: learning rate 0.001, β₁ 0.9, β₂ 0.999, ε 10⁻⁷.
/// Kingma and Ba, *Adam: a method for stochastic optimization*, 2015, section 7.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Adamax {
    pub(super) common: CommonOptions,
    moments: Moments,
}

impl Adamax {
    /// Creates the optimizer with Keras's defaults.
    pub fn new() -> Self {
        Self { common: CommonOptions::new(0.001), moments: Moments::new() }
    }
}

common_options!(Adamax, learning rate "0.001");
moments!(Adamax, "the largest gradient");

impl OptimizerAlgorithm for Adamax {
    fn name(&self) -> &'static str {
        "Adamax"
    }

    fn common(&self) -> &CommonOptions {
        &self.common
    }

    fn hyperparams(&self) -> Vec<HyperParam> {
        self.moments.hyperparams()
    }

    fn slots(&self) -> Vec<(&'static str, f32)> {
        vec![("momentum", 0.0), ("norm", 0.0)]
    }

    fn rule(&self, step: u64, learning_rate: f64) -> UpdateRule {
        let Moments { beta_1, beta_2, epsilon } = self.moments;
        UpdateRule::Adamax {
            step: (learning_rate / (1.0 - power(beta_1, step))) as f32,
            one_minus_beta: (1.0 - beta_1) as f32,
            beta_2: beta_2 as f32,
            epsilon: epsilon as f32,
        }
    }
}
