//! Metrics for targets that are numbers. Two of them are losses too.

use super::Metric;
use crate::losses::{MeanAbsoluteError, MeanSquaredError};

/// The square root of the mean squared difference between outputs and targets, over all examples of an epoch or an
/// evaluation. Like Keras's `RootMeanSquaredError`.
///
/// It has the unit of the targets. Targets have the shape of the outputs. A history records it as
/// `root_mean_squared_error`.
///
/// ```
/// use tealight::prelude::*;
///
/// let mut model = Sequential::new([4]).add(Dense::new(1)).build(1)?;
/// model.compile(Adam::new(), MeanSquaredError, [RootMeanSquaredError])?;
/// # Ok::<(), tealight::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RootMeanSquaredError;

impl RootMeanSquaredError {
    /// Creates the metric.
    pub fn new() -> Self {
        Self
    }
}

macro_rules! into_metric {
    ($($name:ident),*) => { $(
        impl From<$name> for Metric {
            fn from($name: $name) -> Self {
                Self::$name
            }
        }
    )* };
}

into_metric!(MeanAbsoluteError, MeanSquaredError, RootMeanSquaredError);
