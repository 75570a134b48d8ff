//! What training reports beside the loss.

use crate::Result;
use candle_core::Tensor;
use serde::{Deserialize, Serialize};

/// A metric, as plain data. Every metric type turns into one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Metric {
    /// [`Accuracy`].
    Accuracy,
}

/// The fraction of examples whose largest output is that of their class. Like Keras's `accuracy`.
///
/// Where the targets are rows, the class is that of the row's largest element.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Accuracy;

impl From<Accuracy> for Metric {
    fn from(Accuracy: Accuracy) -> Self {
        Self::Accuracy
    }
}

impl Metric {
    /// The name under which a history records it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Accuracy => "accuracy",
        }
    }

    /// The metric's sum over a batch of outputs `[batch, classes]`; its mean is this by the number of examples.
    pub(crate) fn sum(self, outputs: &Tensor, labels: &[u32]) -> Result<f64> {
        match self {
            Self::Accuracy => {
                let hits = classes(outputs)?.iter().zip(labels).filter(|(predicted, label)| predicted == label).count();
                Ok(hits as f64)
            }
        }
    }
}

/// The class with the largest output for each example, the first of them where several are equal.
pub(crate) fn classes(outputs: &Tensor) -> Result<Vec<u32>> {
    let (_, width) = outputs.dims2()?;
    let values = outputs.flatten_all()?.to_vec1::<f32>()?;
    let largest = |row: &[f32]| (1..row.len()).fold(0, |best, index| if row[index] > row[best] { index } else { best });
    Ok(values.chunks_exact(width).map(|row| largest(row) as u32).collect())
}
