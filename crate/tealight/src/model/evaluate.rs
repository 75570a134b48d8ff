//! Evaluation: the loss and the metrics of a model on data.

use super::{Executor, MetricTracker, Model};
use crate::data::Dataset;
use crate::layers::ForwardState;
use crate::notebook::{Show, ensure_one_candle, html_table, show_cell_result, show_in_notebook};
use crate::progress::ProgressTask;
use crate::{Error, ErrorKind, Result};
use candle_core::DType;
use serde::{Deserialize, Serialize};
use std::fmt;

impl Model {
    /// Computes the loss and the metrics on `data` in inference mode: without dropout, and without changing the model.
    ///
    /// Warns if the data is on another scale than the data that the model was trained on.
    ///
    /// # Errors
    ///
    /// If the model is not compiled, or the data does not fit it.
    pub fn evaluate(&self, data: &Dataset) -> Result<Evaluation> {
        let task = ProgressTask::new("Model::evaluate", "examples", data.len());
        if data.input_shape() == self.spec.input_shape() {
            self.warn_of_scale("Model::evaluate", data);
        }
        Ok(self.evaluate_with(&mut Executor::new(self)?, data, |examples| task.add(examples))?.evaluation)
    }

    /// [`Model::evaluate`] by this executor, with the penalty apart. After each batch it calls `on_batch` with the number of
    /// examples; an error from that ends the evaluation.
    pub(crate) fn evaluate_with(
        &self,
        executor: &mut Executor,
        data: &Dataset,
        mut on_batch: impl FnMut(usize) -> Result<()>,
    ) -> Result<EvalOutcome> {
        ensure_one_candle()?;
        let compiled = self.compiled()?;
        self.check_inputs(data, "data")?;
        let data = &compiled.objective.prepare_targets(data)?;
        self.check_outputs("Model::evaluate", 1)?;
        let mut tracker = MetricTracker::new(&compiled.metrics, compiled.objective.task_kind(data));
        let parameter_penalty = self.penalty()?;
        let mut activity_penalty = 0.0;
        for indices in self.inference_batches(data.len()) {
            let indices = indices.collect::<Vec<_>>();
            let mut state = ForwardState::default();
            let outputs = executor.infer(self, data, &indices, compiled.objective.fused_activation(), &mut state)?;
            let answers = data.targets_of(&indices)?;
            let loss = compiled.objective.value(&outputs, &answers.targets, answers.weights.as_ref())?;
            let loss = loss.to_dtype(DType::F64)?.to_scalar::<f64>()?;
            let of_batch = state.penalty()?;
            activity_penalty += of_batch * indices.len() as f64 / data.len() as f64;
            tracker.add(loss + parameter_penalty + of_batch, &self.for_metrics(&outputs)?, &answers)?;
            on_batch(indices.len())?;
        }
        let metrics = tracker.metrics().map(|(name, value)| (name.to_owned(), value)).collect();
        let evaluation = Evaluation { loss: tracker.loss(), metrics };
        Ok(EvalOutcome { evaluation, penalty: parameter_penalty + activity_penalty })
    }
}

/// An evaluation, and the part of its loss that is the regularizers' penalty.
pub(crate) struct EvalOutcome {
    pub(crate) evaluation: Evaluation,
    pub(crate) penalty: f64,
}

/// The result of [`Model::evaluate`]: means over all examples.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Evaluation {
    /// The mean loss.
    pub loss: f64,
    /// The metrics by name, in the order in which the model was compiled with them.
    pub metrics: Vec<(String, f64)>,
}

impl Evaluation {
    /// The value called `name`: `"loss"`, or a metric such as `"accuracy"`.
    ///
    /// # Errors
    ///
    /// If it was not measured.
    pub fn get(&self, name: &str) -> Result<f64> {
        self.values().find(|(known, _)| *known == name).map(|(_, value)| value).ok_or_else(|| {
            let known = self.values().map(|(known, _)| known).collect::<Vec<_>>().join(", ");
            let message = format!(
                "Evaluation: no \"{name}\"; it has {known}. Compile the model with the metric, then evaluate again."
            );
            Error::new(ErrorKind::Name, message)
        })
    }

    /// The accuracy: the fraction of examples that are classified correctly.
    ///
    /// # Errors
    ///
    /// If the model is not compiled with it.
    pub fn accuracy(&self) -> Result<f64> {
        self.get("accuracy")
    }

    fn values(&self) -> impl Iterator<Item = (&str, f64)> {
        std::iter::once(("loss", self.loss)).chain(self.metrics.iter().map(|(name, value)| (name.as_str(), *value)))
    }
}

impl Show for Evaluation {
    fn show(&self) {
        let (head, row): (Vec<_>, Vec<_>) =
            self.values().map(|(name, value)| (name.to_owned(), format!("{value:.4}"))).unzip();
        show_cell_result(&[("text/html", &html_table(&head, [row])), ("text/plain", &self.to_string())]);
    }
}

show_in_notebook!(Evaluation);

impl fmt::Display for Evaluation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let values = self.values().map(|(name, value)| format!("{name}: {value:.4}")).collect::<Vec<_>>();
        f.write_str(&values.join(" - "))
    }
}

impl fmt::Debug for Evaluation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
