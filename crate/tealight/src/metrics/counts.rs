//! Hits and misses of each class, and the precision, recall or F1 score that follows from them.

use super::{Average, Metric};

/// Of one class, or of one of several questions.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counts {
    /// How many were predicted right.
    pub(super) hits: f64,
    /// How many were predicted.
    pub(super) predicted: f64,
    /// How many there are.
    pub(super) there: f64,
}

impl Counts {
    /// Takes in an example: whether it was predicted to be of the class, and whether it is.
    pub(super) fn add(&mut self, predicted: bool, there: bool) {
        let one = |yes: bool| f64::from(u8::from(yes));
        self.hits += one(predicted && there);
        self.predicted += one(predicted);
        self.there += one(there);
    }

    /// The precision, recall or F1 score.
    pub(super) fn score(self, metric: &Metric) -> f64 {
        match metric {
            Metric::Precision(_) => ratio(self.hits, self.predicted),
            Metric::Recall(_) => ratio(self.hits, self.there),
            _ => ratio(2.0 * self.hits, self.predicted + self.there),
        }
    }
}

/// The mean of the scores of all classes, as `average` says.
pub(super) fn averaged(counts: &[Counts], metric: &Metric, average: Average) -> f64 {
    let sum = |of: fn(&Counts) -> f64| counts.iter().map(of).sum::<f64>();
    match average {
        Average::Macro => ratio(counts.iter().map(|counts| counts.score(metric)).sum(), counts.len() as f64),
        Average::Micro => {
            let all = Counts { hits: sum(|c| c.hits), predicted: sum(|c| c.predicted), there: sum(|c| c.there) };
            all.score(metric)
        }
        Average::Weighted => {
            ratio(counts.iter().map(|counts| counts.score(metric) * counts.there).sum(), sum(|counts| counts.there))
        }
    }
}

fn ratio(part: f64, whole: f64) -> f64 {
    if whole == 0.0 { 0.0 } else { part / whole }
}
