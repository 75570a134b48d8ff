use super::{CommonOptions, HyperParam, OptimizerAlgorithm, Range, common_options, flag};
use crate::cpu::UpdateRule;
use serde::{Deserialize, Serialize};

/// Stochastic gradient descent, with optional momentum. Like Keras's `SGD`.
///
/// With gradient `g`: `w −= learning_rate · g`. With momentum: `m = momentum · m − learning_rate · g`, `w += m`; with
/// Nesterov momentum: `w += momentum · m − learning_rate · g`. The defaults are Keras's: learning rate 0.01, no momentum.
///
/// ```
/// use tealight::prelude::*;
///
/// let optimizer = SGD::new().learning_rate(0.1).momentum(0.9).nesterov(true);
/// # let _ = optimizer;
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SGD {
    pub(super) common: CommonOptions,
    momentum: f64,
    nesterov: bool,
}

impl SGD {
    /// Creates the optimizer with Keras's defaults.
    pub fn new() -> Self {
        Self { common: CommonOptions::new(0.01), momentum: 0.0, nesterov: false }
    }

    /// The fraction of the previous update that is added to each update: 0 or more and below 1. Default: 0.
    ///
    /// Keras also accepts 1, with which no update ever fades.
    #[must_use]
    pub fn momentum(mut self, momentum: f64) -> Self {
        self.momentum = momentum;
        self
    }

    /// Whether to use Nesterov momentum, which looks one step ahead. It has no effect without momentum. Default: false.
    #[must_use]
    pub fn nesterov(mut self, nesterov: bool) -> Self {
        self.nesterov = nesterov;
        self
    }
}

common_options!(SGD, learning rate "0.01");

impl OptimizerAlgorithm for SGD {
    fn name(&self) -> &'static str {
        "SGD"
    }

    fn common(&self) -> &CommonOptions {
        &self.common
    }

    fn hyperparams(&self) -> Vec<HyperParam> {
        let momentum = HyperParam::new("momentum", self.momentum, Range::Fraction);
        std::iter::once(momentum).chain(flag("nesterov", self.nesterov)).collect()
    }

    fn slots(&self) -> Vec<(&'static str, f32)> {
        if self.momentum == 0.0 { vec![] } else { vec![("momentum", 0.0)] }
    }

    fn rule(&self, _step: u64, learning_rate: f64) -> UpdateRule {
        let step = learning_rate as f32;
        if self.momentum == 0.0 {
            return UpdateRule::Descent { step };
        }
        UpdateRule::Momentum { step, momentum: self.momentum as f32, nesterov: self.nesterov }
    }
}
