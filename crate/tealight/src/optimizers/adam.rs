use super::moments::{Moments, moments, power};
use super::{CommonOptions, HyperParam, OptimizerAlgorithm, common_options, flag};
use crate::cpu::UpdateRule;
use serde::{Deserialize, Serialize};

/// Adam: each parameter has its own step size, from running means of its gradient and of the squared gradient. Like Keras's
/// `Adam`.
///
/// In step `t`, with gradient `g`: `m += (1 − β₁)(g − m)`, `v += (1 − β₂)(g² − v)`,
/// `w −= learning_rate · √(1 − β₂ᵗ) / (1 − β₁ᵗ) · m / (√v + ε)`. The defaults are Keras's: learning rate 0.001, β₁ 0.9,
/// β₂ 0.999, ε 10⁻⁷. Kingma and Ba, *Adam: a method for stochastic optimization*, 2015.
///
/// ```
/// use tealight::prelude::*;
///
/// let optimizer = Adam::new().learning_rate(3e-4);
/// # let _ = optimizer;
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Adam {
    pub(super) common: CommonOptions,
    moments: Moments,
    amsgrad: bool,
}

impl Adam {
    /// Creates the optimizer with Keras's defaults.
    pub fn new() -> Self {
        Self { common: CommonOptions::new(0.001), moments: Moments::new(), amsgrad: false }
    }

    /// Whether to use the largest `v` so far, so that step sizes never grow again. Default: false. Reddi, Kale and
    /// Kumar, *On the convergence of Adam and beyond*, 2018.
    #[must_use]
    pub fn amsgrad(mut self, amsgrad: bool) -> Self {
        self.amsgrad = amsgrad;
        self
    }
}

common_options!(Adam, learning rate "0.001");
moments!(Adam, "the mean of the squared gradient");

impl OptimizerAlgorithm for Adam {
    fn name(&self) -> &'static str {
        "Adam"
    }

    fn common(&self) -> &CommonOptions {
        &self.common
    }

    fn hyperparams(&self) -> Vec<HyperParam> {
        hyperparams(&self.moments, self.amsgrad)
    }

    fn slots(&self) -> Vec<(&'static str, f32)> {
        slots(self.amsgrad)
    }

    fn rule(&self, step: u64, learning_rate: f64) -> UpdateRule {
        rule(&self.moments, self.amsgrad, step, learning_rate)
    }
}

/// Returns the options that Adam and AdamW share.
pub(super) fn hyperparams(moments: &Moments, amsgrad: bool) -> Vec<HyperParam> {
    moments.hyperparams().into_iter().chain(flag("amsgrad", amsgrad)).collect()
}

/// Returns the slot variables of Adam and AdamW.
pub(super) fn slots(amsgrad: bool) -> Vec<(&'static str, f32)> {
    let moments = [("momentum", 0.0), ("velocity", 0.0)];
    moments.into_iter().chain(amsgrad.then_some(("velocity_hat", 0.0))).collect()
}

/// Returns the arithmetic of Adam and AdamW.
pub(super) fn rule(moments: &Moments, amsgrad: bool, step: u64, learning_rate: f64) -> UpdateRule {
    let Moments { beta_1, beta_2, epsilon } = *moments;
    let step = learning_rate * (1.0 - power(beta_2, step)).sqrt() / (1.0 - power(beta_1, step));
    let (step, one_minus_beta, epsilon) = (step as f32, moments.one_minus_beta(), epsilon as f32);
    match amsgrad {
        false => UpdateRule::Adam { step, one_minus_beta, epsilon },
        true => UpdateRule::AmsGrad { step, one_minus_beta, epsilon },
    }
}
