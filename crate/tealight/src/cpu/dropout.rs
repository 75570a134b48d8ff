//! Dropout masks: which elements are kept, and the scale of these.

use super::float::{contiguous_slice, for_float};
use crate::random::{Purpose, StreamKey, stream};
use candle_core::{CpuStorage, CustomOp1, Layout, Result, Shape, Tensor, WithDType, bail};
use rand_chacha::rand_core::Rng;

/// A drawn mask: dropped elements become 0, and kept elements are scaled by `1 / (1 − rate)`.
///
/// Each element is drawn with 16 random bits. So the effective rate is the multiple of 1/65536 nearest to the requested one. The
/// scale is that of the effective rate, which keeps the expectation exact.
pub(crate) struct DropoutMask {
    keep: Vec<bool>,
    scale: f64,
}

/// The number of values of 16 random bits.
const RATE_STEPS: f64 = 65536.0;

/// The number of elements whose bits are drawn together. A mask drawn in parts is split at multiples of this.
pub(crate) const MASK_BLOCK_LEN: usize = 128;

/// Returns the draw below which an element is dropped.
fn threshold(rate: f64) -> u16 {
    // The rate is below 1, but the nearest multiple may be 1. Then one element in 65536 is kept.
    (rate * RATE_STEPS).round().min(RATE_STEPS - 1.0) as u16
}

/// Returns the scale of kept elements.
pub(crate) fn dropout_scale(rate: f64) -> f64 {
    RATE_STEPS / (RATE_STEPS - f64::from(threshold(rate)))
}

/// Draws a part of a mask: the elements from index `first` on, a multiple of [`MASK_BLOCK_LEN`].
pub(crate) fn draw_mask(keep: &mut [bool], first: usize, rate: f64, seed: u64, key: StreamKey) {
    let (threshold, mut stream) = (threshold(rate), stream(seed, Purpose::Dropout, key));
    // The position of the stream is in words of 32 bits.
    stream.set_word_pos(first as u128 / 2);
    let mut bytes = [0; 2 * MASK_BLOCK_LEN];
    for keep in keep.chunks_mut(MASK_BLOCK_LEN) {
        stream.fill_bytes(&mut bytes);
        for (keep, pair) in keep.iter_mut().zip(bytes.as_chunks::<2>().0) {
            *keep = u16::from_le_bytes(*pair) >= threshold;
        }
    }
}

/// Scales the kept elements and sets the others to 0.
#[inline(always)]
fn apply_mask<T: WithDType>(values: &mut [T], keep: &[bool], scale: f64) {
    let (zero, scale) = (T::from_f64(0.0), T::from_f64(scale));
    for (value, &keep) in values.iter_mut().zip(keep) {
        // Scale before selecting, so that the loop has no branch and the compiler can vectorize it.
        let scaled = *value * scale;
        *value = if keep { scaled } else { zero };
    }
}

/// Consecutive columns of the mask of a matrix.
#[derive(Clone, Copy)]
pub(crate) struct MaskedColumns<'a> {
    /// The mask of the whole matrix.
    pub(crate) keep: &'a [bool],
    pub(crate) scale: f64,
    /// The first column.
    pub(crate) first: usize,
    /// The distance from one row to the next.
    pub(crate) stride: usize,
}

impl MaskedColumns<'_> {
    /// Applies the mask to `values`, a row of these columns.
    #[inline(always)]
    pub(super) fn apply(self, row: usize, values: &mut [f32]) {
        apply_mask(values, &self.keep[row * self.stride + self.first..], self.scale);
    }
}

impl DropoutMask {
    /// Draws the mask of `count` elements.
    pub(crate) fn new(rate: f64, count: usize, seed: u64, key: StreamKey) -> Self {
        let mut keep = vec![false; count];
        draw_mask(&mut keep, 0, rate, seed, key);
        Self { keep, scale: dropout_scale(rate) }
    }

    /// Returns `x` with the mask applied. candle's autograd applies the same mask to the gradient.
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
