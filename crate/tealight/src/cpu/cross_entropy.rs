//! Cross-entropy of the softmax of logits, computed together: stable for logits of any size, with a simple gradient.

use super::float::{Real, contiguous_slice, for_float};
use super::softmax::softmax_row;
use candle_core::{CpuStorage, CustomOp1, CustomOp2, Layout, Result, Shape, Tensor, bail};
use std::sync::Arc;

/// Returns the mean over the batch of `log Σ exp(zⱼ) − z_class`, for logits `[batch, classes]` and one class per row.
pub(crate) fn sparse_cross_entropy(logits: &Tensor, classes: Arc<[u32]>) -> Result<Tensor> {
    logits.contiguous()?.apply_op1(SparseCrossEntropy { classes })
}

/// Returns [`sparse_cross_entropy`] of logits `[batch, width]`, and its gradient.
///
/// # Errors
/// If a class is not below `width`.
pub(crate) fn sparse_cross_entropy_with_gradient(
    logits: &[f32],
    width: usize,
    classes: &[u32],
) -> Result<(f32, Vec<f32>)> {
    let (mut sum, mut gradient) = (0.0, logits.to_vec());
    let share = 1.0 / classes.len() as f32;
    for (row, &class) in gradient.chunks_exact_mut(width).zip(classes) {
        let Some(&of_class) = row.get(class as usize) else {
            bail!("class {class} is out of range for {width} outputs");
        };
        let (largest, total) = exponentials(row);
        sum += total.ln() - (of_class - largest);
        row.iter_mut().for_each(|p| *p *= share / total);
        row[class as usize] -= share;
    }
    Ok((sum / classes.len() as f32, gradient))
}

/// Returns [`cross_entropy`] of logits and targets `[batch, width]`, and its gradient.
pub(crate) fn cross_entropy_with_gradient(logits: &[f32], width: usize, targets: &[f32]) -> (f32, Vec<f32>) {
    let (mut sum, mut gradient) = (0.0, logits.to_vec());
    let rows = logits.len() / width;
    let share = 1.0 / rows as f32;
    for ((row, logits), targets) in
        gradient.chunks_exact_mut(width).zip(logits.chunks_exact(width)).zip(targets.chunks_exact(width))
    {
        let (largest, total) = exponentials(row);
        let (log_sum, of_all) = (total.ln(), targets.iter().sum::<f32>());
        sum += logits.iter().zip(targets).map(|(z, t)| t * (log_sum - (z - largest))).sum::<f32>();
        row.iter_mut().zip(targets).for_each(|(p, t)| *p = (*p / total * of_all - t) * share);
    }
    (sum / rows as f32, gradient)
}

/// Replaces each logit `z` of a row by `exp(z − largest)`, which both the loss and the gradient need. Returns the largest logit and
/// the sum of the exponentials.
fn exponentials(row: &mut [f32]) -> (f32, f32) {
    let largest = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let mut total = 0.0;
    for z in row {
        *z = (*z - largest).exp();
        total += *z;
    }
    (largest, total)
}

/// Returns the mean over the batch of `−Σ tⱼ log softmax(z)ⱼ`, for logits and targets `[batch, classes]`.
///
/// The targets are data and get no gradient.
pub(crate) fn cross_entropy(logits: &Tensor, targets: &Tensor) -> Result<Tensor> {
    logits.contiguous()?.apply_op2(&targets.contiguous()?, CrossEntropy)
}

/// Returns the largest logit of a row and `log Σ exp(zⱼ − largest)`.
fn log_sum<T: Real>(row: &[T]) -> (T, T) {
    let largest = row.iter().copied().fold(T::from_f64(f64::NEG_INFINITY), |a, b| if b > a { b } else { a });
    (largest, row.iter().fold(T::from_f64(0.0), |sum, &z| sum + (z - largest).exp()).ln())
}

struct SparseCrossEntropy {
    classes: Arc<[u32]>,
}

impl CustomOp1 for SparseCrossEntropy {
    fn name(&self) -> &'static str {
        "sparse cross-entropy"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        fn run<T: Real>(logits: &[T], width: usize, classes: &[u32]) -> Result<CpuStorage> {
            let mut sum = T::from_f64(0.0);
            for (row, &class) in logits.chunks_exact(width).zip(classes) {
                let (largest, log_sum) = log_sum(row);
                let Some(&of_class) = row.get(class as usize) else {
                    bail!("class {class} is out of range for {width} outputs");
                };
                sum += log_sum - (of_class - largest);
            }
            Ok(T::to_cpu_storage_owned(vec![sum / T::from_f64(classes.len() as f64)]))
        }
        let (rows, width) = layout.shape().dims2()?;
        if rows != self.classes.len() {
            bail!("{rows} rows of logits for {} classes", self.classes.len());
        }
        let mean = for_float!(T in storage => run(contiguous_slice::<T>(storage, layout)?, width, &self.classes)?);
        Ok((mean, Shape::from(())))
    }

    fn bwd(&self, logits: &Tensor, _result: &Tensor, gradient: &Tensor) -> Result<Option<Tensor>> {
        logits.apply_op2_no_bwd(gradient, &SparseCrossEntropyGradient { classes: &self.classes }).map(Some)
    }
}

/// `(softmax(z) − onehot(class)) · g / batch`.
struct SparseCrossEntropyGradient<'a> {
    classes: &'a [u32],
}

impl CustomOp2 for SparseCrossEntropyGradient<'_> {
    fn name(&self) -> &'static str {
        "sparse cross-entropy gradient"
    }

    fn cpu_fwd(&self, z: &CpuStorage, zl: &Layout, g: &CpuStorage, gl: &Layout) -> Result<(CpuStorage, Shape)> {
        fn run<T: Real>(logits: &[T], gradient: &[T], width: usize, classes: &[u32]) -> CpuStorage {
            let one = T::from_f64(1.0);
            let share = gradient.iter().fold(T::from_f64(0.0), |sum, &g| sum + g) / T::from_f64(classes.len() as f64);
            let mut values = logits.to_vec();
            for (row, &class) in values.chunks_exact_mut(width).zip(classes) {
                softmax_row(row);
                row.iter_mut().skip(class as usize).take(1).for_each(|p| *p -= one);
                row.iter_mut().for_each(|p| *p *= share);
            }
            T::to_cpu_storage_owned(values)
        }
        let (_, width) = zl.shape().dims2()?;
        let values = for_float!(T in z => run(contiguous_slice::<T>(z, zl)?, contiguous_slice::<T>(g, gl)?, width, self.classes));
        Ok((values, zl.shape().clone()))
    }
}

struct CrossEntropy;

impl CustomOp2 for CrossEntropy {
    fn name(&self) -> &'static str {
        "cross-entropy"
    }

    fn cpu_fwd(&self, z: &CpuStorage, zl: &Layout, t: &CpuStorage, tl: &Layout) -> Result<(CpuStorage, Shape)> {
        fn run<T: Real>(logits: &[T], targets: &[T], (rows, width): (usize, usize)) -> CpuStorage {
            let mut sum = T::from_f64(0.0);
            for (row, targets) in logits.chunks_exact(width).zip(targets.chunks_exact(width)) {
                let (largest, log_sum) = log_sum(row);
                for (&z, &t) in row.iter().zip(targets) {
                    sum += t * (log_sum - (z - largest));
                }
            }
            T::to_cpu_storage_owned(vec![sum / T::from_f64(rows as f64)])
        }
        if zl.shape() != tl.shape() {
            bail!("logits of shape {:?} for targets of shape {:?}", zl.shape(), tl.shape());
        }
        let shape = zl.shape().dims2()?;
        let mean = for_float!(T in z => run(contiguous_slice::<T>(z, zl)?, contiguous_slice::<T>(t, tl)?, shape));
        Ok((mean, Shape::from(())))
    }

    fn bwd(
        &self,
        logits: &Tensor,
        targets: &Tensor,
        _result: &Tensor,
        gradient: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>)> {
        let for_logits = logits.apply_op3_no_bwd(targets, gradient, &CrossEntropyGradient)?;
        Ok((Some(for_logits), None))
    }
}

/// `(softmax(z) · Σt − t) · g / batch`.
struct CrossEntropyGradient;

impl candle_core::CustomOp3 for CrossEntropyGradient {
    fn name(&self) -> &'static str {
        "cross-entropy gradient"
    }

    fn cpu_fwd(
        &self,
        z: &CpuStorage,
        zl: &Layout,
        t: &CpuStorage,
        tl: &Layout,
        g: &CpuStorage,
        gl: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        fn run<T: Real>(logits: &[T], targets: &[T], gradient: &[T], (rows, width): (usize, usize)) -> CpuStorage {
            let share = gradient.iter().fold(T::from_f64(0.0), |sum, &g| sum + g) / T::from_f64(rows as f64);
            let mut values = logits.to_vec();
            for (row, targets) in values.chunks_exact_mut(width).zip(targets.chunks_exact(width)) {
                softmax_row(row);
                let total = targets.iter().fold(T::from_f64(0.0), |sum, &t| sum + t);
                row.iter_mut().zip(targets).for_each(|(p, &t)| *p = (*p * total - t) * share);
            }
            T::to_cpu_storage_owned(values)
        }
        let shape = zl.shape().dims2()?;
        let values = for_float!(T in z => run(contiguous_slice::<T>(z, zl)?, contiguous_slice::<T>(t, tl)?, contiguous_slice::<T>(g, gl)?, shape));
        Ok((values, zl.shape().clone()))
    }
}
