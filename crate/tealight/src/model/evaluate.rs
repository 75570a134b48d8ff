use super::{Means, Model};
use crate::data::Dataset;
use crate::fused::Fused;
use crate::layers::Trace;
use crate::notebook::{Show, ensure_one_candle, html_table, show_cell_result, show_in_notebook};
use crate::progress::ProgressTask;
use crate::{Error, ErrorKind, Result};
use candle_core::DType;
use serde::{Deserialize, Serialize};
use std::fmt;

impl Model {
    /// The loss and the metrics on `data`, in inference mode: without dropout, and without changing the model.
    ///
    /// Errors where the model is not compiled, or the data does not fit it. Warns where the numbers of the data can't be on
    /// the scale of those that the model was trained on.
    pub fn evaluate(&self, data: &Dataset) -> Result<Evaluation> {
        let task = ProgressTask::new("Model::evaluate", "examples", data.len());
        if data.input_shape() == self.spec.input_shape() {
            self.warn_of_scale("Model::evaluate", data);
        }
        Ok(self.measure_by(self.fused()?.as_mut(), data, |examples| task.add(examples))?.evaluation)
    }

    /// The network in its fused form, where it has one.
    pub(crate) fn fused(&self) -> Result<Option<Fused>> {
        Fused::of(&self.layers, self.summary.output_shape())
    }

    /// [`Model::evaluate`] with the penalty apart, with the network fused, or through candle. After each batch `watch` gets
    /// its number of examples; an error of its ends the evaluation.
    pub(crate) fn measure_by(
        &self,
        mut fused: Option<&mut Fused>,
        data: &Dataset,
        mut watch: impl FnMut(usize) -> Result<()>,
    ) -> Result<Measured> {
        ensure_one_candle()?;
        let compiled = self.compiled()?;
        self.check_inputs(data, "data")?;
        let data = &compiled.objective.read(data)?;
        self.check_outputs("Model::evaluate", 1)?;
        let mut means = Means::new(&compiled.metrics, compiled.objective.reading(data));
        let fixed = self.penalty()?;
        let mut activity = 0.0;
        for indices in self.inference_batches(data.len()) {
            let indices = indices.collect::<Vec<_>>();
            let mut trace = Trace::default();
            let outputs = self.infer(fused.as_deref_mut(), data, &indices, compiled.objective.link(), &mut trace)?;
            let answers = data.answers_of(&indices)?;
            let loss = compiled.objective.value(&outputs, &answers.targets, answers.weights.as_ref())?;
            let loss = loss.to_dtype(DType::F64)?.to_scalar::<f64>()?;
            let of_batch = trace.penalty()?;
            activity += of_batch * indices.len() as f64 / data.len() as f64;
            means.add(loss + fixed + of_batch, &self.measurable(&outputs)?, &answers)?;
            watch(indices.len())?;
        }
        let mut values = means.values();
        let loss = values.next().map_or(f64::NAN, |(_, loss)| loss);
        let metrics = values.map(|(name, value)| (name.to_owned(), value)).collect();
        Ok(Measured { evaluation: Evaluation { loss, metrics }, penalty: fixed + activity })
    }
}

/// An evaluation, and how much of its loss is the regularizers' penalty.
pub(crate) struct Measured {
    pub(crate) evaluation: Evaluation,
    pub(crate) penalty: f64,
}

/// What [`Model::evaluate`] found: means over all examples.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Evaluation {
    /// The mean loss.
    pub loss: f64,
    /// The metrics by name, in the order in which the model was compiled with them.
    pub metrics: Vec<(String, f64)>,
}

impl Evaluation {
    /// The value called `name`: `"loss"`, or a metric such as `"accuracy"`. Errors where it was not measured.
    pub fn get(&self, name: &str) -> Result<f64> {
        self.values().find(|(known, _)| *known == name).map(|(_, value)| value).ok_or_else(|| {
            let known = self.values().map(|(known, _)| known).collect::<Vec<_>>().join(", ");
            let message = format!(
                "Evaluation: no \"{name}\"; it has {known}. Compile the model with the metric, then evaluate again."
            );
            Error::new(ErrorKind::Name, message)
        })
    }

    /// The accuracy: the fraction of examples that were classified right. Errors where it was not measured.
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
