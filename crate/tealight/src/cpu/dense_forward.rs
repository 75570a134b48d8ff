//! A dense layer forward, for a thread's columns of its inputs and its rows of the kernel.

use super::Elementwise;
use super::dropout::MaskedColumns;
use super::matmul::{Lhs, MatMul};
use super::matrix::{Matrix, MatrixMut};
use super::row_partition::RowPartition;
use super::sparsity::{ActiveDepths, NonzeroMask};
use crate::data::Dataset;
use pulp::{Simd, WithSimd};
use std::ops::Range;

/// What a thread does between two layers: it makes its columns of the inputs, and multiplies them with its rows of the
/// kernel.
pub(crate) struct DenseForward<'a> {
    pub(crate) source: InputSource<'a>,
    /// Which of the inputs live on.
    pub(crate) dropout: Option<MaskedColumns<'a>>,
    /// `[batch, columns]`.
    pub(crate) inputs: MatrixMut<'a>,
    /// Where these are not 0, where it pays to know.
    pub(crate) sparsity: Option<&'a mut Sparsity>,
    /// Whether there is a way back, which needs to know it too.
    pub(crate) has_backward: bool,
    /// The thread's part of the layer, if there is one.
    pub(crate) output: Option<PartialSums<'a>>,
}

/// Where some columns of the inputs are not 0.
#[derive(Default)]
pub(crate) struct Sparsity {
    mask: NonzeroMask,
    /// For each four examples, the features.
    examples: ActiveDepths,
    /// For each four features, the examples.
    pub(super) features: ActiveDepths,
}

/// Where inputs come from.
pub(crate) enum InputSource<'a> {
    /// From the examples at the indices: these features.
    Examples { data: &'a Dataset, indices: &'a [usize], features: Range<usize> },
    /// From the layer before: `activation(contributions + bias)`.
    PreviousLayer {
        /// `[batch, columns]` each, as many as a power of two. They are added pairwise, as the leaves of each were.
        partial_sums: Vec<Matrix<'a>>,
        bias: Option<&'a [f32]>,
        activation: Option<Elementwise>,
        /// What the activation is applied to, where that is to be kept.
        pre_activation: Option<MatrixMut<'a>>,
    },
}

/// What a thread's inputs contribute to the sums of all units.
pub(crate) struct PartialSums<'a> {
    /// `[rows, units]`.
    pub(crate) weight: Matrix<'a>,
    pub(crate) partition: RowPartition,
    /// `[batch, units]`.
    pub(crate) out: MatrixMut<'a>,
}

impl WithSimd for DenseForward<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { mut source, dropout, mut inputs, sparsity, has_backward, output } = self;
        if let InputSource::Examples { data, indices, features } = &source {
            data.fetch(indices, features);
        }
        for example in 0..inputs.rows() {
            let row = inputs.row(example);
            match &mut source {
                InputSource::Examples { data, indices, features } => data.read(indices[example], features.clone(), row),
                InputSource::PreviousLayer { partial_sums, bias, activation, pre_activation } => {
                    add_pairwise(partial_sums, example, row);
                    if let Some(bias) = bias {
                        row.iter_mut().zip(bias.iter()).for_each(|(sum, bias)| *sum += bias);
                    }
                    if let Some(pre_activation) = pre_activation {
                        pre_activation.row(example).copy_from_slice(row);
                    }
                    if let Some(activation) = activation {
                        activation.change(row);
                    }
                }
            }
            if let Some(dropout) = dropout {
                dropout.apply(example, row);
            }
        }
        let mut active_depths = None;
        if let Some(sparsity) = sparsity {
            sparsity.mask.record(simd, inputs.view());
            sparsity.examples.record_rows(simd, &sparsity.mask);
            if has_backward {
                sparsity.features.record_columns(simd, &mut sparsity.mask);
            }
            active_depths = Some((&sparsity.examples, 0));
        }
        if let Some(PartialSums { weight, partition, out }) = output {
            let left = Lhs::Rows(inputs.view());
            MatMul { left, right: weight, partition: Some(partition), active_depths, out }.with_simd(simd);
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
            let mut sums_of_parts = parts.iter().map(|part| part.row(row).to_vec()).collect::<Vec<_>>();
            while sums_of_parts.len() > 1 {
                let pair = |pair: &[Vec<f32>]| pair[0].iter().zip(&pair[1]).map(|(a, b)| a + b).collect();
                sums_of_parts = sums_of_parts.chunks_exact(2).map(pair).collect();
            }
            sums_of_parts.iter().for_each(|sum_of_parts| sums.copy_from_slice(sum_of_parts));
        }
    }
}
