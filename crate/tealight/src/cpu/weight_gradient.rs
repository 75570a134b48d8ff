//! The gradient of a dense layer's kernel, for a thread's rows, and what becomes of it.

use super::matmul::{Lhs, MatMul};
use super::matrix::{Matrix, MatrixMut};
use super::optimizer_step::{GradientTransform, MAX_SLOTS, StepChunk, UpdateRule};
use super::penalty::PenaltyRates;
use super::sparsity::ActiveDepths;
use pulp::{Simd, WithSimd};
use std::ops::Range;

/// `inputsᵀ · gradient`, with the slope of the kernel's penalty: a few rows at a time are computed, used and forgotten.
pub(crate) struct WeightGradient<'a> {
    /// `[batch, rows]`.
    pub(crate) inputs: Matrix<'a>,
    /// `[batch, units]`, of the layer's sums.
    pub(crate) gradient: Matrix<'a>,
    /// Where the inputs are not 0, for each four of them, where it pays to know.
    pub(crate) active_depths: Option<&'a ActiveDepths>,
    pub(crate) penalty: Option<PenaltyRates>,
    /// `[rows, units]`.
    pub(crate) weight: &'a mut [f32],
    pub(crate) sink: RowGradientSink<'a>,
    /// For the gradient of the rows that are computed together.
    pub(crate) block: Vec<f32>,
}

/// Where the gradient goes.
pub(crate) enum RowGradientSink<'a> {
    /// Into an optimizer's step of the kernel, which remembers as many blocks of numbers as the rule names, each as long
    /// as the kernel; the others are empty.
    Apply { rule: UpdateRule, transform: GradientTransform, slots: [&'a mut [f32]; MAX_SLOTS] },
    /// Here, where all of it has to be seen before anything moves.
    Store(&'a mut [f32]),
}

/// Rows of the gradient that are computed together: those of a tile, or of two where zeros are left out.
const ROW_BLOCK: usize = 8;

impl WeightGradient<'_> {
    /// For some of the rows, the first of which is a multiple of [`ROWS`], and the gradient of the layer's sums,
    /// `[batch, units]`.
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

/// A part of a block, or nothing of one that is empty.
#[inline(always)]
fn subslice_or_empty<'a>(block: &'a mut [f32], numbers: &Range<usize>) -> &'a mut [f32] {
    if block.is_empty() { block } else { &mut block[numbers.clone()] }
}
