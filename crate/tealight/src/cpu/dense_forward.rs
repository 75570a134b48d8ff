//! The forward pass of a dense layer.

use super::Elementwise;
use super::dropout::MaskedColumns;
use super::matmul::{Lhs, MatMul};
use super::matrix::{Matrix, MatrixMut};
use super::row_partition::RowPartition;
use super::sparsity::{ActiveDepths, NonzeroMask};
use crate::data::Dataset;
use pulp::{Simd, WithSimd};
use std::ops::Range;

/// The part of a forward pass that one thread computes between two layers: its columns of the inputs, and their product with its rows
/// of the weights.
pub(crate) struct DenseForward<'a> {
    pub(crate) source: InputSource<'a>,
    /// The dropout mask of the inputs.
    pub(crate) dropout: Option<MaskedColumns<'a>>,
    /// `[batch, columns]`.
    pub(crate) inputs: MatrixMut<'a>,
    /// Records where the inputs are not 0, if skipping zeros pays.
    pub(crate) sparsity: Option<&'a mut Sparsity>,
    /// Whether a backward pass follows, which needs the sparsity by features, too.
    pub(crate) has_backward: bool,
    /// The product with the weights. `None` after the last layer.
    pub(crate) output: Option<PartialSums<'a>>,
}

/// Where some columns of the inputs are not 0.
#[derive(Default)]
pub(crate) struct Sparsity {
    mask: NonzeroMask,
    /// For each group of four examples, the active features.
    examples: ActiveDepths,
    /// For each group of four features, the active examples.
    pub(super) features: ActiveDepths,
}

/// Where the inputs come from.
pub(crate) enum InputSource<'a> {
    /// These features of the examples at `indices`.
    Examples { data: &'a Dataset, indices: &'a [usize], features: Range<usize> },
    /// The previous layer: `activation(Σ partial_sums + bias)`.
    PreviousLayer {
        /// `[batch, columns]` each. Their number is a power of two, and they are added pairwise, as are the blocks of each.
        partial_sums: Vec<Matrix<'a>>,
        bias: Option<&'a [f32]>,
        activation: Option<Elementwise>,
        /// Receives the arguments of the activation, if the backward pass needs them.
        pre_activation: Option<MatrixMut<'a>>,
    },
}

/// The contribution of a thread's inputs to the sums of all units.
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
                        activation.apply_in_place(row);
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

/// Writes the pairwise sum of row `row` of all `parts` to `sums`. The number of parts is a power of two.
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
