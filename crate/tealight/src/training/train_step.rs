//! One step of training: forward pass, loss, backward pass, and update of the parameters.

use crate::Result;
use crate::cpu::Gradients;
use crate::data::{BatchTargets, Dataset};
use crate::fused::FusedNetwork;
use crate::layers::{ForwardMode, ForwardState, Parameter};
use crate::model::{Executor, Model, not_compiled};
use crate::step_id::StepId;
use candle_core::backprop::GradStore;
use candle_core::{DType, Tensor, Var};
use std::sync::Arc;

/// What one step computed before it updated the parameters.
pub(crate) struct StepOutcome {
    /// The loss as Keras reports it: the mean over the batch, with the penalty.
    pub(crate) loss: f64,
    /// What the regularizers add to it.
    pub(crate) penalty: f64,
    /// The outputs as metrics take them.
    pub(crate) outputs: Tensor,
    pub(crate) answers: BatchTargets,
}

impl Executor {
    /// Runs a training step on the examples of `data` at `indices`. If the loss is not a finite number, the parameters are
    /// left unchanged unless `force` is set.
    pub(crate) fn train_step(
        &mut self,
        model: &mut Model,
        data: &Dataset,
        indices: &[usize],
        step: StepId,
        force: bool,
    ) -> Result<StepOutcome> {
        let answers = data.targets_of(indices)?;
        match self {
            Self::Fused(fused) => fused_step(fused, model, (data, indices), answers, step, force),
            Self::Autograd => autograd_step(model, &data.inputs_of(indices)?, answers, step, force),
        }
    }
}

fn fused_step(
    fused: &mut FusedNetwork,
    model: &mut Model,
    (data, indices): (&Dataset, &[usize]),
    answers: BatchTargets,
    step: StepId,
    force: bool,
) -> Result<StepOutcome> {
    let penalty = model.penalty()?;
    let compiled = model.compiled.as_mut().ok_or_else(not_compiled)?;
    let outputs = fused.forward(data, indices, Some(step))?;
    let (data_loss, gradient) = compiled.objective.value_and_gradient(
        &outputs,
        fused.output_activation(),
        &answers.targets,
        answers.weights.as_ref(),
    )?;
    let loss = data_loss + penalty;
    if force || loss.is_finite() {
        fused.backward(&gradient, &mut compiled.state)?;
    }
    let outputs = fused.finish(&outputs, compiled.objective.fused_activation())?;
    Ok(StepOutcome { loss, penalty, outputs: model.for_metrics(&outputs)?, answers })
}

fn autograd_step(
    model: &mut Model,
    inputs: &Tensor,
    answers: BatchTargets,
    step: StepId,
    force: bool,
) -> Result<StepOutcome> {
    let objective = model.compiled()?.objective.clone();
    let gradients = Arc::new(Gradients::default());
    let mode = ForwardMode::Training { step, gradients: Some(gradients.clone()) };
    let mut state = ForwardState::default();
    let outputs = model.forward_with(inputs, &mode, objective.fused_activation(), &mut state)?;
    let data_loss = objective.value(&outputs, &answers.targets, answers.weights.as_ref())?;
    let penalty = model.penalty()? + state.penalty()?;
    let loss = data_loss.to_dtype(DType::F64)?.to_scalar::<f64>()? + penalty;
    if force || loss.is_finite() {
        let total = state.penalties.iter().try_fold(data_loss, |sum, penalty| sum + penalty)?;
        update_parameters(model, &gradients, &total.backward()?, &state.updates)?;
    }
    Ok(StepOutcome { loss, penalty, outputs: model.for_metrics(&outputs)?, answers })
}

/// Updates the trainable parameters by their gradients, and sets the others to the values of `updates`.
fn update_parameters(
    model: &mut Model,
    gradients: &Gradients,
    store: &GradStore,
    updates: &[(Var, Tensor)],
) -> Result<()> {
    let Model { layers, compiled, .. } = model;
    let parameters = layers.iter().flat_map(|layer| layer.parameters()).filter(|parameter| parameter.trainable);
    let parameters = parameters.collect::<Vec<_>>();
    let vars = parameters.iter().map(|parameter| &parameter.var).collect::<Vec<_>>();
    let optimizer = &mut compiled.as_mut().ok_or_else(not_compiled)?.state;
    optimizer.step(&vars, |var| {
        let gradient = gradients.take(var, store)?;
        let parameter = parameters.iter().find(|parameter| parameter.var.id() == var.id());
        parameter.map_or(Ok(gradient.clone()), |parameter| with_penalty(gradient, parameter))
    })?;
    updates.iter().try_for_each(|(var, value)| var.set(value))?;
    for parameter in parameters {
        parameter.constraint.map_or(Ok(()), |constraint| constraint.apply(&parameter.var))?;
    }
    Ok(())
}

/// Adds the gradient of a parameter's penalty, which is so simple that it does not need candle's autograd.
fn with_penalty(gradient: Option<Tensor>, parameter: &Parameter) -> candle_core::Result<Option<Tensor>> {
    let Some(regularizer) = parameter.regularizer else { return Ok(gradient) };
    let gradient = gradient.map_or_else(|| parameter.var.zeros_like(), Ok)?;
    regularizer.rates().add_gradient(&gradient, &parameter.var).map(Some)
}
