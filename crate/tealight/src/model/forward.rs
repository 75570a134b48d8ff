//! The forward pass of a model through candle's operations.

use super::Model;
use crate::layers::{Activation, ForwardMode, ForwardState};
use crate::step_id::StepId;
use crate::{Error, ErrorKind, Result};
use candle_core::{DType, ModuleT, Tensor};

impl Model {
    /// The outputs `[batch, ..]` for inputs `[batch, ..input_shape]` of type `f32`; candle's autograd follows it.
    ///
    /// With `training`, batch normalization uses the statistics of the batch, but leaves its moving averages to
    /// [`Model::fit`]; and dropout layers drop, with the masks that the first batch of the next epoch would get, so that
    /// the same call gives the same numbers.
    ///
    /// # Errors
    ///
    /// If the inputs have another shape or type.
    pub fn forward(&self, inputs: &Tensor, training: bool) -> Result<Tensor> {
        let step = StepId { seed: self.seed, epoch: self.epochs, batch: 0 };
        let mode = match training {
            true => ForwardMode::Training { step, gradients: None },
            false => ForwardMode::Inference,
        };
        self.forward_with(inputs, &mode, None, &mut ForwardState::default())
    }

    /// Returns the outputs for a batch, without the activation `skip` if the network ends with it. `state` receives what
    /// the pass leaves beside them.
    pub(crate) fn forward_with(
        &self,
        inputs: &Tensor,
        mode: &ForwardMode,
        skip: Option<Activation>,
        state: &mut ForwardState,
    ) -> Result<Tensor> {
        let expected = self.spec.input_shape();
        if inputs.dims().split_first().is_none_or(|(_, shape)| shape != expected) {
            let advice = if inputs.dims() == expected {
                " This is one example without the batch: give inputs.unsqueeze(0)?, a batch of one."
            } else {
                ""
            };
            let message = format!(
                "Model: expected inputs of shape [batch, ..] with {expected:?} for each example, got {:?}.{advice}",
                inputs.dims()
            );
            return Err(Error::new(ErrorKind::Shape, message));
        }
        if inputs.dtype() != DType::F32 {
            let message = format!(
                "Model: expected inputs of type f32, got {}. Convert them: inputs.to_dtype(DType::F32)?.",
                inputs.dtype().as_str()
            );
            return Err(Error::new(ErrorKind::Argument, message));
        }
        let last = self.layers.len() - 1;
        let mut x = inputs.contiguous()?;
        for (index, layer) in self.layers.iter().enumerate() {
            let skip = index == last && skip.is_some() && layer.activation() == skip;
            x = layer.forward(&x, index, mode, !skip, state)?;
        }
        Ok(x)
    }
}

/// candle's trait for a network that trains and predicts: [`Model::forward`].
impl ModuleT for Model {
    fn forward_t(&self, inputs: &Tensor, train: bool) -> candle_core::Result<Tensor> {
        Ok(self.forward(inputs, train)?)
    }
}
