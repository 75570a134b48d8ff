//! The backward pass of a dense layer.

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

/// The backward pass of a layer: the gradient of its inputs, and the gradient of its weights with the optimizer step.
pub(crate) struct DenseBackward<'a> {
    pub(crate) context: RefCell<&'a mut CpuContext>,
    pub(crate) partitions: &'a [RowPartition],
    /// The inputs of each partition, one after the other: `[batch, rows]`.
    pub(crate) inputs: &'a [f32],
    /// The sparsity of the inputs of each partition, if skipping zeros pays.
    pub(crate) sparsity: &'a [Sparsity],
    /// The gradient of the layer's sums, `[batch, units]`.
    pub(crate) gradient: Matrix<'a>,
    pub(crate) penalty: Option<PenaltyRates>,
    pub(crate) sink: RefCell<GradientSink<'a>>,
    /// The layer that the inputs come from. `None` for the first layer.
    pub(crate) previous: RefCell<Option<PreviousLayer<'a>>>,
}

/// What happens to the gradient of the weights.
pub(crate) enum GradientSink<'a> {
    /// An optimizer step updates the weights. Each slot has as many elements as the weight matrix.
    Apply { rule: UpdateRule, transform: GradientTransform, slots: &'a mut [Vec<f32>] },
    /// It is stored here, and the weights stay as they are.
    Store(&'a mut [f32]),
}

/// How the inputs were computed from the sums of the previous layer, and where the gradient of these sums goes.
pub(crate) struct PreviousLayer<'a> {
    pub(crate) dropout: Option<MaskedColumns<'a>>,
    /// The activation and its arguments, in blocks as the inputs. Its results instead of its arguments, if
    /// [`Elementwise::has_slope_from_result`].
    pub(crate) activation: Option<(Elementwise, &'a [f32])>,
    /// The transpose of the gradient of this layer's sums: `[units, batch]`.
    pub(crate) transposed_gradient: Matrix<'a>,
    /// The gradient of the previous layer's sums, `[batch, inputs]`, and its transpose.
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
                let mut slot = |index: usize| blocks[index].as_mut().and_then(Iterator::next).unwrap_or_default();
                let step = |_| RowGradientSink::Apply {
                    rule: *rule,
                    transform: *transform,
                    slots: [slot(0), slot(1), slot(2)],
                };
                rows.iter().map(step).collect()
            }
        };
        let mut previous = self.previous.borrow_mut();
        let batch = self.gradient.rows();
        let mut gradients = previous.as_mut().map(|previous| {
            let results = MatrixMut::new(previous.result, inputs).split_columns(&rows);
            let transposed =
                split_rows(previous.transposed, &rows, batch).map(|transposed| MatrixMut::new(transposed, batch));
            let parts = rows.iter().zip(results).zip(transposed).map(|((rows, result), transposed)| InputGradient {
                transposed_gradient: previous.transposed_gradient,
                dropout: previous.dropout.map(|dropout| MaskedColumns { first: rows.start, ..dropout }),
                activation: previous.activation.map(|(function, values)| (function, block(values, rows, batch))),
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

/// Returns the inputs of a partition.
fn block<'a>(values: &'a [f32], rows: &Range<usize>, batch: usize) -> Matrix<'a> {
    Matrix::new(&values[rows.start * batch..rows.end * batch], rows.len())
}

/// The part of a layer that one thread computes.
struct Backward<'a> {
    inputs: Option<InputGradient<'a>>,
    weight: WeightGradient<'a>,
}

/// The rows of the weights that go through all operations together, so that they and their slots are still in the L1 cache at the
/// update.
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

/// The gradient of the sums of the previous layer: `gradient · weightᵀ`, multiplied by the dropout mask and by the derivative of the
/// activation in between.
///
/// It is computed as `weight · gradientᵀ`, whose right side is small and whose left side is read in memory order. The result is
/// transposed when it is written.
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
    /// Computes the gradient for some rows of the weights.
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
                function.multiply_by_slope(values.row(example), row);
            }
        }
        transpose(result.view(), &mut transposed);
    }
}
