//! The state of a metric during an epoch or an evaluation.

use candle_core::Tensor;

use super::confusion_counts::{ConfusionCounts, average_score};
use super::{Average, Metric, predicted_classes};
use crate::Result;
use crate::data::{BatchTargets, Targets};
use crate::losses::TaskKind;

/// Accumulates a metric batch by batch.
pub(crate) struct MetricState<'a> {
    metric: &'a Metric,
    task: TaskKind,
    sum: f64,
    examples: f64,
    /// For each class, or for each output of a multi-label task.
    counts: Vec<ConfusionCounts>,
    /// Whether the network has one output, so that only the counts of class 1 matter.
    is_binary: bool,
}

impl<'a> MetricState<'a> {
    pub(crate) fn new(metric: &'a Metric, task: TaskKind) -> Self {
        Self { metric, task, sum: 0.0, examples: 0.0, counts: Vec::new(), is_binary: false }
    }

    pub(crate) fn name(&self) -> &'a str {
        self.metric.name()
    }

    /// Adds a batch.
    pub(crate) fn update(&mut self, outputs: &Tensor, answers: &BatchTargets) -> Result<()> {
        self.examples += answers.labels.len() as f64;
        match self.metric.batch_sum(outputs, answers)? {
            Some(sum) => self.sum += sum,
            None if self.task == TaskKind::MultiLabel => self.count_outputs(outputs, answers)?,
            None => self.count_classes(outputs, answers)?,
        }
        Ok(())
    }

    /// Counts each output by itself: yes if it is above ½.
    fn count_outputs(&mut self, outputs: &Tensor, answers: &BatchTargets) -> Result<()> {
        let (_, width) = outputs.dims2()?;
        self.counts.resize(width, ConfusionCounts::default());
        let targets = answers.targets.like(outputs)?.flatten_all()?.to_vec1::<f32>()?;
        let outputs = outputs.flatten_all()?.to_vec1::<f32>()?;
        for (outputs, targets) in outputs.chunks_exact(width).zip(targets.chunks_exact(width)) {
            for ((counts, &output), &target) in self.counts.iter_mut().zip(outputs).zip(targets) {
                counts.add(output > 0.5, target > 0.5);
            }
        }
        Ok(())
    }

    /// Counts the predicted and the actual class of each example.
    fn count_classes(&mut self, outputs: &Tensor, answers: &BatchTargets) -> Result<()> {
        let (_, width) = outputs.dims2()?;
        self.is_binary = width == 1;
        let labels = match &answers.targets {
            Targets::Rows(rows) if self.is_binary => predicted_classes(&rows.reshape(((), 1))?)?,
            _ => answers.labels.to_vec(),
        };
        let classes = labels.iter().max().map_or(0, |&label| label as usize + 1).max(width.max(2));
        if self.counts.len() < classes {
            self.counts.resize(classes, ConfusionCounts::default());
        }
        for (predicted, label) in predicted_classes(outputs)?.into_iter().zip(labels) {
            let (predicted, label) = (predicted as usize, label as usize);
            self.counts[predicted].add(true, predicted == label);
            if predicted != label {
                self.counts[label].add(false, true);
            }
        }
        Ok(())
    }

    /// Returns the metric over all batches so far.
    pub(crate) fn result(&self) -> f64 {
        let average = match self.metric {
            Metric::Precision(metric) => metric.average,
            Metric::Recall(metric) => metric.average,
            Metric::F1Score(metric) => metric.average,
            Metric::RootMeanSquaredError => return (self.sum / self.examples).sqrt(),
            _ => return self.sum / self.examples,
        };
        if self.is_binary {
            return self.counts.get(1).map_or(0.0, |counts| counts.score(self.metric));
        }
        if self.task == TaskKind::MultiLabel {
            return average_score(&self.counts, self.metric, average.unwrap_or(Average::Micro));
        }
        let present = self.counts.iter().filter(|counts| counts.predicted + counts.actual > 0.0).copied();
        average_score(&present.collect::<Vec<_>>(), self.metric, average.unwrap_or_default())
    }
}
