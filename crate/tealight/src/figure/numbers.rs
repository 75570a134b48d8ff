//! The numbers behind a figure, as a table beside it.

pub(super) use crate::number::{Number, list};

/// The numbers behind a figure, as a table: the first column says what a row is about.
pub(super) struct Numbers {
    pub(super) head: Vec<String>,
    pub(super) rows: Vec<Vec<String>>,
}

impl Numbers {
    pub(super) fn new(head: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self { head: head.into_iter().map(Into::into).collect(), rows: Vec::new() }
    }

    pub(super) fn push(&mut self, first: impl Into<String>, values: impl IntoIterator<Item = f64>) {
        let mut row = vec![first.into()];
        row.extend(values.into_iter().map(cell));
        self.rows.push(row);
    }

    /// The table as the text of a CSV file.
    pub(super) fn csv(&self) -> String {
        let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
        // Writing to memory can't fail.
        for row in std::iter::once(&self.head).chain(&self.rows) {
            let _ = writer.write_record(row);
        }
        writer.into_inner().map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
    }
}

/// A number with all of its digits, as pandas and spreadsheets read it; nothing where there is none.
pub(super) fn cell(value: f64) -> String {
    if value.is_nan() { String::new() } else { value.to_string() }
}

#[cfg(test)]
mod tests {
    use super::Numbers;

    #[test]
    fn a_table_keeps_every_digit_and_quotes_what_needs_it() {
        let mut numbers = Numbers::new(["epoch", "loss, \"mean\""]);
        numbers.push("1", [0.1 + 0.2]);
        numbers.push("2", [f64::NAN]);
        numbers.push("3", [f64::INFINITY]);
        assert_eq!(numbers.csv(), "epoch,\"loss, \"\"mean\"\"\"\n1,0.30000000000000004\n2,\n3,inf\n");
    }
}
