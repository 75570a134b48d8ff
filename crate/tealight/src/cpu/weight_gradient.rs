//! The gradient of a dense layer's weight matrix, for the rows of one thread, and its use.

use super::matmul::{Lhs, MatMul};
use super::matrix::{Matrix, MatrixMut};
use super::optimizer_step::{GradientTransform, MAX_SLOTS, StepChunk, UpdateRule};
use super::penalty::PenaltyRates;
use super::sparsity::ActiveDepths;
use pulp::{Simd, WithSimd};
use std::ops::Range;

/// `inputsᵀ · gradient` plus the gradient of the weight penalty. A few rows at a time are computed, used and discarded.
pub(crate) struct WeightGradient<'a> {
    /// `[batch, rows]`.
    pub(crate) inputs: Matrix<'a>,
    /// The gradient of the layer's sums, `[batch, units]`.
    pub(crate) gradient: Matrix<'a>,
    /// The examples at which each group of four inputs is not all 0, if skipping zeros pays.
    pub(crate) active_depths: Option<&'a ActiveDepths>,
    pub(crate) penalty: Option<PenaltyRates>,
    /// `[rows, units]`.
    pub(crate) weight: &'a mut [f32],
    pub(crate) sink: RowGradientSink<'a>,
    /// Scratch space for the gradient of the rows that are computed together.
    pub(crate) block: Vec<f32>,
}

/// What happens to the gradient of some rows.
pub(crate) enum RowGradientSink<'a> {
    /// An optimizer step updates the weights. Slots that the rule does not use are empty.
    Apply { rule: UpdateRule, transform: GradientTransform, slots: [&'a mut [f32]; MAX_SLOTS] },
    /// It is stored here, because the whole gradient is needed before any parameter is updated.
    Store(&'a mut [f32]),
}

/// The rows of the gradient that are computed together: one tile, or two if zeros are skipped.
const ROW_BLOCK: usize = 8;

impl WeightGradient<'_> {
    /// Computes and uses the gradient of `rows`, the first of which is a multiple of [`ROW_BLOCK`].
    #[inline(always)]
    pub(super) fn run<S: Simd>(&mut self, simd: S, rows: Range<usize>) {
        let gradient = self.gradient;
        let Self { inputs, active_depths, penalty, weight, sink, block, .. } = self;
        let units = gradient.columns();
        block.resize(ROW_BLOCK * units, 0.0);
        for first in rows.clone().step_by(ROW_BLOCK) {
            let count = ROW_BLOCK.min(rows.end - first);
            let numbers = first * units..(first + count) * units;
            let g = &mut block[..count * units];
            let left = Lhs::Columns(inputs.some_columns(first..first + count));
            let active_depths = active_depths.map(|active_depths| (active_depths, first));
            MatMul { left, right: gradient, partition: None, active_depths, out: MatrixMut::new(g, units) }
                .with_simd(simd);
            let w = &mut weight[numbers.clone()];
            if let Some(penalty) = penalty {
                penalty.add_slope(g, w);
            }
            match sink {
                RowGradientSink::Store(sink) => sink[numbers].copy_from_slice(g),
                RowGradientSink::Apply { rule, transform, slots: [a, b, c] } => {
                    let slots = [
                        subslice_or_empty(a, &numbers),
                        subslice_or_empty(b, &numbers),
                        subslice_or_empty(c, &numbers),
                    ];
                    StepChunk { rule: *rule, transform: *transform, w, g, slots }.with_simd(simd);
                }
            }
        }
    }
}

/// Returns a part of a slot, or the empty slice if the slot is empty.
#[inline(always)]
fn subslice_or_empty<'a>(block: &'a mut [f32], numbers: &Range<usize>) -> &'a mut [f32] {
    if block.is_empty() { block } else { &mut block[numbers.clone()] }
}
