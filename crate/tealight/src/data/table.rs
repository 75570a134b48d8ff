//! Tables with columns of any kind, to look at before they become examples.

mod build;
mod from_dataset;
mod select;

use crate::notebook::{Show, display, html_table, show_in_notebook, text_table};
use crate::{Error, ErrorKind, Result};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;

/// So many rows and columns are shown at most.
const ROWS: usize = 5;
const COLUMNS: usize = 10;

/// A table of named columns: numbers or text, some of them missing. For a first look at data; a model learns from a
/// [`Dataset`](crate::Dataset).
///
/// [`Table::read_csv`] reads one, [`Dataset::to_table`](crate::Dataset::to_table) and [`Table::with_column`] make one.
/// [`describe`](Table::describe), [`null_counts`](Table::null_counts), [`value_counts`](Table::value_counts) and
/// [`kinds`](Table::kinds) say what is in it. A clone shares its numbers.
#[derive(Clone, Default, PartialEq)]
pub struct Table {
    rows: usize,
    columns: Arc<[Column]>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) values: Values,
}

/// The values of a column, a quarter or less of their size where they allow it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Values {
    /// Whole numbers from 0 to 255, none missing.
    Bytes(Vec<u8>),
    /// Numbers, NaN where one is missing; `whole` where all that are there are written as whole numbers.
    Numbers {
        values: Vec<f64>,
        whole: bool,
    },
    Text(Texts),
}

/// Texts one behind the other, an empty one where one is missing: as a `String` each, short ones would take ten times what
/// they have in a file.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Texts {
    text: String,
    ends: Vec<u32>,
}

impl Texts {
    /// Adds one. A file has at most 4 GiB, so that its places are numbers of 32 bits.
    pub(crate) fn push(&mut self, text: &str) {
        self.text.push_str(text);
        self.ends.push(self.text.len() as u32);
    }

    /// The one in this row, where it is not missing.
    pub(crate) fn get(&self, row: usize) -> Option<&str> {
        let end = *self.ends.get(row)? as usize;
        let begin = row.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
        self.text.get(begin..end).filter(|text| !text.is_empty())
    }

    fn nulls(&self) -> usize {
        (0..self.ends.len()).filter(|&row| self.get(row).is_none()).count()
    }
}

/// What a column of a [`Table`] holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[non_exhaustive]
pub enum ColumnKind {
    /// Whole numbers. They stay whole where some are missing, which pandas makes `float64` of.
    Whole,
    /// Numbers with decimals, or nothing but missing values.
    Number,
    /// Anything else.
    Text,
}

impl fmt::Display for ColumnKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Whole => "whole numbers",
            Self::Number => "numbers",
            Self::Text => "text",
        })
    }
}

impl Column {
    pub(crate) fn kind(&self) -> ColumnKind {
        match self.values {
            Values::Bytes(_) | Values::Numbers { whole: true, .. } => ColumnKind::Whole,
            Values::Numbers { whole: false, .. } => ColumnKind::Number,
            Values::Text(_) => ColumnKind::Text,
        }
    }

    /// The value in a row as text, where it is not missing.
    pub(crate) fn text(&self, row: usize) -> Option<String> {
        match &self.values {
            Values::Bytes(values) => Some(values.get(row)?.to_string()),
            Values::Numbers { values, .. } => values.get(row).filter(|value| !value.is_nan()).map(f64::to_string),
            Values::Text(texts) => texts.get(row).map(str::to_owned),
        }
    }

    /// Whether the value in this row is missing.
    pub(crate) fn is_null(&self, row: usize) -> bool {
        match &self.values {
            Values::Bytes(_) => false,
            Values::Numbers { values, .. } => values.get(row).is_none_or(|value| value.is_nan()),
            Values::Text(texts) => texts.get(row).is_none(),
        }
    }

    pub(crate) fn nulls(&self) -> usize {
        match &self.values {
            Values::Bytes(_) => 0,
            Values::Numbers { values, .. } => values.iter().filter(|value| value.is_nan()).count(),
            Values::Text(texts) => texts.nulls(),
        }
    }
}

impl Table {
    pub(super) fn from_columns(rows: usize, columns: Arc<[Column]>) -> Self {
        Self { rows, columns }
    }

    /// The number of rows, without the header, and of columns: `[42000, 785]`.
    pub fn shape(&self) -> [usize; 2] {
        [self.rows, self.columns.len()]
    }

    /// The names of the columns, from left to right.
    pub fn names(&self) -> Vec<String> {
        self.columns.iter().map(|column| column.name.clone()).collect()
    }

    /// What the column called `name` holds. Errors where there is no such column.
    pub fn kind(&self, name: &str) -> Result<ColumnKind> {
        Ok(self.column("Table::kind", name)?.kind())
    }

    /// The numbers of the column called `name`, NaN where one is missing. Errors where there is no such column, or it
    /// holds text.
    ///
    /// ```
    /// use tealight::prelude::*;
    ///
    /// let data = Dataset::from_bytes(vec![0, 255, 7, 9], [2], vec![1, 0], ["a", "b"])?;
    /// assert_eq!(data.to_table().numbers("pixel1")?, [255.0, 9.0]);
    /// # Ok::<(), tealight::Error>(())
    /// ```
    pub fn numbers(&self, name: &str) -> Result<Vec<f64>> {
        match &self.column("Table::numbers", name)?.values {
            Values::Bytes(values) => Ok(values.iter().map(|&value| f64::from(value)).collect()),
            Values::Numbers { values, .. } => Ok(values.clone()),
            Values::Text(_) => {
                let message = format!(
                    "Table::numbers: \"{name}\" holds text. Have it with text(\"{name}\"), count its values with \
                     value_counts(\"{name}\"), or learn from it with Dataset::from_table."
                );
                Err(Error::new(ErrorKind::Argument, message))
            }
        }
    }

    pub(crate) fn columns(&self) -> &[Column] {
        &self.columns
    }

    pub(crate) fn column(&self, place: &str, name: &str) -> Result<&Column> {
        self.columns.iter().find(|column| column.name == name).ok_or_else(|| {
            let names = some_of(&self.names());
            Error::new(ErrorKind::Name, format!("{place}: no column \"{name}\"; the table has {}.", names.join(", ")))
        })
    }

    fn headline(&self) -> String {
        let [rows, columns] = self.shape();
        let plural = |count: usize, one: &str| format!("{count} {one}{}", if count == 1 { "" } else { "s" });
        format!("Table: {}, {}", plural(rows, "row"), plural(columns, "column"))
    }

    fn first_rows(&self) -> (Vec<String>, Vec<Vec<String>>) {
        let of = |value: &dyn Fn(&Column) -> String| some_of(&self.columns.iter().map(value).collect::<Vec<_>>());
        let row = |row: usize| of(&|column: &Column| column.text(row).unwrap_or_else(|| "–".to_owned()));
        (of(&|column: &Column| column.name.clone()), (0..self.rows.min(ROWS)).map(row).collect())
    }
}

/// The first and the last of many, and dots between them.
pub(crate) fn some_of(all: &[String]) -> Vec<String> {
    if all.len() <= COLUMNS {
        return all.to_vec();
    }
    let (first, last) = (&all[..COLUMNS / 2], &all[all.len() - COLUMNS / 2..]);
    [first, &["…".to_owned()], last].concat()
}

/// Shows the first rows.
impl Show for Table {
    fn show(&self) {
        let (head, rows) = self.first_rows();
        let html = format!("<p>{}</p>{}", self.headline(), html_table(&head, rows));
        display(&[("text/html", &html), ("text/plain", &self.to_string())]);
    }
}

show_in_notebook!(Table);

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (head, rows) = self.first_rows();
        write!(f, "{}\n{}", self.headline(), text_table(&head, &rows))
    }
}

impl fmt::Debug for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
