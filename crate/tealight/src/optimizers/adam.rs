use super::{Common, Method, Number, Range, common, switch};
use crate::kernels::Rule;
use serde::{Deserialize, Serialize};

/// Adam: each parameter has a step size of its own, from running means of its gradient and of the gradient's square.
/// Like Keras's `Adam`.
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
    pub(super) common: Common,
    moments: Moments,
}

/// What Adam and AdamW have in common.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Moments {
    pub(super) beta_1: f64,
    pub(super) beta_2: f64,
    pub(super) epsilon: f64,
    pub(super) amsgrad: bool,
}

impl Adam {
    /// With Keras's defaults.
    pub fn new() -> Self {
        Self { common: Common::new(0.001), moments: Moments::new() }
    }

    /// How slowly the mean of the gradient forgets: 0 or more and below 1. Default: 0.9.
    #[must_use]
    pub fn beta_1(mut self, beta_1: f64) -> Self {
        self.moments.beta_1 = beta_1;
        self
    }

    /// How slowly the mean of the squared gradient forgets: 0 or more and below 1. Default: 0.999.
    #[must_use]
    pub fn beta_2(mut self, beta_2: f64) -> Self {
        self.moments.beta_2 = beta_2;
        self
    }

    /// Keeps the division from failing: above 0. Default: 10⁻⁷.
    #[must_use]
    pub fn epsilon(mut self, epsilon: f64) -> Self {
        self.moments.epsilon = epsilon;
        self
    }

    /// Whether `v` is the largest it has been so far, so that steps never grow again. Default: false. Reddi, Kale and
    /// Kumar, *On the convergence of Adam and beyond*, 2018.
    #[must_use]
    pub fn amsgrad(mut self, amsgrad: bool) -> Self {
        self.moments.amsgrad = amsgrad;
        self
    }
}

common!(Adam, learning rate "0.001");

impl Method for Adam {
    fn name(&self) -> &'static str {
        "Adam"
    }

    fn common(&self) -> &Common {
        &self.common
    }

    fn numbers(&self) -> Vec<Number> {
        self.moments.numbers()
    }

    fn memory(&self) -> Vec<(&'static str, f32)> {
        self.moments.memory()
    }

    fn rule(&self, step: u64, learning_rate: f64) -> Rule {
        self.moments.rule(step, learning_rate)
    }
}

impl Moments {
    pub(super) fn new() -> Self {
        Self { beta_1: 0.9, beta_2: 0.999, epsilon: 1e-7, amsgrad: false }
    }

    pub(super) fn numbers(&self) -> Vec<Number> {
        let numbers = [
            Number::new("beta_1", self.beta_1, Range::Fraction),
            Number::new("beta_2", self.beta_2, Range::Fraction),
            Number::new("epsilon", self.epsilon, Range::Positive),
        ];
        numbers.into_iter().chain(switch("amsgrad", self.amsgrad)).collect()
    }

    pub(super) fn memory(&self) -> Vec<(&'static str, f32)> {
        let moments = [("momentum", 0.0), ("velocity", 0.0)];
        moments.into_iter().chain(self.amsgrad.then_some(("velocity_hat", 0.0))).collect()
    }

    pub(super) fn rule(&self, step: u64, learning_rate: f64) -> Rule {
        let Self { beta_1, beta_2, epsilon, amsgrad } = *self;
        let step = learning_rate * (1.0 - power(beta_2, step)).sqrt() / (1.0 - power(beta_1, step));
        let (step, fresh, epsilon) = (step as f32, ((1.0 - beta_1) as f32, (1.0 - beta_2) as f32), epsilon as f32);
        match amsgrad {
            false => Rule::Adam { step, fresh, epsilon },
            true => Rule::AmsGrad { step, fresh, epsilon },
        }
    }
}

/// A power beyond 2³¹ steps is 0 to every digit.
pub(super) fn power(base: f64, step: u64) -> f64 {
    base.powi(i32::try_from(step).unwrap_or(i32::MAX))
}
