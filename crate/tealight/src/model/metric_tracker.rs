//! The loss and the metrics over the examples of several batches.

use crate::Result;
use crate::data::BatchTargets;
use crate::losses::TaskKind;
use crate::metrics::{Metric, MetricState};
use candle_core::Tensor;

/// Accumulates the loss and the metrics of a pass over the data, batch by batch.
pub(crate) struct MetricTracker<'a> {
    metrics: Vec<MetricState<'a>>,
    /// The sum of the losses of the examples.
    loss: f64,
    examples: f64,
}

impl<'a> MetricTracker<'a> {
    pub(crate) fn new(metrics: &'a [Metric], task: TaskKind) -> Self {
        Self {
            metrics: metrics.iter().map(|metric| MetricState::new(metric, task)).collect(),
            loss: 0.0,
            examples: 0.0,
        }
    }

    /// Adds a batch: its mean loss, and its outputs as metrics take them.
    pub(crate) fn add(&mut self, loss: f64, outputs: &Tensor, answers: &BatchTargets) -> Result<()> {
        let examples = answers.labels.len() as f64;
        self.loss += loss * examples;
        self.examples += examples;
        self.metrics.iter_mut().try_for_each(|metric| metric.update(outputs, answers))
    }

    /// Returns the mean loss so far.
    pub(crate) fn loss(&self) -> f64 {
        self.loss / self.examples
    }

    /// Returns the metrics so far, by name.
    pub(crate) fn metrics(&self) -> impl Iterator<Item = (&'a str, f64)> {
        self.metrics.iter().map(|metric| (metric.name(), metric.result()))
    }
}
