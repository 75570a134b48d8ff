use super::adam;
use super::moments::{Moments, moments};
use super::{CommonOptions, HyperParam, OptimizerAlgorithm, Range, common_options};
use crate::cpu::UpdateRule;
use serde::{Deserialize, Serialize};

/// AdamW: [`Adam`](crate::Adam) with decoupled weight decay, which does not go through the gradient. Like Keras's `AdamW`.
///
/// Each step first shrinks every parameter, `w −= w · weight_decay · learning_rate`, and then does the same as Adam. The
/// defaults are Keras's: weight decay 0.004, and those of Adam. Loshchilov and Hutter, *Decoupled weight
/// decay regularization*, 2019.
///
/// ```
/// use tealight::prelude::*;
///
/// let optimizer = AdamW::new().weight_decay(0.01);
/// # let _ = optimizer;
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AdamW {
    pub(super) common: CommonOptions,
    moments: Moments,
    amsgrad: bool,
    weight_decay: f64,
}

impl AdamW {
    /// Creates the optimizer with Keras's defaults.
    pub fn new() -> Self {
        Self { common: CommonOptions::new(0.001), moments: Moments::new(), amsgrad: false, weight_decay: 0.004 }
    }

    /// The fraction of each parameter, times the learning rate, that a step subtracts: 0 or more. Default: 0.004.
    #[must_use]
    pub fn weight_decay(mut self, weight_decay: f64) -> Self {
        self.weight_decay = weight_decay;
        self
    }

    /// The same as [`Adam::amsgrad`](crate::Adam::amsgrad). Default: false.
    #[must_use]
    pub fn amsgrad(mut self, amsgrad: bool) -> Self {
        self.amsgrad = amsgrad;
        self
    }
}

common_options!(AdamW, learning rate "0.001");
moments!(AdamW, "the mean of the squared gradient");

impl OptimizerAlgorithm for AdamW {
    fn name(&self) -> &'static str {
        "AdamW"
    }

    fn common(&self) -> &CommonOptions {
        &self.common
    }

    fn hyperparams(&self) -> Vec<HyperParam> {
        let decay = HyperParam::new("weight_decay", self.weight_decay, Range::NotNegative);
        std::iter::once(decay).chain(adam::hyperparams(&self.moments, self.amsgrad)).collect()
    }

    fn slots(&self) -> Vec<(&'static str, f32)> {
        adam::slots(self.amsgrad)
    }

    fn rule(&self, step: u64, learning_rate: f64) -> UpdateRule {
        adam::rule(&self.moments, self.amsgrad, step, learning_rate)
    }

    fn weight_decay(&self) -> f64 {
        self.weight_decay
    }
}
