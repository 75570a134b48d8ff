//! Accuracies, and the class that a network predicts.

use candle_core::Tensor;
use serde::{Deserialize, Serialize};

use super::Metric;
use crate::Result;
use crate::convert::{IntoCount, to_usize};
use crate::data::BatchTargets;

/// The fraction of examples whose largest output is that of their class. For a network with one output, the fraction for
/// which "the output is above ½" agrees with "the target is 1". Like Keras's `accuracy`.
///
/// If the targets are rows, the class is that of the row's largest element. As in Keras, this also holds for several
/// sigmoids that each answer a question; to count every answer, use [`BinaryAccuracy`].
///
/// Keras: with [`BinaryCrossentropy`](crate::BinaryCrossentropy) and `from_logits(true)` it treats the logits themselves as
/// probabilities, so that outputs from 0 to ½ count as class 0. Here the sigmoid comes first, and outputs above 0 are class 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Accuracy;

/// The fraction of outputs for which "the output is above ½" agrees with "the target is 1". Like Keras's `BinaryAccuracy`.
///
/// With one sigmoid it equals [`Accuracy`]; with several sigmoids, each a separate question, it counts each answer. Targets
/// have the shape of the outputs. A history records it as `binary_accuracy`.
///
/// ```
/// use tealight::prelude::*;
///
/// let mut model = Sequential::new([4]).add(Dense::new(3).activation(Sigmoid)).build(1)?;
/// model.compile(Adam::new(), BinaryCrossentropy::new(), [BinaryAccuracy])?;
/// # Ok::<(), tealight::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BinaryAccuracy;

/// The fraction of examples for which the output of their class is among the `k` largest. Like Keras's
/// `TopKCategoricalAccuracy` and `SparseTopKCategoricalAccuracy`.
///
/// A history records it as `top_3_accuracy`, with the value of `k`.
///
/// ```
/// use tealight::prelude::*;
///
/// let mut model = Sequential::new([4]).add(Dense::new(10).activation(Softmax)).build(1)?;
/// let metrics = (Accuracy, TopKAccuracy::new(3));
/// model.compile(Adam::new(), SparseCategoricalCrossentropy::new(), metrics)?;
/// # Ok::<(), tealight::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TopKAccuracy {
    pub(super) k: i64,
    pub(super) name: String,
}

impl Accuracy {
    /// Creates the metric.
    pub fn new() -> Self {
        Self
    }

    /// Returns the number of correct predictions in a batch.
    pub(super) fn sum(outputs: &Tensor, answers: &BatchTargets) -> Result<f64> {
        let predicted = predicted_classes(outputs)?;
        if outputs.dim(1)? == 1 {
            let targets = answers.targets.like(outputs)?.flatten_all()?.to_vec1::<f32>()?;
            return Ok(count_true(predicted.iter().zip(&targets).map(|(&class, &target)| class as f32 == target)));
        }
        Ok(count_true(predicted.iter().zip(answers.labels.iter()).map(|(class, label)| class == label)))
    }
}

impl BinaryAccuracy {
    /// Creates the metric.
    pub fn new() -> Self {
        Self
    }

    /// Returns the sum over a batch of each example's fraction of correct outputs.
    pub(super) fn sum(outputs: &Tensor, answers: &BatchTargets) -> Result<f64> {
        let targets = answers.targets.like(outputs)?.flatten_all()?.to_vec1::<f32>()?;
        let outputs = outputs.flatten_all()?.to_vec1::<f32>()?;
        let is_correct = |(&output, &target): (&f32, &f32)| f32::from(u8::from(output > 0.5)) == target;
        let correct = count_true(outputs.iter().zip(&targets).map(is_correct));
        Ok(correct / outputs.len().max(1) as f64 * answers.labels.len() as f64)
    }
}

impl TopKAccuracy {
    /// Creates the metric for the `k` largest outputs. A `k` below 1 is an error when a model is compiled.
    pub fn new(k: impl IntoCount) -> Self {
        let k = k.into_i64();
        Self { k, name: format!("top_{k}_accuracy") }
    }

    /// Returns the number of examples of a batch whose class is among the `k` largest outputs.
    pub(super) fn sum(&self, outputs: &Tensor, answers: &BatchTargets) -> Result<f64> {
        let rows = outputs.to_vec2::<f32>()?;
        let k = to_usize(self.k).unwrap_or_default();
        let is_in_top_k = |(row, &label): (&Vec<f32>, &u32)| {
            let output = row.get(label as usize).copied().filter(|output| !output.is_nan());
            output.is_some_and(|output| row.iter().filter(|&&other| other > output).count() < k)
        };
        Ok(count_true(rows.iter().zip(&*answers.labels).map(is_in_top_k)))
    }
}

impl From<Accuracy> for Metric {
    fn from(Accuracy: Accuracy) -> Self {
        Self::Accuracy
    }
}

impl From<BinaryAccuracy> for Metric {
    fn from(BinaryAccuracy: BinaryAccuracy) -> Self {
        Self::BinaryAccuracy
    }
}

impl From<TopKAccuracy> for Metric {
    fn from(metric: TopKAccuracy) -> Self {
        Self::TopKAccuracy(metric)
    }
}

/// Returns the class with the largest output for each example, the first of equal ones. For a network with one output,
/// returns 1 if it is above ½ and 0 otherwise.
pub(crate) fn predicted_classes(outputs: &Tensor) -> Result<Vec<u32>> {
    let (_, width) = outputs.dims2()?;
    let values = outputs.flatten_all()?.to_vec1::<f32>()?;
    if width == 1 {
        return Ok(values.into_iter().map(|value| u32::from(value > 0.5)).collect());
    }
    let argmax = |row: &[f32]| (1..row.len()).fold(0, |best, index| if row[index] > row[best] { index } else { best });
    Ok(values.chunks_exact(width).map(|row| argmax(row) as u32).collect())
}

fn count_true(values: impl Iterator<Item = bool>) -> f64 {
    values.filter(|value| *value).count() as f64
}
