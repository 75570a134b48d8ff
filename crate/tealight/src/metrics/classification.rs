//! Precision, recall and F1.

use super::Metric;
use serde::{Deserialize, Serialize};

/// What precision, recall and F1 have in common: the average, by which a history tells them apart too.
macro_rules! averaged {
    ($metric:ident, $name:literal) => {
        impl $metric {
            /// With the mean over the classes.
            pub fn new() -> Self {
                Self::default()
            }

            /// How to make one number of those of the classes. Default: [`Average::Macro`].
            #[must_use]
            pub fn average(self, average: Average) -> Self {
                Self { average }
            }

            pub(super) fn name(self) -> &'static str {
                match self.average {
                    Average::Macro => $name,
                    Average::Micro => concat!($name, "_micro"),
                    Average::Weighted => concat!($name, "_weighted"),
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
    /// The mean over the classes that occur or are predicted. The default.
    #[default]
    Macro,
    /// From the counts of all classes together, which gives the accuracy.
    Micro,
    /// The mean over the classes, each as often as it occurs.
    Weighted,
}

/// Of the examples that are predicted to be of a class, the fraction that are. Keras's name, scikit-learn's averages.
///
/// Computed from the counts of a whole epoch or evaluation, not averaged over batches; 0 where it would be divided by 0.
/// For a network with one output it is that of class 1, as in Keras. See [`Average`] for several classes. A history
/// records it as `precision`, or `precision_micro` and `precision_weighted` with those averages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Precision {
    pub(super) average: Average,
}

averaged!(Precision, "precision");

/// Of the examples of a class, the fraction that are predicted to be of it. Keras's name, scikit-learn's averages.
///
/// Computed from the counts of a whole epoch or evaluation, not averaged over batches; 0 where it would be divided by 0.
/// For a network with one output it is that of class 1, as in Keras. See [`Average`] for several classes. A history
/// records it as `recall`, or `recall_micro` and `recall_weighted` with those averages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recall {
    pub(super) average: Average,
}

averaged!(Recall, "recall");

/// The harmonic mean of precision and recall. Keras's name, scikit-learn's averages.
///
/// Computed from the counts of a whole epoch or evaluation, not averaged over batches; 0 where it would be divided by 0.
/// For a network with one output it is that of class 1, as in Keras. See [`Average`] for several classes. A history
/// records it as `f1_score`, or `f1_score_micro` and `f1_score_weighted` with those averages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct F1Score {
    pub(super) average: Average,
}

averaged!(F1Score, "f1_score");
