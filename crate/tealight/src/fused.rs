//! The fused training step: dense networks in a few large operations instead of many small ones.
//!
//! candle's autograd makes a tensor for each operation, keeps what its backward pass needs, and follows the graph back. In
//! a network of dense layers all of this is known in advance. So a training step gathers the examples; computes one
//! product for each layer, with bias, activation and dropout in the same pass; computes the loss with its gradient; and
//! for each layer, going backward, computes one product for the gradient of its inputs and one for that of its kernel,
//! whose rows go straight into the optimizer's update. The buffers are allocated once for a fit, and the threads stay
//! ready between steps.
//!
//! candle still owns the parameters, which are changed by its in-place operations. Networks with any other layer go
//! through candle's autograd; the numbers are the same except for rounding.

mod backward;
mod forward;
mod fused_dense;
#[cfg(test)]
mod tests;
mod workspace;

use crate::Result;
use crate::cpu::CpuContext;
use crate::layers::{Activation, BuiltLayer};
use fused_dense::{FusedDense, fuse_layers};
use workspace::Workspace;

/// A network of dense layers, with threads and buffers for the fused step.
pub(crate) struct FusedNetwork {
    context: CpuContext,
    /// At least one.
    layers: Vec<FusedDense>,
    /// The activation of the last layer, which is left to the loss or the caller.
    output_activation: Activation,
    /// The shape of an example's outputs.
    output_shape: Vec<usize>,
    workspace: Workspace,
}

impl FusedNetwork {
    /// Returns the fused form of `layers`, whose examples have outputs of shape `output_shape`, or `None` if a layer cannot
    /// be fused.
    ///
    /// # Errors
    ///
    /// If the threads cannot be started.
    pub(crate) fn new(layers: &[BuiltLayer], output_shape: &[usize]) -> Result<Option<Self>> {
        let Some((layers, output_activation)) = fuse_layers(layers) else { return Ok(None) };
        Ok(Some(Self {
            context: CpuContext::new()?,
            layers,
            output_activation,
            output_shape: output_shape.to_vec(),
            workspace: Workspace::default(),
        }))
    }

    /// Returns the activation that [`FusedNetwork::forward`] leaves out.
    pub(crate) fn output_activation(&self) -> Activation {
        self.output_activation
    }

    /// Returns whether this is the fused form of `layers`.
    pub(crate) fn matches(&self, layers: &[BuiltLayer]) -> bool {
        let first = layers.iter().flat_map(BuiltLayer::parameters).next().map(|parameter| parameter.var.id());
        self.layers.first().map(|layer| layer.kernel.var.id()) == first
    }
}
