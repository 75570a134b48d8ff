use crate::Result;
use crate::data::dataset::Dataset;
use crate::data::storage::Pixels;
use crate::file;
use std::path::Path;

impl Dataset {
    /// Writes the examples to a CSV file as [`Dataset::from_csv`] reads it: a header, then a line for each, the label
    /// first if there are labels.
    ///
    /// The numbers are those that a tensor would have, so bytes are written whole before they are rescaled. One-hot rows
    /// are not written, but their labels. A file that was there before stays whole until the new one is.
    ///
    /// ```
    /// use tealight::prelude::*;
    ///
    /// # let folder = tempfile::tempdir().map_err(candle_core::Error::wrap)?;
    /// # let path = folder.path().join("train.csv");
    /// let data = Dataset::from_bytes(vec![0, 255, 7, 9], [1, 2], vec![1, 0], ["a", "b"])?;
    /// data.to_csv(&path)?;
    /// # let text = std::fs::read_to_string(&path).map_err(candle_core::Error::wrap)?;
    /// assert_eq!(text, "label,pixel0,pixel1\n1,0,255\n0,7,9\n");
    /// assert_eq!(Dataset::from_csv(&path, [1, 2])?.labels(), [1, 0]);
    /// # Ok::<(), tealight::Error>(())
    /// ```
    pub fn to_csv(&self, path: impl AsRef<Path>) -> Result<()> {
        self.write_csv(path.as_ref())
    }

    fn write_csv(&self, path: &Path) -> Result<()> {
        let size = self.input_shape.iter().product::<usize>();
        let bytes = (0..=u8::MAX).map(|byte| self.scale.apply(f32::from(byte)).to_string()).collect::<Vec<_>>();
        let line = |line: &mut Vec<u8>, index: usize| -> std::io::Result<()> {
            use std::io::Write;
            line.clear();
            if let Some(label) = self.labels().get(index) {
                write!(line, "{label},")?;
            }
            match &self.pixels {
                Pixels::Bytes(pixels) => {
                    for &byte in self.example(pixels, index) {
                        line.extend_from_slice(bytes[usize::from(byte)].as_bytes());
                        line.push(b',');
                    }
                }
                Pixels::Floats(pixels) => {
                    for &number in self.example(pixels, index) {
                        write!(line, "{},", self.scale.apply(number))?;
                    }
                }
            }
            // The last comma ends the line.
            line.pop();
            line.push(b'\n');
            Ok(())
        };
        file::replace(path, "Dataset::to_csv", |to| {
            let label = (!self.labels().is_empty()).then(|| "label".to_owned());
            let names = label.into_iter().chain((0..size).map(|pixel| format!("pixel{pixel}")));
            writeln!(to, "{}", names.collect::<Vec<_>>().join(","))?;
            let mut text = Vec::new();
            (0..self.len()).try_for_each(|index| {
                line(&mut text, index)?;
                to.write_all(&text)
            })
        })
    }
}
