//! Errors that end a training whose numbers diverge.

use crate::format;
use crate::{Error, ErrorKind, Result};

const ADVICE: &str = "Most often the steps are too long or the inputs too large: try a smaller learning rate \
                      (Adam::new().learning_rate(1e-4)), clipped gradients (.clipnorm(1.0)), or inputs rescaled to \
                      [0, 1].";

/// A loss that grows by this factor will not come back.
const LOSS_EXPLOSION_FACTOR: f64 = 1e6;

/// Returns the error for a batch whose loss is NaN or infinite.
pub(super) fn loss_not_finite(loss: f64, epoch: usize, batch: usize, batches: usize) -> Error {
    let message = format!(
        "Model::fit: the loss became {loss} in epoch {}, batch {} of {batches}. {ADVICE} The parameters are as they were \
         before this batch, and model.history() has the epochs before it; build a new model to start over.",
        epoch + 1,
        batch + 1
    );
    Error::new(ErrorKind::Numeric, message)
}

/// Returns the error for a parameter that is NaN or infinite at the end of an epoch.
pub(super) fn parameter_not_finite(parameter: &str, number: f32, epoch: usize) -> Error {
    let message = format!(
        "Model::fit: the parameter \"{parameter}\" became {number} in epoch {}. {ADVICE} model.history() has the epochs \
         before it; build a new model to start over.",
        epoch + 1
    );
    Error::new(ErrorKind::Numeric, message)
}

/// Checks the mean loss of an epoch against the loss of the first batch.
///
/// # Errors
///
/// If it has grown a million times, and beyond a million.
pub(super) fn check_loss(loss: f64, first: f64, epoch: usize) -> Result<()> {
    if loss <= LOSS_EXPLOSION_FACTOR * first.max(1.0) || loss.is_nan() {
        return Ok(());
    }
    let message = format!(
        "Model::fit: the loss was {} in the first batch and grew to {loss:e} in epoch {}. {ADVICE} model.history() has the \
         epochs before it; build a new model to start over, or use Fit::new().terminate_on_nan(false) to continue \
         anyway.",
        format::metric(first),
        epoch + 1
    );
    Err(Error::new(ErrorKind::Numeric, message))
}
