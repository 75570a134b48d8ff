use super::{CommonOptions, HyperParam, OptimizerAlgorithm, Range, common_options};
use crate::cpu::UpdateRule;
use serde::{Deserialize, Serialize};

/// Adagrad: the step of each parameter is divided by the root of the sum of all its squared gradients. Like Keras's
/// `Adagrad`.
///
/// With gradient `g`: `sum += g²`, `w −= learning_rate · g / √(sum + ε)`. The defaults are Keras's: learning rate 0.001,
/// initial sum 0.1, ε 10⁻⁷. Duchi, Hazan and Singer, *Adaptive subgradient methods for online learning and
/// stochastic optimization*, 2011.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Adagrad {
    pub(super) common: CommonOptions,
    initial_accumulator_value: f64,
    epsilon: f64,
}

impl Adagrad {
    /// Creates the optimizer with Keras's defaults.
    pub fn new() -> Self {
        Self { common: CommonOptions::new(0.001), initial_accumulator_value: 0.1, epsilon: 1e-7 }
    }

    /// The initial value of the sum of squares: 0 or more. Default: 0.1.
    #[must_use]
    pub fn initial_accumulator_value(mut self, initial_accumulator_value: f64) -> Self {
        self.initial_accumulator_value = initial_accumulator_value;
        self
    }

    /// A small number that prevents division by 0: above 0. Default: 10⁻⁷.
    #[must_use]
    pub fn epsilon(mut self, epsilon: f64) -> Self {
        self.epsilon = epsilon;
        self
    }
}

common_options!(Adagrad, learning rate "0.001");

impl OptimizerAlgorithm for Adagrad {
    fn name(&self) -> &'static str {
        "Adagrad"
    }

    fn common(&self) -> &CommonOptions {
        &self.common
    }

    fn hyperparams(&self) -> Vec<HyperParam> {
        vec![
            HyperParam::new("initial_accumulator_value", self.initial_accumulator_value, Range::NotNegative),
            HyperParam::new("epsilon", self.epsilon, Range::Positive),
        ]
    }

    fn slots(&self) -> Vec<(&'static str, f32)> {
        vec![("accumulator", self.initial_accumulator_value as f32)]
    }

    fn rule(&self, _step: u64, learning_rate: f64) -> UpdateRule {
        UpdateRule::Adagrad { step: learning_rate as f32, epsilon: self.epsilon as f32 }
    }
}
