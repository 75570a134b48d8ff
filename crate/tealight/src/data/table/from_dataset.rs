use super::{Column, Table, Values};
use crate::data::dataset::Dataset;
use crate::data::storage::Pixels;
use crate::data::storage::Scale;
use rayon::prelude::*;

impl Dataset {
    /// The examples as a table, a row for each: `label`, if there are labels, then `pixel0`, `pixel1` and so on, as in
    /// the file that [`Dataset::to_csv`] writes. The numbers are those that a model is given: rescaled.
    #[must_use]
    pub fn to_table(&self) -> Table {
        let columns = self.table_columns().collect::<Vec<_>>();
        Table { rows: self.len(), columns: columns.into() }
    }

    /// The columns of the table, one by one: of numbers that are rescaled, all at once take much memory.
    pub(crate) fn table_columns(&self) -> impl IndexedParallelIterator<Item = Column> {
        let labels = usize::from(!self.labels().is_empty());
        let size = self.input_shape().iter().product::<usize>();
        (0..labels + size).into_par_iter().map(move |column| {
            column.checked_sub(labels).map_or_else(|| self.label_column(), |pixel| self.pixel_column(pixel))
        })
    }

    fn label_column(&self) -> Column {
        let labels = self.labels();
        let values = match labels.iter().map(|&label| u8::try_from(label)).collect::<Result<Vec<_>, _>>() {
            Ok(bytes) => Values::Bytes(bytes),
            Err(_) => Values::Numbers { values: labels.iter().map(|&label| f64::from(label)).collect(), whole: true },
        };
        Column { name: "label".to_owned(), values }
    }

    fn pixel_column(&self, pixel: usize) -> Column {
        let (rows, scale) = (0..self.len(), self.scale);
        let number = |number: f32| f64::from(scale.apply(number));
        let values = match &self.pixels {
            Pixels::Bytes(bytes) if scale == Scale::NONE => {
                Values::Bytes(rows.map(|row| self.example(bytes, row)[pixel]).collect())
            }
            Pixels::Bytes(bytes) => {
                let values = rows.map(|row| number(f32::from(self.example(bytes, row)[pixel]))).collect();
                Values::Numbers { values, whole: false }
            }
            Pixels::Floats(floats) => {
                let values = rows.map(|row| number(self.example(floats, row)[pixel])).collect();
                Values::Numbers { values, whole: false }
            }
        };
        Column { name: format!("pixel{pixel}"), values }
    }
}
