//! L1 and L2 penalties, and the max-norm constraint on the columns of a weight matrix.

use super::float::{Real, contiguous_slice, for_float, parameter_slice};
use candle_core::{CpuStorage, CustomOp1, CustomOp2, InplaceOp1, Layout, Result, Shape, Tensor, WithDType, bail};

/// `l1 · Σ|w| + l2 · Σw²`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PenaltyRates {
    pub(crate) l1: f64,
    pub(crate) l2: f64,
}

impl PenaltyRates {
    /// Returns the penalty of a tensor: a tensor of shape `[]` that candle's autograd tracks.
    pub(crate) fn penalty_of(self, values: &Tensor) -> Result<Tensor> {
        values.contiguous()?.apply_op1(self)
    }

    /// Returns `gradient` plus the gradient of the penalty of `values`.
    pub(crate) fn add_gradient(self, gradient: &Tensor, values: &Tensor) -> Result<Tensor> {
        gradient.contiguous()?.apply_op2_no_bwd(&values.contiguous()?, &AddPenaltyGradient { rates: self, scale: None })
    }

    /// Adds the gradient of the penalty of `values` to `gradient`: `l1 · sign(w) + 2 · l2 · w`. The sign of 0 is 0.
    #[inline(always)]
    pub(super) fn add_slope<T: Real>(self, gradient: &mut [T], values: &[T]) {
        let (zero, l1, twice) = (T::from_f64(0.0), T::from_f64(self.l1), T::from_f64(2.0 * self.l2));
        for (g, &w) in gradient.iter_mut().zip(values) {
            let sign = if w > zero { l1 } else { zero } - if w < zero { l1 } else { zero };
            *g += sign + twice * w;
        }
    }

    fn value<T: Real>(self, values: &[T]) -> T {
        let zero = T::from_f64(0.0);
        // Many independent sums: the compiler vectorizes them, and rounding errors stay small.
        let (mut absolute, mut square) = ([zero; 32], [zero; 32]);
        for chunk in values.chunks(32) {
            for ((absolute, square), &value) in absolute.iter_mut().zip(&mut square).zip(chunk) {
                *absolute += value.abs();
                *square += value * value;
            }
        }
        let sum = |parts: [T; 32]| parts.iter().map(|part| part.to_f64()).sum::<f64>();
        T::from_f64(self.l1 * sum(absolute) + self.l2 * sum(square))
    }
}

impl CustomOp1 for PenaltyRates {
    fn name(&self) -> &'static str {
        "penalty"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let penalty = for_float!(T in storage => {
            T::to_cpu_storage_owned(vec![self.value(contiguous_slice::<T>(storage, layout)?)])
        });
        Ok((penalty, Shape::from(())))
    }

    fn bwd(&self, values: &Tensor, _result: &Tensor, gradient: &Tensor) -> Result<Option<Tensor>> {
        let scale = gradient.to_dtype(candle_core::DType::F64)?.to_scalar::<f64>()?;
        values
            .zeros_like()?
            .apply_op2_no_bwd(values, &AddPenaltyGradient { rates: *self, scale: Some(scale) })
            .map(Some)
    }
}

/// `g` plus the gradient of the penalty times `scale`.
struct AddPenaltyGradient {
    rates: PenaltyRates,
    scale: Option<f64>,
}

impl CustomOp2 for AddPenaltyGradient {
    fn name(&self) -> &'static str {
        "penalty gradient"
    }

    fn cpu_fwd(&self, g: &CpuStorage, gl: &Layout, w: &CpuStorage, wl: &Layout) -> Result<(CpuStorage, Shape)> {
        fn run<T: Real>(gradient: &[T], values: &[T], rates: PenaltyRates) -> CpuStorage {
            let mut gradient = gradient.to_vec();
            rates.add_slope(&mut gradient, values);
            T::to_cpu_storage_owned(gradient)
        }
        if gl.shape() != wl.shape() {
            bail!("penalty: a gradient of shape {:?} for values of shape {:?}", gl.shape(), wl.shape());
        }
        let scale = self.scale.unwrap_or(1.0);
        let rates = PenaltyRates { l1: self.rates.l1 * scale, l2: self.rates.l2 * scale };
        let values = for_float!(T in g => run(contiguous_slice::<T>(g, gl)?, contiguous_slice::<T>(w, wl)?, rates));
        Ok((values, gl.shape().clone()))
    }
}

/// Scales each column of `matrix` whose L2 norm is above `max` down to that norm.
pub(crate) fn clip_columns(matrix: &Tensor, max: f64) -> Result<()> {
    matrix.inplace_op1(&ClipColumns(max))
}

struct ClipColumns(f64);

impl InplaceOp1 for ClipColumns {
    fn name(&self) -> &'static str {
        "max norm"
    }

    fn cpu_fwd(&self, storage: &mut CpuStorage, layout: &Layout) -> Result<()> {
        /// Keras's epsilon. With it, a column of zeros stays zero.
        const EPSILON: f64 = 1e-7;
        let (_, columns) = layout.shape().dims2()?;
        let matrix = parameter_slice("max norm", storage, layout)?;
        let mut factors = vec![0.0_f32; columns];
        for row in matrix.chunks_exact(columns) {
            factors.iter_mut().zip(row).for_each(|(sum, &w)| *sum += w * w);
        }
        for factor in &mut factors {
            let norm = f64::from(*factor).sqrt();
            *factor = (norm.min(self.0) / (norm + EPSILON)) as f32;
        }
        for row in matrix.chunks_exact_mut(columns) {
            row.iter_mut().zip(&factors).for_each(|(w, &factor)| *w *= factor);
        }
        Ok(())
    }
}
