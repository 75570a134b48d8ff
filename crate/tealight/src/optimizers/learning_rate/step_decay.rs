use std::fmt;

use serde::{Deserialize, Serialize};

use super::Schedule;
use super::checks::{at_least_one_step, positive};
use crate::convert::IntoCount;

/// A learning rate that is multiplied by `factor` after every `every` steps: `initial · factor^⌊step / every⌋`. Like Keras's
/// `ExponentialDecay` with `staircase=True`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StepDecay {
    initial: f64,
    every: i64,
    factor: f64,
}

impl StepDecay {
    /// Creates a schedule that starts at `initial` and is multiplied by `factor` after every `every` steps. All are above 0,
    /// checked when a model is compiled.
    pub fn new(initial: f64, every: impl IntoCount, factor: f64) -> Self {
        Self { initial, every: every.into_i64(), factor }
    }
}

impl Schedule for StepDecay {
    fn at(&self, step: f64) -> f64 {
        self.initial * self.factor.powf((step / self.every as f64).floor())
    }

    fn check(&self) -> Result<(), String> {
        positive("StepDecay: initial", self.initial)?;
        at_least_one_step("StepDecay: every", self.every)?;
        positive("StepDecay: factor", self.factor)
    }
}

impl fmt::Display for StepDecay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, times {} after every {} steps", self.initial, self.factor, self.every)
    }
}
