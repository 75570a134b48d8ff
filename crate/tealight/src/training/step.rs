//! One step of training.

use crate::Result;
use crate::data::{Answers, Dataset};
use crate::fused::{Fused, Moment};
use crate::kernels::Gradients;
use crate::layers::{Built, Pass, Trace};
use crate::model::{Model, not_compiled};
use candle_core::{DType, Tensor};
use std::sync::Arc;

/// What one step found, before it moved the parameters.
pub(crate) struct Step {
    /// The loss as Keras reports it: the mean over the batch, with the penalty.
    pub(crate) loss: f64,
    /// What the regularizers add to it.
    pub(crate) penalty: f64,
    /// The outputs, as metrics see them.
    pub(crate) outputs: Tensor,
    pub(crate) answers: Answers,
}

impl Model {
    /// One step on the examples of `data` at `indices`: forward, loss, backward, and the optimizer's move. Where the loss
    /// is not a finite number, nothing moves, unless it `must`.
    pub(crate) fn step(
        &mut self,
        fused: Option<&mut Fused>,
        data: &Dataset,
        indices: &[usize],
        moment: Moment,
        must: bool,
    ) -> Result<Step> {
        let answers = data.answers_of(indices)?;
        match fused {
            Some(fused) => self.step_fused(fused, data, indices, answers, moment, must),
            None => self.step_traced(&data.inputs_of(indices)?, answers, moment, must),
        }
    }

    /// In few large operations.
    fn step_fused(
        &mut self,
        fused: &mut Fused,
        data: &Dataset,
        indices: &[usize],
        answers: Answers,
        moment: Moment,
        must: bool,
    ) -> Result<Step> {
        let penalty = self.penalty()?;
        let Some(compiled) = &mut self.compiled else { return Err(not_compiled()) };
        let outputs = fused.forward(data, indices, Some(moment))?;
        let weights = answers.weights.as_ref();
        let (data_loss, gradient) =
            compiled.objective.value_and_gradient(&outputs, fused.ending(), &answers.targets, weights)?;
        let loss = data_loss + penalty;
        if must || loss.is_finite() {
            fused.backward(&gradient, &mut compiled.state)?;
        }
        let outputs = fused.end(&outputs, compiled.objective.link())?;
        Ok(Step { loss, penalty, outputs: self.measurable(&outputs)?, answers })
    }

    /// Through candle's autograd.
    fn step_traced(&mut self, inputs: &Tensor, answers: Answers, moment: Moment, must: bool) -> Result<Step> {
        let objective = self.compiled()?.objective.clone();
        let gradients = Arc::new(Gradients::default());
        let Moment { seed, epoch, batch } = moment;
        let pass = Pass::Training { seed, epoch, batch, gradients: Some(gradients.clone()) };
        let mut trace = Trace::default();
        let outputs = self.run_traced(inputs, &pass, objective.link(), &mut trace)?;
        let data_loss = objective.value(&outputs, &answers.targets, answers.weights.as_ref())?;
        let penalty = self.penalty()? + trace.penalty()?;
        let loss = data_loss.to_dtype(DType::F64)?.to_scalar::<f64>()? + penalty;
        if must || loss.is_finite() {
            let total = trace.penalties.iter().try_fold(data_loss, |sum, penalty| sum + penalty)?;
            let store = total.backward()?;
            let parameters = self
                .layers
                .iter()
                .flat_map(Built::parameters)
                .filter(|parameter| parameter.trainable)
                .collect::<Vec<_>>();
            let vars = parameters.iter().map(|parameter| &parameter.var).collect::<Vec<_>>();
            let state = &mut self.compiled.as_mut().ok_or_else(not_compiled)?.state;
            state.step(&vars, |var| {
                let gradient = gradients.take(var, &store)?;
                let regularizer = parameters.iter().find(|parameter| parameter.var.id() == var.id());
                match regularizer.and_then(|parameter| parameter.regularizer) {
                    // The penalty of a parameter does not go through candle's autograd: its gradient is this simple.
                    Some(regularizer) => {
                        let gradient = gradient.map_or_else(|| var.zeros_like(), Ok)?;
                        regularizer.rates().add_gradient(&gradient, var).map(Some)
                    }
                    None => Ok(gradient),
                }
            })?;
            trace.updates.iter().try_for_each(|(var, value)| var.set(value))?;
            for parameter in parameters {
                parameter.constraint.map_or(Ok(()), |constraint| constraint.apply(&parameter.var))?;
            }
        }
        Ok(Step { loss, penalty, outputs: self.measurable(&outputs)?, answers })
    }
}
