//! Softmax over the last dimension.

use super::float::{Real, contiguous_slice, for_float};
use candle_core::{CpuStorage, CustomOp1, CustomOp2, D, Layout, Result, Shape, Tensor};

/// Returns `exp(xᵢ) / Σ exp(xⱼ)` over the last dimension. Subtracts the largest `x` first, so that nothing overflows.
pub(crate) fn softmax(x: &Tensor) -> Result<Tensor> {
    x.contiguous()?.apply_op1(Softmax)
}

/// Turns a row of logits into probabilities, in place.
pub(super) fn softmax_row<T: Real>(row: &mut [T]) {
    let largest = row.iter().copied().fold(T::from_f64(f64::NEG_INFINITY), |a, b| if b > a { b } else { a });
    let mut sum = T::from_f64(0.0);
    for value in &mut *row {
        *value = (*value - largest).exp();
        sum += *value;
    }
    for value in row {
        *value /= sum;
    }
}

struct Softmax;

impl CustomOp1 for Softmax {
    fn name(&self) -> &'static str {
        "softmax"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        fn run<T: Real>(logits: &[T], width: usize) -> CpuStorage {
            let mut values = logits.to_vec();
            values.chunks_exact_mut(width).for_each(softmax_row);
            T::to_cpu_storage_owned(values)
        }
        let width = layout.shape().dim(D::Minus1)?;
        let values = for_float!(T in storage => run(contiguous_slice::<T>(storage, layout)?, width));
        Ok((values, layout.shape().clone()))
    }

    fn bwd(&self, _argument: &Tensor, result: &Tensor, gradient: &Tensor) -> Result<Option<Tensor>> {
        result.apply_op2_no_bwd(&gradient.contiguous()?, &SoftmaxGradient).map(Some)
    }
}

/// `pᵢ · (gᵢ − Σ pⱼgⱼ)` from the probabilities `p` and their gradient `g`.
struct SoftmaxGradient;

impl CustomOp2 for SoftmaxGradient {
    fn name(&self) -> &'static str {
        "softmax gradient"
    }

    fn cpu_fwd(&self, p: &CpuStorage, pl: &Layout, g: &CpuStorage, gl: &Layout) -> Result<(CpuStorage, Shape)> {
        fn run<T: Real>(p: &[T], g: &[T], width: usize) -> CpuStorage {
            let mut values = Vec::with_capacity(p.len());
            for (p, g) in p.chunks_exact(width).zip(g.chunks_exact(width)) {
                let mean = p.iter().zip(g).fold(T::from_f64(0.0), |sum, (&p, &g)| sum + p * g);
                values.extend(p.iter().zip(g).map(|(&p, &g)| p * (g - mean)));
            }
            T::to_cpu_storage_owned(values)
        }
        let width = pl.shape().dim(D::Minus1)?;
        let values = for_float!(T in p => run(contiguous_slice::<T>(p, pl)?, contiguous_slice::<T>(g, gl)?, width));
        Ok((values, pl.shape().clone()))
    }
}
