//! Setting the learning rate of each epoch.

use crate::Result;
use crate::training::callback::{Callback, Flow, Training};
use std::fmt;
use std::sync::Arc;

/// Sets the learning rate of each epoch by a user-defined function. Like Keras's `LearningRateScheduler`.
///
/// For schedules by step, give the optimizer a [`LearningRate`](crate::LearningRate).
///
/// ```
/// use tealight::prelude::*;
///
/// // Ten epochs as compiled, then a reduction with each epoch.
/// let schedule = LearningRateScheduler::new(|epoch, rate| if epoch < 10 { rate } else { rate * 0.9 });
/// let how = Fit::new().epochs(30).callback(schedule);
/// # let _ = how;
/// ```
#[derive(Clone)]
pub struct LearningRateScheduler {
    schedule: Arc<dyn Fn(usize, f64) -> f64 + Send + Sync>,
}

impl LearningRateScheduler {
    /// `schedule` takes the epoch, counted from 0, and the current learning rate, and returns the epoch's learning rate. If
    /// that is not above 0, the fit ends with an error.
    pub fn new(schedule: impl Fn(usize, f64) -> f64 + Send + Sync + 'static) -> Self {
        Self { schedule: Arc::new(schedule) }
    }
}

impl Callback for LearningRateScheduler {
    fn sets_learning_rate(&self) -> bool {
        true
    }

    fn on_epoch_begin(&mut self, training: &mut Training<'_>) -> Result<Flow> {
        let rate = (self.schedule)(training.epoch(), training.learning_rate()?);
        training.set_learning_rate(rate)?;
        Ok(Flow::Continue)
    }
}

impl fmt::Debug for LearningRateScheduler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LearningRateScheduler")
    }
}
