//! What is counted in a table, as bars.

use super::{Bars, MAX_ROWS};
use crate::ColumnKind;
use crate::report::{ColumnKinds, NullCounts, ValueCounts};

impl ValueCounts {
    /// Draws how many rows have each value, in the order of the counts, and last how many have none; the pointer finds the
    /// share of all. Of more than 40 values it draws the first 40.
    ///
    /// ```
    /// use tealight::prelude::*;
    ///
    /// let data = Dataset::from_bytes(vec![0, 1, 2], [1], vec![1, 0, 1], ["cat", "dog"])?;
    /// let bars = data.to_table().value_counts("label")?.by_value().plot();
    /// assert_eq!(bars.to_string(), "Figure: Rows by label, 2 bars from 1 to 2");
    /// # Ok::<(), tealight::Error>(())
    /// ```
    #[must_use = "a cell shows a figure that it ends with, without a `;`; elsewhere show!(figure) does"]
    pub fn plot(&self) -> Bars {
        let values = self.counts();
        let shown = &values[..values.len().min(MAX_ROWS)];
        let all = shown.len() == values.len();
        let of = if all { String::new() } else { format!("; the first {MAX_ROWS} of {} values", values.len()) };
        let counted = shown.iter().map(|value| (value.value.as_str(), value.count));
        let missing = (self.missing() > 0).then_some(("missing", self.missing()));
        let (names, counts): (Vec<_>, Vec<_>) = counted.chain(missing).unzip();
        let bars = Bars::new(format!("Rows by {}{of}", self.column()), names)
            .group("rows", counts)
            .x_label(self.column())
            .y_label("rows");
        Bars { shares: all, instead: "No rows".to_owned(), ..bars }
    }
}

impl NullCounts {
    /// Draws how many values are missing in each column that lacks any, from left to right; of more than 40 such columns,
    /// in the first 40. Where none is missing, the figure says so.
    ///
    /// ```
    /// use tealight::prelude::*;
    ///
    /// let data = Dataset::from_bytes(vec![0, 1, 2], [1], vec![1, 0, 1], ["cat", "dog"])?;
    /// let bars = data.to_table().null_counts().plot();
    /// assert_eq!(bars.to_string(), "Figure: Missing values, No missing values in 2 columns");
    /// # Ok::<(), tealight::Error>(())
    /// ```
    #[must_use = "a cell shows a figure that it ends with, without a `;`; elsewhere show!(figure) does"]
    pub fn plot(&self) -> Bars {
        let lacking = self.counts().iter().filter(|(_, count)| *count > 0).collect::<Vec<_>>();
        let shown = &lacking[..lacking.len().min(MAX_ROWS)];
        let heading = self.heading();
        let title = match (shown.len(), lacking.len()) {
            (0, _) => "Missing values".to_owned(),
            (shown, all) if shown < all => format!("{heading}; the first {shown} columns"),
            _ => heading.clone(),
        };
        let bars = Bars::new(title, shown.iter().map(|(name, _)| name.as_str()))
            .group("missing", shown.iter().map(|(_, count)| *count))
            .x_label("column")
            .y_label("missing values");
        Bars { instead: heading, ..bars }
    }
}

impl ColumnKinds {
    /// Draws how many columns there are of each kind; the pointer finds the share of all.
    ///
    /// ```
    /// use tealight::prelude::*;
    ///
    /// let data = Dataset::from_bytes(vec![0, 1, 2, 3], [2], vec![0, 0], ["a"])?;
    /// assert_eq!(data.to_table().kinds().plot().to_string(), "Figure: Columns by kind, 1 bar from 3 to 3");
    /// # Ok::<(), tealight::Error>(())
    /// ```
    #[must_use = "a cell shows a figure that it ends with, without a `;`; elsewhere show!(figure) does"]
    pub fn plot(&self) -> Bars {
        let kinds = [ColumnKind::Whole, ColumnKind::Number, ColumnKind::Text];
        let counted = kinds.map(|kind| (kind.to_string(), self.of(kind).len()));
        let (names, counts): (Vec<_>, Vec<_>) = counted.into_iter().filter(|(_, count)| *count > 0).unzip();
        let bars = Bars::new("Columns by kind", names).group("columns", counts).x_label("kind").y_label("columns");
        Bars { shares: true, instead: "No columns".to_owned(), ..bars }
    }
}
