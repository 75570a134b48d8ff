//! Tables of one's own numbers.

use super::{Column, Table, Values};
use crate::convert::{IntoF64, to_f64s};
use crate::{Error, ErrorKind, Result};

impl Table {
    /// Without columns, to add some with [`with_column`](Table::with_column).
    pub fn new() -> Self {
        Self::default()
    }

    /// The same table with one more column of numbers on the right; NaN stands for a missing one.
    ///
    /// Errors where there is a column of this name, or the others have more or fewer rows.
    ///
    /// ```
    /// use tealight::prelude::*;
    ///
    /// # let folder = tempfile::tempdir().map_err(candle_core::Error::wrap)?;
    /// # let path = folder.path().join("submission.csv");
    /// let predicted: Vec<u32> = vec![2, 0, 9];
    /// let submission = Table::new().with_column("ImageId", 1..=predicted.len())?.with_column("Label", &predicted)?;
    /// submission.to_csv(&path)?;
    /// # let text = std::fs::read_to_string(&path).map_err(candle_core::Error::wrap)?;
    /// assert_eq!(text, "ImageId,Label\n1,2\n2,0\n3,9\n");
    /// # Ok::<(), tealight::Error>(())
    /// ```
    pub fn with_column(
        &self,
        name: impl Into<String>,
        numbers: impl IntoIterator<Item = impl IntoF64>,
    ) -> Result<Self> {
        self.with_numbers(name.into(), to_f64s(numbers))
    }

    fn with_numbers(&self, name: String, numbers: Vec<f64>) -> Result<Self> {
        let wrong = |kind, what: String| Err(Error::new(kind, format!("Table::with_column: {what}")));
        if self.columns.iter().any(|column| column.name == name) {
            return wrong(
                ErrorKind::Name,
                format!("there is a column \"{name}\" already. Give this one another name."),
            );
        }
        if !self.columns.is_empty() && numbers.len() != self.rows {
            let (given, rows) = (numbers.len(), self.rows);
            return wrong(
                ErrorKind::Shape,
                format!("\"{name}\" has {given} numbers, and the table {rows} rows. Give one number for each row."),
            );
        }
        let rows = numbers.len();
        let column = Column { name, values: values(numbers) };
        Ok(Self { rows, columns: self.columns.iter().cloned().chain([column]).collect() })
    }
}

/// Numbers in the form that a table read from a file would have them in.
pub(super) fn values(numbers: Vec<f64>) -> Values {
    let is_byte = |number: &f64| number.fract() == 0.0 && (0.0..=255.0).contains(number) && number.is_sign_positive();
    if !numbers.is_empty() && numbers.iter().all(is_byte) {
        return Values::Bytes(numbers.into_iter().map(|number| number as u8).collect());
    }
    let nothing = numbers.iter().all(|number| number.is_nan());
    let whole = numbers.iter().all(|number| number.is_nan() || number.fract() == 0.0);
    Values::Numbers { values: numbers, whole: whole && !nothing }
}
