//! Precision, recall and F1.

use super::Metric;
use serde::{Deserialize, Serialize};

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

impl Precision {
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
            Average::Macro => "precision",
            Average::Micro => "precision_micro",
            Average::Weighted => "precision_weighted",
        }
    }
}

impl From<Precision> for Metric {
    fn from(metric: Precision) -> Self {
        Self::Precision(metric)
    }
}

/// Of the examples of a class, the fraction that are predicted to be of it. Keras's name, scikit-learn's averages.
///
/// Computed from the counts of a whole epoch or evaluation, not averaged over batches; 0 where it would be divided by 0.
/// For a network with one output it is that of class 1, as in Keras. See [`Average`] for several classes. A history
/// records it as `recall`, or `recall_micro` and `recall_weighted` with those averages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recall {
    pub(super) average: Average,
}

impl Recall {
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
            Average::Macro => "recall",
            Average::Micro => "recall_micro",
            Average::Weighted => "recall_weighted",
        }
    }
}

impl From<Recall> for Metric {
    fn from(metric: Recall) -> Self {
        Self::Recall(metric)
    }
}

/// The harmonic mean of precision and recall. Keras's name, scikit-learn's averages.
///
/// Computed from the counts of a whole epoch or evaluation, not averaged over batches; 0 where it would be divided by 0.
/// For a network with one output it is that of class 1, as in Keras. See [`Average`] for several classes. A history
/// records it as `f1_score`, or `f1_score_micro` and `f1_score_weighted` with those averages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct F1Score {
    pub(super) average: Average,
}

impl F1Score {
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
            Average::Macro => "f1_score",
            Average::Micro => "f1_score_micro",
            Average::Weighted => "f1_score_weighted",
        }
    }
}

impl From<F1Score> for Metric {
    fn from(metric: F1Score) -> Self {
        Self::F1Score(metric)
    }
}
