use super::{CommonOptions, HyperParam, OptimizerAlgorithm, Range, common_options, flag};
use crate::cpu::UpdateRule;
use serde::{Deserialize, Serialize};

/// RMSprop: the step of each parameter is divided by the running root mean square of its gradient. Like Keras's `RMSprop`.
///
/// With gradient `g`: `v = ρ · v + (1 − ρ) · g²`, `w −= learning_rate · g / √(v + ε)`, with ε inside the root as in Keras.
/// If centered, the variance `v − a²` with `a = ρ · a + (1 − ρ) · g` replaces `v` under the root. With momentum the step is
/// added to `m = momentum · m`, and `w −= m`. The defaults are Keras's: learning rate 0.001, ρ 0.9, no momentum,
/// ε 10⁻⁷. Hinton, *Neural networks for machine learning*, lecture 6e, 2012.
///
/// ```
/// use tealight::prelude::*;
///
/// let optimizer = RMSprop::new().learning_rate(3e-4).centered(true);
/// # let _ = optimizer;
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RMSprop {
    pub(super) common: CommonOptions,
    rho: f64,
    momentum: f64,
    epsilon: f64,
    centered: bool,
}

impl RMSprop {
    /// Creates the optimizer with Keras's defaults.
    pub fn new() -> Self {
        Self { common: CommonOptions::new(0.001), rho: 0.9, momentum: 0.0, epsilon: 1e-7, centered: false }
    }

    /// The decay rate of the mean of the squared gradient: 0 or more and below 1. Default: 0.9.
    #[must_use]
    pub fn rho(mut self, rho: f64) -> Self {
        self.rho = rho;
        self
    }

    /// The fraction of the previous update that is added to each update: 0 or more and below 1. Default: 0.
    #[must_use]
    pub fn momentum(mut self, momentum: f64) -> Self {
        self.momentum = momentum;
        self
    }

    /// A small number that prevents division by 0: above 0. Default: 10⁻⁷.
    #[must_use]
    pub fn epsilon(mut self, epsilon: f64) -> Self {
        self.epsilon = epsilon;
        self
    }

    /// Whether steps are divided by the standard deviation of the gradient instead of its root mean square. Default: false.
    #[must_use]
    pub fn centered(mut self, centered: bool) -> Self {
        self.centered = centered;
        self
    }
}

common_options!(RMSprop, learning rate "0.001");

impl OptimizerAlgorithm for RMSprop {
    fn name(&self) -> &'static str {
        "RMSprop"
    }

    fn common(&self) -> &CommonOptions {
        &self.common
    }

    fn hyperparams(&self) -> Vec<HyperParam> {
        let numbers = [
            HyperParam::new("rho", self.rho, Range::Fraction),
            HyperParam::new("momentum", self.momentum, Range::Fraction),
            HyperParam::new("epsilon", self.epsilon, Range::Positive),
        ];
        numbers.into_iter().chain(flag("centered", self.centered)).collect()
    }

    fn slots(&self) -> Vec<(&'static str, f32)> {
        match self.momentum == 0.0 && !self.centered {
            true => vec![("velocity", 0.0)],
            false => vec![("velocity", 0.0), ("momentum", 0.0), ("average_gradient", 0.0)],
        }
    }

    fn rule(&self, _step: u64, learning_rate: f64) -> UpdateRule {
        let (step, one_minus_beta, epsilon) = (learning_rate as f32, (1.0 - self.rho) as f32, self.epsilon as f32);
        if self.momentum == 0.0 && !self.centered {
            return UpdateRule::RmsProp { step, one_minus_beta, epsilon };
        }
        UpdateRule::RmsPropMomentum {
            step,
            one_minus_beta,
            epsilon,
            momentum: self.momentum as f32,
            centered: self.centered,
        }
    }
}
