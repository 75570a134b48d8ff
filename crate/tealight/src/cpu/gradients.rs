//! The gradients of the parameters after a backward pass.

use candle_core::backprop::GradStore;
use candle_core::{Result, Tensor, TensorId, bail};
use std::collections::HashMap;
use std::sync::Mutex;

/// Gradients of parameters that operations put here while candle runs backward.
///
/// candle's own store adds each gradient to a tensor of zeros, and for a tensor as large as a kernel does so on threads
/// that wait by spinning: with few cores they take the time of those that multiply.
#[derive(Default)]
pub(crate) struct Gradients {
    of: Mutex<HashMap<TensorId, Tensor>>,
}

impl Gradients {
    /// Adds a gradient of `parameter`.
    pub(super) fn put(&self, parameter: &Tensor, gradient: Tensor) -> Result<()> {
        let Ok(mut of) = self.of.lock() else { bail!("a thread panicked while it held the gradients") };
        let sum = match of.remove(&parameter.id()) {
            Some(before) => (before + gradient)?,
            None => gradient,
        };
        of.insert(parameter.id(), sum);
        Ok(())
    }

    /// The gradient of `parameter`: from here, from candle's store, or the sum of both.
    pub(crate) fn take(&self, parameter: &Tensor, store: &GradStore) -> Result<Option<Tensor>> {
        if let Some(gradient) = store.get(parameter) {
            self.put(parameter, gradient.clone())?;
        }
        let Ok(mut of) = self.of.lock() else { bail!("a thread panicked while it held the gradients") };
        Ok(of.remove(&parameter.id()))
    }
}
