//! The fused operations under the layers, losses and optimizers, as candle custom operations with a backward.
//!
//! candle's own operations make a tensor for each arithmetic step; each of these makes one pass over its numbers. They
//! take `f32`, in which tealight trains, and `f64`, in which their gradients are tested.

mod activation;
mod affine;
mod cross_entropy;
mod cut;
mod dense_backward;
mod dense_forward;
mod dropout;
mod example_weights;
mod gradients;
mod instructions;
mod kernel_gradient;
mod matrix;
mod mixture;
mod nonzero;
mod penalty;
mod pointwise;
mod processor;
mod product;
mod real;
mod roots;
mod share;
mod softmax;
mod team;
mod update;
mod window;

pub(crate) use activation::Elementwise;
pub(crate) use affine::{affine, column_sums};
pub(crate) use cross_entropy::{
    cross_entropy, cross_entropy_with_gradient, sparse_cross_entropy, sparse_cross_entropy_with_gradient,
};
pub(crate) use dense_backward::{DenseBackward, KernelTarget, LayerBefore, cut, turn};
pub(crate) use dense_forward::{Contribution, Forward, Source, Sparse};
pub(crate) use dropout::{DRAWN, DropoutMask, Dropped, draw_mask, dropout_scale};
pub(crate) use gradients::Gradients;
#[cfg(test)]
pub(crate) use instructions::Instructions;
pub(crate) use matrix::{Matrix, MatrixMut};
pub(crate) use mixture::{SMALLEST_DEVIATION, mixture_loss};
pub(crate) use penalty::{PenaltyRates, clip_columns};
pub(crate) use pointwise::Pointwise;
pub(crate) use processor::Processor;
pub(crate) use real::numbers;
pub(crate) use share::Share;
pub(crate) use softmax::softmax;
pub(crate) use update::{Before, Rule, Update, sum_of_squares};
pub(crate) use window::{Pooling, Window};

#[cfg(test)]
mod tests;
