use super::Loss;
use serde::{Deserialize, Serialize};

/// The mean of `(y − t)²`. Like Keras's `MeanSquaredError`.
///
/// For targets of the shape of the outputs, such as numbers in a [`Dataset::from_tensors`](crate::Dataset::from_tensors)
/// with a float `y`; also for classes, as numbers, where the network has one output.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MeanSquaredError;

/// The mean of `|y − t|`: a loss, and a metric recorded as `mean_absolute_error`. Like Keras's two `MeanAbsoluteError`.
///
/// For targets as with [`MeanSquaredError`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MeanAbsoluteError;

/// The mean of `½(y − t)²` where `|y − t|` is at most `delta`, and of `delta · |y − t| − ½ delta²` beyond: squares that do
/// not let a few outliers rule. Like Keras's `Huber`, whose `delta` is 1 unless set.
///
/// For targets as with [`MeanSquaredError`]. Huber, *Robust estimation of a location parameter*, 1964.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Huber {
    pub(super) delta: f64,
}

impl Huber {
    /// With a `delta` of 1.
    pub fn new() -> Self {
        Self { delta: 1.0 }
    }

    /// Where the square ends: above 0, checked when a model is compiled. Default: 1.
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
