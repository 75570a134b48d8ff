//! Tables as comma-separated values.

use crate::Result;
use crate::data::table::Table;
use crate::file;
use std::path::Path;

impl Table {
    /// Writes the table to a CSV file as [`Table::read_csv`] reads it: the names in the first line, then a line for each
    /// row; nothing between the commas where a value is missing. Like pandas's `to_csv(path, index=False)`.
    ///
    /// Text with a comma, a quotation mark or a new line in it is quoted. A file that was there before stays whole until the
    /// new one is. Errors where the file cannot be written.
    pub fn to_csv(&self, path: impl AsRef<Path>) -> Result<()> {
        self.write_csv(path.as_ref())
    }

    fn write_csv(&self, path: &Path) -> Result<()> {
        file::replace(path, "Table::to_csv", |to| {
            let mut writer = csv::Writer::from_writer(to);
            writer.write_record(self.columns().iter().map(|column| &column.name))?;
            for row in 0..self.shape()[0] {
                writer.write_record(self.columns().iter().map(|column| column.text(row).unwrap_or_default()))?;
            }
            writer.flush()
        })
    }
}
