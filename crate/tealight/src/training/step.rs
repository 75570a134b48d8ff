//! One step of training.

use crate::Result;
use crate::data::Batch;
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
}

impl Model {
    /// One step: forward, loss, backward, and the optimizer's move. Where the loss is not a finite number, nothing
    /// moves, unless it `must`.
    pub(super) fn step(&mut self, batch: &Batch, seed: u64, step: u64, must: bool) -> Result<Step> {
        let objective = self.compiled()?.objective.clone();
        let gradients = Arc::new(Gradients::default());
        let pass = Pass::Training { seed, epoch: self.epochs, batch: step, gradients: Some(gradients.clone()) };
        let mut trace = Trace::default();
        let outputs = self.run_traced(&batch.inputs, &pass, objective.link(), &mut trace)?;
        let data_loss = objective.value(&outputs, &batch.targets, batch.weights.as_ref())?;
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
        Ok(Step { loss, penalty, outputs: self.measurable(&outputs)? })
    }
}
