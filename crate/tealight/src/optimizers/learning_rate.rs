//! Learning rates: constants and schedules. Each schedule is one file.

mod checks;
mod cosine_decay;
mod exponential_decay;
mod piecewise_constant_decay;
mod step_decay;

pub use cosine_decay::CosineDecay;
pub use exponential_decay::ExponentialDecay;
pub use piecewise_constant_decay::PiecewiseConstantDecay;
pub use step_decay::StepDecay;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::convert::{IntoCount, IntoF64, to_usize};
use crate::{Error, ErrorKind, Result};

/// A learning rate: a number, or a schedule with one number for each step. Numbers and schedules convert into it.
///
/// A step is one batch, as in Keras: 60,000 examples in batches of 32 make 1,875 steps an epoch. Steps count from 0 and
/// continue over several fits; compiling the model restarts them.
///
/// ```
/// use tealight::prelude::*;
///
/// let constant = Adam::new().learning_rate(3e-4);
/// let falling = SGD::new().learning_rate(ExponentialDecay::new(0.1, 1000, 0.9));
/// assert_eq!(LearningRate::from(ExponentialDecay::new(0.1, 1000, 0.5)).at(2000), 0.025);
/// # let _ = (constant, falling);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum LearningRate {
    /// The same in each step.
    Constant(f64),
    /// [`StepDecay`].
    StepDecay(StepDecay),
    /// [`ExponentialDecay`].
    ExponentialDecay(ExponentialDecay),
    /// [`PiecewiseConstantDecay`].
    PiecewiseConstantDecay(PiecewiseConstantDecay),
    /// [`CosineDecay`].
    CosineDecay(CosineDecay),
}

/// The part of a schedule that differs from other schedules.
trait Schedule: fmt::Display {
    /// Returns the learning rate of a step, counted from 0.
    fn at(&self, step: f64) -> f64;

    /// Checks the options.
    ///
    /// # Errors
    /// If the schedule is not above 0 and finite in every step. The text is the part of the error after the optimizer.
    fn check(&self) -> Result<(), String>;
}

mod sealed {
    pub trait LearningRate {}
}

/// A learning rate: a number of any type, or a schedule such as [`CosineDecay`](crate::CosineDecay).
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a learning rate",
    label = "unexpected argument type",
    note = "give a number or a schedule: `.learning_rate(0.001)`, `.learning_rate(CosineDecay::new(0.01, 1000))`"
)]
pub trait IntoLearningRate: sealed::LearningRate {
    /// Converts into a [`LearningRate`].
    fn into_learning_rate(self) -> LearningRate;
}

impl<T: IntoF64> sealed::LearningRate for T {}

#[diagnostic::do_not_recommend]
impl<T: IntoF64> IntoLearningRate for T {
    fn into_learning_rate(self) -> LearningRate {
        self.into_f64().into()
    }
}

impl sealed::LearningRate for LearningRate {}

impl IntoLearningRate for LearningRate {
    fn into_learning_rate(self) -> LearningRate {
        self
    }
}

impl From<f64> for LearningRate {
    fn from(rate: f64) -> Self {
        Self::Constant(rate)
    }
}

/// The conversions of a schedule into [`LearningRate`].
macro_rules! schedules {
    ($($schedule:ident),*) => { $(
        impl From<$schedule> for LearningRate {
            fn from(schedule: $schedule) -> Self {
                Self::$schedule(schedule)
            }
        }

        impl sealed::LearningRate for $schedule {}

        impl IntoLearningRate for $schedule {
            fn into_learning_rate(self) -> LearningRate {
                self.into()
            }
        }
    )* };
}

schedules!(StepDecay, ExponentialDecay, PiecewiseConstantDecay, CosineDecay);

impl LearningRate {
    /// Returns the learning rate of a step, counted from 0.
    pub fn at(&self, step: impl IntoCount) -> f64 {
        let step = to_usize(step.into_i64()).unwrap_or(0) as f64;
        match self {
            Self::Constant(rate) => *rate,
            Self::StepDecay(schedule) => schedule.at(step),
            Self::ExponentialDecay(schedule) => schedule.at(step),
            Self::PiecewiseConstantDecay(schedule) => schedule.at(step),
            Self::CosineDecay(schedule) => schedule.at(step),
        }
    }

    /// Returns whether the learning rate is a schedule.
    pub(super) fn is_schedule(&self) -> bool {
        !matches!(self, Self::Constant(_))
    }

    /// Checks the learning rate of the optimizer called `optimizer`.
    ///
    /// # Errors
    /// If it is not above 0 and finite in every step.
    pub(super) fn check(&self, optimizer: &str) -> Result<()> {
        let result = match self {
            Self::Constant(rate) => checks::positive("learning_rate", *rate),
            Self::StepDecay(schedule) => schedule.check(),
            Self::ExponentialDecay(schedule) => schedule.check(),
            Self::PiecewiseConstantDecay(schedule) => schedule.check(),
            Self::CosineDecay(schedule) => schedule.check(),
        };
        result.map_err(|message| Error::new(ErrorKind::Argument, format!("{optimizer}: {message}")))
    }
}

impl fmt::Display for LearningRate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Constant(rate) if *rate > 0.0 && *rate < 1e-3 => write!(f, "{rate:e}"),
            Self::Constant(rate) => write!(f, "{rate}"),
            Self::StepDecay(schedule) => schedule.fmt(f),
            Self::ExponentialDecay(schedule) => schedule.fmt(f),
            Self::PiecewiseConstantDecay(schedule) => schedule.fmt(f),
            Self::CosineDecay(schedule) => schedule.fmt(f),
        }
    }
}
