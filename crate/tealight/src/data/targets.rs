//! What examples are taught with: classes, or rows of numbers.

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

/// What the targets of a dataset are, as far as the numbers themselves say. What a network is to make of them, its loss
/// says; see [`TaskKind`](crate::losses::TaskKind).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TargetKind {
    /// There are none.
    Unlabeled,
    /// A whole number for each example: its class.
    Classes,
    /// One number for each example, 0 or 1: no or yes.
    Binary,
    /// A row for each example that is one-hot, or probabilities: numbers of 0 or more that add up to 1.
    ClassRows,
    /// Other numbers, which are no classes.
    Numbers,
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
