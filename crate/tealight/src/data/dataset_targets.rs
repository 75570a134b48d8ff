//! What the examples of a dataset are taught with: classes, or rows of numbers.

use std::sync::Arc;

use crate::data::dataset::Dataset;
use crate::data::targets::TargetKind;
use crate::format;
use crate::{Error, ErrorKind, Result};

impl Dataset {
    /// Whether the targets are numbers, such as one-hot rows, rather than classes.
    pub(crate) fn has_rows(&self) -> bool {
        self.rows.is_some()
    }

    /// The shape of an example's targets, where they are numbers rather than a class.
    pub(crate) fn target_shape(&self) -> Option<&[usize]> {
        self.has_rows().then_some(&*self.target_shape)
    }

    /// The first number among the targets that is not in this range.
    pub(crate) fn target_outside(&self, low: f32, high: f32) -> Option<f32> {
        self.target_numbers()?.iter().copied().find(|value| !(low..=high).contains(value))
    }

    /// How many numbers each example has in the rows of targets.
    pub(crate) fn row_width(&self) -> usize {
        self.target_shape.iter().product()
    }

    /// What the targets are.
    pub(crate) fn target_kind(&self) -> TargetKind {
        match (self.is_labeled(), self.has_rows(), self.class_names().is_empty()) {
            (false, ..) => TargetKind::Unlabeled,
            (true, false, _) => TargetKind::Classes,
            (true, true, true) => TargetKind::Numbers,
            (true, true, false) if self.row_width() == 1 => TargetKind::Binary,
            (true, true, false) => TargetKind::ClassRows,
        }
    }

    /// The numbers of the targets, where they are more than classes: all of one example, then those of the next.
    pub(crate) fn target_numbers(&self) -> Option<&[f32]> {
        let width = self.row_width();
        self.rows.as_ref().and_then(|rows| rows.get(self.start * width..self.end * width))
    }

    /// Whether every number of the targets is 0 or 1.
    pub(crate) fn targets_are_yes_or_no(&self) -> bool {
        self.target_numbers().is_some_and(|numbers| numbers.iter().all(|&x| x == 0.0 || x == 1.0))
    }

    /// The class of each example, of rows that of the largest element: also where the rows are no classes by themselves, but
    /// a loss takes them for such.
    pub(crate) fn row_classes(&self) -> &[u32] {
        self.own_labels()
    }

    /// Errors where the examples have no classes, for work that needs them.
    pub(crate) fn need_classes(&self, place: &str) -> Result<()> {
        self.need_labels(place)?;
        if !self.class_names().is_empty() {
            return Ok(());
        }
        let message = format!(
            "{place}: the targets are numbers ({}), not classes. It needs data with a class for each example.",
            self.targets_in_words()
        );
        Err(Error::new(ErrorKind::Data, message))
    }

    /// The same examples with these classes in place of numbers.
    pub(crate) fn with_classes(&self, classes: &[u32]) -> Self {
        let names = classes.iter().max().map_or(0, |&largest| largest as usize + 1);
        let class_names = (0..names).map(|class| class.to_string()).collect();
        Self { rows: None, target_shape: Arc::default(), ..self.with_labels(classes, class_names) }
    }

    /// The same examples and targets, with the class 0 or 1 that each target is nearer to.
    pub(crate) fn with_binary_classes(&self, classes: &[u32]) -> Self {
        self.with_labels(classes, ["0", "1"].map(str::to_owned).into())
    }

    fn with_labels(&self, labels: &[u32], class_names: Arc<[String]>) -> Self {
        // Labels are counted from the first of the block.
        let labels = std::iter::repeat_n(&0, self.start).chain(labels).copied().collect();
        Self { labels, class_names, ..self.clone() }
    }

    /// What the targets are, for a reader: `10 classes`, `one number for each example, from 0.5 to 50`.
    pub(crate) fn targets_in_words(&self) -> String {
        let classes = self.class_names().len();
        let numbers = self.target_numbers().unwrap_or_default();
        let range = (f32::INFINITY, f32::NEG_INFINITY);
        let (low, high) = numbers.iter().fold(range, |(low, high), &x| (low.min(x), high.max(x)));
        let (low, high) = (format::decimals(f64::from(low)), format::decimals(f64::from(high)));
        match self.target_kind() {
            TargetKind::Unlabeled => "no labels".to_owned(),
            TargetKind::Classes if classes == 1 => "1 class".to_owned(),
            TargetKind::Classes => format!("{classes} classes"),
            TargetKind::Binary => "2 classes, a target of 0 or 1 for each example".to_owned(),
            TargetKind::ClassRows => format!("{classes} classes with a row of targets for each example"),
            TargetKind::Numbers if self.row_width() == 1 => {
                format!("one number to predict for each example, from {low} to {high}")
            }
            TargetKind::Numbers if self.targets_are_yes_or_no() => {
                format!("targets of shape {:?} for each example, each 0 or 1", self.target_shape)
            }
            TargetKind::Numbers => {
                format!("numbers of shape {:?} to predict for each example, from {low} to {high}", self.target_shape)
            }
        }
    }
}
