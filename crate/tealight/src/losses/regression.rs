//! Losses for targets that are numbers.

use serde::{Deserialize, Serialize};

use super::Loss;

/// The mean of `(y − t)²`. Like Keras's `MeanSquaredError`.
///
/// Targets have the shape of the outputs, such as the numbers of a [`Dataset::from_tensors`](crate::Dataset::from_tensors)
/// with a float `y`. Classes count as numbers if the network has one output.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MeanSquaredError;

/// The mean of `|y − t|`: a loss, and a metric recorded as `mean_absolute_error`. Like Keras's two `MeanAbsoluteError`.
///
/// Targets are as for [`MeanSquaredError`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MeanAbsoluteError;

/// The mean of `½(y − t)²` if `|y − t|` is at most `delta`, and of `delta · |y − t| − ½ delta²` beyond: a squared error on
/// which a few outliers have little influence. Like Keras's `Huber`, whose default `delta` is 1.
///
/// Targets are as for [`MeanSquaredError`]. Huber, *Robust estimation of a location parameter*, 1964.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Huber {
    pub(super) delta: f64,
}

impl MeanSquaredError {
    /// Creates the loss or metric.
    pub fn new() -> Self {
        Self
    }
}

impl MeanAbsoluteError {
    /// Creates the loss or metric.
    pub fn new() -> Self {
        Self
    }
}

impl Huber {
    /// Creates the loss with a `delta` of 1.
    pub fn new() -> Self {
        Self { delta: 1.0 }
    }

    /// The distance at which the loss changes from quadratic to linear: above 0, checked when a model is compiled.
    /// Default: 1.
    #[must_use]
    pub fn delta(self, delta: f64) -> Self {
        Self { delta }
    }
}

impl Default for Huber {
    fn default() -> Self {
        Self::new()
    }
}

impl From<MeanSquaredError> for Loss {
    fn from(MeanSquaredError: MeanSquaredError) -> Self {
        Self::MeanSquaredError
    }
}

impl From<MeanAbsoluteError> for Loss {
    fn from(MeanAbsoluteError: MeanAbsoluteError) -> Self {
        Self::MeanAbsoluteError
    }
}

impl From<Huber> for Loss {
    fn from(loss: Huber) -> Self {
        Self::Huber(loss)
    }
}
