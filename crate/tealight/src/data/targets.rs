//! What examples are taught with: classes, or rows of numbers.

use super::dataset::Dataset;
use crate::format;
use crate::{Error, ErrorKind, Result};
use candle_core::{DType, Device, Tensor};
use std::sync::Arc;

/// Larger labels are no classes: each class has a name.
pub(super) const LARGEST_LABEL: u16 = u16::MAX;

/// What a batch is taught with.
#[derive(Clone)]
pub(crate) enum Targets {
    /// A class for each example.
    Classes(Arc<[u32]>),
    /// Numbers for each example: shape `[batch, ..target_shape]`, `f32`.
    Rows(Tensor),
}

impl Targets {
    /// As a tensor: `[batch]` of type `u32`, or the numbers.
    pub(crate) fn tensor(&self) -> Result<Tensor> {
        match self {
            Self::Classes(classes) => Ok(Tensor::new(&**classes, &Device::Cpu)?),
            Self::Rows(rows) => Ok(rows.clone()),
        }
    }

    /// As a function of a user's own is given them: in the shape and type of `outputs` where they are as many numbers, so
    /// that nothing is broadcast, and else as they are.
    pub(crate) fn beside(&self, outputs: &Tensor) -> Result<Tensor> {
        let targets = self.tensor()?;
        match targets.elem_count() == outputs.elem_count() {
            true => Ok(targets.to_dtype(outputs.dtype())?.reshape(outputs.shape())?),
            false => Ok(targets),
        }
    }

    /// As numbers of the type and shape of `outputs`, which hold as many.
    pub(crate) fn like(&self, outputs: &Tensor) -> Result<Tensor> {
        let targets = self.tensor()?;
        if targets.elem_count() != outputs.elem_count() {
            let message = format!(
                "expected targets of the shape of the outputs, {:?}, got {:?}. Use a metric that fits the data.",
                outputs.dims(),
                targets.dims()
            );
            return Err(Error::new(ErrorKind::Shape, message));
        }
        Ok(targets.to_dtype(outputs.dtype())?.reshape(outputs.shape())?)
    }
}

/// A shape without sides of 1, which change nothing but how it is written.
pub(crate) fn plain_shape(shape: &[usize]) -> Vec<usize> {
    shape.iter().copied().filter(|&side| side != 1).collect()
}

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
}

/// What the targets of a dataset are, as far as the numbers themselves say. What a network is to make of them, its loss
/// says; see [`TaskKind`](crate::losses::TaskKind).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TargetKind {
    /// There are none.
    Unlabelled,
    /// A whole number for each example: its class.
    Classes,
    /// One number for each example, 0 or 1: no or yes.
    Binary,
    /// A row for each example that is one-hot, or probabilities: numbers of 0 or more that add up to 1.
    ClassRows,
    /// Other numbers, which are no classes.
    Numbers,
}

impl Dataset {
    /// What the targets are.
    pub(crate) fn target_kind(&self) -> TargetKind {
        match (self.is_labelled(), self.has_rows(), self.class_names().is_empty()) {
            (false, ..) => TargetKind::Unlabelled,
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
            TargetKind::Unlabelled => "no labels".to_owned(),
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

/// What the numbers of `y` say.
pub(super) struct Read {
    /// A class for each example; zeros where the numbers are no classes.
    pub(super) labels: Vec<u32>,
    /// How many classes there are; none where the numbers are no classes.
    pub(super) classes: usize,
    /// The numbers, where they are more than classes.
    pub(super) rows: Option<Vec<f32>>,
    /// The shape of an example's numbers.
    pub(super) target_shape: Vec<usize>,
}

/// Reads targets: whole numbers `[examples]` or `[examples, 1]` are classes; single numbers that are all 0 or 1 are two
/// classes; rows that each add up to 1 are those of classes; all else are numbers.
pub(super) fn read(y: &Tensor) -> Result<Read> {
    let in_range = |label: &i64| (0..=i64::from(LARGEST_LABEL)).contains(label);
    if let (true, [_] | [_, 1]) = (y.dtype().is_int(), y.dims()) {
        let labels = y.to_dtype(DType::I64)?.flatten_all()?.to_vec1::<i64>()?;
        match labels.iter().find(|label| !in_range(label)) {
            None => {
                let labels = labels.into_iter().filter_map(|label| u32::try_from(label).ok()).collect::<Vec<_>>();
                let classes = labels.iter().max().map_or(0, |&largest| largest as usize + 1);
                return Ok(Read { labels, classes, rows: None, target_shape: Vec::new() });
            }
            Some(label) if y.rank() == 1 => {
                let message = format!(
                    "Dataset::from_tensors: y holds the class {label}; expected classes from 0 to {LARGEST_LABEL}. Count \
                     the classes from 0, or give y a float type where its numbers are no classes."
                );
                return Err(Error::new(ErrorKind::Data, message));
            }
            Some(_) => {}
        }
    }
    let Some((&examples, target_shape)) = y.dims().split_first().filter(|(_, shape)| !shape.contains(&0)) else {
        let message = format!(
            "Dataset::from_tensors: y has shape {:?} and type {}. Give classes as [examples] of an integer type, rows as \
             [examples, classes], or numbers as [examples] of a float type.",
            y.dims(),
            y.dtype().as_str()
        );
        return Err(Error::new(ErrorKind::Shape, message));
    };
    let rows = y.to_dtype(DType::F32)?.flatten_all()?.to_vec1::<f32>()?;
    let width = target_shape.iter().product::<usize>();
    let (labels, classes) = match target_shape {
        _ if width == 1 && rows.iter().all(|&x| x == 0.0 || x == 1.0) => {
            (rows.iter().map(|&x| u32::from(x == 1.0)).collect(), 2)
        }
        [_] if width > 1 => {
            let classes = if rows.chunks_exact(width).all(is_distribution) { width } else { 0 };
            (rows.chunks_exact(width).map(largest).collect(), classes)
        }
        _ => (vec![0; examples], 0),
    };
    Ok(Read { labels, classes, rows: Some(rows), target_shape: target_shape.to_vec() })
}

/// The place of the largest number, the first of equals.
fn largest(row: &[f32]) -> u32 {
    let best = row.iter().enumerate().fold(
        (0, f32::NEG_INFINITY),
        |best, (index, &value)| {
            if value > best.1 { (index, value) } else { best }
        },
    );
    best.0 as u32
}

/// Whether these are probabilities of classes: one-hot, smoothed or any, as far as `f32` adds up.
fn is_distribution(row: &[f32]) -> bool {
    row.iter().all(|&x| x >= 0.0) && (row.iter().sum::<f32>() - 1.0).abs() <= 1e-3
}
