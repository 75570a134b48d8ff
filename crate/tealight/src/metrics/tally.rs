//! A metric on its way through an epoch.

use super::{Average, Metric, classes};
use crate::Result;
use crate::data::{Answers, Targets};
use candle_core::Tensor;

/// What a metric has counted so far.
pub(crate) struct Tally<'a> {
    metric: &'a Metric,
    sum: f64,
    examples: f64,
    /// For each class: how many were predicted right, how many predicted, how many there are.
    counts: Vec<[f64; 3]>,
    /// Whether the network has one output, so that class 1 is what matters.
    binary: bool,
}

impl<'a> Tally<'a> {
    pub(crate) fn new(metric: &'a Metric) -> Self {
        Self { metric, sum: 0.0, examples: 0.0, counts: Vec::new(), binary: false }
    }

    pub(crate) fn name(&self) -> &'a str {
        self.metric.name()
    }

    /// Takes in a batch with its outputs.
    pub(crate) fn add(&mut self, outputs: &Tensor, answers: &Answers) -> Result<()> {
        self.examples += answers.labels.len() as f64;
        match self.metric.sum(outputs, answers)? {
            Some(sum) => self.sum += sum,
            None => self.count(outputs, answers)?,
        }
        Ok(())
    }

    fn count(&mut self, outputs: &Tensor, answers: &Answers) -> Result<()> {
        let (_, width) = outputs.dims2()?;
        self.binary = width == 1;
        let labels = match &answers.targets {
            Targets::Rows(rows) if self.binary => classes(&rows.reshape(((), 1))?)?,
            _ => answers.labels.to_vec(),
        };
        let largest = labels.iter().max().map_or(0, |&label| label as usize + 1);
        if self.counts.len() < width.max(2).max(largest) {
            self.counts.resize(width.max(2).max(largest), [0.0; 3]);
        }
        for (predicted, label) in classes(outputs)?.into_iter().zip(labels) {
            let (predicted, label) = (predicted as usize, label as usize);
            self.counts[predicted][1] += 1.0;
            self.counts[label][2] += 1.0;
            if predicted == label {
                self.counts[label][0] += 1.0;
            }
        }
        Ok(())
    }

    /// The metric of all that came in.
    pub(crate) fn value(&self) -> f64 {
        let (of, average): (fn([f64; 3]) -> f64, _) = match self.metric {
            Metric::Precision(metric) => (|[hits, predicted, _]| ratio(hits, predicted), metric.average),
            Metric::Recall(metric) => (|[hits, _, there]| ratio(hits, there), metric.average),
            Metric::F1Score(metric) => {
                (|[hits, predicted, there]| ratio(2.0 * hits, predicted + there), metric.average)
            }
            _ => return self.sum / self.examples,
        };
        if self.binary {
            return self.counts.get(1).map_or(0.0, |&counts| of(counts));
        }
        let known = || self.counts.iter().filter(|[_, predicted, there]| predicted + there > 0.0);
        match average {
            Average::Macro => ratio(known().map(|&counts| of(counts)).sum(), known().count() as f64),
            Average::Micro => of(known().fold([0.0; 3], |[a, b, c], [x, y, z]| [a + x, b + y, c + z])),
            Average::Weighted => ratio(known().map(|&counts| of(counts) * counts[2]).sum(), self.examples),
        }
    }
}

fn ratio(part: f64, whole: f64) -> f64 {
    if whole == 0.0 { 0.0 } else { part / whole }
}
