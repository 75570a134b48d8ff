//! The classes that are taken for each other, worst first.

use super::report_table::{ReportTable, show_as_table};
use super::{ConfusionMatrix, counted, one_line};
use crate::convert::{IntoCount, to_usize};
use serde::Serialize;

/// The pairs of classes that were mixed up most often, as [`ConfusionMatrix::confused_pairs`] finds them;
/// [`plot`](Self::plot) draws them as bars.
#[derive(Clone, PartialEq, Serialize)]
pub struct ConfusedPairs {
    pairs: Vec<ConfusedPair>,
    /// How many pairs of the matrix there are in all.
    all: usize,
}

/// How often one class was taken for another.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ConfusedPair {
    /// The number of the true class.
    pub actual: usize,
    /// The name of the true class.
    pub actual_name: String,
    /// The number of the predicted class.
    pub predicted: usize,
    /// The name of the predicted class.
    pub predicted_name: String,
    /// How many examples.
    pub count: u64,
    /// Which fraction of the true class that is, from 0 to 1.
    pub share: f64,
}

impl ConfusionMatrix {
    /// The pairs that were mixed up most often, worst first, at most `most` of them; of equals the first of the matrix.
    /// One class taken for another and the other for the one are two pairs.
    ///
    /// ```
    /// use tealight::prelude::*;
    ///
    /// let matrix = ConfusionMatrix::new(&[4, 4, 4, 9, 9], &[9, 9, 4, 4, 9], &["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"])?;
    /// let pairs = matrix.confused_pairs(3);
    /// assert_eq!((pairs.pairs()[0].actual, pairs.pairs()[0].predicted, pairs.pairs()[0].count), (4, 9, 2));
    /// # Ok::<(), tealight::Error>(())
    /// ```
    pub fn confused_pairs(&self, most: impl IntoCount) -> ConfusedPairs {
        self.worst_pairs(to_usize(most.into_i64()).unwrap_or_default())
    }

    fn worst_pairs(&self, most: usize) -> ConfusedPairs {
        let totals = self.true_totals();
        let pair = |(actual, predicted, count): (usize, usize, u64)| ConfusedPair {
            actual,
            actual_name: self.class_names()[actual].clone(),
            predicted,
            predicted_name: self.class_names()[predicted].clone(),
            count,
            share: count as f64 / totals[actual] as f64,
        };
        let mut pairs = self.wrong_cells().map(pair).collect::<Vec<_>>();
        pairs.sort_by_key(|pair| std::cmp::Reverse(pair.count));
        let all = pairs.len();
        pairs.truncate(most);
        ConfusedPairs { pairs, all }
    }
}

impl ConfusedPairs {
    /// The pairs, worst first.
    pub fn pairs(&self) -> &[ConfusedPair] {
        &self.pairs
    }

    /// What the first `shown` of the pairs are.
    pub(crate) fn heading(&self, shown: usize) -> String {
        match (self.all, shown) {
            (0, _) => "Nothing was mixed up".to_owned(),
            (all, shown) if shown < all => format!("The {shown} most confused of {}", counted(all, "pair")),
            (all, _) => counted(all, "confused pair"),
        }
    }

    fn report_table(&self) -> ReportTable {
        let row = |pair: &ConfusedPair| {
            let names = [one_line(&pair.actual_name), one_line(&pair.predicted_name)];
            [&names[..], &[pair.count.to_string(), format!("{:.2} %", pair.share * 100.0)]].concat()
        };
        let head = ["true", "predicted", "examples", "of the true class"].map(str::to_owned).to_vec();
        let rows = self.pairs.iter().map(row).collect();
        ReportTable { heading: self.heading(self.pairs.len()), head, rows, notes: Vec::new() }
    }
}

show_as_table!(ConfusedPairs);
