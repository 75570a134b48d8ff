//! Comma-separated values: datasets and tables.

mod column_names;
mod column_roles;
mod dataset_reader;
mod dataset_writer;
mod dialect;
mod fault;
mod fields;
mod file_text;
mod header;
mod label_column;
mod labels;
mod options;
mod rows;
mod table_reader;
mod table_writer;

pub(super) use column_names::is_label as is_label_name;
pub use options::{ColumnRef, Csv};
