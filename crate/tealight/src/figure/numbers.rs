//! Numbers as users have them, and as a table beside the figure.

/// A number of any of Rust's number types, so that a figure takes what a notebook has: counts, `f32` of a tensor, `f64` of a
/// history.
///
/// ```
/// use tealight::{Bars, Number};
///
/// assert_eq!(7_u64.number(), 7.0);
/// let counts: Vec<usize> = vec![5923, 6742];
/// let bars = Bars::new("Images by digit", ["0", "1"]).group("images", &counts);
/// # assert!(bars.figure().is_ok());
/// ```
pub trait Number: Copy {
    /// The number as the nearest `f64`.
    fn number(self) -> f64;
}

macro_rules! number {
    ($($type:ty),*) => { $(
        impl Number for $type {
            fn number(self) -> f64 {
                self as f64
            }
        }
    )* };
}

number!(f32, f64, i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize);

impl<T: Number> Number for &T {
    fn number(self) -> f64 {
        (*self).number()
    }
}

/// Any numbers, as a list.
pub(super) fn list(values: impl IntoIterator<Item = impl Number>) -> Vec<f64> {
    values.into_iter().map(Number::number).collect()
}

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
    use super::{Number, Numbers};

    #[test]
    fn every_type_of_number_is_one() {
        assert_eq!([1_u8.number(), 2_i64.number(), 0.5_f32.number(), (&0.25_f64).number()], [1.0, 2.0, 0.5, 0.25]);
    }

    #[test]
    fn a_table_keeps_every_digit_and_quotes_what_needs_it() {
        let mut numbers = Numbers::new(["epoch", "loss, \"mean\""]);
        numbers.push("1", [0.1 + 0.2]);
        numbers.push("2", [f64::NAN]);
        numbers.push("3", [f64::INFINITY]);
        assert_eq!(numbers.csv(), "epoch,\"loss, \"\"mean\"\"\"\n1,0.30000000000000004\n2,\n3,inf\n");
    }
}
