//! A history as a table.

use super::{History, number};
use crate::notebook::html_table;
use std::fmt;

/// A table of more epochs than this leaves out its middle.
const LONGEST: usize = 40;
const SHOWN_AT_EACH_END: usize = 10;

impl History {
    fn head(&self) -> Vec<String> {
        let mut head = vec!["epoch".to_owned()];
        head.extend(self.columns.keys().cloned());
        head.push("seconds".to_owned());
        head
    }

    /// A row for each epoch that is shown; where epochs are left out, a row of dots.
    fn rows(&self) -> Vec<Vec<String>> {
        let epochs = self.epochs();
        let long = epochs > LONGEST;
        let shown =
            (0..epochs).filter(|&epoch| !long || epoch <= SHOWN_AT_EACH_END || epoch >= epochs - SHOWN_AT_EACH_END);
        let row = |epoch: usize| {
            if long && epoch == SHOWN_AT_EACH_END {
                return vec!["…".to_owned(); self.columns.len() + 2];
            }
            let mut row = vec![(epoch + 1).to_string()];
            let value =
                |column: &Vec<f64>| if column[epoch].is_nan() { "–".to_owned() } else { number(column[epoch]) };
            row.extend(self.columns.values().map(value));
            row.push(format!("{:.1}", self.seconds[epoch]));
            row
        };
        shown.map(row).collect()
    }

    pub(super) fn html(&self) -> String {
        html_table(&self.head(), self.rows())
    }
}

impl fmt::Display for History {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.epochs() == 0 {
            return f.write_str("History without epochs");
        }
        let (head, rows) = (self.head(), self.rows());
        let table = || std::iter::once(&head).chain(&rows);
        let widths = (0..head.len()).map(|column| table().map(|row| row[column].chars().count()).fold(0, usize::max));
        let widths = widths.collect::<Vec<_>>();
        let line = |row: &Vec<String>| {
            let cells = row.iter().zip(&widths).map(|(cell, &width)| format!("{cell:>width$}"));
            cells.collect::<Vec<_>>().join("  ")
        };
        f.write_str(&table().map(line).collect::<Vec<_>>().join("\n"))
    }
}

impl fmt::Debug for History {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
