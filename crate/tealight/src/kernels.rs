//! The fused operations under the layers, losses and optimizers, as candle custom operations with a backward.
//!
//! candle's own operations make a tensor for each arithmetic step; each of these makes one pass over its numbers. They
//! take `f32`, in which tealight trains, and `f64`, in which their gradients are tested.

mod activation;
mod affine;
mod cross_entropy;
mod dropout;
mod gradients;
mod penalty;
mod pointwise;
mod real;
mod softmax;
mod update;
mod window;

pub(crate) use activation::Elementwise;
pub(crate) use affine::affine;
pub(crate) use cross_entropy::{cross_entropy, sparse_cross_entropy};
pub(crate) use dropout::DropoutMask;
pub(crate) use gradients::Gradients;
pub(crate) use penalty::{PenaltyRates, clip_columns};
pub(crate) use pointwise::Pointwise;
pub(crate) use softmax::softmax;
pub(crate) use update::{Before, Rule, Update, sum_of_squares};
pub(crate) use window::{Pooling, Window};

#[cfg(test)]
mod tests;
