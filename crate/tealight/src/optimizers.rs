//! Optimizers: SGD, RMSprop, Adam and others. Each is one file, with its formula and its options.

mod adagrad;
mod adam;
mod adamax;
mod adamw;
mod clipping;
mod learning_rate;
mod moments;
mod nadam;
mod rmsprop;
mod sgd;
mod state;

#[cfg(test)]
mod tests;

pub use adagrad::Adagrad;
pub use adam::Adam;
pub use adamax::Adamax;
pub use adamw::AdamW;
pub use learning_rate::{
    CosineDecay, ExponentialDecay, IntoLearningRate, LearningRate, PiecewiseConstantDecay, StepDecay,
};
pub use nadam::Nadam;
pub use rmsprop::RMSprop;
pub use sgd::SGD;
pub(crate) use state::OptimizerState;

use crate::arguments::argument;
use crate::cpu::UpdateRule;
use crate::{Error, ErrorKind, Result};
use clipping::Clipping;
use serde::{Deserialize, Serialize};
use std::fmt;

/// An optimizer, as plain data. Every optimizer type converts into it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Optimizer {
    /// [`SGD`].
    SGD(SGD),
    /// [`RMSprop`].
    RMSprop(RMSprop),
    /// [`Adam`].
    Adam(Adam),
    /// [`AdamW`].
    AdamW(AdamW),
    /// [`Adagrad`].
    Adagrad(Adagrad),
    /// [`Nadam`].
    Nadam(Nadam),
    /// [`Adamax`].
    Adamax(Adamax),
}

argument!(
    /// An optimizer: [`Adam`](crate::Adam), [`SGD`](crate::SGD) and so on.
    IntoOptimizer, into_optimizer -> Optimizer;
    "`{Self}` is not an optimizer",
    "write its name without quotes: `model.compile(Adam::new(), SparseCategoricalCrossentropy::new(), [Accuracy])?`"
);

impl Optimizer {
    fn algorithm(&self) -> &dyn OptimizerAlgorithm {
        match self {
            Self::SGD(algorithm) => algorithm,
            Self::RMSprop(algorithm) => algorithm,
            Self::Adam(algorithm) => algorithm,
            Self::AdamW(algorithm) => algorithm,
            Self::Adagrad(algorithm) => algorithm,
            Self::Nadam(algorithm) => algorithm,
            Self::Adamax(algorithm) => algorithm,
        }
    }

    fn common_mut(&mut self) -> &mut CommonOptions {
        match self {
            Self::SGD(algorithm) => &mut algorithm.common,
            Self::RMSprop(algorithm) => &mut algorithm.common,
            Self::Adam(algorithm) => &mut algorithm.common,
            Self::AdamW(algorithm) => &mut algorithm.common,
            Self::Adagrad(algorithm) => &mut algorithm.common,
            Self::Nadam(algorithm) => &mut algorithm.common,
            Self::Adamax(algorithm) => &mut algorithm.common,
        }
    }
}

impl fmt::Display for Optimizer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let algorithm = self.algorithm();
        let CommonOptions { learning_rate, clipping } = algorithm.common();
        write!(f, "{} (learning rate {learning_rate}", algorithm.name())?;
        algorithm.hyperparams().iter().try_for_each(|number| write!(f, ", {number}"))?;
        write!(f, "{clipping})")
    }
}

/// The options that every optimizer has.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct CommonOptions {
    learning_rate: LearningRate,
    #[serde(default)]
    clipping: Clipping,
}

impl CommonOptions {
    fn new(learning_rate: f64) -> Self {
        Self { learning_rate: learning_rate.into(), clipping: Clipping::default() }
    }
}

/// The part of an optimizer that differs from other optimizers.
trait OptimizerAlgorithm {
    /// Returns the name that a user writes.
    fn name(&self) -> &'static str;

    fn common(&self) -> &CommonOptions;

    /// Returns the options other than the common ones.
    fn hyperparams(&self) -> Vec<HyperParam>;

    /// Returns the slot variables, numbers that are kept for each element: name and initial value, in the order of the
    /// [`UpdateRule`].
    fn slots(&self) -> Vec<(&'static str, f32)>;

    /// Returns the arithmetic of step `step`, counted from 1, at the learning rate of that step.
    fn rule(&self, step: u64, learning_rate: f64) -> UpdateRule;

    /// Returns the decoupled weight decay: before the update, a step subtracts this fraction, times the learning rate, of each
    /// parameter.
    fn weight_decay(&self) -> f64 {
        0.0
    }
}

/// An option that is a number or a flag, with its valid range.
struct HyperParam {
    name: &'static str,
    value: f64,
    range: Range,
}

#[derive(Clone, Copy, PartialEq)]
enum Range {
    Positive,
    NotNegative,
    /// 0 or more and below 1.
    Fraction,
    /// 0 or 1. Shown only if 1.
    Flag,
}

impl HyperParam {
    fn new(name: &'static str, value: f64, range: Range) -> Self {
        Self { name, value, range }
    }

    /// Checks the option of the optimizer called `optimizer`.
    ///
    /// # Errors
    /// If the value is outside the range.
    fn check(&self, optimizer: &str) -> Result<()> {
        let Self { name, value, range } = *self;
        let (is_in_range, expected) = match range {
            Range::Positive => (value > 0.0, "above 0"),
            Range::NotNegative => (value >= 0.0, "of 0 or more"),
            Range::Fraction => ((0.0..1.0).contains(&value), "of 0 or more and below 1"),
            Range::Flag => (true, "of 0 or 1"),
        };
        if is_in_range && value.is_finite() {
            return Ok(());
        }
        let example = match (range, name) {
            (Range::Fraction, "beta_2") => ", such as 0.999",
            (Range::Fraction, _) => ", such as 0.9",
            (Range::Positive, "epsilon") => ", such as 1e-7",
            _ => "",
        };
        let message = format!("{optimizer}: {name} {value}; expected a number {expected}{example}.");
        Err(Error::new(ErrorKind::Argument, message))
    }
}

impl fmt::Display for HyperParam {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.range {
            Range::Flag => f.write_str(self.name),
            // 1e-7, not 0.0000001.
            _ if self.value < 1e-3 && self.value > 0.0 => write!(f, "{} {:e}", self.name, self.value),
            _ => write!(f, "{} {}", self.name, self.value),
        }
    }
}

/// Returns a flag for [`OptimizerAlgorithm::hyperparams`], or `None` if it is off.
fn flag(name: &'static str, on: bool) -> Option<HyperParam> {
    on.then(|| HyperParam::new(name, 1.0, Range::Flag))
}

/// The setters of the common options, `Default`, and the conversion into [`Optimizer`].
macro_rules! common_options {
    ($optimizer:ident, learning rate $default:literal) => {
        impl $optimizer {
            #[doc = concat!(
                "The learning rate: a number above 0, or a schedule such as [`CosineDecay`](crate::CosineDecay). ",
                "Checked when a model is compiled. Default: ", $default, "."
            )]
            #[must_use]
            pub fn learning_rate(mut self, learning_rate: impl crate::IntoLearningRate) -> Self {
                self.common.learning_rate = learning_rate.into_learning_rate();
                self
            }

            /// Scales the gradient of each parameter so that its L2 norm is at most this. Above 0. Only one kind of clipping
            /// can be set. Default: none.
            #[must_use]
            pub fn clipnorm(mut self, clipnorm: f64) -> Self {
                self.common.clipping.clipnorm = Some(clipnorm);
                self
            }

            /// Clips each element of the gradients to ± this. Above 0. Only one kind of clipping can be set. Default: none.
            #[must_use]
            pub fn clipvalue(mut self, clipvalue: f64) -> Self {
                self.common.clipping.clipvalue = Some(clipvalue);
                self
            }

            /// Scales all gradients by one factor so that their global L2 norm is at most this. Above 0. Only one kind of
            /// clipping can be set. Default: none.
            #[must_use]
            pub fn global_clipnorm(mut self, global_clipnorm: f64) -> Self {
                self.common.clipping.global_clipnorm = Some(global_clipnorm);
                self
            }
        }

        impl Default for $optimizer {
            fn default() -> Self {
                Self::new()
            }
        }

        impl From<$optimizer> for crate::Optimizer {
            fn from(optimizer: $optimizer) -> Self {
                Self::$optimizer(optimizer)
            }
        }
    };
}
use common_options;
