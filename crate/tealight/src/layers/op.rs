//! What every layer computes: the trait [`LayerOp`], and what a forward pass takes and leaves.

use crate::Result;
use crate::cpu::Gradients;
use crate::step_id::StepId;
use candle_core::{Tensor, Var};
use std::sync::Arc;

/// A layer with its parameters, ready to compute.
pub(super) trait LayerOp: Send + Sync {
    /// Returns the output for a batch, before the layer's activation. candle's autograd follows it.
    fn forward(&self, x: &Tensor, context: &mut ForwardContext<'_>) -> Result<Tensor>;

    /// Returns the layer's part in the [fused step](crate::fused). Default: none; a network with such a layer trains
    /// through candle's autograd.
    fn fuse(&self) -> Option<FusedPart<'_>> {
        None
    }

    /// Returns how many numbers [`forward`](Self::forward) needs for one example beside its output, or `None` if they
    /// are too many to count. Default: 0.
    fn scratch_len(&self) -> Option<usize> {
        Some(0)
    }
}

/// A layer's part in the fused step.
pub(crate) enum FusedPart<'a> {
    /// Changes the shape at most; the fused step works on flat examples.
    Reshape,
    /// Multiplies by a kernel, and adds a bias if there is one.
    Dense { kernel: &'a Var, bias: Option<&'a Var> },
    /// Applies the layer's activation.
    Activation,
    /// Drops elements with this probability.
    Dropout { rate: f64 },
}

/// What a forward pass is for.
#[derive(Clone)]
pub(crate) enum ForwardMode {
    Inference,
    Training {
        step: StepId,
        /// Collects the gradients of the parameters; without it they go to candle's own store.
        gradients: Option<Arc<Gradients>>,
    },
}

/// What a forward pass leaves beside its outputs.
#[derive(Default)]
pub(crate) struct ForwardState {
    /// The penalties of activity regularizers: tensors of shape `[]`.
    pub(crate) penalties: Vec<Tensor>,
    /// The values that non-trainable parameters take after the training step.
    pub(crate) updates: Vec<(Var, Tensor)>,
}

impl ForwardState {
    /// Returns the sum of the penalties.
    pub(crate) fn penalty(&self) -> Result<f64> {
        self.penalties.iter().try_fold(0.0, |sum, penalty| Ok(sum + f64::from(penalty.to_scalar::<f32>()?)))
    }
}

/// The forward pass, as one layer sees it.
pub(super) struct ForwardContext<'a> {
    pub(super) mode: &'a ForwardMode,
    /// The layer's position in the network.
    pub(super) layer_index: usize,
    pub(super) state: &'a mut ForwardState,
}

impl ForwardContext<'_> {
    /// Returns the training step, or `None` in inference.
    pub(super) fn training_step(&self) -> Option<StepId> {
        match self.mode {
            ForwardMode::Training { step, .. } => Some(*step),
            ForwardMode::Inference => None,
        }
    }

    pub(super) fn is_training(&self) -> bool {
        self.training_step().is_some()
    }

    /// Returns the collector for the gradients of parameters, if there is one.
    pub(super) fn gradients(&self) -> Option<Arc<Gradients>> {
        match self.mode {
            ForwardMode::Training { gradients, .. } => gradients.clone(),
            ForwardMode::Inference => None,
        }
    }
}
