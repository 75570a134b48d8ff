//! The columns of a table by what they hold.

use super::report_table::{ReportTable, show_as_table};
use crate::data::{ColumnKind, Table, some_of};
use serde::Serialize;
use std::collections::BTreeMap;

/// The columns of a table by what they hold, as [`Table::kinds`] finds them; [`plot`](Self::plot) draws bars.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct ColumnKinds {
    kinds: BTreeMap<ColumnKind, Vec<String>>,
}

impl Table {
    /// The columns by what they hold: whole numbers, numbers or text. Like a look at pandas's `dtypes`.
    ///
    /// ```
    /// use tealight::ColumnKind;
    /// use tealight::prelude::*;
    ///
    /// let data = Dataset::from_bytes(vec![0, 1, 2, 3], [2], vec![0, 0], ["a"])?;
    /// assert_eq!(data.to_table().kinds().of(ColumnKind::Whole), ["label", "pixel0", "pixel1"]);
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

    fn report_table(&self) -> ReportTable {
        let row = |(kind, names): (&ColumnKind, &Vec<String>)| {
            vec![kind.to_string(), names.len().to_string(), some_of(names).join(", ")]
        };
        let head = ["kind", "columns", "names"].map(str::to_owned).to_vec();
        ReportTable { heading: String::new(), head, rows: self.kinds.iter().map(row).collect(), notes: Vec::new() }
    }
}

show_as_table!(ColumnKinds);
