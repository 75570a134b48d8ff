//! Labeled examples and tables: from files and tensors, in parts, and in batches for training.

mod augment;
mod batch;
mod dataset;
mod dataset_targets;
mod display;
mod io;
mod select;
mod stats;
mod storage;
mod table;
mod targets;

pub use augment::{
    Augment, Augmentation, FillMode, FlipMode, Interpolation, RandomFlip, RandomRotation, RandomTranslation, RandomZoom,
};
pub(crate) use batch::BatchTargets;
pub use dataset::Dataset;
pub use io::{ColorMode, ColumnRef, Csv, ImageLoader, Target, mnist};
pub use select::Batches;
pub(crate) use stats::InputStats;
pub(crate) use table::{Column, Values, some_of};
pub use table::{ColumnKind, Table};
pub(crate) use targets::{TargetKind, Targets, plain_shape};
