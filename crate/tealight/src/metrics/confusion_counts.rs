//! The counts of true positives, predictions and occurrences of each class, from which precision, recall and F1 score follow.

use super::{Average, Metric};

/// The counts of a class, or of an output of a multi-label task.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct ConfusionCounts {
    pub(super) true_positives: f64,
    /// The number of examples predicted to be of the class.
    pub(super) predicted: f64,
    /// The number of examples of the class.
    pub(super) actual: f64,
}

impl ConfusionCounts {
    /// Adds an example: whether it was predicted to be of the class, and whether it is.
    pub(super) fn add(&mut self, predicted: bool, actual: bool) {
        let one_if = |condition: bool| f64::from(u8::from(condition));
        self.true_positives += one_if(predicted && actual);
        self.predicted += one_if(predicted);
        self.actual += one_if(actual);
    }

    /// Returns the precision, recall or F1 score.
    pub(super) fn score(self, metric: &Metric) -> f64 {
        match metric {
            Metric::Precision(_) => ratio(self.true_positives, self.predicted),
            Metric::Recall(_) => ratio(self.true_positives, self.actual),
            _ => ratio(2.0 * self.true_positives, self.predicted + self.actual),
        }
    }
}

/// Returns the average of the scores of all classes.
pub(super) fn average_score(counts: &[ConfusionCounts], metric: &Metric, average: Average) -> f64 {
    let sum = |field: fn(&ConfusionCounts) -> f64| counts.iter().map(field).sum::<f64>();
    match average {
        Average::Macro => ratio(counts.iter().map(|counts| counts.score(metric)).sum(), counts.len() as f64),
        Average::Micro => {
            let (true_positives, predicted) = (sum(|c| c.true_positives), sum(|c| c.predicted));
            ConfusionCounts { true_positives, predicted, actual: sum(|c| c.actual) }.score(metric)
        }
        Average::Weighted => {
            let weighted = counts.iter().map(|counts| counts.score(metric) * counts.actual).sum();
            ratio(weighted, sum(|counts| counts.actual))
        }
    }
}

/// Returns `numerator / denominator`, or 0 if the denominator is 0.
fn ratio(numerator: f64, denominator: f64) -> f64 {
    if denominator == 0.0 { 0.0 } else { numerator / denominator }
}
