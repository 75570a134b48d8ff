//! A metric on its way through an epoch.

use super::counts::{Counts, averaged};
use super::{Average, Metric, classes};
use crate::Result;
use crate::data::{Answers, Targets};
use crate::losses::Reading;
use candle_core::Tensor;

/// What a metric has counted so far.
pub(crate) struct Tally<'a> {
    metric: &'a Metric,
    /// What the outputs mean.
    reading: Reading,
    sum: f64,
    examples: f64,
    /// For each class, or for each of several questions.
    counts: Vec<Counts>,
    /// Whether the network has one output, so that class 1 is what matters.
    binary: bool,
}

impl<'a> Tally<'a> {
    pub(crate) fn new(metric: &'a Metric, reading: Reading) -> Self {
        Self { metric, reading, sum: 0.0, examples: 0.0, counts: Vec::new(), binary: false }
    }

    pub(crate) fn name(&self) -> &'a str {
        self.metric.name()
    }

    /// Takes in a batch with its outputs.
    pub(crate) fn add(&mut self, outputs: &Tensor, answers: &Answers) -> Result<()> {
        self.examples += answers.labels.len() as f64;
        match self.metric.sum(outputs, answers)? {
            Some(sum) => self.sum += sum,
            None if self.reading == Reading::SeveralYesOrNo => self.count_answers(outputs, answers)?,
            None => self.count_classes(outputs, answers)?,
        }
        Ok(())
    }

    /// Each output by itself: yes where it is above ½.
    fn count_answers(&mut self, outputs: &Tensor, answers: &Answers) -> Result<()> {
        let (_, width) = outputs.dims2()?;
        self.counts.resize(width, Counts::default());
        let targets = answers.targets.like(outputs)?.flatten_all()?.to_vec1::<f32>()?;
        let outputs = outputs.flatten_all()?.to_vec1::<f32>()?;
        for (outputs, targets) in outputs.chunks_exact(width).zip(targets.chunks_exact(width)) {
            for ((counts, &output), &target) in self.counts.iter_mut().zip(outputs).zip(targets) {
                counts.add(output > 0.5, target > 0.5);
            }
        }
        Ok(())
    }

    /// The class of each example.
    fn count_classes(&mut self, outputs: &Tensor, answers: &Answers) -> Result<()> {
        let (_, width) = outputs.dims2()?;
        self.binary = width == 1;
        let labels = match &answers.targets {
            Targets::Rows(rows) if self.binary => classes(&rows.reshape(((), 1))?)?,
            _ => answers.labels.to_vec(),
        };
        let largest = labels.iter().max().map_or(0, |&label| label as usize + 1);
        if self.counts.len() < width.max(2).max(largest) {
            self.counts.resize(width.max(2).max(largest), Counts::default());
        }
        for (predicted, label) in classes(outputs)?.into_iter().zip(labels) {
            let (predicted, label) = (predicted as usize, label as usize);
            self.counts[predicted].add(true, predicted == label);
            if predicted != label {
                self.counts[label].add(false, true);
            }
        }
        Ok(())
    }

    /// The metric of all that came in.
    pub(crate) fn value(&self) -> f64 {
        let average = match self.metric {
            Metric::Precision(metric) => metric.average,
            Metric::Recall(metric) => metric.average,
            Metric::F1Score(metric) => metric.average,
            Metric::RootMeanSquaredError => return (self.sum / self.examples).sqrt(),
            _ => return self.sum / self.examples,
        };
        if self.binary {
            return self.counts.get(1).map_or(0.0, |counts| counts.score(self.metric));
        }
        if self.reading == Reading::SeveralYesOrNo {
            return averaged(&self.counts, self.metric, average.unwrap_or(Average::Micro));
        }
        let known = self.counts.iter().filter(|counts| counts.predicted + counts.there > 0.0).copied();
        averaged(&known.collect::<Vec<_>>(), self.metric, average.unwrap_or_default())
    }
}
