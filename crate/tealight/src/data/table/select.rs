//! Parts of a table, and its values as text.

use super::{Column, Table, Texts, Values};
use crate::convert::IntoF64;
use crate::{Error, ErrorKind, Result};

impl Table {
    /// The values of the column called `name` as text, an empty one where one is missing. Errors where there is no such
    /// column.
    ///
    /// ```
    /// use tealight::prelude::*;
    ///
    /// # let folder = tempfile::tempdir().map_err(candle_core::Error::wrap)?;
    /// # let path = folder.path().join("pets.csv");
    /// # std::fs::write(&path, "name,age\nTom,3\nRex,\n").map_err(candle_core::Error::wrap)?;
    /// let table = Table::read_csv(&path)?;
    /// assert_eq!(table.text("name")?, ["Tom", "Rex"]);
    /// assert_eq!(table.text("age")?, ["3", ""]);
    /// # Ok::<(), tealight::Error>(())
    /// ```
    pub fn text(&self, name: &str) -> Result<Vec<String>> {
        let column = self.column("Table::text", name)?;
        Ok((0..self.rows).map(|row| column.text(row).unwrap_or_default()).collect())
    }

    /// The columns called `names`, in this order. Like `table[["a", "b"]]` in pandas. Errors where there is no such column,
    /// or one comes twice.
    pub fn select(&self, names: impl IntoIterator<Item = impl AsRef<str>>) -> Result<Self> {
        self.select_columns(&names.into_iter().map(|name| name.as_ref().to_owned()).collect::<Vec<_>>())
    }

    fn select_columns(&self, names: &[String]) -> Result<Self> {
        if let Some((_, twice)) = names.iter().enumerate().find(|(index, name)| names[..*index].contains(name)) {
            let message = format!("Table::select: \"{twice}\" comes twice. Name each column once.");
            return Err(Error::new(ErrorKind::Argument, message));
        }
        let columns =
            names.iter().map(|name| self.column("Table::select", name).cloned()).collect::<Result<Vec<_>>>()?;
        Ok(Self { rows: self.rows, columns: columns.into() })
    }

    /// The rows in which no value is missing. Like pandas's `dropna`. Errors where there is none.
    pub fn drop_nulls(&self) -> Result<Self> {
        let rows =
            (0..self.rows).filter(|&row| self.columns.iter().all(|column| !column.is_null(row))).collect::<Vec<_>>();
        if rows.is_empty() {
            let fullest = self.columns.iter().max_by_key(|column| column.nulls());
            let what = fullest.map_or(String::new(), |column| {
                format!(" In \"{}\", {} are missing: leave that column out with select.", column.name, column.nulls())
            });
            let message = format!("Table::drop_nulls: each of the {} rows has a missing value.{what}", self.rows);
            return Err(Error::new(ErrorKind::Data, message));
        }
        let columns = self.columns.iter().map(|column| Column {
            name: column.name.clone(),
            values: match &column.values {
                Values::Bytes(values) => Values::Bytes(rows.iter().map(|&row| values[row]).collect()),
                Values::Numbers { values, whole } => {
                    Values::Numbers { values: rows.iter().map(|&row| values[row]).collect(), whole: *whole }
                }
                Values::Text(texts) => {
                    let mut kept = Texts::default();
                    rows.iter().for_each(|&row| kept.push(texts.get(row).unwrap_or_default()));
                    Values::Text(kept)
                }
            },
        });
        Ok(Self { rows: rows.len(), columns: columns.collect() })
    }

    /// The same table with `value` in place of the missing numbers of the column called `name`. Like pandas's `fillna`.
    ///
    /// Errors where there is no such column, or it holds text.
    pub fn fill_nulls(&self, name: &str, value: impl IntoF64) -> Result<Self> {
        self.fill(name, value.into_f64())
    }

    fn fill(&self, name: &str, value: f64) -> Result<Self> {
        let column = self.column("Table::fill_nulls", name)?;
        let Values::Numbers { values, .. } = &column.values else {
            if matches!(column.values, Values::Bytes(_)) {
                return Ok(self.clone());
            }
            let message = format!("Table::fill_nulls: \"{name}\" holds text. Take the rows out: drop_nulls().");
            return Err(Error::new(ErrorKind::Argument, message));
        };
        let filled = values.iter().map(|number| if number.is_nan() { value } else { *number }).collect();
        let filled = Column { name: name.to_owned(), values: super::build::values(filled) };
        let columns = self.columns.iter().map(|column| if column.name == name { &filled } else { column });
        Ok(Self { rows: self.rows, columns: columns.cloned().collect() })
    }
}
