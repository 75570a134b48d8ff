//! The value that a callback monitors: its name, the better direction, and the minimum improvement.

use crate::arguments::argument;
use crate::metrics::Direction;
use crate::training::callback::{Training, unknown_value};
use crate::{Error, ErrorKind, Result};

/// The direction in which a monitored value improves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Mode {
    /// Inferred from the name: lower for losses and errors, higher for accuracy and the like. The default.
    #[default]
    Auto,
    /// Lower is better.
    Min,
    /// Higher is better.
    Max,
}

argument!(
    /// The direction in which a monitored value improves: [`Mode::Max`], [`Mode::Min`].
    IntoMode, into_mode -> Mode;
    "`{Self}` is not a mode",
    "write `.mode(Mode::Max)` or `.mode(Mode::Min)`"
);

/// A monitored value.
#[derive(Clone, Debug)]
pub(super) struct Monitor {
    pub(super) name: String,
    pub(super) mode: Mode,
    /// The minimum improvement, 0 or more.
    pub(super) min_delta: f64,
}

impl Monitor {
    /// Returns Keras's default: the validation loss.
    pub(super) fn new(min_delta: f64) -> Self {
        Self { name: "val_loss".to_owned(), mode: Mode::Auto, min_delta }
    }

    /// Checks before the first epoch that the value will be measured and that its direction is known.
    pub(super) fn check(&self, callback: &str, training: &Training<'_>) -> Result<()> {
        let names = training.value_names.iter().map(String::as_str).collect::<Vec<_>>();
        // Whether there is a penalty is only known after the first epoch.
        let known_later = ["data_loss", "penalty"].iter().any(|name| self.name.ends_with(name));
        if !known_later && !names.contains(&self.name.as_str()) {
            return Err(unknown_value(callback, &self.name, &names));
        }
        if self.min_delta.is_nan() || self.min_delta < 0.0 {
            let message = format!("{callback}: min_delta {}; expected a number of 0 or more.", self.min_delta);
            return Err(Error::new(ErrorKind::Argument, message));
        }
        self.direction(callback).map(|_| ())
    }

    /// Returns the value after an epoch.
    pub(super) fn value(&self, callback: &str, training: &Training<'_>) -> Result<f64> {
        let known = || training.values().iter().map(|(known, _)| known.as_str()).collect::<Vec<_>>();
        training.value(&self.name).map_err(|_| unknown_value(callback, &self.name, &known()))
    }

    /// Returns whether `value` is better than `reference` by more than `min_delta`. Without a reference every number is better
    /// except NaN: otherwise a training whose first epoch fails would keep that epoch as its best.
    pub(super) fn improves(&self, callback: &str, value: f64, reference: Option<f64>) -> Result<bool> {
        let direction = self.direction(callback)?;
        Ok(match (reference, direction) {
            (None, _) => !value.is_nan(),
            (Some(reference), Direction::Highest) => value - self.min_delta > reference,
            (Some(reference), Direction::Lowest) => value + self.min_delta < reference,
        })
    }

    fn direction(&self, callback: &str) -> Result<Direction> {
        match self.mode {
            Mode::Min => Ok(Direction::Lowest),
            Mode::Max => Ok(Direction::Highest),
            Mode::Auto => Direction::of_metric(&self.name).ok_or_else(|| {
                let message = format!(
                    "{callback}: the name \"{}\" does not tell whether higher or lower is better. Add \
                     .mode(Mode::Max) or .mode(Mode::Min).",
                    self.name
                );
                Error::new(ErrorKind::Argument, message)
            }),
        }
    }
}

/// The setters of a callback with a field `monitor`.
macro_rules! monitor_setters {
    ($default_delta:literal) => {
        /// The name of the value to monitor, as the history records it. Default: `"val_loss"`.
        #[must_use]
        pub fn monitor(mut self, name: impl Into<String>) -> Self {
            self.monitor.name = name.into();
            self
        }

        /// The direction in which the value improves. Default: inferred from its name.
        #[must_use]
        pub fn mode(mut self, mode: impl crate::IntoMode) -> Self {
            self.monitor.mode = mode.into_mode();
            self
        }

        #[doc = concat!("The minimum improvement that counts: 0 or more. Default: ", $default_delta, ".")]
        ///
        /// Keras uses the absolute value of a negative number; here it is an error before the first epoch.
        #[must_use]
        pub fn min_delta(mut self, min_delta: f64) -> Self {
            self.monitor.min_delta = min_delta;
            self
        }
    };
}
pub(super) use monitor_setters;
