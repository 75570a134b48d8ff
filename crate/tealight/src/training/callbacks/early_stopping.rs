//! Stopping when a value no longer improves.

use super::monitor::{Monitor, monitor_setters};
use crate::convert::{IntoCount, to_usize};
use crate::format;
use crate::training::callback::{Callback, Flow, Training};
use crate::{Error, ErrorKind, Result};
use candle_core::Tensor;

/// Stops the training when a value has not improved for some epochs. Like Keras's `EarlyStopping`.
///
/// The defaults are Keras's: it monitors `val_loss` with a patience of 0, so that the first epoch without an improvement ends
/// the training. If the value is not measured, the fit ends with an error before its first epoch.
///
/// In Keras a NaN in the first epoch stays the best value forever; here NaN is never the best.
///
/// ```
/// use tealight::prelude::*;
///
/// let patient = EarlyStopping::new().patience(3).restore_best_weights(true);
/// let how = Fit::new().epochs(100).validation_split(0.2).callback(patient);
/// # let _ = how;
/// ```
#[derive(Clone, Debug)]
pub struct EarlyStopping {
    monitor: Monitor,
    patience: i64,
    baseline: Option<f64>,
    restore_best_weights: bool,
    start_from_epoch: i64,
    wait: i64,
    best: Option<f64>,
    best_weights: Option<BestWeights>,
}

/// The parameters after the best epoch so far.
#[derive(Clone, Debug)]
struct BestWeights {
    epoch: usize,
    weights: Vec<(String, Tensor)>,
}

impl EarlyStopping {
    /// With Keras's defaults.
    pub fn new() -> Self {
        Self {
            monitor: Monitor::new(0.0),
            patience: 0,
            baseline: None,
            restore_best_weights: false,
            start_from_epoch: 0,
            wait: 0,
            best: None,
            best_weights: None,
        }
    }

    monitor_setters!("0");

    /// The number of epochs in a row without improvement before the training stops: 0 or more. Default: 0.
    #[must_use]
    pub fn patience(mut self, patience: impl IntoCount) -> Self {
        self.patience = patience.into_i64();
        self
    }

    /// A value that an epoch must beat to reset the patience. Default: none.
    #[must_use]
    pub fn baseline(mut self, baseline: f64) -> Self {
        self.baseline = Some(baseline);
        self
    }

    /// Whether to restore the parameters of the best epoch when the training ends, for whatever reason. If no epoch was an
    /// improvement, they are those of the first monitored epoch. Default: false.
    #[must_use]
    pub fn restore_best_weights(mut self, restore: bool) -> Self {
        self.restore_best_weights = restore;
        self
    }

    /// The first epoch to monitor, counted from 0. Default: 0.
    #[must_use]
    pub fn start_from_epoch(mut self, epoch: impl IntoCount) -> Self {
        self.start_from_epoch = epoch.into_i64();
        self
    }

    /// Saves the parameters if they are to be restored.
    fn save_weights(&mut self, training: &Training<'_>) -> Result<()> {
        if self.restore_best_weights {
            self.best_weights = Some(BestWeights { epoch: training.epoch(), weights: training.model().weights()? });
        }
        Ok(())
    }
}

impl Default for EarlyStopping {
    fn default() -> Self {
        Self::new()
    }
}

impl Callback for EarlyStopping {
    fn on_train_begin(&mut self, training: &mut Training<'_>) -> Result<Flow> {
        self.monitor.check("EarlyStopping", training)?;
        for (name, value) in [("patience", self.patience), ("start_from_epoch", self.start_from_epoch)] {
            if to_usize(value).is_none() {
                let message = format!("EarlyStopping: {name} {value}; expected a number of epochs, 0 or more.");
                return Err(Error::new(ErrorKind::Argument, message));
            }
        }
        (self.wait, self.best, self.best_weights) = (0, None, None);
        Ok(Flow::Continue)
    }

    fn on_epoch_end(&mut self, training: &mut Training<'_>) -> Result<Flow> {
        let place = "EarlyStopping";
        let value = self.monitor.value(place, training)?;
        let epoch = training.epoch();
        if (epoch as i64) < self.start_from_epoch {
            return Ok(Flow::Continue);
        }
        if self.best_weights.is_none() {
            self.save_weights(training)?;
        }
        self.wait += 1;
        if self.monitor.improves(place, value, self.best)? {
            self.best = Some(value);
            self.save_weights(training)?;
            if self.baseline.is_none() || self.monitor.improves(place, value, self.baseline)? {
                self.wait = 0;
            }
            return Ok(Flow::Continue);
        }
        // As in Keras, the first epoch never stops the training.
        if self.wait < self.patience || epoch == 0 {
            return Ok(Flow::Continue);
        }
        let best = self.best.map_or("anything".to_owned(), format::metric);
        let epochs = if self.wait == 1 { "epoch" } else { "epochs" };
        Ok(Flow::Stop(format!("{place}: {} no better than {best} for {} {epochs}", self.monitor.name, self.wait)))
    }

    fn on_train_end(&mut self, training: &mut Training<'_>) -> Result<()> {
        if let Some(BestWeights { epoch, weights }) = self.best_weights.take() {
            training.model_mut().set_weights(&weights)?;
            training.log(format!("EarlyStopping: the parameters are those of epoch {}", epoch + 1));
        }
        Ok(())
    }
}
