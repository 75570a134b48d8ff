//! Reducing the learning rate when a value no longer improves.

use super::monitor::{Monitor, monitor_setters};
use crate::convert::{IntoCount, to_usize};
use crate::training::callback::{Callback, Flow, Training};
use crate::{Error, ErrorKind, Result};

/// Reduces the learning rate when a value has not improved for some epochs. Like Keras's `ReduceLROnPlateau`.
///
/// The defaults are Keras's: it monitors `val_loss`, and multiplies the learning rate by 0.1 after 10 epochs without an
/// improvement of more than 10⁻⁴. If the value is not measured, or the optimizer's learning rate follows a schedule, the fit
/// ends with an error before its first epoch.
///
/// ```
/// use tealight::prelude::*;
///
/// let how = Fit::new().epochs(50).validation_split(0.2).callback(ReduceLROnPlateau::new().factor(0.5).patience(2));
/// # let _ = how;
/// ```
#[derive(Clone, Debug)]
pub struct ReduceLROnPlateau {
    monitor: Monitor,
    factor: f64,
    patience: i64,
    cooldown: i64,
    min_lr: f64,
    best: Option<f64>,
    wait: i64,
    /// The epochs left in which nothing is counted.
    cooldown_left: i64,
}

impl ReduceLROnPlateau {
    /// With Keras's defaults.
    pub fn new() -> Self {
        Self {
            monitor: Monitor::new(1e-4),
            factor: 0.1,
            patience: 10,
            cooldown: 0,
            min_lr: 0.0,
            best: None,
            wait: 0,
            cooldown_left: 0,
        }
    }

    monitor_setters!("0.0001");

    /// The factor of each reduction: above 0 and below 1. Default: 0.1.
    #[must_use]
    pub fn factor(mut self, factor: f64) -> Self {
        self.factor = factor;
        self
    }

    /// The number of epochs in a row without improvement before a reduction: 0 or more. Default: 10.
    #[must_use]
    pub fn patience(mut self, patience: impl IntoCount) -> Self {
        self.patience = patience.into_i64();
        self
    }

    /// The number of epochs after a reduction that are not counted: 0 or more. Default: 0.
    #[must_use]
    pub fn cooldown(mut self, cooldown: impl IntoCount) -> Self {
        self.cooldown = cooldown.into_i64();
        self
    }

    /// The lower bound of the learning rate: 0 or more. Default: 0.
    #[must_use]
    pub fn min_lr(mut self, min_lr: f64) -> Self {
        self.min_lr = min_lr;
        self
    }
}

impl Default for ReduceLROnPlateau {
    fn default() -> Self {
        Self::new()
    }
}

impl Callback for ReduceLROnPlateau {
    fn sets_learning_rate(&self) -> bool {
        true
    }

    fn on_train_begin(&mut self, training: &mut Training<'_>) -> Result<Flow> {
        self.monitor.check("ReduceLROnPlateau", training)?;
        let invalid = |what: String| Err(Error::new(ErrorKind::Argument, format!("ReduceLROnPlateau: {what}")));
        if !(self.factor > 0.0 && self.factor < 1.0) {
            return invalid(format!("factor {}; expected a number above 0 and below 1, such as 0.5.", self.factor));
        }
        if !(self.min_lr >= 0.0 && self.min_lr.is_finite()) {
            return invalid(format!("min_lr {}; expected a number of 0 or more.", self.min_lr));
        }
        for (name, value) in [("patience", self.patience), ("cooldown", self.cooldown)] {
            if to_usize(value).is_none() {
                return invalid(format!("{name} {value}; expected a number of epochs, 0 or more."));
            }
        }
        // Fails now if the learning rate follows a schedule.
        let rate = training.learning_rate()?;
        training.set_learning_rate(rate)?;
        (self.best, self.wait, self.cooldown_left) = (None, 0, 0);
        Ok(Flow::Continue)
    }

    fn on_epoch_end(&mut self, training: &mut Training<'_>) -> Result<Flow> {
        let place = "ReduceLROnPlateau";
        let value = self.monitor.value(place, training)?;
        if self.cooldown_left > 0 {
            self.cooldown_left -= 1;
            self.wait = 0;
        }
        if self.monitor.improves(place, value, self.best)? {
            self.best = Some(value);
            self.wait = 0;
        } else if self.cooldown_left == 0 {
            self.wait += 1;
            let rate = training.learning_rate()?;
            if self.wait >= self.patience && rate > self.min_lr {
                let reduced = (rate * self.factor).max(self.min_lr);
                // The product of a tiny rate underflows to 0, which no optimizer takes.
                if reduced > 0.0 {
                    training.set_learning_rate(reduced)?;
                    training.log(format!("{place}: learning rate {rate} → {reduced}"));
                    self.cooldown_left = self.cooldown;
                    self.wait = 0;
                }
            }
        }
        Ok(Flow::Continue)
    }
}
