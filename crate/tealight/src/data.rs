//! Images with their labels: from files, from tensors, in parts, and in batches for training.

mod dataset;
mod display;
mod idx;
pub mod mnist;
mod parts;

pub use dataset::Dataset;
pub(crate) use dataset::{Batch, Targets, plain_shape};
