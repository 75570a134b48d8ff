//! `x · w + b`, the arithmetic of a dense layer.

use super::float::{contiguous_slice, for_float};
use super::gradients::Gradients;
use candle_core::backend::BackendStorage;
use candle_core::{CpuStorage, CustomOp1, CustomOp2, CustomOp3, Layout, Result, Shape, Tensor, WithDType, bail};
use std::sync::Arc;

/// Returns `x · w + b` for `x` of shape `[batch, inputs]`, `w` of `[inputs, units]` and an optional `b` of `[units]`.
///
/// Compared with candle's own product and sum, this saves a tensor for the bias. If `x` is data rather than the output of another
/// layer, it also saves the product for the gradient of the data. With `gradients`, the gradients of `w` and `b` go there instead
/// of into candle's store.
pub(crate) fn affine(x: &Tensor, w: &Tensor, b: Option<&Tensor>, gradients: Option<Arc<Gradients>>) -> Result<Tensor> {
    let operation = Affine { gradients };
    match b {
        Some(b) => x.apply_op3(w, b, operation),
        None => x.apply_op2(w, operation),
    }
}

struct Affine {
    gradients: Option<Arc<Gradients>>,
}

impl Affine {
    /// Puts the gradient of a parameter into `gradients` and returns `None`, or returns it for candle's store.
    fn store_gradient(&self, parameter: &Tensor, gradient: Tensor) -> Result<Option<Tensor>> {
        match &self.gradients {
            None => Ok(Some(gradient)),
            Some(gradients) => gradients.put(parameter, gradient).map(|()| None),
        }
    }
}

impl CustomOp2 for Affine {
    fn name(&self) -> &'static str {
        "affine"
    }

    fn cpu_fwd(&self, x: &CpuStorage, xl: &Layout, w: &CpuStorage, wl: &Layout) -> Result<(CpuStorage, Shape)> {
        let ((batch, inputs), (rows, units)) = (xl.shape().dims2()?, wl.shape().dims2()?);
        if rows != inputs {
            bail!("affine: {:?} · {:?} do not fit", xl.shape(), wl.shape());
        }
        Ok((x.matmul(w, (1, batch, units, inputs), xl, wl)?, Shape::from((batch, units))))
    }

    fn bwd(
        &self,
        x: &Tensor,
        w: &Tensor,
        _result: &Tensor,
        gradient: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>)> {
        let for_x = if x.track_op() { Some(gradient.matmul(&w.detach().t()?)?) } else { None };
        let for_w = x.detach().t()?.matmul(gradient)?;
        Ok((for_x, self.store_gradient(w, for_w)?))
    }
}

impl CustomOp3 for Affine {
    fn name(&self) -> &'static str {
        "affine"
    }

    fn cpu_fwd(
        &self,
        x: &CpuStorage,
        xl: &Layout,
        w: &CpuStorage,
        wl: &Layout,
        b: &CpuStorage,
        bl: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let (mut product, shape) = CustomOp2::cpu_fwd(self, x, xl, w, wl)?;
        if bl.dims() != &shape.dims()[1..] {
            bail!("affine: {shape:?} + {:?} do not fit", bl.shape());
        }
        match &mut product {
            CpuStorage::F32(product) => add_to_rows(product, contiguous_slice(b, bl)?),
            CpuStorage::F64(product) => add_to_rows(product, contiguous_slice(b, bl)?),
            other => bail!("affine: expected numbers of type f32 or f64, got {}", other.dtype().as_str()),
        }
        Ok((product, shape))
    }

    fn bwd(
        &self,
        x: &Tensor,
        w: &Tensor,
        b: &Tensor,
        result: &Tensor,
        gradient: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>, Option<Tensor>)> {
        let gradient = gradient.contiguous()?;
        let (for_x, for_w) = CustomOp2::bwd(self, x, w, result, &gradient)?;
        let for_b = self.store_gradient(b, gradient.apply_op1_no_bwd(&ColumnSums)?)?;
        Ok((for_x, for_w, for_b))
    }
}

fn add_to_rows<T: WithDType>(matrix: &mut [T], row: &[T]) {
    for values in matrix.chunks_exact_mut(row.len()) {
        for (value, &bias) in values.iter_mut().zip(row) {
            *value += bias;
        }
    }
}

/// Returns the sum of each column of a matrix. Reads the matrix row by row, in memory order.
pub(crate) fn column_sums<T: WithDType>(matrix: &[T], columns: usize) -> Vec<T> {
    let mut sums = vec![T::from_f64(0.0); columns];
    for row in matrix.chunks_exact(columns) {
        for (sum, &value) in sums.iter_mut().zip(row) {
            *sum += value;
        }
    }
    sums
}

/// [`column_sums`] of a tensor.
struct ColumnSums;

impl CustomOp1 for ColumnSums {
    fn name(&self) -> &'static str {
        "column sums"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let (_, columns) = layout.shape().dims2()?;
        let sums = for_float!(T in storage => {
            T::to_cpu_storage_owned(column_sums(contiguous_slice::<T>(storage, layout)?, columns))
        });
        Ok((sums, Shape::from(columns)))
    }
}
