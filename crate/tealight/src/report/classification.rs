//! Precision, recall and F1 of each class, and their averages.

use super::confusion::check;
use super::report_table::{ReportTable, show_as_table};
use super::{ConfusionMatrix, one_line};
use crate::{Error, ErrorKind, Result};
use serde::Serialize;

/// How well each class was predicted: precision, recall and F1 score, with averages. Like scikit-learn's
/// `classification_report`.
///
/// Where there is nothing to divide by, such as for the precision of a class that was never predicted, a number is 0, as is
/// scikit-learn's default, and the report says so beneath. A class that neither occurs nor was predicted has a row, but no
/// part in the averages. [`plot`](Self::plot) draws the numbers as bars.
///
/// ```
/// use tealight::prelude::*;
///
/// let report = ClassificationReport::new(&[0, 0, 1, 1, 1], &[0, 1, 1, 1, 0], &["cat", "dog"])?;
/// assert_eq!(report.get("dog")?.recall, 2.0 / 3.0);
/// assert_eq!(report.accuracy(), 0.6);
/// println!("{report}");
/// # Ok::<(), tealight::Error>(())
/// ```
#[derive(Clone, PartialEq, Serialize)]
pub struct ClassificationReport {
    classes: Vec<Scores>,
    accuracy: f64,
    macro_average: Scores,
    weighted_average: Scores,
    #[serde(skip)]
    notes: Vec<String>,
}

/// The numbers of a class, or their averages: each from 0 to 1.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Scores {
    /// The class, or the average.
    pub name: String,
    /// Of the examples predicted to be of the class, the fraction that are.
    pub precision: f64,
    /// Of the examples of the class, the fraction that were found.
    pub recall: f64,
    /// The harmonic mean of precision and recall.
    pub f1: f64,
    /// How many examples are of the class; for an average, of all.
    pub support: u64,
}

impl ClassificationReport {
    /// Compares `y_true` and `y_pred`, the classes of the same examples in the same order.
    ///
    /// A class is an index into `class_names`. Errors as [`ConfusionMatrix::new`] does.
    pub fn new(y_true: &[u32], y_pred: &[u32], class_names: &[impl AsRef<str>]) -> Result<Self> {
        check("ClassificationReport::new", y_true, y_pred, class_names.len())?;
        Ok(ConfusionMatrix::new(y_true, y_pred, class_names)?.report())
    }

    /// The classes in order.
    pub fn classes(&self) -> &[Scores] {
        &self.classes
    }

    /// The numbers of the class called `name`. Errors where there is none.
    pub fn get(&self, name: &str) -> Result<&Scores> {
        self.classes.iter().find(|scores| scores.name == name).ok_or_else(|| {
            let known = self.classes.iter().map(|scores| scores.name.as_str()).collect::<Vec<_>>().join(", ");
            Error::new(ErrorKind::Name, format!("ClassificationReport: no class \"{name}\"; it has {known}."))
        })
    }

    /// The fraction of the examples whose class was predicted right, from 0 to 1.
    pub fn accuracy(&self) -> f64 {
        self.accuracy
    }

    /// The means over the classes that occur or were predicted, each counting the same.
    pub fn macro_average(&self) -> &Scores {
        &self.macro_average
    }

    /// The means over the classes, each counting as often as it occurs.
    pub fn weighted_average(&self) -> &Scores {
        &self.weighted_average
    }

    /// What is to be known of the numbers: which are 0 because there was nothing to divide by, and which classes are left
    /// out of the averages. Nothing where all classes occur and were predicted.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    fn report_table(&self) -> ReportTable {
        let head = ["", "precision", "recall", "f1-score", "support"].map(str::to_owned).to_vec();
        let row = |scores: &Scores| {
            let numbers = [scores.precision, scores.recall, scores.f1].map(|number| format!("{number:.4}"));
            [&[one_line(&scores.name)], &numbers[..], &[scores.support.to_string()]].concat()
        };
        let total = self.weighted_average.support.to_string();
        let accuracy = ["accuracy".to_owned(), String::new(), String::new(), format!("{:.4}", self.accuracy), total];
        let averages = [&self.macro_average, &self.weighted_average].map(row);
        let rows = self.classes.iter().map(row).chain([accuracy.to_vec()]).chain(averages).collect();
        ReportTable { heading: String::new(), head, rows, notes: self.notes.clone() }
    }
}

show_as_table!(ClassificationReport);

impl ConfusionMatrix {
    /// Precision, recall and F1 of each class, and their averages.
    pub fn report(&self) -> ClassificationReport {
        let (occurs, predicted) = (self.true_totals(), self.predicted_totals());
        let ratio = |part: u64, whole: u64| if whole == 0 { 0.0 } else { part as f64 / whole as f64 };
        let scores = |(class, name): (usize, &String)| {
            let hits = self.counts()[class][class];
            Scores {
                name: name.clone(),
                precision: ratio(hits, predicted[class]),
                recall: ratio(hits, occurs[class]),
                f1: ratio(2 * hits, occurs[class] + predicted[class]),
                support: occurs[class],
            }
        };
        let classes = self.class_names().iter().enumerate().map(scores).collect::<Vec<_>>();
        let average = |name: &str, weight: &dyn Fn(usize) -> f64| {
            let weights = (0..classes.len()).map(weight).collect::<Vec<_>>();
            let of = |number: fn(&Scores) -> f64| {
                let sum = classes.iter().zip(&weights).map(|(scores, weight)| number(scores) * weight).sum::<f64>();
                sum / weights.iter().sum::<f64>()
            };
            let (precision, recall, f1) = (of(|of| of.precision), of(|of| of.recall), of(|of| of.f1));
            Scores { name: format!("{name} average"), precision, recall, f1, support: self.total() }
        };
        let seen = |class: usize| occurs[class] + predicted[class] > 0;
        let names = |which: &dyn Fn(usize) -> bool| {
            let chosen = self.class_names().iter().enumerate().filter(|(class, _)| which(*class));
            chosen.map(|(_, name)| one_line(name)).collect::<Vec<_>>().join(", ")
        };
        let notes = [
            (
                "Never predicted, so that the precision is set to 0",
                names(&|class| seen(class) && predicted[class] == 0),
            ),
            ("Without examples, so that the recall is set to 0", names(&|class| seen(class) && occurs[class] == 0)),
            ("Neither there nor predicted, and left out of the averages", names(&|class| !seen(class))),
        ];
        let notes = notes.into_iter().filter(|(_, names)| !names.is_empty());
        ClassificationReport {
            accuracy: self.accuracy(),
            macro_average: average("macro", &|class| f64::from(u8::from(seen(class)))),
            weighted_average: average("weighted", &|class| occurs[class] as f64),
            notes: notes.map(|(what, names)| format!("{what}: {names}.")).collect(),
            classes,
        }
    }
}
