//! Metrics: values that training and evaluation report besides the loss.

mod accuracy;
mod confusion_counts;
mod direction;
mod into_metrics;
mod metric_state;
mod precision_recall_f1;
mod regression;

pub(crate) use accuracy::predicted_classes;
pub use accuracy::{Accuracy, BinaryAccuracy, TopKAccuracy};
pub(crate) use direction::Direction;
pub use into_metrics::IntoMetrics;
pub(crate) use metric_state::MetricState;
pub use precision_recall_f1::{Average, F1Score, Precision, Recall};
pub use regression::RootMeanSquaredError;

use candle_core::Tensor;
use serde::{Deserialize, Serialize};

use crate::custom_fn::CustomFn;
use crate::data::BatchTargets;
use crate::{Error, ErrorKind, Result};

/// A metric, as plain data. Every metric type converts into it.
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
    /// A user-defined function: [`Metric::custom`].
    Custom(CustomFn),
}

impl Metric {
    /// Creates a metric from your own function of `(targets, predictions)`, which come as described at
    /// [`Loss::custom`](crate::Loss::custom). The function returns one value for each example, or their mean. A history
    /// records the metric as `name`.
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
        Self::Custom(CustomFn::new(name, function))
    }

    /// Returns the name under which a history records the metric.
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

    /// Returns whether the metric depends on the values of the outputs, not only on which is the largest.
    pub(crate) fn needs_values(&self) -> bool {
        !matches!(
            self,
            Self::Accuracy | Self::TopKAccuracy(_) | Self::Precision(_) | Self::Recall(_) | Self::F1Score(_)
        )
    }

    /// Checks that the metric can be computed from outputs of this shape.
    ///
    /// # Errors
    /// If it cannot, or if an option of the metric is invalid.
    pub(crate) fn check(&self, output_shape: &[usize]) -> Result<()> {
        let name = self.name();
        let (kind, message) = match self {
            Self::Custom(_) if is_reserved(name) => (
                ErrorKind::Argument,
                format!("Metric::custom: the name {name:?} is reserved or empty. Choose another name."),
            ),
            _ if self.needs_values() => return Ok(()),
            _ if output_shape.len() != 1 => (
                ErrorKind::Shape,
                format!(
                    "{name}: expected a network that outputs one number for each class, such as [10], but its outputs \
                     have shape {output_shape:?}. End it with Flatten and Dense::new(classes)."
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

    /// Returns the sum over the examples of a batch, for a metric that is a mean over examples, or `None` for one that is
    /// computed from counts.
    fn batch_sum(&self, outputs: &Tensor, answers: &BatchTargets) -> Result<Option<f64>> {
        let examples = answers.labels.len() as f64;
        Ok(Some(match self {
            Self::Accuracy => Accuracy::sum(outputs, answers)?,
            Self::TopKAccuracy(metric) => metric.sum(outputs, answers)?,
            Self::BinaryAccuracy => BinaryAccuracy::sum(outputs, answers)?,
            Self::MeanAbsoluteError => {
                let difference = (outputs - answers.targets.like(outputs)?)?.abs()?.mean_all()?;
                f64::from(difference.to_scalar::<f32>()?) * examples
            }
            // MetricState takes the root of the mean over all examples.
            Self::MeanSquaredError | Self::RootMeanSquaredError => {
                let square = (outputs - answers.targets.like(outputs)?)?.sqr()?.mean_all()?;
                f64::from(square.to_scalar::<f32>()?) * examples
            }
            Self::Custom(function) => {
                let mean = function.mean(&answers.targets, outputs, None)?;
                mean.to_dtype(candle_core::DType::F64)?.to_scalar::<f64>()? * examples
            }
            Self::Precision(_) | Self::Recall(_) | Self::F1Score(_) => return Ok(None),
        }))
    }
}

/// Returns whether a history records something else as `name`, or the name is empty.
fn is_reserved(name: &str) -> bool {
    let others = ["", "loss", "data_loss", "penalty", "learning_rate", "epoch", "seconds"];
    others.contains(&name) || ["val_", "train_"].iter().any(|prefix| name.starts_with(prefix))
}
