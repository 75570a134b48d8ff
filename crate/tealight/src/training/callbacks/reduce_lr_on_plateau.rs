use super::monitor::{Monitor, monitor_setters};
use crate::training::callback::{Callback, Flow, Training};
use crate::whole::{Whole, count};
use crate::{Error, ErrorKind, Result};

/// Lowers the learning rate when a value has not become better for some epochs. Like Keras's `ReduceLROnPlateau`.
///
/// The defaults are Keras's: it watches `val_loss`, and multiplies the learning rate by 0.1 after 10 epochs without an
/// improvement of more than 10⁻⁴. Errors, before the first epoch, where the value is not measured or the optimizer's
/// learning rate follows a schedule.
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
    cooling: i64,
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
            cooling: 0,
        }
    }

    monitor_setters!("0.0001");

    /// What the learning rate is multiplied by: above 0 and below 1. Default: 0.1.
    #[must_use]
    pub fn factor(mut self, factor: f64) -> Self {
        self.factor = factor;
        self
    }

    /// How many epochs in a row bring nothing better before the learning rate falls: 0 or more. Default: 10.
    #[must_use]
    pub fn patience(mut self, patience: impl Whole) -> Self {
        self.patience = patience.whole();
        self
    }

    /// How many epochs after each fall are not counted: 0 or more. Default: 0.
    #[must_use]
    pub fn cooldown(mut self, cooldown: impl Whole) -> Self {
        self.cooldown = cooldown.whole();
        self
    }

    /// What the learning rate does not fall below: 0 or more. Default: 0.
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
        let wrong = |what: String| Err(Error::new(ErrorKind::Argument, format!("ReduceLROnPlateau: {what}")));
        if !(self.factor > 0.0 && self.factor < 1.0) {
            return wrong(format!("factor {}; expected a number above 0 and below 1, such as 0.5.", self.factor));
        }
        if !(self.min_lr >= 0.0 && self.min_lr.is_finite()) {
            return wrong(format!("min_lr {}; expected a number of 0 or more.", self.min_lr));
        }
        for (name, value) in [("patience", self.patience), ("cooldown", self.cooldown)] {
            if count(value).is_none() {
                return wrong(format!("{name} {value}; expected a number of epochs, 0 or more."));
            }
        }
        // To find out now whether the learning rate can be set at all.
        let rate = training.learning_rate()?;
        training.set_learning_rate(rate)?;
        (self.best, self.wait, self.cooling) = (None, 0, 0);
        Ok(Flow::Continue)
    }

    fn on_epoch_end(&mut self, training: &mut Training<'_>) -> Result<Flow> {
        let place = "ReduceLROnPlateau";
        let value = self.monitor.value(place, training)?;
        if self.cooling > 0 {
            self.cooling -= 1;
            self.wait = 0;
        }
        if self.monitor.improves(place, value, self.best)? {
            self.best = Some(value);
            self.wait = 0;
        } else if self.cooling == 0 {
            self.wait += 1;
            let rate = training.learning_rate()?;
            if self.wait >= self.patience && rate > self.min_lr {
                let lower = (rate * self.factor).max(self.min_lr);
                // So small that its product is nothing: it cannot fall any more.
                if lower > 0.0 {
                    training.set_learning_rate(lower)?;
                    training.log(format!("{place}: learning rate {rate} → {lower}"));
                    self.cooling = self.cooldown;
                    self.wait = 0;
                }
            }
        }
        Ok(Flow::Continue)
    }
}
