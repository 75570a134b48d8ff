//! A layer with its parameters, and the forward pass through it.

use super::op::{ForwardContext, ForwardMode, ForwardState, FusedPart, LayerOp};
use super::spec::{LayerPlan, LayerVars};
use super::{Activation, Constraint, Regularizer};
use crate::Result;
use candle_core::{Tensor, Var};

/// A layer of a model.
pub(crate) struct BuiltLayer {
    op: Box<dyn LayerOp>,
    parameters: Vec<Parameter>,
    activation: Option<Activation>,
    activity_regularizer: Option<Regularizer>,
}

/// A parameter, and what training has to know about it.
pub(crate) struct Parameter {
    /// Such as `dense/kernel`.
    pub(crate) name: String,
    pub(crate) var: Var,
    pub(crate) regularizer: Option<Regularizer>,
    pub(crate) constraint: Option<Constraint>,
    /// Whether the optimizer updates it; otherwise the layer does.
    pub(crate) trainable: bool,
}

impl BuiltLayer {
    /// Allocates the layer's parameters and draws their first values; `index` is the layer's position in the network.
    pub(crate) fn new(plan: &LayerPlan, index: usize, seed: u64) -> Result<Self> {
        let (mut vars, mut parameters) = (Vec::new(), Vec::new());
        for (number, param) in plan.params.iter().enumerate() {
            let var = param.allocate(index, number, seed)?;
            vars.push((param.name.clone(), var.clone()));
            parameters.push(Parameter {
                name: format!("{}/{}", plan.name, param.name),
                var,
                regularizer: param.regularizer,
                constraint: param.constraint,
                trainable: param.trainable,
            });
        }
        let spec = plan.layer.spec();
        Ok(Self {
            op: spec.build(plan, &LayerVars(vars))?,
            parameters,
            activation: spec.activation(),
            activity_regularizer: spec.activity_regularizer(),
        })
    }

    /// Returns the layer's parameters in Keras's order, the kernel first.
    pub(crate) fn parameters(&self) -> &[Parameter] {
        &self.parameters
    }

    /// Returns the activation at the end of the layer.
    pub(crate) fn activation(&self) -> Option<Activation> {
        self.activation
    }

    /// Returns the layer's part in the fused step, or `None` if it has none.
    pub(crate) fn fuse(&self) -> Option<FusedPart<'_>> {
        // The fused step does not compute activity penalties.
        if self.activity_regularizer.is_some() { None } else { self.op.fuse() }
    }

    /// Returns how many numbers the forward pass needs for one example beside its output, or `None` if they are too many
    /// to count.
    pub(crate) fn scratch_len(&self) -> Option<usize> {
        self.op.scratch_len()
    }

    /// Returns the output for a batch, with or without the activation at the end; `layer_index` is the layer's position
    /// in the network.
    pub(crate) fn forward(
        &self,
        x: &Tensor,
        layer_index: usize,
        mode: &ForwardMode,
        activate: bool,
        state: &mut ForwardState,
    ) -> Result<Tensor> {
        let x = self.op.forward(x, &mut ForwardContext { mode, layer_index, state })?;
        if self.activity_regularizer.is_none() && !activate {
            return Ok(x);
        }
        let activated = match self.activation {
            Some(activation) => activation.apply(&x)?,
            None => x.clone(),
        };
        if let Some(regularizer) = self.activity_regularizer {
            let examples = activated.dim(0)?.max(1) as f64;
            state.penalties.push((regularizer.rates().penalty_of(&activated)? / examples)?);
        }
        Ok(if activate { activated } else { x })
    }
}
