//! Parts of a dataset, and datasets made from others.

mod batches;
mod duplicates;
mod folds;
mod parts;
mod shuffle;
mod split_by_class;

pub use batches::Batches;
