//! Applies dropout masks to tensors and to rows of a matrix. [`Dropout`](crate::Dropout) draws the masks.

use super::float::{contiguous_slice, for_float};
use candle_core::{CpuStorage, CustomOp1, Layout, Result, Shape, Tensor, WithDType, bail};

/// A dropout mask for a tensor: which elements to keep, and what to multiply them by.
pub(crate) struct DropoutMask {
    keep: Vec<bool>,
    scale: f64,
}

/// Scales the elements to keep, and sets the others to 0.
#[inline(always)]
fn apply_mask<T: WithDType>(values: &mut [T], keep: &[bool], scale: f64) {
    let (zero, scale) = (T::from_f64(0.0), T::from_f64(scale));
    for (value, &keep) in values.iter_mut().zip(keep) {
        // Scaled before the selection, so that the loop has no branch and the compiler can vectorize it.
        let scaled = *value * scale;
        *value = if keep { scaled } else { zero };
    }
}

/// A dropout mask for some columns of a matrix.
#[derive(Clone, Copy)]
pub(crate) struct MaskedColumns<'a> {
    /// The mask of the whole matrix.
    pub(crate) keep: &'a [bool],
    pub(crate) scale: f64,
    /// The first of the columns.
    pub(crate) first: usize,
    /// The distance between two rows in the mask.
    pub(crate) stride: usize,
}

impl MaskedColumns<'_> {
    /// Applies the mask to the columns of one row.
    #[inline(always)]
    pub(super) fn apply(self, row: usize, values: &mut [f32]) {
        apply_mask(values, &self.keep[row * self.stride + self.first..], self.scale);
    }
}

impl DropoutMask {
    pub(crate) fn new(keep: Vec<bool>, scale: f64) -> Self {
        Self { keep, scale }
    }

    /// Applies the mask to `x`, which has as many elements; candle's autograd applies the same mask to the gradient.
    pub(crate) fn apply(self, x: &Tensor) -> Result<Tensor> {
        x.contiguous()?.apply_op1(self)
    }
}

impl CustomOp1 for DropoutMask {
    fn name(&self) -> &'static str {
        "dropout"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        fn run<T: WithDType>(x: &[T], mask: &DropoutMask) -> CpuStorage {
            let mut values = x.to_vec();
            apply_mask(&mut values, &mask.keep, mask.scale);
            T::to_cpu_storage_owned(values)
        }
        if layout.shape().elem_count() != self.keep.len() {
            bail!("dropout: a mask for {} elements met a tensor of {:?}", self.keep.len(), layout.shape());
        }
        let values = for_float!(T in storage => run(contiguous_slice::<T>(storage, layout)?, self));
        Ok((values, layout.shape().clone()))
    }

    fn bwd(&self, _argument: &Tensor, _result: &Tensor, gradient: &Tensor) -> Result<Option<Tensor>> {
        gradient.contiguous()?.apply_op1_no_bwd(self).map(Some)
    }
}
