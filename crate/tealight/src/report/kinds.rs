//! The columns of a table by what they hold.

use super::counted;
use crate::data::{ColumnKind, Table, some_of};
use crate::notebook::{display, html_table};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt;

/// The columns of a table by what they hold, as [`Table::kinds`] finds them.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct ColumnKinds {
    kinds: BTreeMap<ColumnKind, Vec<String>>,
}

impl Table {
    /// The columns by what they hold: whole numbers, numbers or text. Like a look at pandas's `dtypes`.
    ///
    /// ```
    /// use tealight::prelude::*;
    ///
    /// let data = Dataset::from_bytes(vec![0, 1, 2, 3], [2], vec![0, 0], ["a"])?;
    /// assert_eq!(data.to_table().kinds().to_string(), "3 columns of whole numbers: label, pixel0, pixel1");
    /// # Ok::<(), tealight::Error>(())
    /// ```
    pub fn kinds(&self) -> ColumnKinds {
        let mut kinds = BTreeMap::<_, Vec<_>>::new();
        self.columns().iter().for_each(|column| kinds.entry(column.kind()).or_default().push(column.name.clone()));
        ColumnKinds { kinds }
    }
}

impl ColumnKinds {
    /// The names of the columns of a kind, from left to right.
    pub fn of(&self, kind: ColumnKind) -> &[String] {
        self.kinds.get(&kind).map(Vec::as_slice).unwrap_or_default()
    }

    /// Shows the kinds as the output of a notebook's cell.
    pub fn evcxr_display(&self) {
        let row = |(kind, names): (&ColumnKind, &Vec<String>)| {
            vec![kind.to_string(), names.len().to_string(), some_of(names).join(", ")]
        };
        let head = ["kind", "columns", "names"].map(str::to_owned);
        let html = html_table(&head, self.kinds.iter().map(row));
        display(&[("text/html", &html), ("text/plain", &self.to_string())]);
    }
}

impl fmt::Display for ColumnKinds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = |(kind, names): (&ColumnKind, &Vec<String>)| {
            format!("{} of {kind}: {}", counted(names.len(), "column"), some_of(names).join(", "))
        };
        f.write_str(&self.kinds.iter().map(line).collect::<Vec<_>>().join("\n"))
    }
}

impl fmt::Debug for ColumnKinds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
