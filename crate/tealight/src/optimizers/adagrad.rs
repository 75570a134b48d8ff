use super::{Common, Method, Number, Range, common};
use crate::kernels::Rule;
use serde::{Deserialize, Serialize};

/// Each parameter's step is divided by the root of the sum of all its squared gradients. Like Keras's `Adagrad`.
///
/// With gradient `g`: `sum += g²`, `w −= learning_rate · g / √(sum + ε)`. The defaults are Keras's: learning rate 0.001, a
/// sum that begins at 0.1, ε 10⁻⁷. Duchi, Hazan and Singer, *Adaptive subgradient methods for online learning and
/// stochastic optimization*, 2011.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Adagrad {
    pub(super) common: Common,
    initial_accumulator_value: f64,
    epsilon: f64,
}

impl Adagrad {
    /// With Keras's defaults.
    pub fn new() -> Self {
        Self { common: Common::new(0.001), initial_accumulator_value: 0.1, epsilon: 1e-7 }
    }

    /// What the sum of squares begins at: 0 or more. Default: 0.1.
    #[must_use]
    pub fn initial_accumulator_value(mut self, initial_accumulator_value: f64) -> Self {
        self.initial_accumulator_value = initial_accumulator_value;
        self
    }

    /// Keeps the division from failing: above 0. Default: 10⁻⁷.
    #[must_use]
    pub fn epsilon(mut self, epsilon: f64) -> Self {
        self.epsilon = epsilon;
        self
    }
}

common!(Adagrad, learning rate "0.001");

impl Method for Adagrad {
    fn name(&self) -> &'static str {
        "Adagrad"
    }

    fn common(&self) -> &Common {
        &self.common
    }

    fn numbers(&self) -> Vec<Number> {
        vec![
            Number::new("initial_accumulator_value", self.initial_accumulator_value, Range::NotNegative),
            Number::new("epsilon", self.epsilon, Range::Positive),
        ]
    }

    fn memory(&self) -> Vec<(&'static str, f32)> {
        vec![("accumulator", self.initial_accumulator_value as f32)]
    }

    fn rule(&self, _step: u64, learning_rate: f64) -> Rule {
        Rule::Adagrad { step: learning_rate as f32, epsilon: self.epsilon as f32 }
    }
}
