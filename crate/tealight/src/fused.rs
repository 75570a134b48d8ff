//! Dense networks in few large steps instead of many small operations: the way of nearly every training here.
//!
//! candle's autograd makes a tensor for each operation, keeps what its backward needs, and follows the graph back. For a
//! network of dense layers all that is known beforehand, so one step of training is: gather the examples, one product for
//! each layer with bias, activation and dropout on top, the loss with its gradient, and for each layer backward one
//! product for the gradient of its inputs and one for its kernel, whose rows go straight into the optimizer's update.
//! Buffers are made once for a fit, and threads stand ready all the while.
//!
//! candle still owns the parameters: they are changed by its in-place operations. A network that has any other layer, and
//! a loss of the user's own, go through candle's autograd; the numbers are the same but for rounding.

mod backward;
mod forward;
mod stages;
#[cfg(test)]
mod tests;

use crate::Result;
use crate::kernels::Processor;
use crate::layers::{Activation, Built};
pub(crate) use forward::Moment;
use forward::Space;
use stages::{Dropping, Stage, stages};

/// A network of dense layers, ready to run.
pub(crate) struct Fused {
    processor: Processor,
    stages: Vec<Stage>,
    /// The activation of the last stage, which is left to the loss or the caller.
    ending: Activation,
    /// The shape of an example's outputs.
    output_shape: Vec<usize>,
    space: Space,
}

impl Fused {
    /// The network of `layers`, whose examples come out in `output_shape`; none where a layer is of another kind.
    pub(crate) fn of(layers: &[Built], output_shape: &[usize]) -> Result<Option<Self>> {
        let Some((stages, ending)) = stages(layers) else { return Ok(None) };
        Ok(Some(Self {
            processor: Processor::new()?,
            stages,
            ending,
            output_shape: output_shape.to_vec(),
            space: Space::default(),
        }))
    }

    /// The activation that [`Fused::forward`] leaves out.
    pub(crate) fn ending(&self) -> Activation {
        self.ending
    }

    /// Whether it is these layers that it runs.
    pub(crate) fn is_of(&self, layers: &[Built]) -> bool {
        let theirs = layers.iter().flat_map(Built::parameters).next().map(|parameter| parameter.var.id());
        self.stages.first().map(|stage| stage.kernel.var.id()) == theirs
    }
}
