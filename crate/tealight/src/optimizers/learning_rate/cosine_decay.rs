use std::f64::consts::PI;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::Schedule;
use super::checks::{at_least_one_step, positive};
use crate::convert::IntoCount;

/// A learning rate that falls along half a cosine over `decay_steps` steps, from `initial` to `alpha` times its start. With a
/// warm-up it first rises linearly from `initial` to a target. Like Keras's `CosineDecay`.
///
/// Loshchilov and Hutter, *SGDR: stochastic gradient descent with warm restarts*, 2017.
///
/// ```
/// use tealight::prelude::*;
///
/// let rate = LearningRate::from(CosineDecay::new(0.0, 1000).warmup(0.01, 100));
/// assert_eq!([rate.at(0), rate.at(50), rate.at(100), rate.at(600)], [0.0, 0.005, 0.01, 0.005]);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CosineDecay {
    initial: f64,
    decay_steps: i64,
    alpha: f64,
    warmup: Option<(f64, i64)>,
}

impl CosineDecay {
    /// Creates a schedule that falls from `initial` over `decay_steps` steps. `initial` is above 0, or 0 with a warm-up;
    /// checked when a model is compiled.
    pub fn new(initial: f64, decay_steps: impl IntoCount) -> Self {
        Self { initial, decay_steps: decay_steps.into_i64(), alpha: 0.0, warmup: None }
    }

    /// The fraction of the learning rate that remains at the end: from 0 to 1. Default: 0.
    #[must_use]
    pub fn alpha(mut self, alpha: f64) -> Self {
        self.alpha = alpha;
        self
    }

    /// Adds a warm-up from `initial` to `target` over `steps` steps, after which the decay starts at `target`: Keras's
    /// `warmup_target` and `warmup_steps`. Default: no warm-up.
    #[must_use]
    pub fn warmup(mut self, target: f64, steps: impl IntoCount) -> Self {
        self.warmup = Some((target, steps.into_i64()));
        self
    }

    /// Returns the learning rate `step` steps after the decay began at `start`.
    fn decayed(&self, start: f64, step: f64) -> f64 {
        let progress = (step / self.decay_steps as f64).min(1.0);
        start * ((1.0 - self.alpha) * 0.5 * (1.0 + (PI * progress).cos()) + self.alpha)
    }
}

impl Schedule for CosineDecay {
    fn at(&self, step: f64) -> f64 {
        match self.warmup {
            None => self.decayed(self.initial, step),
            Some((target, steps)) if step < steps as f64 => {
                self.initial + (target - self.initial) * step / steps as f64
            }
            Some((target, steps)) => self.decayed(target, step - steps as f64),
        }
    }

    fn check(&self) -> Result<(), String> {
        let Self { initial, decay_steps, alpha, warmup } = self;
        at_least_one_step("CosineDecay: decay_steps", *decay_steps)?;
        if !(0.0..=1.0).contains(alpha) {
            return Err(format!("CosineDecay: alpha {alpha}; expected a number from 0 to 1."));
        }
        let Some((target, warmup_steps)) = warmup else { return positive("CosineDecay: initial", *initial) };
        positive("CosineDecay: warm-up target", *target)?;
        at_least_one_step("CosineDecay: warm-up steps", *warmup_steps)?;
        match *initial >= 0.0 && initial.is_finite() {
            true => Ok(()),
            false => Err(format!("CosineDecay: initial {initial}; expected a number of 0 or more.")),
        }
    }
}

impl fmt::Display for CosineDecay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { initial, decay_steps, alpha, warmup } = self;
        write!(f, "{initial}")?;
        if let Some((target, steps)) = warmup {
            write!(f, ", rising to {target} over {steps} steps")?;
        }
        write!(f, ", falling along a cosine over {decay_steps} steps")?;
        if *alpha > 0.0 { write!(f, " to {alpha} of that") } else { Ok(()) }
    }
}
