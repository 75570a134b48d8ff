//! One step of training.

use crate::Result;
use crate::data::Batch;
use crate::kernels::Gradients;
use crate::layers::Pass;
use crate::model::{Model, not_compiled};
use candle_core::Tensor;
use std::sync::Arc;

/// What one step found, before it moved the parameters.
pub(crate) struct Step {
    /// The loss as Keras reports it: the mean over the batch, with the penalty.
    pub(crate) loss: f64,
    /// What the regularizers add to it.
    pub(crate) penalty: f64,
    /// The outputs that the loss was computed from.
    pub(crate) outputs: Tensor,
}

impl Model {
    /// One step: forward, loss, backward, and the optimizer's move. Where the loss is not a finite number, nothing
    /// moves, unless it `must`.
    pub(super) fn step(&mut self, batch: &Batch, seed: u64, step: u64, must: bool) -> Result<Step> {
        let objective = self.compiled()?.objective;
        let gradients = Arc::new(Gradients::default());
        let pass = Pass::Training { seed, epoch: self.epochs, batch: step, gradients: Some(gradients.clone()) };
        let outputs = self.run(&batch.inputs, &pass, !objective.takes_logits())?;
        let loss = objective.value(&outputs, &batch.targets)?;
        let penalty = self.penalty();
        let value = f64::from(loss.to_scalar::<f32>()?) + penalty;
        if must || value.is_finite() {
            let store = loss.backward()?;
            let parameters = self.layers.iter().flat_map(|layer| layer.parameters()).map(|parameter| parameter.var);
            let parameters = parameters.collect::<Vec<_>>();
            self.compiled
                .as_mut()
                .ok_or_else(not_compiled)?
                .state
                .step(&parameters, |parameter| gradients.take(parameter, &store))?;
        }
        Ok(Step { loss: value, penalty, outputs: outputs.detach() })
    }
}
