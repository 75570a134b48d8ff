//! Precision, recall and F1.

use super::Metric;
use serde::{Deserialize, Serialize};

/// What precision, recall and F1 have in common: the average, by which a history tells them apart too.
macro_rules! averaged {
    ($metric:ident, $name:literal) => {
        impl $metric {
            /// With the mean over the classes; of several sigmoids, from the counts of all outputs together.
            pub fn new() -> Self {
                Self::default()
            }

            /// How to make one number of those of the classes, or of several sigmoids. Default: [`Average::Macro`] for
            /// classes, [`Average::Micro`] for several sigmoids.
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

/// How to make one number of the precisions, recalls or F1 scores of several classes. As in scikit-learn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Average {
    /// The mean over the classes that occur or are predicted; over all of several sigmoids. The default for classes.
    #[default]
    Macro,
    /// From the counts of all classes together, which gives the accuracy; the default of several sigmoids.
    Micro,
    /// The mean over the classes, each as often as it occurs.
    Weighted,
}

/// Of the examples that are predicted to be of a class, the fraction that are. Keras's name, scikit-learn's averages.
///
/// Computed from the counts of a whole epoch or evaluation, not averaged over batches; 0 where it would be divided by 0.
/// For a network with one output it is that of class 1, as in Keras. See [`Average`] for several classes. For several
/// sigmoids, each for a question of its own, each output counts as yes where it is above ½. A history records it as
/// `precision`, or `precision_micro` and `precision_weighted` with those averages.
///
/// Keras: without options its `Precision` of a softmax counts an output as predicted where it is above ½, for all classes
/// together; here a class is predicted where its output is the largest. `thresholds`, `top_k` and `class_id` are not there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Precision {
    pub(super) average: Option<Average>,
}

averaged!(Precision, "precision");

/// Of the examples of a class, the fraction that are predicted to be of it. Keras's name, scikit-learn's averages.
///
/// Computed from the counts of a whole epoch or evaluation, not averaged over batches; 0 where it would be divided by 0.
/// For a network with one output it is that of class 1, as in Keras. See [`Average`] for several classes. For several
/// sigmoids, each for a question of its own, each output counts as yes where it is above ½. A history records it as
/// `recall`, or `recall_micro` and `recall_weighted` with those averages.
///
/// Keras: without options its `Recall` of a softmax counts an output as predicted where it is above ½, for all classes
/// together; here a class is predicted where its output is the largest. `thresholds`, `top_k` and `class_id` are not there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recall {
    pub(super) average: Option<Average>,
}

averaged!(Recall, "recall");

/// The harmonic mean of precision and recall. Keras's name, scikit-learn's averages.
///
/// Computed from the counts of a whole epoch or evaluation, not averaged over batches; 0 where it would be divided by 0.
/// For a network with one output it is that of class 1, as in Keras. See [`Average`] for several classes. For several
/// sigmoids, each for a question of its own, each output counts as yes where it is above ½. A history records it as
/// `f1_score`, or `f1_score_micro` and `f1_score_weighted` with those averages.
///
/// Keras: a class that neither occurs nor is predicted counts 0 in its mean; here, as in scikit-learn, it has no part in it.
/// Keras's default, a number for each class, is in [`ClassificationReport`](crate::ClassificationReport).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct F1Score {
    pub(super) average: Option<Average>,
}

averaged!(F1Score, "f1_score");
