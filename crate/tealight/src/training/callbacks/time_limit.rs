//! A limit on the training time.

use crate::training::callback::{Callback, Flow, Training};
use crate::{Error, ErrorKind, Result};
use std::time::Duration;

/// Stops the training after the first batch that ends beyond a time limit. The epoch is still validated and recorded.
///
/// ```
/// use tealight::prelude::*;
///
/// let how = Fit::new().epochs(1000).callback(TimeLimit::seconds(60.0));
/// # let _ = how;
/// ```
#[derive(Clone, Debug)]
pub struct TimeLimit {
    seconds: f64,
}

impl TimeLimit {
    /// The limit in seconds from the start of the fit; above 0.
    pub fn seconds(seconds: f64) -> Self {
        Self { seconds }
    }
}

impl Callback for TimeLimit {
    fn on_train_begin(&mut self, _training: &mut Training<'_>) -> Result<Flow> {
        match Duration::try_from_secs_f64(self.seconds) {
            Ok(limit) if !limit.is_zero() => Ok(Flow::Continue),
            _ => {
                let message = format!("TimeLimit: {} seconds; expected a number above 0, such as 60.0.", self.seconds);
                Err(Error::new(ErrorKind::Argument, message))
            }
        }
    }

    fn on_batch_end(&mut self, training: &mut Training<'_>) -> Result<Flow> {
        Ok(match training.elapsed().as_secs_f64() >= self.seconds {
            true => Flow::Stop(format!("TimeLimit: {} seconds are over", self.seconds)),
            false => Flow::Continue,
        })
    }
}
