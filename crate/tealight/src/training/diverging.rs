//! Why a training ends whose numbers grow beyond all bounds.

use crate::history::number;
use crate::{Error, ErrorKind};

/// What helps where numbers grow beyond all bounds.
const SHORTER_STEPS: &str = "Most often the steps are too long or the inputs too large: try a smaller learning rate \
                             (Adam::new().learning_rate(1e-4)), clipped gradients (.clipnorm(1.0)), or inputs rescaled to \
                             [0, 1].";

/// That the loss of a batch is NaN or infinite.
pub(super) fn not_finite(loss: f64, epoch: usize, step: usize, steps: usize) -> Error {
    let message = format!(
        "Model::fit: the loss became {loss} in epoch {}, batch {} of {steps}. {SHORTER_STEPS} The parameters are as they were \
         before this batch, and model.history() has the epochs before it; build the model anew to start afresh.",
        epoch + 1,
        step + 1
    );
    Error::new(ErrorKind::Numeric, message)
}

/// A loss that grows so many times will not come back.
pub(super) const GROWN: f64 = 1e6;

/// That the mean loss of an epoch is so much larger than the first.
pub(super) fn grown(loss: f64, first: Option<f64>, epoch: usize) -> Error {
    let message = format!(
        "Model::fit: the loss was {} in the first batch and grew to {loss:e} in epoch {}. {SHORTER_STEPS} model.history() \
         has the epochs before it; build the model anew to start afresh, or use Fit::new().terminate_on_nan(false) to go on \
         all the same.",
        number(first.unwrap_or(f64::NAN)),
        epoch + 1
    );
    Error::new(ErrorKind::Numeric, message)
}

/// That a parameter is NaN or infinite at the end of an epoch.
pub(super) fn diverged(parameter: &str, number: f32, epoch: usize) -> Error {
    let message = format!(
        "Model::fit: the parameter \"{parameter}\" became {number} in epoch {}. {SHORTER_STEPS} model.history() has the \
         epochs before it; build the model anew to start afresh.",
        epoch + 1
    );
    Error::new(ErrorKind::Numeric, message)
}
