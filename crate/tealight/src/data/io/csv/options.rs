//! How to read a table that does not say it by itself.

use super::dialect::Dialect;
use crate::Result;
use crate::data::dataset::Dataset;
use crate::data::table::Table;
use std::fmt;
use std::path::Path;

/// A column of a table: its name, or its number from 0, from the right with -1 for the last.
#[derive(Clone, Debug, PartialEq)]
pub enum ColumnRef {
    /// The name in the header. Where no name is the same, one that differs only in upper and lower case is taken.
    Name(String),
    /// The number from 0; -1 is the last column.
    Index(i64),
}

impl fmt::Display for ColumnRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => write!(f, "{name:?}"),
            Self::Index(index) => write!(f, "{index}"),
        }
    }
}

impl From<&str> for ColumnRef {
    fn from(name: &str) -> Self {
        Self::Name(name.to_owned())
    }
}

impl From<&&str> for ColumnRef {
    fn from(name: &&str) -> Self {
        Self::Name((*name).to_owned())
    }
}

impl From<String> for ColumnRef {
    fn from(name: String) -> Self {
        Self::Name(name)
    }
}

impl From<&String> for ColumnRef {
    fn from(name: &String) -> Self {
        Self::Name(name.clone())
    }
}

macro_rules! by_index {
    ($($integer:ty),*) => { $(
        impl From<$integer> for ColumnRef {
            fn from(index: $integer) -> Self {
                Self::Index(i64::try_from(index).unwrap_or(i64::MAX))
            }
        }
    )* };
}

by_index!(i32, i64, u32, usize);

/// Which column is the label.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum LabelColumn {
    /// The header or the values say it.
    #[default]
    Auto,
    Given(ColumnRef),
    None,
}

/// Options for reading a CSV file, for files that [`Dataset::from_csv`] and [`Table::read_csv`] cannot read by themselves.
/// Like the arguments of pandas's `read_csv`.
///
/// Whatever is not set is found in the file, as [`Dataset::from_csv`] describes.
///
/// ```
/// use tealight::prelude::*;
///
/// # let folder = tempfile::tempdir().map_err(candle_core::Error::wrap)?;
/// # let path = folder.path().join("flowers.csv");
/// # std::fs::write(&path, "no;length;width;kind\n17;5,1;3,5;setosa\n23;7,0;3,2;versicolor\n").map_err(candle_core::Error::wrap)?;
/// // no;length;width;kind
/// // 17;5,1;3,5;setosa
/// // 23;7,0;3,2;versicolor
/// let data = Csv::new().label("kind").ignore(["no"]).read_dataset(&path, [2])?;
/// assert_eq!(data.shape(), [2, 2]);
/// assert_eq!(data.class_names(), ["setosa", "versicolor"]);
/// # Ok::<(), tealight::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Csv {
    pub(super) label: LabelColumn,
    pub(super) targets: Vec<ColumnRef>,
    pub(super) inputs: Option<Vec<ColumnRef>>,
    pub(super) ignore: Vec<ColumnRef>,
    pub(super) class_names: Option<Vec<String>>,
    pub(super) header: Option<bool>,
    pub(super) dialect: Dialect,
}

impl Csv {
    /// Without options: everything is found in the file.
    pub fn new() -> Self {
        Self::default()
    }

    /// The column that holds the classes, by name or by number: `"class"`, `0`, or `-1` for the last.
    #[must_use]
    pub fn label(self, column: impl Into<ColumnRef>) -> Self {
        Self { label: LabelColumn::Given(column.into()), ..self }
    }

    /// No column holds classes: the examples can be predicted, and nothing else.
    #[must_use]
    pub fn no_label(self) -> Self {
        Self { label: LabelColumn::None, ..self }
    }

    /// The column of numbers to approximate, for regression. Targets then have no dimension beside the examples.
    #[must_use]
    pub fn target(self, column: impl Into<ColumnRef>) -> Self {
        self.targets([column])
    }

    /// The columns of numbers to approximate, in the order of the file. Targets have shape `[examples, columns]` where
    /// there are several.
    #[must_use]
    pub fn targets(self, columns: impl IntoIterator<Item = impl Into<ColumnRef>>) -> Self {
        Self { targets: columns.into_iter().map(Into::into).collect(), ..self }
    }

    /// The columns of an example, in the order of the file; all others but the label are left out. Like `usecols`.
    #[must_use]
    pub fn inputs(self, columns: impl IntoIterator<Item = impl Into<ColumnRef>>) -> Self {
        Self { inputs: Some(columns.into_iter().map(Into::into).collect()), ..self }
    }

    /// Columns to leave out, such as ids and names of files.
    #[must_use]
    pub fn ignore(self, columns: impl IntoIterator<Item = impl Into<ColumnRef>>) -> Self {
        Self { ignore: columns.into_iter().map(Into::into).collect(), ..self }
    }

    /// The classes, in the order of their numbers. The label's column holds these names, or numbers from 0.
    #[must_use]
    pub fn class_names(self, names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self { class_names: Some(names.into_iter().map(Into::into).collect()), ..self }
    }

    /// Whether the first line has the names of the columns.
    #[must_use]
    pub fn header(self, header: bool) -> Self {
        Self { header: Some(header), ..self }
    }

    /// What stands between the fields, such as `';'` or `'\t'`. Like `sep`.
    #[must_use]
    pub fn separator(mut self, separator: char) -> Self {
        self.dialect.separator = Some(separator);
        self
    }

    /// What stands before the decimals of a number: `'.'` or `','`.
    #[must_use]
    pub fn decimal(mut self, decimal: char) -> Self {
        self.dialect.decimal = Some(decimal);
        self
    }

    /// Reads examples of shape `input_shape`, as [`Dataset::from_csv`] does, with these options.
    ///
    /// Errors where an option names a column that is not there, and all those of [`Dataset::from_csv`].
    pub fn read_dataset(&self, path: impl AsRef<Path>, input_shape: impl Into<Vec<usize>>) -> Result<Dataset> {
        Dataset::read_csv(path.as_ref(), input_shape.into(), self)
    }

    /// Reads all columns as a table, as [`Table::read_csv`] does, with the separator, the decimal sign and the header of these
    /// options. Without a header, the columns are called `"0"`, `"1"` and so on.
    pub fn read_table(&self, path: impl AsRef<Path>) -> Result<Table> {
        Table::of_csv(path.as_ref(), self.dialect, self.header.unwrap_or(true))
    }
}
