//! How training moves the parameters.

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
pub use learning_rate::{CosineDecay, ExponentialDecay, LearningRate, PiecewiseConstantDecay, StepDecay};
pub use nadam::Nadam;
pub use rmsprop::RMSprop;
pub use sgd::SGD;
pub(crate) use state::OptimizerState;

use crate::kernels::Rule;
use crate::{Error, ErrorKind, Result};
use clipping::Clipping;
use serde::{Deserialize, Serialize};
use std::fmt;

/// An optimizer, as plain data. Every optimizer type turns into one.
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

impl Optimizer {
    fn method(&self) -> &dyn Method {
        match self {
            Self::SGD(method) => method,
            Self::RMSprop(method) => method,
            Self::Adam(method) => method,
            Self::AdamW(method) => method,
            Self::Adagrad(method) => method,
            Self::Nadam(method) => method,
            Self::Adamax(method) => method,
        }
    }

    fn common_mut(&mut self) -> &mut Common {
        match self {
            Self::SGD(method) => &mut method.common,
            Self::RMSprop(method) => &mut method.common,
            Self::Adam(method) => &mut method.common,
            Self::AdamW(method) => &mut method.common,
            Self::Adagrad(method) => &mut method.common,
            Self::Nadam(method) => &mut method.common,
            Self::Adamax(method) => &mut method.common,
        }
    }
}

impl fmt::Display for Optimizer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let method = self.method();
        let Common { learning_rate, clipping } = method.common();
        write!(f, "{} (learning rate {learning_rate}", method.name())?;
        method.numbers().iter().try_for_each(|number| write!(f, ", {number}"))?;
        write!(f, "{clipping})")
    }
}

/// The options that every optimizer has.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Common {
    learning_rate: LearningRate,
    #[serde(default)]
    clipping: Clipping,
}

impl Common {
    fn new(learning_rate: f64) -> Self {
        Self { learning_rate: learning_rate.into(), clipping: Clipping::default() }
    }
}

/// What tells one optimizer from another.
trait Method {
    /// Its name, as a user writes it.
    fn name(&self) -> &'static str;

    fn common(&self) -> &Common;

    /// Its options beside the common ones.
    fn numbers(&self) -> Vec<Number>;

    /// The names of what it remembers of each element, each with its first value; in the order of the [`Rule`].
    fn memory(&self) -> Vec<(&'static str, f32)>;

    /// The arithmetic of step number `step`, counted from 1, at that step's learning rate.
    fn rule(&self, step: u64, learning_rate: f64) -> Rule;

    /// The share of each parameter, times the learning rate, that a step takes away before anything else.
    fn weight_decay(&self) -> f64 {
        0.0
    }
}

/// An option that is a number or a switch, with the range that it may lie in.
struct Number {
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
    /// 0 or 1, shown only where it is 1.
    Switch,
}

impl Number {
    fn new(name: &'static str, value: f64, range: Range) -> Self {
        Self { name, value, range }
    }

    fn check(&self, of: &str) -> Result<()> {
        let Self { name, value, range } = *self;
        let (good, expected) = match range {
            Range::Positive => (value > 0.0, "above 0"),
            Range::NotNegative => (value >= 0.0, "of 0 or more"),
            Range::Fraction => ((0.0..1.0).contains(&value), "of 0 or more and below 1"),
            Range::Switch => (true, "of 0 or 1"),
        };
        if good && value.is_finite() {
            return Ok(());
        }
        let example = match (range, name) {
            (Range::Fraction, "beta_2") => ", such as 0.999",
            (Range::Fraction, _) => ", such as 0.9",
            (Range::Positive, "epsilon") => ", such as 1e-7",
            _ => "",
        };
        let message = format!("{of}: {name} {value}; expected a number {expected}{example}.");
        Err(Error::new(ErrorKind::Argument, message))
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.range {
            Range::Switch => f.write_str(self.name),
            // As people write them: 1e-7, not 0.0000001.
            _ if self.value < 1e-3 && self.value > 0.0 => write!(f, "{} {:e}", self.name, self.value),
            _ => write!(f, "{} {}", self.name, self.value),
        }
    }
}

/// A switch, as [`Method::numbers`] lists it: not at all where it is off.
fn switch(name: &'static str, on: bool) -> Option<Number> {
    on.then(|| Number::new(name, 1.0, Range::Switch))
}

/// The setters of the common options, its `Default`, and the way into [`Optimizer`].
macro_rules! common {
    ($optimizer:ident, learning rate $default:literal) => {
        impl $optimizer {
            #[doc = concat!(
                "How far a step goes: a number above 0, or a schedule such as [`CosineDecay`](crate::CosineDecay). ",
                "Checked when a model is compiled. Default: ", $default, "."
            )]
            #[must_use]
            pub fn learning_rate(mut self, learning_rate: impl crate::IntoLearningRate) -> Self {
                self.common.learning_rate = learning_rate.into_learning_rate();
                self
            }

            /// Shortens the gradient of each parameter by itself so that its L2 norm is at most this; above 0. At most one
            /// way of clipping can be chosen. Default: none.
            #[must_use]
            pub fn clipnorm(mut self, clipnorm: f64) -> Self {
                self.common.clipping.clipnorm = Some(clipnorm);
                self
            }

            /// Clips each element of the gradients to ± this; above 0. At most one way of clipping can be chosen.
            /// Default: none.
            #[must_use]
            pub fn clipvalue(mut self, clipvalue: f64) -> Self {
                self.common.clipping.clipvalue = Some(clipvalue);
                self
            }

            /// Shortens all gradients by one factor so that the L2 norm over all of them together is at most this; above
            /// 0. At most one way of clipping can be chosen. Default: none.
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
use common;
