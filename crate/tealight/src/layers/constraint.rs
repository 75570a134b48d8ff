//! Bounds that a layer's parameters are brought back to after each step.

use crate::kernels::clip_columns;
use crate::{Error, ErrorKind, Result};
use candle_core::Var;
use serde::{Deserialize, Serialize};

/// A bound on a layer's kernel, as plain data. [`MaxNorm`] turns into one.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Constraint {
    /// [`MaxNorm`].
    MaxNorm(MaxNorm),
}

/// Shortens the weights that come into a neuron to a length of at most `max_value`, after each step of the optimizer.
/// Like Keras's `MaxNorm` with its `axis` of 0.
///
/// The length is `n = √Σw²` over a column of the kernel, and the column becomes `w · min(n, max_value) / (n + 10⁻⁷)`.
/// Srivastava et al., *Dropout: a simple way to prevent neural networks from overfitting*, 2014.
///
/// ```
/// use tealight::prelude::*;
///
/// let layer = Dense::new(128).activation(Relu).kernel_constraint(MaxNorm::new(3.0));
/// # Sequential::new([4]).add(layer).summary()?;
/// # Ok::<(), tealight::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct MaxNorm {
    max_value: f64,
}

impl MaxNorm {
    /// With this greatest length, above 0; else it is an error when the network is summed up or built.
    pub fn new(max_value: f64) -> Self {
        Self { max_value }
    }
}

impl Default for MaxNorm {
    /// With Keras's greatest length, 2.
    fn default() -> Self {
        Self { max_value: 2.0 }
    }
}

impl From<MaxNorm> for Constraint {
    fn from(norm: MaxNorm) -> Self {
        Self::MaxNorm(norm)
    }
}

impl Constraint {
    /// Brings a kernel `[inputs, units]` back within the bound.
    pub(crate) fn apply(self, kernel: &Var) -> candle_core::Result<()> {
        let Self::MaxNorm(MaxNorm { max_value }) = self;
        clip_columns(kernel, max_value)
    }

    pub(super) fn check(self, place: &str) -> Result<()> {
        let Self::MaxNorm(MaxNorm { max_value }) = self;
        if max_value > 0.0 && max_value.is_finite() {
            return Ok(());
        }
        let message = format!("{place}: MaxNorm of {max_value}; expected a length above 0, such as 2.0.");
        Err(Error::new(ErrorKind::Argument, message))
    }
}
