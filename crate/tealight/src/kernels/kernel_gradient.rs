//! The gradient of a dense layer's kernel, for a thread's rows, and what becomes of it.

use super::matrix::{Matrix, MatrixMut};
use super::nonzero::Nonzero;
use super::penalty::PenaltyRates;
use super::product::{Left, Product};
use super::update::{Before, MOST, Piece, Rule};
use pulp::{Simd, WithSimd};
use std::ops::Range;

/// `inputsᵀ · gradient`, with the slope of the kernel's penalty: a few rows at a time are computed, used and forgotten.
pub(crate) struct KernelGradient<'a> {
    /// `[batch, rows]`.
    pub(crate) inputs: Matrix<'a>,
    /// `[batch, units]`, of the layer's sums.
    pub(crate) gradient: Matrix<'a>,
    /// Where the inputs are not 0, for each four of them, where it pays to know.
    pub(crate) nonzero: Option<&'a Nonzero>,
    pub(crate) penalty: Option<PenaltyRates>,
    /// `[rows, units]`.
    pub(crate) kernel: &'a mut [f32],
    pub(crate) target: Target<'a>,
    /// For the gradient of the rows that are computed together.
    pub(crate) block: Vec<f32>,
}

/// Where the gradient goes.
pub(crate) enum Target<'a> {
    /// Into an optimizer's step of the kernel, which remembers as many blocks of numbers as the rule names, each as long
    /// as the kernel; the others are empty.
    Step { rule: Rule, before: Before, memory: [&'a mut [f32]; MOST] },
    /// Here, where all of it has to be seen before anything moves.
    Stored(&'a mut [f32]),
}

/// Rows of the gradient that are computed together: those of a tile, or of two where zeros are left out.
const ROWS: usize = 8;

impl KernelGradient<'_> {
    /// For some of the rows, the first of which is a multiple of [`ROWS`], and the gradient of the layer's sums,
    /// `[batch, units]`.
    #[inline(always)]
    pub(super) fn run<S: Simd>(&mut self, simd: S, rows: Range<usize>) {
        let gradient = self.gradient;
        let Self { inputs, nonzero, penalty, kernel, target, block, .. } = self;
        let units = gradient.columns();
        block.resize(ROWS * units, 0.0);
        for first in rows.clone().step_by(ROWS) {
            let count = ROWS.min(rows.end - first);
            let numbers = first * units..(first + count) * units;
            let g = &mut block[..count * units];
            let left = Left::Columns(inputs.some_columns(first..first + count));
            let nonzero = nonzero.map(|nonzero| (nonzero, first));
            Product { left, right: gradient, share: None, nonzero, out: MatrixMut::new(g, units) }.with_simd(simd);
            let w = &mut kernel[numbers.clone()];
            if let Some(penalty) = penalty {
                penalty.add_slope(g, w);
            }
            match target {
                Target::Stored(target) => target[numbers].copy_from_slice(g),
                Target::Step { rule, before, memory: [a, b, c] } => {
                    let memory = [some(a, &numbers), some(b, &numbers), some(c, &numbers)];
                    Piece { rule: *rule, before: *before, w, g, memory }.with_simd(simd);
                }
            }
        }
    }
}

/// A part of a block, or nothing of one that is empty.
#[inline(always)]
fn some<'a>(block: &'a mut [f32], numbers: &Range<usize>) -> &'a mut [f32] {
    if block.is_empty() { block } else { &mut block[numbers.clone()] }
}
