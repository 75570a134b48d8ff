//! How far the outputs are from the targets. Two of them are losses too.

use super::Metric;
use crate::losses::{MeanAbsoluteError, MeanSquaredError};

/// The square root of the mean squared distance of outputs and targets, over all examples of an epoch or an evaluation. Like
/// Keras's `RootMeanSquaredError`.
///
/// It is in the targets' unit. A history records it as `root_mean_squared_error`. Targets have the outputs' shape.
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
