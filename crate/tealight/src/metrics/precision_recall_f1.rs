//! Precision, recall and F1 score.

use serde::{Deserialize, Serialize};

use super::Metric;

/// The constructor, the average and the recorded name of a metric, and the conversion into [`Metric`].
macro_rules! averaged_metric {
    ($metric:ident, $name:literal) => {
        impl $metric {
            /// Creates the metric with the default average: [`Average::Macro`] for classes, [`Average::Micro`] for several
            /// sigmoids.
            pub fn new() -> Self {
                Self::default()
            }

            /// The average over the classes, or over several sigmoids. Default: [`Average::Macro`] for classes,
            /// [`Average::Micro`] for several sigmoids.
            #[must_use]
            pub fn average(self, average: Average) -> Self {
                Self { average: Some(average) }
            }

            pub(super) fn name(self) -> &'static str {
                match self.average {
                    None | Some(Average::Macro) => $name,
                    Some(Average::Micro) => concat!($name, "_micro"),
                    Some(Average::Weighted) => concat!($name, "_weighted"),
                }
            }
        }

        impl From<$metric> for Metric {
            fn from(metric: $metric) -> Self {
                Self::$metric(metric)
            }
        }
    };
}

/// How the precisions, recalls or F1 scores of several classes are averaged. As in scikit-learn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Average {
    /// The mean over the classes that occur or are predicted; for several sigmoids, over all of them. The default for
    /// classes.
    #[default]
    Macro,
    /// From the counts of all classes together, which is the accuracy. The default for several sigmoids.
    Micro,
    /// The mean over the classes, weighted by how often each occurs.
    Weighted,
}

/// Of the examples predicted to be of a class, the fraction that are of it. Keras's name, scikit-learn's averages.
///
/// Computed from the counts of a whole epoch or evaluation, not averaged over batches; 0 if the denominator is 0.
/// For a network with one output it is that of class 1, as in Keras. For several classes see [`Average`]. For several
/// sigmoids, each a separate question, an output counts as yes if it is above ½. A history records it as
/// `precision`, or as `precision_micro` or `precision_weighted` with those averages.
///
/// Keras: without options, its `Precision` of a softmax counts an output as predicted if it is above ½, for all classes
/// together; here a class is predicted if its output is the largest. `thresholds`, `top_k` and `class_id` are not available.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Precision {
    pub(super) average: Option<Average>,
}

averaged_metric!(Precision, "precision");

/// Of the examples of a class, the fraction predicted to be of it. Keras's name, scikit-learn's averages.
///
/// Computed from the counts of a whole epoch or evaluation, not averaged over batches; 0 if the denominator is 0.
/// For a network with one output it is that of class 1, as in Keras. For several classes see [`Average`]. For several
/// sigmoids, each a separate question, an output counts as yes if it is above ½. A history records it as
/// `recall`, or as `recall_micro` or `recall_weighted` with those averages.
///
/// Keras: without options, its `Recall` of a softmax counts an output as predicted if it is above ½, for all classes
/// together; here a class is predicted if its output is the largest. `thresholds`, `top_k` and `class_id` are not available.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recall {
    pub(super) average: Option<Average>,
}

averaged_metric!(Recall, "recall");

/// The harmonic mean of precision and recall. Keras's name, scikit-learn's averages.
///
/// Computed from the counts of a whole epoch or evaluation, not averaged over batches; 0 if the denominator is 0.
/// For a network with one output it is that of class 1, as in Keras. For several classes see [`Average`]. For several
/// sigmoids, each a separate question, an output counts as yes if it is above ½. A history records it as
/// `f1_score`, or as `f1_score_micro` or `f1_score_weighted` with those averages.
///
/// Keras: a class that neither occurs nor is predicted counts as 0 in its mean; here, as in scikit-learn, it is left out.
/// Keras's default, one number for each class, is in [`ClassificationReport`](crate::ClassificationReport).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct F1Score {
    pub(super) average: Option<Average>,
}

averaged_metric!(F1Score, "f1_score");
