//! Images with their labels: from files, from tensors, in parts, and in batches for training.

mod array;
mod augment;
mod batch;
mod batches;
mod block;
mod class_split;
mod correlation;
mod csv_dialect;
mod csv_file;
mod csv_options;
mod csv_text;
mod csv_write;
mod dataset;
mod display;
mod duplicates;
mod finite;
mod folder;
mod folds;
mod from_table;
mod idx;
mod image_loader;
pub mod mnist;
mod npy;
mod parts;
mod picture;
mod scale;
mod shuffle;
mod spread;
mod suspect;
mod table;
mod targets;

pub use augment::{
    Augment, Augmentation, FillMode, FlipMode, Interpolation, RandomFlip, RandomRotation, RandomTranslation, RandomZoom,
};
pub(crate) use batch::Answers;
pub use batches::Batches;
use csv_file::is_label_name;
pub use csv_options::{ColumnRef, Csv};
pub use dataset::Dataset;
pub use from_table::Target;
pub use image_loader::{ColorMode, ImageLoader};
pub(crate) use spread::Spread;
pub(crate) use table::{Column, Values, some_of};
pub use table::{ColumnKind, Table};
pub(crate) use targets::{TargetKind, Targets, plain_shape};
