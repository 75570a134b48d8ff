//! What training reports beside the loss.

mod classification;
mod counts;
mod direction;
mod errors;
mod list;
mod tally;

pub use classification::{Average, F1Score, Precision, Recall};
pub(crate) use direction::Direction;
pub use errors::RootMeanSquaredError;
pub use list::IntoMetrics;
pub(crate) use tally::Tally;

use crate::convert::{IntoCount, to_usize};
use crate::data::Answers;
use crate::function::Function;
use crate::{Error, ErrorKind, Result};
use candle_core::Tensor;
use serde::{Deserialize, Serialize};

/// A metric, as plain data. Every metric type turns into one.
///
/// A model is compiled with one, `[Accuracy]`, or with several, `(Accuracy, TopKAccuracy::new(3))`: see [`IntoMetrics`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Metric {
    /// [`Accuracy`].
    Accuracy,
    /// [`BinaryAccuracy`].
    BinaryAccuracy,
    /// [`TopKAccuracy`].
    TopKAccuracy(TopKAccuracy),
    /// [`MeanAbsoluteError`](crate::MeanAbsoluteError).
    MeanAbsoluteError,
    /// [`MeanSquaredError`](crate::MeanSquaredError).
    MeanSquaredError,
    /// [`RootMeanSquaredError`].
    RootMeanSquaredError,
    /// [`Precision`].
    Precision(Precision),
    /// [`Recall`].
    Recall(Recall),
    /// [`F1Score`].
    F1Score(F1Score),
    /// A function of the user's own: [`Metric::custom`].
    Custom(Function),
}

/// The fraction of examples whose largest output is that of their class; for a network with one output, the fraction for
/// which it is above ½ exactly where the target is 1. Like Keras's `accuracy`.
///
/// Where the targets are rows, the class is that of the row's largest element. So it is, as in Keras, for several sigmoids
/// that answer a question each: what counts every answer is [`BinaryAccuracy`].
///
/// Keras: with [`BinaryCrossentropy`](crate::BinaryCrossentropy) and `from_logits(true)` it takes the logits themselves for
/// probabilities, so that outputs from 0 to ½ count as class 0. Here the sigmoid comes first, and outputs above 0 are class 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Accuracy;

/// The fraction of outputs that are above ½ exactly where their target is 1. Like Keras's `BinaryAccuracy`.
///
/// For a network with one sigmoid, where it is [`Accuracy`], or with several, each for a question of its own: there it
/// counts each answer. Targets have the outputs' shape. A history records it as `binary_accuracy`.
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
/// A history records it as `top_3_accuracy`, with the number that was given.
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
    k: i64,
    name: String,
}

impl TopKAccuracy {
    /// Among so many outputs; fewer than 1 is an error when a model is compiled.
    pub fn new(k: impl IntoCount) -> Self {
        let k = k.into_i64();
        Self { k, name: format!("top_{k}_accuracy") }
    }
}

impl From<Accuracy> for Metric {
    fn from(Accuracy: Accuracy) -> Self {
        Self::Accuracy
    }
}

impl From<TopKAccuracy> for Metric {
    fn from(metric: TopKAccuracy) -> Self {
        Self::TopKAccuracy(metric)
    }
}

impl From<BinaryAccuracy> for Metric {
    fn from(BinaryAccuracy: BinaryAccuracy) -> Self {
        Self::BinaryAccuracy
    }
}

impl Metric {
    /// A metric of your own: a function of `(targets, predictions)`, which it is given as [`Loss::custom`](crate::Loss::custom) says, that
    /// gives one value for each example, or their mean. A history records it under `name`.
    ///
    /// ```
    /// use tealight::prelude::*;
    ///
    /// let largest = Metric::custom("largest_error", |targets, predictions| Ok((predictions - targets)?.abs()?.max(1)?));
    /// let mut model = Sequential::new([4]).add(Dense::new(2)).build(1)?;
    /// model.compile(Adam::new(), MeanSquaredError, [largest])?;
    /// # Ok::<(), tealight::Error>(())
    /// ```
    pub fn custom(
        name: impl Into<String>,
        function: impl Fn(&Tensor, &Tensor) -> Result<Tensor> + Send + Sync + 'static,
    ) -> Self {
        Self::Custom(Function::new(name, function))
    }

    /// The name under which a history records it.
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Accuracy => "accuracy",
            Self::TopKAccuracy(metric) => &metric.name,
            Self::BinaryAccuracy => "binary_accuracy",
            Self::MeanAbsoluteError => "mean_absolute_error",
            Self::MeanSquaredError => "mean_squared_error",
            Self::RootMeanSquaredError => "root_mean_squared_error",
            Self::Precision(metric) => metric.name(),
            Self::Recall(metric) => metric.name(),
            Self::F1Score(metric) => metric.name(),
            Self::Custom(function) => function.name(),
        }
    }

    /// Whether it looks at the outputs' values rather than only at which is the largest.
    pub(crate) fn needs_values(&self) -> bool {
        !matches!(
            self,
            Self::Accuracy | Self::TopKAccuracy(_) | Self::Precision(_) | Self::Recall(_) | Self::F1Score(_)
        )
    }

    /// Errors where it can't be measured on outputs of this shape.
    pub(crate) fn check(&self, outputs: &[usize]) -> Result<()> {
        let name = self.name();
        let (kind, message) = match self {
            Self::Custom(_) if taken(name) => (
                ErrorKind::Argument,
                format!("Metric::custom: the name {name:?} is taken or empty. Give it a name of its own."),
            ),
            _ if self.needs_values() => return Ok(()),
            _ if outputs.len() != 1 => (
                ErrorKind::Shape,
                format!(
                    "{name}: expected a network that gives one number for each class, such as [10], but this one's \
                     outputs have shape {outputs:?}. End it with Flatten and Dense::new(classes)."
                ),
            ),
            Self::TopKAccuracy(metric) if metric.k < 1 => (
                ErrorKind::Argument,
                format!("TopKAccuracy: k = {}; expected at least 1, as in TopKAccuracy::new(3).", metric.k),
            ),
            _ => return Ok(()),
        };
        Err(Error::new(kind, message))
    }

    /// The sum over a batch of a metric that is a mean over examples; none for one that is made of counts.
    fn sum(&self, outputs: &Tensor, answers: &Answers) -> Result<Option<f64>> {
        let hits = |hit: Vec<bool>| Some(hit.into_iter().filter(|hit| *hit).count() as f64);
        Ok(match self {
            Self::Accuracy if outputs.dim(1)? == 1 => {
                let targets = answers.targets.like(outputs)?.flatten_all()?.to_vec1::<f32>()?;
                let predicted = classes(outputs)?;
                hits(predicted.into_iter().zip(targets).map(|(predicted, target)| predicted as f32 == target).collect())
            }
            Self::Accuracy => {
                let labels = answers.labels.iter();
                hits(classes(outputs)?.iter().zip(labels).map(|(predicted, label)| predicted == label).collect())
            }
            Self::TopKAccuracy(metric) => {
                let values = outputs.to_vec2::<f32>()?;
                let k = to_usize(metric.k).unwrap_or_default();
                let near = |(row, &label): (&Vec<f32>, &u32)| {
                    let own = row.get(label as usize).copied().filter(|own| !own.is_nan());
                    own.is_some_and(|own| row.iter().filter(|&&value| value > own).count() < k)
                };
                hits(values.iter().zip(&*answers.labels).map(near).collect())
            }
            Self::BinaryAccuracy => {
                let targets = answers.targets.like(outputs)?.flatten_all()?.to_vec1::<f32>()?;
                let outputs = outputs.flatten_all()?.to_vec1::<f32>()?;
                let right = outputs
                    .iter()
                    .zip(&targets)
                    .filter(|(output, target)| f32::from(u8::from(**output > 0.5)) == **target);
                Some(right.count() as f64 / outputs.len().max(1) as f64 * answers.labels.len() as f64)
            }
            Self::MeanAbsoluteError => {
                let distance = (outputs - answers.targets.like(outputs)?)?.abs()?.mean_all()?;
                Some(f64::from(distance.to_scalar::<f32>()?) * answers.labels.len() as f64)
            }
            // The root is taken at the end, of the mean over all.
            Self::MeanSquaredError | Self::RootMeanSquaredError => {
                let square = (outputs - answers.targets.like(outputs)?)?.sqr()?.mean_all()?;
                Some(f64::from(square.to_scalar::<f32>()?) * answers.labels.len() as f64)
            }
            Self::Custom(function) => {
                let mean = function.mean(&answers.targets, outputs, None)?;
                Some(mean.to_dtype(candle_core::DType::F64)?.to_scalar::<f64>()? * answers.labels.len() as f64)
            }
            Self::Precision(_) | Self::Recall(_) | Self::F1Score(_) => None,
        })
    }
}

/// The class with the largest output for each example, the first of them where several are equal; for a network with one
/// output, 1 where it is above ½ and else 0.
pub(crate) fn classes(outputs: &Tensor) -> Result<Vec<u32>> {
    let (_, width) = outputs.dims2()?;
    let values = outputs.flatten_all()?.to_vec1::<f32>()?;
    if width == 1 {
        return Ok(values.into_iter().map(|value| u32::from(value > 0.5)).collect());
    }
    let largest = |row: &[f32]| (1..row.len()).fold(0, |best, index| if row[index] > row[best] { index } else { best });
    Ok(values.chunks_exact(width).map(|row| largest(row) as u32).collect())
}

/// Whether a history keeps something else under this name, or the name is empty.
fn taken(name: &str) -> bool {
    let others = ["", "loss", "data_loss", "penalty", "learning_rate", "epoch", "seconds"];
    others.contains(&name) || ["val_", "train_"].iter().any(|prefix| name.starts_with(prefix))
}
