use std::fmt;

use serde::{Deserialize, Serialize};

use super::Schedule;
use super::checks::{at_least_one_step, positive};
use crate::convert::IntoCount;

/// A learning rate that decays exponentially: `initial · decay_rate^(step / decay_steps)`. Like Keras's `ExponentialDecay`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExponentialDecay {
    initial: f64,
    decay_steps: i64,
    decay_rate: f64,
    staircase: bool,
}

impl ExponentialDecay {
    /// Creates a schedule that starts at `initial` and is multiplied by `decay_rate` over the course of `decay_steps` steps.
    /// All are above 0, checked when a model is compiled.
    pub fn new(initial: f64, decay_steps: impl IntoCount, decay_rate: f64) -> Self {
        Self { initial, decay_steps: decay_steps.into_i64(), decay_rate, staircase: false }
    }

    /// Whether the learning rate changes only at multiples of `decay_steps`, as with [`StepDecay`](crate::StepDecay).
    /// Default: false.
    #[must_use]
    pub fn staircase(mut self, staircase: bool) -> Self {
        self.staircase = staircase;
        self
    }
}

impl Schedule for ExponentialDecay {
    fn at(&self, step: f64) -> f64 {
        let power = step / self.decay_steps as f64;
        self.initial * self.decay_rate.powf(if self.staircase { power.floor() } else { power })
    }

    fn check(&self) -> Result<(), String> {
        positive("ExponentialDecay: initial", self.initial)?;
        at_least_one_step("ExponentialDecay: decay_steps", self.decay_steps)?;
        positive("ExponentialDecay: decay_rate", self.decay_rate)
    }
}

impl fmt::Display for ExponentialDecay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { initial, decay_steps, decay_rate, staircase } = self;
        let period = if *staircase { "after every" } else { "over each" };
        write!(f, "{initial}, times {decay_rate} {period} {decay_steps} steps")
    }
}
