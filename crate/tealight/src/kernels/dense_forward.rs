//! A dense layer forward, for a thread's columns of its inputs and its rows of the kernel.

use super::Elementwise;
use super::dropout::Dropped;
use super::matrix::{Matrix, MatrixMut};
use super::nonzero::{Bits, Nonzero};
use super::product::{Left, Product};
use super::share::Share;
use crate::data::Dataset;
use pulp::{Simd, WithSimd};
use std::ops::Range;

/// What a thread does between two layers: it makes its columns of the inputs, and multiplies them with its rows of the
/// kernel.
pub(crate) struct Forward<'a> {
    pub(crate) source: Source<'a>,
    /// Which of the inputs live on.
    pub(crate) dropped: Option<Dropped<'a>>,
    /// `[batch, columns]`.
    pub(crate) inputs: MatrixMut<'a>,
    /// Where these are not 0, where it pays to know.
    pub(crate) nonzero: Option<&'a mut Sparse>,
    /// Whether there is a way back, which needs to know it too.
    pub(crate) returns: bool,
    /// The thread's part of the layer, if there is one.
    pub(crate) layer: Option<Contribution<'a>>,
}

/// Where some columns of the inputs are not 0.
#[derive(Default)]
pub(crate) struct Sparse {
    bits: Bits,
    /// For each four examples, the features.
    examples: Nonzero,
    /// For each four features, the examples.
    pub(super) features: Nonzero,
}

/// Where inputs come from.
pub(crate) enum Source<'a> {
    /// From the examples at the indices: these features.
    Examples { data: &'a Dataset, indices: &'a [usize], features: Range<usize> },
    /// From the layer before: `activation(contributions + bias)`.
    Sums {
        /// `[batch, columns]` each, as many as a power of two. They are added pairwise, as the leaves of each were.
        contributions: Vec<Matrix<'a>>,
        bias: Option<&'a [f32]>,
        activation: Option<Elementwise>,
        /// What the activation is applied to, where that is to be kept.
        kept: Option<MatrixMut<'a>>,
    },
}

/// What a thread's inputs contribute to the sums of all units.
pub(crate) struct Contribution<'a> {
    /// `[rows, units]`.
    pub(crate) kernel: Matrix<'a>,
    pub(crate) share: Share,
    /// `[batch, units]`.
    pub(crate) out: MatrixMut<'a>,
}

impl WithSimd for Forward<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { mut source, dropped, mut inputs, nonzero, returns, layer } = self;
        if let Source::Examples { data, indices, features } = &source {
            data.fetch(indices, features);
        }
        for example in 0..inputs.rows() {
            let row = inputs.row(example);
            match &mut source {
                Source::Examples { data, indices, features } => data.read(indices[example], features.clone(), row),
                Source::Sums { contributions, bias, activation, kept } => {
                    add_pairwise(contributions, example, row);
                    if let Some(bias) = bias {
                        row.iter_mut().zip(bias.iter()).for_each(|(sum, bias)| *sum += bias);
                    }
                    if let Some(kept) = kept {
                        kept.row(example).copy_from_slice(row);
                    }
                    if let Some(activation) = activation {
                        activation.change(row);
                    }
                }
            }
            if let Some(dropped) = dropped {
                dropped.apply(example, row);
            }
        }
        let mut skipping = None;
        if let Some(nonzero) = nonzero {
            nonzero.bits.take(simd, inputs.view());
            nonzero.examples.of_rows(simd, &nonzero.bits);
            if returns {
                nonzero.features.of_columns(simd, &mut nonzero.bits);
            }
            skipping = Some((&nonzero.examples, 0));
        }
        if let Some(Contribution { kernel, share, out }) = layer {
            let left = Left::Rows(inputs.view());
            Product { left, right: kernel, share: Some(share), nonzero: skipping, out }.with_simd(simd);
        }
    }
}

/// Writes to `sums` the row of that number of all `parts`, of which there are a power of two, added pairwise.
#[inline(always)]
fn add_pairwise(parts: &[Matrix<'_>], row: usize, sums: &mut [f32]) {
    match parts {
        [one] => sums.copy_from_slice(one.row(row)),
        [one, other] => {
            for ((sum, a), b) in sums.iter_mut().zip(one.row(row)).zip(other.row(row)) {
                *sum = a + b;
            }
        }
        _ => {
            let mut pieces = parts.iter().map(|part| part.row(row).to_vec()).collect::<Vec<_>>();
            while pieces.len() > 1 {
                let pair = |pair: &[Vec<f32>]| pair[0].iter().zip(&pair[1]).map(|(a, b)| a + b).collect();
                pieces = pieces.chunks_exact(2).map(pair).collect();
            }
            pieces.iter().for_each(|piece| sums.copy_from_slice(piece));
        }
    }
}
