//! The data behind a figure, as a table.

/// The data behind a figure: column headers and rows. The first column says what a row is about.
pub(super) struct DataTable {
    pub(super) headers: Vec<String>,
    pub(super) rows: Vec<Vec<String>>,
}

impl DataTable {
    pub(super) fn new(headers: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self { headers: headers.into_iter().map(Into::into).collect(), rows: Vec::new() }
    }

    pub(super) fn push(&mut self, first: impl Into<String>, values: impl IntoIterator<Item = f64>) {
        let mut row = vec![first.into()];
        row.extend(values.into_iter().map(csv_cell));
        self.rows.push(row);
    }

    /// Returns the text of a CSV file.
    #[expect(clippy::expect_used, reason = "writing to memory does not fail, and rows of any length are allowed")]
    pub(super) fn csv(&self) -> String {
        let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
        for row in std::iter::once(&self.headers).chain(&self.rows) {
            writer.write_record(row).expect("a record can be written to memory");
        }
        let bytes = writer.into_inner().expect("a buffer can be flushed to memory");
        String::from_utf8(bytes).expect("cells of UTF-8 text make UTF-8 text")
    }
}

/// Formats a number with all of its digits, as pandas and spreadsheets read it. Returns an empty cell for NaN.
pub(super) fn csv_cell(value: f64) -> String {
    if value.is_nan() { String::new() } else { value.to_string() }
}

#[cfg(test)]
mod tests {
    use super::DataTable;

    #[test]
    fn a_data_table_keeps_every_digit_and_quotes_where_needed() {
        let mut table = DataTable::new(["epoch", "loss, \"mean\""]);
        table.push("1", [0.1 + 0.2]);
        table.push("2", [f64::NAN]);
        table.push("3", [f64::INFINITY]);
        assert_eq!(table.csv(), "epoch,\"loss, \"\"mean\"\"\"\n1,0.30000000000000004\n2,\n3,inf\n");
    }
}
