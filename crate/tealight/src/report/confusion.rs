//! Which class was taken for which.

use serde::{Deserialize, Serialize};

use crate::{Error, ErrorKind, Result};

/// A matrix has a cell for each pair of classes; beyond this many classes it is no longer a thing to look at.
const MOST_CLASSES: usize = 4096;

/// How often each class was predicted as each: **rows are the true class, columns the predicted one**.
///
/// A cell that ends in a matrix shows it as a table; [`plot`](Self::plot) draws it as a heat map. The orientation and
/// the three ways to normalize are those of scikit-learn's `confusion_matrix`.
///
/// ```
/// use tealight::ConfusionMatrix;
///
/// let matrix = ConfusionMatrix::new(&[0, 0, 1, 1, 1], &[0, 1, 1, 1, 0], &["cat", "dog"])?;
/// assert_eq!(matrix.get(0, 1), Some(1)); // one cat was taken for a dog
/// assert_eq!(matrix.accuracy(), 0.6);
/// assert_eq!(matrix.recall(), [Some(0.5), Some(2.0 / 3.0)]);
/// # Ok::<(), tealight::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Stored")]
pub struct ConfusionMatrix {
    class_names: Vec<String>,
    counts: Vec<Vec<u64>>,
}

/// What the counts of a [`ConfusionMatrix`] are divided by; the names are scikit-learn's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Normalize {
    /// By the number of examples of the true class: each row adds up to 1, and the diagonal is the recall.
    True,
    /// By the number of predictions of the class: each column adds up to 1, and the diagonal is the precision.
    Pred,
    /// By the number of all examples: all cells together add up to 1.
    All,
}

impl ConfusionMatrix {
    /// Counts the pairs of `y_true` and `y_pred`, the classes of the same examples in the same order.
    ///
    /// A class is an index into `class_names`. Classes that never occur keep their row and column of zeros.
    ///
    /// # Errors
    /// Where there are no examples or no classes, where the two lengths differ, or where a label is not an index into
    /// `class_names`.
    pub fn new(y_true: &[u32], y_pred: &[u32], class_names: &[impl AsRef<str>]) -> Result<Self> {
        Self::count(y_true, y_pred, owned(class_names))
    }

    fn count(y_true: &[u32], y_pred: &[u32], class_names: Vec<String>) -> Result<Self> {
        let classes = class_names.len();
        check("ConfusionMatrix::new", y_true, y_pred, classes)?;
        let mut counts = vec![vec![0; classes]; classes];
        for (&actual, &predicted) in y_true.iter().zip(y_pred) {
            counts[actual as usize][predicted as usize] += 1;
        }
        Ok(Self { class_names, counts })
    }

    /// The names of the classes, in the order of the rows and of the columns.
    pub fn class_names(&self) -> &[String] {
        &self.class_names
    }

    /// The counts: a row for each true class, in it a number for each predicted class.
    pub fn counts(&self) -> &[Vec<u64>] {
        &self.counts
    }

    /// How many examples of the class `actual` were predicted as `predicted`; `None` where there is no such class.
    pub fn get(&self, actual: usize, predicted: usize) -> Option<u64> {
        self.counts.get(actual)?.get(predicted).copied()
    }

    /// The number of examples.
    pub fn total(&self) -> u64 {
        self.counts.iter().flatten().sum()
    }

    /// The number of examples whose class was predicted right.
    pub fn correct(&self) -> u64 {
        self.counts.iter().enumerate().map(|(class, row)| row[class]).sum()
    }

    /// The fraction of the examples whose class was predicted right, from 0 to 1.
    pub fn accuracy(&self) -> f64 {
        self.correct() as f64 / self.total() as f64
    }

    /// For each class, the fraction of its examples that were found; `None` for a class without examples.
    pub fn recall(&self) -> Vec<Option<f64>> {
        self.of_diagonal(&self.true_totals())
    }

    /// For each class, the fraction of its predictions that were right; `None` for a class that was never predicted.
    pub fn precision(&self) -> Vec<Option<f64>> {
        self.of_diagonal(&self.predicted_totals())
    }

    /// The counts as fractions: rows of true classes, each value from 0 to 1.
    ///
    /// A row (or column) without examples is all zeros, as in scikit-learn.
    pub fn normalized(&self, by: Normalize) -> Vec<Vec<f64>> {
        let (actual, predicted, all) = (self.true_totals(), self.predicted_totals(), self.total());
        let divisor = |row: usize, column: usize| match by {
            Normalize::True => actual[row],
            Normalize::Pred => predicted[column],
            Normalize::All => all,
        };
        let fraction = |count: u64, of: u64| if of == 0 { 0.0 } else { count as f64 / of as f64 };
        let of_row = |(row, counts): (usize, &Vec<u64>)| {
            counts.iter().enumerate().map(|(column, &count)| fraction(count, divisor(row, column))).collect()
        };
        self.counts.iter().enumerate().map(of_row).collect()
    }

    /// The pair of classes that was mixed up most often, as (true class, predicted class, count); the first of equals.
    /// `None` where nothing was mixed up.
    pub fn most_confused(&self) -> Option<(usize, usize, u64)> {
        // `max_by_key` takes the last of equals, so the cells are gone through from the end.
        self.wrong_cells().collect::<Vec<_>>().into_iter().rev().max_by_key(|&(.., count)| count)
    }

    /// The cells beside the diagonal that are not 0: true class, predicted class, count.
    pub(super) fn wrong_cells(&self) -> impl Iterator<Item = (usize, usize, u64)> {
        let cells = self.counts.iter().enumerate().flat_map(|(actual, row)| {
            row.iter().enumerate().map(move |(predicted, &count)| (actual, predicted, count))
        });
        cells.filter(|&(actual, predicted, count)| actual != predicted && count > 0)
    }

    pub(super) fn true_totals(&self) -> Vec<u64> {
        self.counts.iter().map(|row| row.iter().sum()).collect()
    }

    pub(super) fn predicted_totals(&self) -> Vec<u64> {
        (0..self.counts.len()).map(|column| self.counts.iter().map(|row| row[column]).sum()).collect()
    }

    fn of_diagonal(&self, totals: &[u64]) -> Vec<Option<f64>> {
        let fraction = |(class, &of): (usize, &u64)| (of > 0).then(|| self.counts[class][class] as f64 / of as f64);
        totals.iter().enumerate().map(fraction).collect()
    }
}

pub(super) fn owned(class_names: &[impl AsRef<str>]) -> Vec<String> {
    class_names.iter().map(|name| name.as_ref().to_owned()).collect()
}

/// That labels are of the same examples and that all have a name; `place` begins the errors.
pub(super) fn check(place: &str, y_true: &[u32], y_pred: &[u32], classes: usize) -> Result<()> {
    let wrong = |kind, text: String| Err(Error::new(kind, format!("{place}: {text}")));
    if classes == 0 {
        return wrong(
            ErrorKind::Argument,
            "class_names is empty. Give a name for each class, in the labels' order.".into(),
        );
    }
    if classes > MOST_CLASSES {
        return wrong(ErrorKind::Argument, format!("got {classes} classes; expected at most {MOST_CLASSES}."));
    }
    if y_true.len() != y_pred.len() {
        let (actual, predicted) = (y_true.len(), y_pred.len());
        return wrong(
            ErrorKind::Shape,
            format!(
                "y_true has {actual} labels and y_pred has {predicted}. Give the true and the predicted class of the \
                 same examples, in the same order."
            ),
        );
    }
    if y_true.is_empty() {
        return wrong(ErrorKind::Argument, "y_true and y_pred are empty. Give at least one example.".into());
    }
    for (name, labels) in [("y_true", y_true), ("y_pred", y_pred)] {
        if let Some((index, label)) = labels.iter().enumerate().find(|&(_, &label)| label as usize >= classes) {
            return wrong(
                ErrorKind::Argument,
                format!(
                    "{name}[{index}] is {label}, but class_names has {classes} {}, so labels go from 0 to {}. Give \
                     labels in that range, or a name for each class.",
                    if classes == 1 { "name" } else { "names" },
                    classes - 1
                ),
            );
        }
    }
    Ok(())
}

/// The stored form, which anyone may have edited: it is checked on the way in.
#[derive(Deserialize)]
struct Stored {
    class_names: Vec<String>,
    counts: Vec<Vec<u64>>,
}

impl TryFrom<Stored> for ConfusionMatrix {
    type Error = Error;

    fn try_from(Stored { class_names, counts }: Stored) -> Result<Self> {
        let classes = class_names.len();
        if counts.len() != classes || counts.iter().any(|row| row.len() != classes) {
            let text = format!("ConfusionMatrix: {classes} class names need {classes} rows of {classes} counts.");
            return Err(Error::new(ErrorKind::Data, text));
        }
        let total = counts.iter().flatten().try_fold(0_u64, |sum, &count| sum.checked_add(count));
        match total {
            None => Err(Error::new(ErrorKind::Data, "ConfusionMatrix: the counts add up to more than a u64 holds.")),
            Some(0) => Err(Error::new(ErrorKind::Data, "ConfusionMatrix: all counts are zero, so it has no accuracy.")),
            Some(_) => Ok(Self { class_names, counts }),
        }
    }
}
