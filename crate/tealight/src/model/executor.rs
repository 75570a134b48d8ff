//! How a model computes: by the fused step, or through candle's autograd.

use super::Model;
use crate::Result;
use crate::data::Dataset;
use crate::fused::FusedNetwork;
use crate::layers::{Activation, ForwardMode, ForwardState};
use candle_core::Tensor;

/// What runs a model's forward passes and training steps.
pub(crate) enum Executor {
    /// The [fused step](crate::fused), for networks of dense layers.
    Fused(Box<FusedNetwork>),
    /// candle's operations, layer by layer.
    Autograd,
}

impl Executor {
    /// Returns the fastest executor for the model.
    pub(crate) fn new(model: &Model) -> Result<Self> {
        let fused = FusedNetwork::new(&model.layers, model.summary.output_shape())?;
        Ok(fused.map_or(Self::Autograd, |fused| Self::Fused(Box::new(fused))))
    }

    /// Returns whether this is the fused executor of this very model.
    pub(crate) fn is_fused_for(&self, model: &Model) -> bool {
        match self {
            Self::Fused(fused) => fused.matches(&model.layers),
            Self::Autograd => false,
        }
    }

    /// Returns the outputs for the examples of `data` at `indices` in inference mode, without the activation `skip` if the
    /// network ends with it. `state` receives what the pass leaves beside them.
    pub(crate) fn infer(
        &mut self,
        model: &Model,
        data: &Dataset,
        indices: &[usize],
        skip: Option<Activation>,
        state: &mut ForwardState,
    ) -> Result<Tensor> {
        match self {
            Self::Fused(fused) => {
                let outputs = fused.forward(data, indices, None)?;
                fused.finish(&outputs, skip)
            }
            Self::Autograd => model.forward_with(&data.inputs_of(indices)?, &ForwardMode::Inference, skip, state),
        }
    }
}
