//! The values that an epoch measures, under the names that the history records.

use super::train_step::StepOutcome;
use crate::Result;
use crate::losses::TaskKind;
use crate::metrics::Metric;
use crate::model::{EvalOutcome, MetricTracker};

/// The means of loss, metrics and penalty over the batches of an epoch so far.
pub(super) struct EpochMeans<'a> {
    tracker: MetricTracker<'a>,
    penalty: f64,
    examples: f64,
}

impl<'a> EpochMeans<'a> {
    pub(super) fn new(metrics: &'a [Metric], task: TaskKind) -> Self {
        Self { tracker: MetricTracker::new(metrics, task), penalty: 0.0, examples: 0.0 }
    }

    pub(super) fn add(&mut self, outcome: &StepOutcome, examples: usize) -> Result<()> {
        self.tracker.add(outcome.loss, &outcome.outputs, &outcome.answers)?;
        self.penalty += outcome.penalty * examples as f64;
        self.examples += examples as f64;
        Ok(())
    }

    /// Returns the mean loss, penalty included.
    pub(super) fn loss(&self) -> f64 {
        self.tracker.loss()
    }

    /// Returns all values by name.
    pub(super) fn values(&self) -> Vec<(String, f64)> {
        named_values("", self.loss(), self.tracker.metrics(), self.penalty / self.examples)
    }
}

/// Returns the values of an evaluation by name, each name after `prefix`.
pub(super) fn evaluation_values(prefix: &str, outcome: &EvalOutcome) -> Vec<(String, f64)> {
    let EvalOutcome { evaluation, penalty } = outcome;
    let metrics = evaluation.metrics.iter().map(|(name, value)| (name.as_str(), *value));
    named_values(prefix, evaluation.loss, metrics, *penalty)
}

/// Returns values by their full names. If there is a penalty, it and the loss without it are values too.
fn named_values<'a>(
    prefix: &str,
    loss: f64,
    metrics: impl Iterator<Item = (&'a str, f64)>,
    penalty: f64,
) -> Vec<(String, f64)> {
    let values = std::iter::once(("loss", loss)).chain(metrics);
    let mut named = values.map(|(name, value)| (format!("{prefix}{name}"), value)).collect::<Vec<_>>();
    if penalty != 0.0 {
        named.push((format!("{prefix}data_loss"), loss - penalty));
        // At the end of an epoch the penalty is the same for all data.
        named.extend(prefix.is_empty().then(|| ("penalty".to_owned(), penalty)));
    }
    named
}
