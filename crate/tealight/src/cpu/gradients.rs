//! Gradients of parameters that bypass candle's gradient store.

use candle_core::backprop::GradStore;
use candle_core::{Result, Tensor, TensorId, bail};
use std::collections::HashMap;
use std::sync::Mutex;

/// Gradients that operations put here during candle's backward pass.
///
/// candle's own store adds each gradient to a tensor of zeros. For a large weight matrix it does so on threads that spin while they
/// wait, and on few cores these take time from the threads that multiply.
#[derive(Default)]
pub(crate) struct Gradients {
    by_parameter: Mutex<HashMap<TensorId, Tensor>>,
}

impl Gradients {
    /// Adds `gradient` to the gradient of `parameter`.
    pub(super) fn put(&self, parameter: &Tensor, gradient: Tensor) -> Result<()> {
        let Ok(mut gradients) = self.by_parameter.lock() else {
            bail!("a thread panicked while it held the gradients")
        };
        let sum = match gradients.remove(&parameter.id()) {
            Some(before) => (before + gradient)?,
            None => gradient,
        };
        gradients.insert(parameter.id(), sum);
        Ok(())
    }

    /// Removes and returns the gradient of `parameter`: the one stored here, plus the one in candle's store.
    pub(crate) fn take(&self, parameter: &Tensor, store: &GradStore) -> Result<Option<Tensor>> {
        if let Some(gradient) = store.get(parameter) {
            self.put(parameter, gradient.clone())?;
        }
        let Ok(mut gradients) = self.by_parameter.lock() else {
            bail!("a thread panicked while it held the gradients")
        };
        Ok(gradients.remove(&parameter.id()))
    }
}
