//! CPU operations under the layers, losses and optimizers.
//!
//! candle's own operations make a tensor for each arithmetic step. Each operation here makes one pass over its numbers. Most
//! are candle custom operations with a backward pass. They take `f32`, the type in which tealight trains, and `f64`, the type
//! in which the tests check their gradients.
//!
//! The compiled training step of dense networks ([`DenseForward`], [`DenseBackward`]) is written for SIMD of any width
//! ([`simd_level`]) and runs on the threads of a [`CpuContext`].

mod activation;
mod affine;
mod context;
mod cross_entropy;
mod dense_backward;
mod dense_forward;
mod dropout;
mod example_weights;
mod float;
mod gradients;
mod matmul;
mod matrix;
mod mixture_loss;
mod optimizer_step;
mod penalty;
mod pointwise_loss;
mod row_partition;
mod rsqrt;
mod simd_level;
mod simd_vec;
mod softmax;
mod sparsity;
mod sum_of_squares;
mod tail_mask;
mod transpose;
mod weight_gradient;
mod window;

pub(crate) use activation::Elementwise;
pub(crate) use affine::{affine, column_sums};
pub(crate) use context::CpuContext;
pub(crate) use cross_entropy::{
    cross_entropy, cross_entropy_with_gradient, sparse_cross_entropy, sparse_cross_entropy_with_gradient,
};
pub(crate) use dense_backward::{DenseBackward, GradientSink, PreviousLayer};
pub(crate) use dense_forward::{DenseForward, InputSource, PartialSums, Sparsity};
pub(crate) use dropout::{DropoutMask, MaskedColumns};
pub(crate) use float::f32_slice;
pub(crate) use gradients::Gradients;
pub(crate) use matrix::{Matrix, MatrixMut, split_rows};
pub(crate) use mixture_loss::{MIN_STANDARD_DEVIATION, mixture_loss};
pub(crate) use optimizer_step::{GradientTransform, OptimizerStep, UpdateRule};
pub(crate) use penalty::{PenaltyRates, clip_columns};
pub(crate) use pointwise_loss::Pointwise;
pub(crate) use row_partition::RowPartition;
#[cfg(test)]
pub(crate) use simd_level::SimdLevel;
pub(crate) use softmax::softmax;
pub(crate) use sum_of_squares::sum_of_squares;
pub(crate) use transpose::transpose;
pub(crate) use window::{Pooling, Window};

#[cfg(test)]
mod tests;
