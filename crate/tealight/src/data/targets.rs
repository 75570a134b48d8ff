//! What examples are taught with: classes, or rows of numbers.

use super::dataset::Dataset;
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
    /// Whether the targets are rows (one-hot or probabilities) rather than classes.
    pub(crate) fn has_rows(&self) -> bool {
        self.rows.is_some()
    }

    /// The shape of an example's targets, where they are numbers rather than a class.
    pub(crate) fn target_shape(&self) -> Option<&[usize]> {
        self.has_rows().then_some(&*self.target_shape)
    }

    /// The first number among the targets that is not in this range.
    pub(crate) fn target_outside(&self, low: f32, high: f32) -> Option<f32> {
        let width = self.target_shape.iter().product::<usize>();
        let own = self.rows.as_ref().and_then(|rows| rows.get(self.start * width..self.end * width))?;
        own.iter().copied().find(|value| !(low..=high).contains(value))
    }

    /// How many numbers each example has in the rows of targets.
    pub(super) fn row_width(&self) -> usize {
        self.target_shape.iter().product()
    }
}

/// The labels in `y`, and its rows where it has them.
pub(super) fn read(y: &Tensor) -> Result<(Vec<u32>, Option<Vec<f32>>)> {
    match y.dims() {
        [_] if y.dtype().is_int() => {
            let labels = y.to_dtype(DType::I64)?.to_vec1::<i64>()?;
            if let Some(label) = labels.into_iter().find(|label| !(0..=i64::from(LARGEST_LABEL)).contains(label)) {
                let message = format!(
                    "Dataset::from_tensors: y holds the class {label}; expected classes from 0 to {LARGEST_LABEL}. Count \
                     the classes from 0, or give y a float type where its numbers are no classes."
                );
                return Err(Error::new(ErrorKind::Data, message));
            }
            Ok((y.to_dtype(DType::U32)?.to_vec1()?, None))
        }
        [examples, rest @ ..] if rest.len() != 1 && !rest.contains(&0) => {
            let rows = y.to_dtype(DType::F32)?.flatten_all()?.to_vec1::<f32>()?;
            Ok((vec![0; *examples], Some(rows)))
        }
        [_, width] if *width > 0 => {
            let rows = y.to_dtype(DType::F32)?.flatten_all()?.to_vec1::<f32>()?;
            let largest = |row: &[f32]| {
                let best = row.iter().enumerate().fold((0, f32::NEG_INFINITY), |best, (index, &value)| {
                    if value > best.1 { (index, value) } else { best }
                });
                best.0 as u32
            };
            Ok((rows.chunks_exact(*width).map(largest).collect(), Some(rows)))
        }
        _ => {
            let message = format!(
                "Dataset::from_tensors: y has shape {:?} and type {}. Give classes as [examples] of an integer type, \
                 rows as [examples, classes], or numbers as [examples] of a float type.",
                y.dims(),
                y.dtype().as_str()
            );
            Err(Error::new(ErrorKind::Shape, message))
        }
    }
}
