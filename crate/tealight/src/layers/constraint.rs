//! Constraints: bounds that a layer's parameters are projected onto after each step.

use crate::convert::{IntoCount, to_usize};
use crate::cpu::clip_columns;
use crate::{Error, ErrorKind, Result};
use candle_core::Var;
use serde::{Deserialize, Serialize};

/// A constraint on a layer's kernel, as plain data. [`MaxNorm`] converts into it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Constraint {
    /// [`MaxNorm`].
    MaxNorm(MaxNorm),
}

/// Limits the norm of a neuron's incoming weights to `max_value` after each step of the optimizer. Like Keras's `MaxNorm`.
///
/// The norm is `n = √Σw²` over a column of the kernel, and the column becomes `w · min(n, max_value) / (n + 10⁻⁷)`.
/// [`axis`](MaxNorm::axis) defines the columns: for a [`Conv2D`](crate::Conv2D) give it `[0, 1, 2]`.
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
    /// A bit for each axis that the sum goes over.
    #[serde(default = "first_axis")]
    axes: u32,
}

fn first_axis() -> u32 {
    1
}

/// The bit for numbers that are not an axis of any kernel.
const INVALID_AXIS: u32 = u32::BITS - 1;

impl MaxNorm {
    /// With this maximum norm, above 0; else it is an error when the network is summed up or built.
    pub fn new(max_value: f64) -> Self {
        Self { max_value, axes: first_axis() }
    }

    /// The axes of the kernel that the sum goes over, counted from 0. Default: `[0]`, as in Keras.
    ///
    /// The kernel of a [`Dense`](crate::Dense) has the shape `[inputs, units]`, so that `[0]` bounds the incoming weights of
    /// each unit. That of a [`Conv2D`](crate::Conv2D) has the shape `[height, width, channels, filters]`: `[0, 1, 2]` bounds
    /// each filter, which is usually wanted, and `[0]` only each column of each of its channels.
    ///
    /// An axis that the kernel does not have is an error when the network is summed up or built.
    ///
    /// ```
    /// use tealight::prelude::*;
    ///
    /// let layer = Conv2D::new(32, [3, 3]).kernel_constraint(MaxNorm::new(2.0).axis([0, 1, 2]));
    /// # Sequential::new([8, 8, 1]).add(layer).summary()?;
    /// # Ok::<(), tealight::Error>(())
    /// ```
    #[must_use]
    pub fn axis(self, axis: impl IntoIterator<Item = impl IntoCount>) -> Self {
        let bit = |axis: i64| {
            to_usize(axis).and_then(|axis| u32::try_from(axis).ok()).map_or(INVALID_AXIS, |axis| axis.min(INVALID_AXIS))
        };
        Self { axes: axis.into_iter().fold(0, |axes, axis| axes | 1 << bit(axis.into_i64())), ..self }
    }

    fn has(&self, axis: usize) -> bool {
        self.axes >> axis & 1 == 1
    }

    fn apply(&self, kernel: &Var) -> candle_core::Result<()> {
        /// Keras's epsilon, which avoids a division by zero for a column of zeros.
        const EPSILON: f64 = 1e-7;
        let leading = kernel.dims().iter().enumerate().take_while(|(axis, _)| self.has(*axis)).count();
        if self.axes.count_ones() as usize == leading {
            // The columns of a matrix that shares its memory with the kernel.
            return clip_columns(
                &kernel.reshape((kernel.dims()[..leading].iter().product::<usize>(), ()))?,
                self.max_value,
            );
        }
        let axes = (0..kernel.rank()).filter(|axis| self.has(*axis)).collect::<Vec<_>>();
        let norms = kernel.as_detached_tensor().sqr()?.sum_keepdim(axes)?.sqrt()?;
        let factors = (norms.minimum(self.max_value)? / (norms + EPSILON)?)?;
        kernel.set(&kernel.as_detached_tensor().broadcast_mul(&factors)?)
    }
}

impl Default for MaxNorm {
    /// With Keras's maximum norm, 2.
    fn default() -> Self {
        Self::new(2.0)
    }
}

impl From<MaxNorm> for Constraint {
    fn from(norm: MaxNorm) -> Self {
        Self::MaxNorm(norm)
    }
}

impl Constraint {
    /// Projects a kernel onto the constraint.
    pub(crate) fn apply(self, kernel: &Var) -> candle_core::Result<()> {
        let Self::MaxNorm(norm) = self;
        norm.apply(kernel)
    }

    /// Checks the options for a kernel of this rank; `place` begins the error.
    pub(super) fn check(self, place: &str, rank: usize) -> Result<()> {
        let Self::MaxNorm(MaxNorm { max_value, axes }) = self;
        let error = |what: String| Err(Error::new(ErrorKind::Argument, format!("{place}: MaxNorm {what}")));
        if !(max_value > 0.0 && max_value.is_finite()) {
            return error(format!("of {max_value}; expected a length above 0, such as 2.0."));
        }
        if axes == 0 || axes >> rank != 0 {
            let what = if axes == 0 { "without an axis" } else { "over an axis that the kernel does not have" };
            return error(format!("{what}; expected one or more of 0 to {}.", rank - 1));
        }
        Ok(())
    }
}
