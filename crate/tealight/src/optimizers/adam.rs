use super::Optimizer;
use crate::kernels::{AdamStep, Moments};
use crate::{Error, ErrorKind, Result};
use candle_core::{Tensor, Var};
use serde::{Deserialize, Serialize};
use std::cell::RefCell;
use std::fmt;

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
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Adam {
    learning_rate: f64,
    beta_1: f64,
    beta_2: f64,
    epsilon: f64,
}

impl Adam {
    /// With Keras's defaults.
    pub fn new() -> Self {
        Self { learning_rate: 0.001, beta_1: 0.9, beta_2: 0.999, epsilon: 1e-7 }
    }

    /// How far a step goes: above 0, checked when a model is compiled. Default: 0.001.
    #[must_use]
    pub fn learning_rate(mut self, learning_rate: f64) -> Self {
        self.learning_rate = learning_rate;
        self
    }

    /// How slowly the mean of the gradient forgets: 0 or more and below 1. Default: 0.9.
    #[must_use]
    pub fn beta_1(mut self, beta_1: f64) -> Self {
        self.beta_1 = beta_1;
        self
    }

    /// How slowly the mean of the squared gradient forgets: 0 or more and below 1. Default: 0.999.
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

    fn check(&self) -> Result<()> {
        let positive = |value: f64| value > 0.0 && value.is_finite();
        let fraction = |value: f64| (0.0..1.0).contains(&value);
        let options = [
            ("learning_rate", self.learning_rate, positive(self.learning_rate), "above 0, such as 0.001"),
            ("beta_1", self.beta_1, fraction(self.beta_1), "0 or more and below 1, such as 0.9"),
            ("beta_2", self.beta_2, fraction(self.beta_2), "0 or more and below 1, such as 0.999"),
            ("epsilon", self.epsilon, positive(self.epsilon), "above 0, such as 1e-7"),
        ];
        match options.into_iter().find(|(_, _, good, _)| !good) {
            None => Ok(()),
            Some((name, value, _, expected)) => {
                Err(Error::new(ErrorKind::Argument, format!("Adam: {name} {value}; expected a number {expected}.")))
            }
        }
    }
}

impl Default for Adam {
    fn default() -> Self {
        Self::new()
    }
}

impl From<Adam> for Optimizer {
    fn from(adam: Adam) -> Self {
        Self::Adam(adam)
    }
}

impl fmt::Display for Adam {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { learning_rate, beta_1, beta_2, epsilon } = self;
        write!(f, "Adam (learning rate {learning_rate}, beta_1 {beta_1}, beta_2 {beta_2}, epsilon {epsilon:e})")
    }
}

/// The names of the moments in a file.
const FIRST: &str = "first_moment";
const SECOND: &str = "second_moment";

pub(crate) struct AdamState {
    options: Adam,
    pub(super) steps: u64,
    moments: Vec<Moments>,
}

impl AdamState {
    pub(super) fn new(options: Adam, parameters: &[&Var]) -> Result<Self> {
        options.check()?;
        let moments = parameters.iter().map(|var| Moments::zeros(var.elem_count())).collect();
        Ok(Self { options, steps: 0, moments })
    }

    pub(super) fn slots(&self) -> Vec<(&'static str, Vec<&[f32]>)> {
        let (first, second) = self.moments.iter().map(|moments| (&*moments.first, &*moments.second)).unzip();
        vec![(FIRST, first), (SECOND, second)]
    }

    pub(super) fn slots_mut(&mut self) -> Vec<(&'static str, Vec<&mut [f32]>)> {
        let moments = self.moments.iter_mut().map(|moments| (&mut *moments.first, &mut *moments.second));
        let (first, second) = moments.unzip();
        vec![(FIRST, first), (SECOND, second)]
    }

    pub(super) fn step(
        &mut self,
        parameters: &[&Var],
        gradient: impl Fn(&Var) -> candle_core::Result<Option<Tensor>>,
    ) -> Result<()> {
        self.steps += 1;
        let Adam { learning_rate, beta_1, beta_2, epsilon } = self.options;
        // A power beyond 2³¹ steps is 0 to every digit.
        let step = i32::try_from(self.steps).unwrap_or(i32::MAX);
        let step_size = learning_rate * (1.0 - beta_2.powi(step)).sqrt() / (1.0 - beta_1.powi(step));
        for (var, moments) in parameters.iter().zip(&mut self.moments) {
            // A parameter that the loss does not depend on has no gradient, and stays as it is.
            let Some(gradient) = gradient(var)? else { continue };
            let update = AdamStep {
                moments: RefCell::new(moments),
                decays: ((1.0 - beta_1) as f32, (1.0 - beta_2) as f32),
                epsilon: epsilon as f32,
                step_size: step_size as f32,
            };
            var.inplace_op2(&gradient.contiguous()?, &update)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use super::{Adam, AdamState};
    use candle_core::{Device, Tensor, Var};
    use serde_json::Value;

    fn numbers(value: &Value) -> Vec<f64> {
        serde_json::from_value(value.clone()).unwrap()
    }

    #[test]
    fn twenty_steps_are_those_of_keras() {
        let keras: Value = serde_json::from_str(include_str!("../../tests/vectors/keras.json")).unwrap();
        let adam = &keras["adam"];
        let other = Adam::new().learning_rate(0.01).beta_1(0.5).beta_2(0.9).epsilon(1e-3);
        for (options, case) in [Adam::new(), other].into_iter().zip(adam["cases"].as_array().unwrap()) {
            let start = Tensor::new(numbers(&adam["start"]), &Device::Cpu).unwrap();
            let var = Var::from_tensor(&start.to_dtype(candle_core::DType::F32).unwrap()).unwrap();
            let mut state = AdamState::new(options, &[&var]).unwrap();
            for (step, expected) in case["path"].as_array().unwrap().iter().enumerate() {
                let gradient = Tensor::new(numbers(&adam["gradients"][step]), &Device::Cpu).unwrap();
                let gradient = gradient.to_dtype(candle_core::DType::F32).unwrap();
                // A loss whose gradient is the given one.
                let gradients = (var.as_tensor() * gradient).unwrap().sum_all().unwrap().backward().unwrap();
                state.step(&[&var], |var| Ok(gradients.get(var).cloned())).unwrap();
                for (ours, theirs) in var.to_vec1::<f32>().unwrap().into_iter().zip(numbers(expected)) {
                    assert!((f64::from(ours) - theirs).abs() < 1e-6, "{options}, step {step}: {ours} for {theirs}");
                }
            }
        }
    }

    #[test]
    fn a_parameter_large_enough_for_threads_moves_as_a_small_one_does() {
        let count = 100_003;
        let value = |index: usize| (index % 977) as f32 / 500.0 - 1.0;
        let large = Var::from_vec((0..count).map(value).collect(), count, &Device::Cpu).unwrap();
        let small = Var::from_vec((0..977).map(value).collect(), 977, &Device::Cpu).unwrap();
        for var in [&large, &small] {
            let mut state = AdamState::new(Adam::new(), &[var]).unwrap();
            for _ in 0..3 {
                let gradients = var.sqr().unwrap().sum_all().unwrap().backward().unwrap();
                state.step(&[var], |var| Ok(gradients.get(var).cloned())).unwrap();
            }
        }
        let (large, small) = (large.to_vec1::<f32>().unwrap(), small.to_vec1::<f32>().unwrap());
        assert!(large.iter().enumerate().all(|(index, &value)| value == small[index % 977]));
    }
}
