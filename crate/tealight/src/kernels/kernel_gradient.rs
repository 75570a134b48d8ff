//! The gradient of a dense layer's kernel, for a thread's rows, and what becomes of it.

use super::matrix::{Matrix, MatrixMut};
use super::nonzero::{Nonzero, TOGETHER};
use super::penalty::PenaltyRates;
use super::product::{Left, Product};
use super::update::{Before, MOST, Piece, Rule};
use pulp::{Simd, WithSimd};

/// `inputsᵀ · gradient`, with the slope of the kernel's penalty: a few rows at a time are computed, used and forgotten.
pub(crate) struct KernelGradient<'a> {
    /// `[batch, rows]`.
    pub(crate) inputs: Matrix<'a>,
    /// `[batch, units]`, of the layer's sums.
    pub(crate) gradient: Matrix<'a>,
    /// Where the inputs are not 0, for each eight of them, where it pays to know.
    pub(crate) nonzero: Option<&'a Nonzero>,
    pub(crate) penalty: Option<PenaltyRates>,
    /// `[rows, units]`.
    pub(crate) kernel: &'a mut [f32],
    pub(crate) target: Target<'a>,
}

/// Where the gradient goes.
pub(crate) enum Target<'a> {
    /// Into an optimizer's step of the kernel, which remembers as many blocks of numbers as the rule names, each as long
    /// as the kernel; the others are empty.
    Step { rule: Rule, before: Before, memory: [&'a mut [f32]; MOST] },
    /// Here, where all of it has to be seen before anything moves.
    Stored(&'a mut [f32]),
}

/// Rows of the gradient that are computed together.
const ROWS: usize = TOGETHER;

impl WithSimd for KernelGradient<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { inputs, gradient, nonzero, penalty, kernel, mut target } = self;
        let units = gradient.columns();
        let mut block = vec![0.0; ROWS * units];
        for (index, w) in kernel.chunks_mut(ROWS * units).enumerate() {
            let (first, size) = (index * ROWS, w.len());
            let g = &mut block[..size];
            let left = Left::Columns(inputs.some_columns(first..first + size / units));
            let nonzero = nonzero.map(|nonzero| (nonzero, first));
            Product { left, right: gradient, share: None, nonzero, out: MatrixMut::new(g, units) }.with_simd(simd);
            if let Some(penalty) = penalty {
                penalty.add_slope(g, w);
            }
            match &mut target {
                Target::Stored(target) => target[first * units..][..size].copy_from_slice(g),
                Target::Step { rule, before, memory: [a, b, c] } => {
                    let of = [some(a, first * units, size), some(b, first * units, size), some(c, first * units, size)];
                    Piece { rule: *rule, before: *before, w, g, memory: of }.with_simd(simd);
                }
            }
        }
    }
}

/// A part of a block, or nothing of one that is empty.
#[inline(always)]
fn some(block: &mut [f32], first: usize, size: usize) -> &mut [f32] {
    if block.is_empty() { block } else { &mut block[first..][..size] }
}
