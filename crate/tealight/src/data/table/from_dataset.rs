use super::{Column, Table, Values};
use crate::data::dataset::{Dataset, Pixels};
use crate::data::scale::Scale;

impl Dataset {
    /// The examples as a table, a row for each: `label`, if there are labels, then `pixel0`, `pixel1` and so on, as in
    /// the file that [`Dataset::to_csv`] writes. The numbers are those that a model is given: rescaled.
    #[must_use]
    pub fn to_table(&self) -> Table {
        let rows = self.len();
        let size = self.input_shape().iter().product::<usize>();
        let labels = self.labels();
        let label = (!labels.is_empty()).then(|| Column {
            name: "label".to_owned(),
            values: match labels.iter().map(|&label| u8::try_from(label)).collect::<Result<Vec<_>, _>>() {
                Ok(bytes) => Values::Bytes(bytes),
                Err(_) => {
                    Values::Numbers { values: labels.iter().map(|&label| f64::from(label)).collect(), whole: true }
                }
            },
        });
        let scale = self.scale;
        let pixel = |pixel: usize| {
            let values = match &self.pixels {
                Pixels::Bytes(bytes) => {
                    let column = (0..rows).map(|row| self.example(bytes, row)[pixel]).collect::<Vec<_>>();
                    if scale != Scale::NONE {
                        let scaled = column.into_iter().map(|byte| f64::from(scale.apply(f32::from(byte))));
                        Values::Numbers { values: scaled.collect(), whole: false }
                    } else {
                        Values::Bytes(column)
                    }
                }
                Pixels::Floats(floats) => {
                    let scaled = (0..rows).map(|row| f64::from(scale.apply(self.example(floats, row)[pixel])));
                    Values::Numbers { values: scaled.collect(), whole: false }
                }
            };
            Column { name: format!("pixel{pixel}"), values }
        };
        Table { rows, columns: label.into_iter().chain((0..size).map(pixel)).collect() }
    }
}
