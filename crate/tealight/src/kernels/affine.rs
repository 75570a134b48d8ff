//! `x · w + b`, the arithmetic of a dense layer.

use super::real::{for_float, slice};
use candle_core::backend::BackendStorage;
use candle_core::{CpuStorage, CustomOp1, CustomOp3, Layout, Result, Shape, Tensor, WithDType, bail};

/// `x · w + b` for `x` of shape `[batch, inputs]`, `w` of `[inputs, units]` and `b` of `[units]`.
///
/// Beside candle's own product and sum it saves a tensor for the bias, and, where `x` is data and not the result of
/// another layer, the whole product that would give the gradient of the data.
pub(crate) fn affine(x: &Tensor, w: &Tensor, b: &Tensor) -> Result<Tensor> {
    x.apply_op3(w, b, Affine)
}

struct Affine;

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
        let ((batch, inputs), (rows, units)) = (xl.shape().dims2()?, wl.shape().dims2()?);
        if rows != inputs || bl.dims() != [units] {
            bail!("affine: {:?} · {:?} + {:?} do not fit", xl.shape(), wl.shape(), bl.shape());
        }
        let mut product = x.matmul(w, (1, batch, units, inputs), xl, wl)?;
        match &mut product {
            CpuStorage::F32(product) => add_to_rows(product, slice(b, bl)?),
            CpuStorage::F64(product) => add_to_rows(product, slice(b, bl)?),
            other => bail!("affine: expected numbers of type f32 or f64, got {}", other.dtype().as_str()),
        }
        Ok((product, Shape::from((batch, units))))
    }

    fn bwd(
        &self,
        x: &Tensor,
        w: &Tensor,
        _b: &Tensor,
        _result: &Tensor,
        gradient: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>, Option<Tensor>)> {
        let gradient = gradient.contiguous()?;
        let for_x = if x.track_op() { Some(gradient.matmul(&w.detach().t()?)?) } else { None };
        let for_w = x.detach().t()?.matmul(&gradient)?;
        let for_b = gradient.apply_op1_no_bwd(&ColumnSums)?;
        Ok((for_x, Some(for_w), Some(for_b)))
    }
}

fn add_to_rows<T: WithDType>(matrix: &mut [T], row: &[T]) {
    for values in matrix.chunks_exact_mut(row.len()) {
        for (value, &bias) in values.iter_mut().zip(row) {
            *value += bias;
        }
    }
}

/// The sum over the rows of a matrix, row after row, so that it reads memory in order.
struct ColumnSums;

impl CustomOp1 for ColumnSums {
    fn name(&self) -> &'static str {
        "column sums"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        fn sums<T: WithDType>(matrix: &[T], columns: usize) -> CpuStorage {
            let mut sums = vec![T::from_f64(0.0); columns];
            for row in matrix.chunks_exact(columns) {
                for (sum, &value) in sums.iter_mut().zip(row) {
                    *sum += value;
                }
            }
            T::to_cpu_storage_owned(sums)
        }
        let (_, columns) = layout.shape().dims2()?;
        let sums = for_float!(T in storage => sums(slice::<T>(storage, layout)?, columns));
        Ok((sums, Shape::from(columns)))
    }
}
