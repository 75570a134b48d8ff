//! A history as a table.

use super::{History, Stopped};
use crate::format;
use crate::notebook::{escape_html, html_table, text_table};
use std::fmt;

/// A table of more epochs than this leaves out its middle.
const LONGEST: usize = 40;
const SHOWN_AT_EACH_END: usize = 10;

impl History {
    pub(super) fn head(&self) -> Vec<String> {
        let mut head = vec!["epoch".to_owned()];
        head.extend(self.columns.keys().cloned());
        head.push("seconds".to_owned());
        head
    }

    /// A row for each epoch that is shown; where epochs are left out, a row of dots.
    fn shown(&self) -> Vec<Vec<String>> {
        let epochs = self.epochs();
        let long = epochs > LONGEST;
        let shown =
            (0..epochs).filter(|&epoch| !long || epoch <= SHOWN_AT_EACH_END || epoch >= epochs - SHOWN_AT_EACH_END);
        let row = |epoch: usize| {
            if long && epoch == SHOWN_AT_EACH_END {
                return vec!["…".to_owned(); self.columns.len() + 2];
            }
            let mut row = vec![(epoch + 1).to_string()];
            let value = |column: &Vec<f64>| {
                if column[epoch].is_nan() { "–".to_owned() } else { format::metric(column[epoch]) }
            };
            row.extend(self.columns.values().map(value));
            row.push(format!("{:.1}", self.seconds[epoch]));
            row
        };
        shown.map(row).collect()
    }

    pub(super) fn html(&self) -> String {
        let stopped = self.stopped.as_ref().map(|stopped| format!("<p>{}</p>", escape_html(&stopped.to_string())));
        html_table(&self.head(), self.shown()) + &stopped.unwrap_or_default()
    }
}

impl fmt::Display for History {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.epochs() == 0 {
            f.write_str("History without epochs")?;
        } else {
            f.write_str(&text_table(&self.head(), &self.shown()))?;
        }
        self.stopped.as_ref().map_or(Ok(()), |stopped| write!(f, "\n{stopped}"))
    }
}

impl fmt::Debug for History {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { epoch, reason, interrupted, steps } = self;
        match (interrupted, epoch, steps) {
            (false, ..) => write!(f, "Stopped after epoch {epoch}. {reason}"),
            (true, 0, 0) => write!(f, "Stopped by you before the first step; the model is as it was"),
            (true, _, 0) => write!(f, "Stopped by you after epoch {epoch}; the model keeps its weights"),
            (true, ..) => {
                write!(f, "Stopped by you in epoch {}, at step {steps}; the model keeps its weights", epoch + 1)
            }
        }
    }
}
