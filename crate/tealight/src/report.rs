//! What the numbers of a prediction say: numbers first, in a form to compute with, to print and to read in the page.

mod classification;
mod confused_pairs;
mod confusion;
mod confusion_table;
mod counts;
mod describe;
mod kinds;
mod misclassified;
mod mixture;
mod report_table;

pub use classification::{ClassificationReport, Scores};
pub use confused_pairs::{ConfusedPair, ConfusedPairs};
pub use confusion::{ConfusionMatrix, Normalize};
pub use counts::{NullCounts, ValueCount, ValueCounts};
pub use describe::{ColumnSummary, Description};
pub use kinds::ColumnKinds;
pub use misclassified::{Misclassified, Mistake};
pub use mixture::Mixture;

/// `1 example`, `3 examples`.
fn counted(count: usize, one: &str) -> String {
    format!("{count} {one}{}", if count == 1 { "" } else { "s" })
}

/// A line break in a class's name would break a table.
fn one_line(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ")
}
