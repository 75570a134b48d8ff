//! The numbers of a table in a few numbers.

use super::counted;
use super::report_table::{ReportTable, show_as_table};
use crate::data::{Column, ColumnKind, Dataset, Table, Values, some_of};
use crate::{Error, ErrorKind, Result};
use rayon::prelude::*;
use serde::Serialize;

/// Count, mean, spread and quartiles of each column of numbers, as [`Table::describe`] finds them.
///
/// A table is its form, and there is no `plot`: columns are of different units, years beside prices, and on one axis all but
/// the largest would lie flat on zero. The values of one column are drawn by a [`Histogram`](crate::Histogram).
#[derive(Clone, PartialEq, Serialize)]
pub struct Description {
    columns: Vec<ColumnSummary>,
    /// Columns of text, of which there is nothing to say here.
    texts: usize,
}

/// The numbers of one column in a few numbers. Without values, all but the count are NaN.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ColumnSummary {
    /// The column's name.
    pub name: String,
    /// How many values there are; missing ones do not count, here and below.
    pub count: usize,
    /// Their mean.
    pub mean: f64,
    /// Their standard deviation, with n − 1; NaN of a single value.
    pub std: f64,
    /// The smallest.
    pub min: f64,
    /// A quarter of them lie below; between two values, as for the next two, it is in proportion.
    pub lower_quartile: f64,
    /// Half of them lie below.
    pub median: f64,
    /// Three quarters of them lie below.
    pub upper_quartile: f64,
    /// The largest.
    pub max: f64,
}

impl Table {
    /// Count, mean, standard deviation, minimum, quartiles and maximum of each column of numbers. Like pandas's
    /// `describe`.
    ///
    /// ```
    /// use tealight::prelude::*;
    ///
    /// let data = Dataset::from_bytes(vec![0, 255, 10, 5], [1], vec![0, 0, 1, 1], ["a", "b"])?;
    /// let about = data.to_table().describe();
    /// assert_eq!((about.get("pixel0")?.median, about.get("pixel0")?.max), (7.5, 255.0));
    /// # Ok::<(), tealight::Error>(())
    /// ```
    pub fn describe(&self) -> Description {
        let columns =
            self.columns().par_iter().filter(|column| column.kind() != ColumnKind::Text).map(ColumnSummary::new);
        let columns = columns.collect::<Vec<_>>();
        Description { texts: self.columns().len() - columns.len(), columns }
    }
}

impl Dataset {
    /// The examples as [`Table::describe`] describes a table of them: the label and each pixel by itself, rescaled.
    pub fn describe(&self) -> Description {
        let columns = self.table_columns().map(|column| ColumnSummary::new(&column)).collect();
        Description { columns, texts: 0 }
    }
}

impl ColumnSummary {
    fn new(column: &Column) -> Self {
        match &column.values {
            Values::Bytes(bytes) => {
                let mut counts = [0_usize; 256];
                bytes.iter().for_each(|&byte| counts[usize::from(byte)] += 1);
                let values = (0..=u8::MAX).map(f64::from);
                Self::of(&column.name, &values.zip(counts).filter(|(_, count)| *count > 0).collect::<Vec<_>>())
            }
            Values::Numbers { values, .. } => {
                let mut values = values.iter().copied().filter(|value| !value.is_nan()).collect::<Vec<_>>();
                values.sort_by(f64::total_cmp);
                Self::of(&column.name, &values.into_iter().map(|value| (value, 1)).collect::<Vec<_>>())
            }
            Values::Text(_) => Self::of(&column.name, &[]),
        }
    }

    /// Of sorted values, each with how often it is there.
    fn of(name: &str, values: &[(f64, usize)]) -> Self {
        let count = values.iter().map(|(_, count)| count).sum::<usize>();
        let mean = values.iter().map(|(value, count)| value * *count as f64).sum::<f64>() / count as f64;
        let squares = values.iter().map(|(value, count)| (value - mean).powi(2) * *count as f64).sum::<f64>();
        let std = if count < 2 { f64::NAN } else { (squares / (count - 1) as f64).sqrt() };
        let at = |place: usize| {
            let mut before = 0;
            let found = values.iter().find(|(_, count)| {
                before += count;
                before > place
            });
            found.map_or(f64::NAN, |(value, _)| *value)
        };
        let quantile = |share: f64| {
            let place = share * count.saturating_sub(1) as f64;
            let (low, high) = (at(place.floor() as usize), at(place.ceil() as usize));
            // An infinite neighbor that has no part in it must not make it NaN.
            if place.fract() == 0.0 || low == high { low } else { low + (high - low) * place.fract() }
        };
        Self {
            name: name.to_owned(),
            count,
            mean,
            std,
            min: quantile(0.0),
            lower_quartile: quantile(0.25),
            median: quantile(0.5),
            upper_quartile: quantile(0.75),
            max: quantile(1.0),
        }
    }

    /// The names of the numbers, as pandas has them, and the numbers.
    fn named(&self) -> [(&'static str, f64); 8] {
        [
            ("count", self.count as f64),
            ("mean", self.mean),
            ("std", self.std),
            ("min", self.min),
            ("25 %", self.lower_quartile),
            ("50 %", self.median),
            ("75 %", self.upper_quartile),
            ("max", self.max),
        ]
    }
}

impl Description {
    /// A summary for each column of numbers, from left to right.
    pub fn columns(&self) -> &[ColumnSummary] {
        &self.columns
    }

    /// The summary of the column called `name`. Errors where there is no column of numbers of that name.
    pub fn get(&self, name: &str) -> Result<&ColumnSummary> {
        self.columns.iter().find(|column| column.name == name).ok_or_else(|| {
            let names = self.columns.iter().map(|column| column.name.clone()).collect::<Vec<_>>();
            let names = some_of(&names).join(", ");
            Error::new(ErrorKind::Name, format!("Description: no numbers of \"{name}\"; there are those of {names}."))
        })
    }

    fn heading(&self) -> String {
        let text = if self.texts == 0 { String::new() } else { format!(", beside {} of text", self.texts) };
        format!("{} of numbers{text}", counted(self.columns.len(), "column"))
    }

    fn report_table(&self) -> ReportTable {
        let names = self.columns.iter().map(|column| column.name.clone()).collect::<Vec<_>>();
        let head = [&[String::new()], &*some_of(&names)].concat();
        let columns = self.columns.iter().map(ColumnSummary::named).collect::<Vec<_>>();
        let labels = columns.first().map(|column| column.map(|(label, _)| label)).unwrap_or_default();
        let row = |(index, label): (usize, &str)| {
            let numbers = columns.iter().map(|column| short(column[index].1)).collect::<Vec<_>>();
            [&[label.to_owned()], &*some_of(&numbers)].concat()
        };
        let rows = labels.into_iter().enumerate().filter(|_| !columns.is_empty()).map(row).collect();
        ReportTable { heading: self.heading(), head, rows, notes: Vec::new() }
    }
}

show_as_table!(Description);

/// With up to four decimals, or four digits and a power of ten where it is small: `1`, `0.5`, `-2.1179`, `1.235e-5`.
fn short(value: f64) -> String {
    if value.is_nan() {
        return "–".to_owned();
    }
    if value != 0.0 && value.abs() < 1e-3 {
        return format!("{value:.3e}");
    }
    let text = format!("{value:.4}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
