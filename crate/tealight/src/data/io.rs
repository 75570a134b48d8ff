//! Datasets and tables from files, and to files.

mod array;
mod csv;
mod exif_orientation;
mod from_table;
mod idx;
mod image_decode;
mod image_files;
mod image_folder;
mod image_loader;
pub mod mnist;
mod npy;

pub use csv::{ColumnRef, Csv};
pub use from_table::Target;
pub use image_loader::{ColorMode, ImageLoader};
