use crate::Result;
use crate::training::callback::{Callback, Flow, Training};
use std::fmt;
use std::sync::Arc;

/// Sets the learning rate of each epoch from a function of your own. Like Keras's `LearningRateScheduler`.
///
/// For schedules by step, give the optimizer a [`LearningRate`](crate::LearningRate).
///
/// ```
/// use tealight::prelude::*;
///
/// // The first ten epochs as compiled, then ever smaller.
/// let schedule = LearningRateScheduler::new(|epoch, rate| if epoch < 10 { rate } else { rate * 0.9 });
/// let how = Fit::new().epochs(30).callback(schedule);
/// # let _ = how;
/// ```
#[derive(Clone)]
pub struct LearningRateScheduler {
    schedule: Arc<dyn Fn(usize, f64) -> f64 + Send + Sync>,
}

impl LearningRateScheduler {
    /// `schedule` is given the epoch, counted from 0, and the present learning rate, and returns the epoch's learning
    /// rate: above 0, or the fit ends with an error.
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
