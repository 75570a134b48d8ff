//! Dropout: which elements live on, and their scale.

use super::float::{contiguous_slice, for_float};
use crate::random::{Purpose, StreamKey, stream};
use candle_core::{CpuStorage, CustomOp1, Layout, Result, Shape, Tensor, WithDType, bail};
use rand_chacha::rand_core::Rng;

/// Drops the elements it has drawn and scales the others by `1 / (1 − rate)`.
///
/// Each element is drawn with 16 random bits, so that the rate is the nearest multiple of 1/65536 to the one asked for;
/// the scale is that of the rate used, which keeps the expectation exact.
pub(crate) struct DropoutMask {
    keep: Vec<bool>,
    scale: f64,
}

/// How many values 16 random bits have.
const RATE_STEPS: f64 = 65536.0;

/// Elements whose bits are drawn together; a mask that is drawn in pieces is cut at multiples of it.
pub(crate) const MASK_BLOCK_LEN: usize = 128;

/// What is drawn below this is dropped.
fn threshold(rate: f64) -> u16 {
    // The rate is below 1, but the nearest multiple may not be; an element in 65536 then lives on.
    (rate * RATE_STEPS).round().min(RATE_STEPS - 1.0) as u16
}

/// What the elements that live on are multiplied by.
pub(crate) fn dropout_scale(rate: f64) -> f64 {
    RATE_STEPS / (RATE_STEPS - f64::from(threshold(rate)))
}

/// Draws which elements live on: those from number `first` on, a multiple of [`MASK_BLOCK_LEN`], of the mask at one place in the
/// training.
pub(crate) fn draw_mask(keep: &mut [bool], first: usize, rate: f64, seed: u64, key: StreamKey) {
    let (threshold, mut stream) = (threshold(rate), stream(seed, Purpose::Dropout, key));
    // The stream counts words of 32 bits.
    stream.set_word_pos(first as u128 / 2);
    let mut bytes = [0; 2 * MASK_BLOCK_LEN];
    for keep in keep.chunks_mut(MASK_BLOCK_LEN) {
        stream.fill_bytes(&mut bytes);
        for (keep, pair) in keep.iter_mut().zip(bytes.as_chunks::<2>().0) {
            *keep = u16::from_le_bytes(*pair) >= threshold;
        }
    }
}

/// Scales the elements that live on, and makes the others 0.
#[inline(always)]
fn drop_out<T: WithDType>(values: &mut [T], keep: &[bool], scale: f64) {
    let (zero, scale) = (T::from_f64(0.0), T::from_f64(scale));
    for (value, &keep) in values.iter_mut().zip(keep) {
        // Scaled before it is chosen, so that the loop has no branch and the compiler can vectorise it.
        let scaled = *value * scale;
        *value = if keep { scaled } else { zero };
    }
}

/// Some columns of a mask for a matrix.
#[derive(Clone, Copy)]
pub(crate) struct MaskedColumns<'a> {
    /// Of the whole matrix.
    pub(crate) keep: &'a [bool],
    pub(crate) scale: f64,
    pub(crate) first: usize,
    /// From one row to the next.
    pub(crate) stride: usize,
}

impl MaskedColumns<'_> {
    /// Drops of a row what is to be dropped.
    #[inline(always)]
    pub(super) fn apply(self, row: usize, values: &mut [f32]) {
        drop_out(values, &self.keep[row * self.stride + self.first..], self.scale);
    }
}

impl DropoutMask {
    /// The mask for `count` elements at one place in the training.
    pub(crate) fn new(rate: f64, count: usize, seed: u64, key: StreamKey) -> Self {
        let mut keep = vec![false; count];
        draw_mask(&mut keep, 0, rate, seed, key);
        Self { keep, scale: dropout_scale(rate) }
    }

    /// `x` with the mask applied; candle's autograd applies the same mask to the gradient.
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
            drop_out(&mut values, &mask.keep, mask.scale);
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
