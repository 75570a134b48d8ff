//! Learning rates that stay, and learning rates that change from step to step.

use crate::convert::IntoF64;
use crate::convert::{IntoCount, to_usize};
use crate::{Error, ErrorKind, Result};
use serde::{Deserialize, Serialize};
use std::f64::consts::PI;
use std::fmt;

/// A learning rate: a number, or a schedule that gives one for each step. Numbers and schedules turn into one.
///
/// A step is one batch, as in Keras: 60,000 examples in batches of 32 make 1,875 steps an epoch. Steps count from 0, on
/// over several fits, and from the start again when a model is compiled.
///
/// ```
/// use tealight::prelude::*;
///
/// let steady = Adam::new().learning_rate(3e-4);
/// let falling = SGD::new().learning_rate(ExponentialDecay::new(0.1, 1000, 0.9));
/// assert_eq!(LearningRate::from(ExponentialDecay::new(0.1, 1000, 0.5)).at(2000), 0.025);
/// # let _ = (steady, falling);
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

/// A learning rate: a number of any type, or a schedule such as [`CosineDecay`](crate::CosineDecay).
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a learning rate",
    label = "not what is expected here",
    note = "give a number or a schedule: `.learning_rate(0.001)`, `.learning_rate(CosineDecay::new(0.01, 1000))`"
)]
pub trait IntoLearningRate {
    /// Converts into a [`LearningRate`].
    fn into_learning_rate(self) -> LearningRate;
}

#[diagnostic::do_not_recommend]
impl<T: IntoF64> IntoLearningRate for T {
    fn into_learning_rate(self) -> LearningRate {
        self.into_f64().into()
    }
}

macro_rules! schedules {
    ($($name:ident),*) => { $(
        impl IntoLearningRate for $name {
            fn into_learning_rate(self) -> LearningRate {
                self.into()
            }
        }
    )* };
}

schedules!(LearningRate, StepDecay, ExponentialDecay, PiecewiseConstantDecay, CosineDecay);

/// Multiplied by `factor` after every so many steps: `initial · factor^⌊step / every⌋`. Like Keras's `ExponentialDecay`
/// with `staircase=True`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StepDecay {
    initial: f64,
    every: i64,
    factor: f64,
}

impl StepDecay {
    /// From `initial`, multiplied by `factor` after `every` steps; all above 0.
    pub fn new(initial: f64, every: impl IntoCount, factor: f64) -> Self {
        Self { initial, every: every.into_i64(), factor }
    }
}

/// `initial · decay_rate^(step / decay_steps)`. Like Keras's `ExponentialDecay`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExponentialDecay {
    initial: f64,
    decay_steps: i64,
    decay_rate: f64,
    staircase: bool,
}

impl ExponentialDecay {
    /// From `initial`, multiplied by `decay_rate` over the course of `decay_steps` steps; all above 0.
    pub fn new(initial: f64, decay_steps: impl IntoCount, decay_rate: f64) -> Self {
        Self { initial, decay_steps: decay_steps.into_i64(), decay_rate, staircase: false }
    }

    /// Whether it falls in steps, at whole multiples of `decay_steps`, as [`StepDecay`] does. Default: false.
    #[must_use]
    pub fn staircase(mut self, staircase: bool) -> Self {
        self.staircase = staircase;
        self
    }
}

/// One number up to and with a step, another up to and with a later one, and so on. Like Keras's
/// `PiecewiseConstantDecay`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PiecewiseConstantDecay {
    boundaries: Vec<i64>,
    values: Vec<f64>,
}

impl PiecewiseConstantDecay {
    /// The last step of each value but the last, which grow, and the values: one more than there are boundaries.
    pub fn new(boundaries: impl IntoIterator<Item = impl IntoCount>, values: impl IntoIterator<Item = f64>) -> Self {
        let boundaries = boundaries.into_iter().map(|boundary| boundary.into_i64()).collect();
        Self { boundaries, values: values.into_iter().collect() }
    }
}

/// Falls along half a cosine from `initial` over `decay_steps` steps, to `alpha` times what it began at; where a warm-up
/// is asked for, it first rises evenly from `initial` to `warmup_target`. Like Keras's `CosineDecay`.
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
    /// From `initial`, above 0 (or 0 where a warm-up follows), falling over `decay_steps` steps.
    pub fn new(initial: f64, decay_steps: impl IntoCount) -> Self {
        Self { initial, decay_steps: decay_steps.into_i64(), alpha: 0.0, warmup: None }
    }

    /// The share that is left at the end: from 0 to 1. Default: 0.
    #[must_use]
    pub fn alpha(mut self, alpha: f64) -> Self {
        self.alpha = alpha;
        self
    }

    /// Rises first, from `initial` to `target`, over `steps` steps, and falls from there: Keras's `warmup_target` and
    /// `warmup_steps`. Default: none.
    #[must_use]
    pub fn warmup(mut self, target: f64, steps: impl IntoCount) -> Self {
        self.warmup = Some((target, steps.into_i64()));
        self
    }

    fn at(&self, step: f64) -> f64 {
        let fall = |from: f64, step: f64| {
            let done = (step / self.decay_steps as f64).min(1.0);
            from * ((1.0 - self.alpha) * 0.5 * (1.0 + (PI * done).cos()) + self.alpha)
        };
        match self.warmup {
            None => fall(self.initial, step),
            Some((target, steps)) if step < steps as f64 => {
                self.initial + (target - self.initial) * step / steps as f64
            }
            Some((target, steps)) => fall(target, step - steps as f64),
        }
    }
}

impl LearningRate {
    /// The learning rate of a step, counted from 0.
    pub fn at(&self, step: impl IntoCount) -> f64 {
        let step = to_usize(step.into_i64()).unwrap_or(0) as f64;
        match self {
            Self::Constant(rate) => *rate,
            Self::StepDecay(StepDecay { initial, every, factor }) => {
                initial * factor.powf((step / *every as f64).floor())
            }
            Self::ExponentialDecay(ExponentialDecay { initial, decay_steps, decay_rate, staircase }) => {
                let power = step / *decay_steps as f64;
                initial * decay_rate.powf(if *staircase { power.floor() } else { power })
            }
            Self::PiecewiseConstantDecay(PiecewiseConstantDecay { boundaries, values }) => {
                let index = boundaries.iter().filter(|&&boundary| step > boundary as f64).count();
                values.get(index).copied().unwrap_or(f64::NAN)
            }
            Self::CosineDecay(decay) => decay.at(step),
        }
    }

    /// Whether it may change from step to step.
    pub(super) fn is_schedule(&self) -> bool {
        !matches!(self, Self::Constant(_))
    }

    /// Checks that it can give a good number for every step; `of` is the optimizer that it belongs to.
    pub(super) fn check(&self, of: &str) -> Result<()> {
        // Parameters have 32 bits.
        let positive = |name: &str, value: f64| match value > 0.0 && (value as f32).is_finite() {
            true => Ok(()),
            false => Err(format!("{name} {value}; expected a number above 0, such as 0.001.")),
        };
        let steps = |name: &str, steps: i64| match steps > 0 {
            true => Ok(()),
            false => Err(format!("{name} {steps}; expected at least 1, such as 1000.")),
        };
        let wrong = match self {
            Self::Constant(rate) => positive("learning_rate", *rate),
            Self::StepDecay(StepDecay { initial, every, factor }) => positive("StepDecay: initial", *initial)
                .and_then(|()| steps("StepDecay: every", *every))
                .and_then(|()| positive("StepDecay: factor", *factor)),
            Self::ExponentialDecay(ExponentialDecay { initial, decay_steps, decay_rate, .. }) => {
                positive("ExponentialDecay: initial", *initial)
                    .and_then(|()| steps("ExponentialDecay: decay_steps", *decay_steps))
                    .and_then(|()| positive("ExponentialDecay: decay_rate", *decay_rate))
            }
            Self::PiecewiseConstantDecay(PiecewiseConstantDecay { boundaries, values }) => {
                let grow = boundaries.windows(2).all(|pair| pair[0] < pair[1]) && boundaries.iter().all(|&b| b >= 0);
                match (values.len() == boundaries.len() + 1, grow) {
                    (true, true) => {
                        values.iter().try_for_each(|&value| positive("PiecewiseConstantDecay: value", value))
                    }
                    (false, _) => Err(format!(
                        "PiecewiseConstantDecay: {} values for {} boundaries; expected one value more than boundaries.",
                        values.len(),
                        boundaries.len()
                    )),
                    (true, false) => {
                        Err(format!("PiecewiseConstantDecay: boundaries {boundaries:?}; expected steps that grow."))
                    }
                }
            }
            Self::CosineDecay(CosineDecay { initial, decay_steps, alpha, warmup }) => {
                steps("CosineDecay: decay_steps", *decay_steps)
                    .and_then(|()| match (0.0..=1.0).contains(alpha) {
                        true => Ok(()),
                        false => Err(format!("CosineDecay: alpha {alpha}; expected a number from 0 to 1.")),
                    })
                    .and_then(|()| match warmup {
                        None => positive("CosineDecay: initial", *initial),
                        Some((target, warmup_steps)) => positive("CosineDecay: warm-up target", *target)
                            .and_then(|()| steps("CosineDecay: warm-up steps", *warmup_steps))
                            .and_then(|()| match *initial >= 0.0 && initial.is_finite() {
                                true => Ok(()),
                                false => {
                                    Err(format!("CosineDecay: initial {initial}; expected a number of 0 or more."))
                                }
                            }),
                    })
            }
        };
        wrong.map_err(|what| Error::new(ErrorKind::Argument, format!("{of}: {what}")))
    }
}

impl fmt::Display for LearningRate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Constant(rate) if *rate > 0.0 && *rate < 1e-3 => write!(f, "{rate:e}"),
            Self::Constant(rate) => write!(f, "{rate}"),
            Self::StepDecay(StepDecay { initial, every, factor }) => {
                write!(f, "{initial}, times {factor} after every {every} steps")
            }
            Self::ExponentialDecay(ExponentialDecay { initial, decay_steps, decay_rate, staircase }) => {
                let how = if *staircase { "after every" } else { "over each" };
                write!(f, "{initial}, times {decay_rate} {how} {decay_steps} steps")
            }
            Self::PiecewiseConstantDecay(PiecewiseConstantDecay { boundaries, values }) => {
                let first = values.first().copied().unwrap_or(f64::NAN);
                let later = boundaries.iter().zip(values.iter().skip(1));
                write!(f, "{first}")?;
                later.into_iter().try_for_each(|(boundary, value)| write!(f, ", {value} after step {boundary}"))
            }
            Self::CosineDecay(CosineDecay { initial, decay_steps, alpha, warmup }) => {
                write!(f, "{initial}")?;
                if let Some((target, steps)) = warmup {
                    write!(f, ", rising to {target} over {steps} steps")?;
                }
                write!(f, ", falling along a cosine over {decay_steps} steps")?;
                if *alpha > 0.0 { write!(f, " to {alpha} of that") } else { Ok(()) }
            }
        }
    }
}

impl From<f64> for LearningRate {
    fn from(rate: f64) -> Self {
        Self::Constant(rate)
    }
}

macro_rules! schedules {
    ($($schedule:ident),*) => { $(
        impl From<$schedule> for LearningRate {
            fn from(schedule: $schedule) -> Self {
                Self::$schedule(schedule)
            }
        }
    )* };
}

schedules!(StepDecay, ExponentialDecay, PiecewiseConstantDecay, CosineDecay);
