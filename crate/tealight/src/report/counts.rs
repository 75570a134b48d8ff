//! What is missing in a table, and how often each value is there.

use super::counted;
use super::report_table::{ReportTable, show_as_table};
use crate::Result;
use crate::data::{Column, Table};
use serde::Serialize;
use std::collections::HashMap;

/// So many are shown at most.
const SHOWN: usize = 40;

/// How many values are missing in each column, as [`Table::null_counts`] finds them; [`plot`](Self::plot) draws bars.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct NullCounts {
    counts: Vec<(String, usize)>,
}

/// How often each value of a column is there, as [`Table::value_counts`] finds it; [`plot`](Self::plot) draws bars.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct ValueCounts {
    column: String,
    counts: Vec<ValueCount>,
    missing: usize,
}

/// A value, and how often it is there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ValueCount {
    /// The value as text.
    pub value: String,
    /// How many rows have it.
    pub count: usize,
}

impl Table {
    /// How many values are missing in each column. Like pandas's `isnull().sum()`.
    pub fn null_counts(&self) -> NullCounts {
        NullCounts { counts: self.columns().iter().map(|column| (column.name.clone(), column.nulls())).collect() }
    }

    /// How often each value of the column called `name` is there, the most frequent first; of equals, the one that comes
    /// first in the table. Missing values are counted apart. Like pandas's `value_counts`.
    ///
    /// Errors where there is no such column.
    ///
    /// ```
    /// use tealight::prelude::*;
    ///
    /// let data = Dataset::from_bytes(vec![0, 1, 2], [1], vec![7, 0, 7], ["0", "1", "2", "3", "4", "5", "6", "7"])?;
    /// let counts = data.to_table().value_counts("label")?;
    /// assert_eq!((counts.counts()[0].value.as_str(), counts.counts()[0].count), ("7", 2));
    /// # Ok::<(), tealight::Error>(())
    /// ```
    pub fn value_counts(&self, name: &str) -> Result<ValueCounts> {
        let column: &Column = self.column("Table::value_counts", name)?;
        let mut places = HashMap::new();
        let mut counts: Vec<ValueCount> = Vec::new();
        for value in (0..self.shape()[0]).filter_map(|row| column.text(row)) {
            let place = *places.entry(value.clone()).or_insert(counts.len());
            match counts.get_mut(place) {
                Some(known) => known.count += 1,
                None => counts.push(ValueCount { value, count: 1 }),
            }
        }
        counts.sort_by_key(|value| std::cmp::Reverse(value.count));
        Ok(ValueCounts { column: name.to_owned(), counts, missing: column.nulls() })
    }
}

impl NullCounts {
    /// The columns from left to right, with how many values each lacks.
    pub fn counts(&self) -> &[(String, usize)] {
        &self.counts
    }

    /// How many values are missing in all.
    pub fn total(&self) -> usize {
        self.counts.iter().map(|(_, count)| count).sum()
    }

    /// What is missing, in a line.
    pub(crate) fn heading(&self) -> String {
        let without = self.counts.iter().filter(|(_, count)| *count > 0).count();
        match without {
            0 => format!("No missing values in {}", counted(self.counts.len(), "column")),
            _ => format!(
                "{} in {without} of {}",
                counted(self.total(), "missing value"),
                counted(self.counts.len(), "column")
            ),
        }
    }

    /// The columns that lack values.
    fn report_table(&self) -> ReportTable {
        let row = |(name, count): &(String, usize)| vec![name.clone(), count.to_string()];
        let rows = self.counts.iter().filter(|(_, count)| *count > 0).map(row).collect();
        let head = ["column", "missing"].map(str::to_owned).to_vec();
        ReportTable { heading: self.heading(), head, rows: truncate(rows), notes: Vec::new() }
    }
}

show_as_table!(NullCounts);

impl ValueCounts {
    /// The values with how often they are there, in order.
    pub fn counts(&self) -> &[ValueCount] {
        &self.counts
    }

    /// The name of the column.
    pub fn column(&self) -> &str {
        &self.column
    }

    /// How many rows have no value.
    pub fn missing(&self) -> usize {
        self.missing
    }

    /// The same in the order of the values: numbers by size, before text by its letters.
    #[must_use]
    pub fn by_value(mut self) -> Self {
        let number = |value: &ValueCount| value.value.parse().unwrap_or(f64::INFINITY);
        self.counts.sort_by(|a, b| number(a).total_cmp(&number(b)).then_with(|| a.value.cmp(&b.value)));
        self
    }

    fn report_table(&self) -> ReportTable {
        let row = |value: &ValueCount| vec![value.value.clone(), value.count.to_string()];
        let mut rows = truncate(self.counts.iter().map(row).collect());
        rows.extend((self.missing > 0).then(|| vec!["missing".to_owned(), self.missing.to_string()]));
        let head = vec![self.column.clone(), "rows".to_owned()];
        ReportTable { heading: String::new(), head, rows, notes: Vec::new() }
    }
}

show_as_table!(ValueCounts);

/// The first rows, and how many more there are.
fn truncate(mut rows: Vec<Vec<String>>) -> Vec<Vec<String>> {
    let more = rows.len().saturating_sub(SHOWN);
    if more > 0 {
        rows.truncate(SHOWN);
        rows.push(vec![format!("… {more} more"), String::new()]);
    }
    rows
}
