//! Bar charts of the counts in a table.

use super::{Bars, MAX_REPORT_ROWS};
use crate::ColumnKind;
use crate::report::{ColumnKinds, NullCounts, ValueCounts};

impl ValueCounts {
    /// Draws the number of rows with each value, in the order of the counts, and then the number of rows without a value.
    /// Tooltips show percentages. At most 40 values are drawn.
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
        let shown = &values[..values.len().min(MAX_REPORT_ROWS)];
        let all = shown.len() == values.len();
        let note =
            if all { String::new() } else { format!("; the first {MAX_REPORT_ROWS} of {} values", values.len()) };
        let counted = shown.iter().map(|value| (value.value.as_str(), value.count));
        let missing = (self.missing() > 0).then_some(("missing", self.missing()));
        let (names, counts): (Vec<_>, Vec<_>) = counted.chain(missing).unzip();
        let bars = Bars::new(format!("Rows by {}{note}", self.column()), names)
            .group("rows", counts)
            .x_label(self.column())
            .y_label("rows");
        Bars { show_percent: all, placeholder: "No rows".to_owned(), ..bars }
    }
}

impl NullCounts {
    /// Draws the number of missing values of each column that has any, for at most 40 columns. Without missing values, the figure
    /// shows a message.
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
        let shown = &lacking[..lacking.len().min(MAX_REPORT_ROWS)];
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
        Bars { placeholder: heading, ..bars }
    }
}

impl ColumnKinds {
    /// Draws the number of columns of each type. Tooltips show percentages.
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
        Bars { show_percent: true, placeholder: "No columns".to_owned(), ..bars }
    }
}
