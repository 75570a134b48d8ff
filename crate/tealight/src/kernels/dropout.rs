//! Dropout: which elements live on, and their scale.

use super::real::{for_float, slice};
use crate::random::{Place, Purpose, stream};
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

impl DropoutMask {
    /// The mask for `count` elements at one place in the training.
    pub(crate) fn new(rate: f64, count: usize, seed: u64, place: Place) -> Self {
        const PARTS: f64 = 65536.0;
        // The rate is below 1, but the nearest multiple may not be; an element in 65536 then lives on.
        let threshold = (rate * PARTS).round().min(PARTS - 1.0) as u16;
        let mut bytes = vec![0; 2 * count];
        stream(seed, Purpose::Dropout, place).fill_bytes(&mut bytes);
        let keep = bytes.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]) >= threshold).collect();
        Self { keep, scale: PARTS / (PARTS - f64::from(threshold)) }
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
            let (zero, scale) = (T::from_f64(0.0), T::from_f64(mask.scale));
            // Scaled before it is chosen, so that the loop has no branch and the compiler can vectorise it.
            let choose = |(&x, &keep): (&T, &bool)| {
                let scaled = x * scale;
                if keep { scaled } else { zero }
            };
            let kept = x.iter().zip(&mask.keep).map(choose);
            T::to_cpu_storage_owned(kept.collect())
        }
        if layout.shape().elem_count() != self.keep.len() {
            bail!("dropout: a mask for {} elements met a tensor of {:?}", self.keep.len(), layout.shape());
        }
        let values = for_float!(T in storage => run(slice::<T>(storage, layout)?, self));
        Ok((values, layout.shape().clone()))
    }

    fn bwd(&self, _argument: &Tensor, _result: &Tensor, gradient: &Tensor) -> Result<Option<Tensor>> {
        gradient.contiguous()?.apply_op1_no_bwd(self).map(Some)
    }
}
