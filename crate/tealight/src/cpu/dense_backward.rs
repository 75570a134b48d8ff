//! A dense layer backward, for a thread's rows of the kernel.

use super::Elementwise;
use super::context::CpuContext;
use super::dense_forward::Sparsity;
use super::dropout::MaskedColumns;
use super::float::parameter_slice;
use super::matmul::{Lhs, MatMul};
use super::matrix::{Matrix, MatrixMut, split_rows};
use super::optimizer_step::{GradientTransform, MAX_SLOTS, UpdateRule};
use super::penalty::PenaltyRates;
use super::row_partition::RowPartition;
use super::transpose::transpose;
use super::weight_gradient::{RowGradientSink, WeightGradient};
use candle_core::{CpuStorage, InplaceOp1, Layout, Result, bail};
use pulp::{Simd, WithSimd};
use std::cell::RefCell;
use std::ops::Range;

/// A layer's way back: the gradient of its inputs, and with that of its kernel a step of it.
pub(crate) struct DenseBackward<'a> {
    pub(crate) context: RefCell<&'a mut CpuContext>,
    pub(crate) partitions: &'a [RowPartition],
    /// For each share, one after the other, its inputs: `[batch, rows]`.
    pub(crate) inputs: &'a [f32],
    /// Where the inputs are not 0, for each share, where it pays to know.
    pub(crate) sparsity: &'a [Sparsity],
    /// `[batch, units]`, of the layer's sums.
    pub(crate) gradient: Matrix<'a>,
    pub(crate) penalty: Option<PenaltyRates>,
    pub(crate) sink: RefCell<GradientSink<'a>>,
    /// What the inputs came from, if not from the examples.
    pub(crate) before: RefCell<Option<PreviousLayer<'a>>>,
}

/// What is done with the gradient of the kernel.
pub(crate) enum GradientSink<'a> {
    /// The optimizer moves the kernel by it, and remembers blocks of numbers as long as the kernel.
    Apply { rule: UpdateRule, transform: GradientTransform, slots: &'a mut [Vec<f32>] },
    /// It is stored here; the kernel stays as it is.
    Store(&'a mut [f32]),
}

/// How the inputs were made, and the gradient of the sums that they were made of.
pub(crate) struct PreviousLayer<'a> {
    pub(crate) dropout: Option<MaskedColumns<'a>>,
    /// The function, and what it was applied to (or, for a function whose slope its result tells, the result), in blocks
    /// as the inputs.
    pub(crate) activation: Option<(Elementwise, &'a [f32])>,
    /// The gradient of this layer's sums transposed: `[units, batch]`.
    pub(crate) transposed_gradient: Matrix<'a>,
    /// The result, `[batch, inputs]`, and the same transposed.
    pub(crate) result: &'a mut [f32],
    pub(crate) transposed: &'a mut [f32],
}

impl InplaceOp1 for DenseBackward<'_> {
    fn name(&self) -> &'static str {
        "dense layer backward"
    }

    fn cpu_fwd(&self, weight: &mut CpuStorage, layout: &Layout) -> Result<()> {
        let (inputs, units) = layout.shape().dims2()?;
        let weight = parameter_slice("dense", weight, layout)?;
        let rows = self.partitions.iter().map(RowPartition::rows).collect::<Vec<_>>();
        let mut sink = self.sink.borrow_mut();
        let sinks = match &mut *sink {
            GradientSink::Store(values) => {
                split_rows(values, &rows, units).map(RowGradientSink::Store).collect::<Vec<_>>()
            }
            GradientSink::Apply { rule, transform, slots } => {
                if slots.len() > MAX_SLOTS || slots.iter().any(|block| block.len() != weight.len()) {
                    bail!("dense: the optimizer's slots do not fit a weight of {inputs} × {units}");
                }
                let mut blocks = slots.iter_mut().map(|block| split_rows(block, &rows, units));
                let mut blocks = [blocks.next(), blocks.next(), blocks.next()];
                let mut of = |slot: usize| blocks[slot].as_mut().and_then(Iterator::next).unwrap_or_default();
                let step =
                    |_| RowGradientSink::Apply { rule: *rule, transform: *transform, slots: [of(0), of(1), of(2)] };
                rows.iter().map(step).collect()
            }
        };
        let mut before = self.before.borrow_mut();
        let batch = self.gradient.rows();
        let mut gradients = before.as_mut().map(|before| {
            let results = MatrixMut::new(before.result, inputs).cut_columns(&rows);
            let transposed =
                split_rows(before.transposed, &rows, batch).map(|transposed| MatrixMut::new(transposed, batch));
            let parts = rows.iter().zip(results).zip(transposed).map(|((rows, result), transposed)| InputGradient {
                transposed_gradient: before.transposed_gradient,
                dropout: before.dropout.map(|dropout| MaskedColumns { first: rows.start, ..dropout }),
                activation: before.activation.map(|(function, values)| (function, block(values, rows, batch))),
                result,
                transposed,
            });
            parts.collect::<Vec<_>>().into_iter()
        });
        let weights = split_rows(weight, &rows, units);
        let mut sparsity = self.sparsity.iter();
        let parts = rows.iter().zip(weights).zip(sinks).map(|((rows, weight), sink)| Backward {
            inputs: gradients.as_mut().and_then(Iterator::next),
            weight: WeightGradient {
                inputs: block(self.inputs, rows, batch),
                gradient: self.gradient,
                active_depths: sparsity.next().map(|sparsity| &sparsity.features),
                penalty: self.penalty,
                weight,
                sink,
                block: Vec::new(),
            },
        });
        self.context.borrow_mut().run(parts);
        Ok(())
    }
}

/// The block of the columns of a share.
fn block<'a>(values: &'a [f32], rows: &Range<usize>, batch: usize) -> Matrix<'a> {
    Matrix::new(&values[rows.start * batch..rows.end * batch], rows.len())
}

/// A thread's part of a layer.
struct Backward<'a> {
    inputs: Option<InputGradient<'a>>,
    weight: WeightGradient<'a>,
}

/// Rows of a kernel that go through all of it together, so that they and what belongs to them are still in the first
/// cache when they move.
const ROW_STRIPE: usize = 32;

impl WithSimd for Backward<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { mut inputs, mut weight } = self;
        let (units, count) = (weight.gradient.columns(), weight.inputs.columns());
        for first in (0..count).step_by(ROW_STRIPE) {
            let rows = first..count.min(first + ROW_STRIPE);
            if let Some(inputs) = &mut inputs {
                inputs.run(simd, Matrix::new(weight.weight, units), rows.clone());
            }
            weight.run(simd, rows);
        }
    }
}

/// The gradient of the sums of the layer before, `gradient · kernelᵀ` taken back through the dropout and the activation
/// that lie between.
///
/// It is computed as `kernel · gradientᵀ`, whose right side is small and whose left side is read as it lies; the result
/// is turned round as it is written.
struct InputGradient<'a> {
    transposed_gradient: Matrix<'a>,
    dropout: Option<MaskedColumns<'a>>,
    activation: Option<(Elementwise, Matrix<'a>)>,
    /// `[batch, rows]`.
    result: MatrixMut<'a>,
    /// `[rows, batch]`.
    transposed: MatrixMut<'a>,
}

impl InputGradient<'_> {
    /// For some rows of the kernel.
    #[inline(always)]
    fn run<S: Simd>(&mut self, simd: S, weight: Matrix<'_>, rows: Range<usize>) {
        let batch = self.result.rows();
        let mut transposed = self.transposed.some(rows.clone(), 0..batch);
        let mut result = self.result.some(0..batch, rows.clone());
        let (left, out) = (Lhs::Rows(weight.some_rows(rows.clone())), transposed.some(0..rows.len(), 0..batch));
        MatMul { left, right: self.transposed_gradient, partition: None, active_depths: None, out }.with_simd(simd);
        transpose(transposed.view(), &mut result);
        let dropout = self.dropout.map(|dropout| MaskedColumns { first: dropout.first + rows.start, ..dropout });
        let activation = self.activation.map(|(function, values)| (function, values.some_columns(rows.clone())));
        for example in 0..batch {
            let row = result.row(example);
            if let Some(dropout) = dropout {
                dropout.apply(example, row);
            }
            if let Some((function, values)) = activation {
                function.slope(values.row(example), row);
            }
        }
        transpose(result.view(), &mut transposed);
    }
}
