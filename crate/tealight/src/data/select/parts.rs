//! Datasets made from a dataset: parts, other scales, other targets.

use crate::convert::{self, IntoCount};
use crate::data::dataset::{Dataset, class_names_of};
use crate::data::storage::Pixels;
use crate::data::storage::shared_slice;
use crate::data::targets::TargetKind;
use crate::{Error, ErrorKind, Result, memory};
use std::ops::{Bound, RangeBounds};
use std::sync::Arc;

impl Dataset {
    /// The first `count` examples. Errors where there are not so many, or `count` is 0.
    pub fn take(&self, count: impl IntoCount) -> Result<Self> {
        self.slice(..convert::to_usize(count.into_i64()).unwrap_or_default())
    }

    /// The examples of a range, such as `0..10_000` or `50_000..`, counted from the first of this dataset.
    ///
    /// ```
    /// # use tealight::prelude::*;
    /// let data = Dataset::from_bytes(vec![1, 2, 3, 4], [1], vec![0, 1, 0, 1], ["even", "odd"])?;
    /// assert_eq!(data.slice(1..3)?.labels(), [1, 0]);
    /// # Ok::<(), tealight::Error>(())
    /// ```
    pub fn slice(&self, range: impl RangeBounds<usize>) -> Result<Self> {
        let from = match range.start_bound() {
            Bound::Included(&start) => start,
            Bound::Excluded(&start) => start.saturating_add(1),
            Bound::Unbounded => 0,
        };
        let to = match range.end_bound() {
            Bound::Included(&end) => end.saturating_add(1),
            Bound::Excluded(&end) => end,
            Bound::Unbounded => self.len(),
        };
        self.range(from, to)
    }

    fn range(&self, from: usize, to: usize) -> Result<Self> {
        if from >= to || to > self.len() {
            let message = format!(
                "Dataset: examples {from}..{to} of {}; a part needs at least one example, and an end of at most {}.",
                self.len(),
                self.len()
            );
            return Err(Error::new(ErrorKind::Argument, message));
        }
        Ok(Self { start: self.start + from, end: self.start + to, ..self.clone() })
    }

    /// The examples at `indices`, in that order; an index may come more than once. The numbers stay shared.
    ///
    /// Errors where there is no index, or one that is too large.
    ///
    /// ```
    /// # use tealight::prelude::*;
    /// let data = Dataset::from_bytes(vec![1, 2, 3, 4], [1], vec![0, 1, 0, 1], ["even", "odd"])?;
    /// assert_eq!(data.select(&[3, 0])?.labels(), [1, 0]);
    /// # Ok::<(), tealight::Error>(())
    /// ```
    pub fn select(&self, indices: &[usize]) -> Result<Self> {
        if indices.is_empty() {
            let message = "Dataset::select: no indices; a dataset needs at least one example.";
            return Err(Error::new(ErrorKind::Argument, message));
        }
        self.check_indices(indices)?;
        let picked = indices.iter().map(|index| self.start + index);
        let picked = match &self.picked {
            Some(before) => picked.map(|index| before[index]).collect(),
            None => picked.collect(),
        };
        let rows = self.rows.as_ref().map(|rows| {
            let width = self.row_width();
            indices.iter().flat_map(|index| &rows[(self.start + index) * width..][..width]).copied().collect()
        });
        let labels = indices.iter().filter_map(|&index| self.own_labels().get(index)).copied().collect();
        Ok(Self { labels, rows, picked: Some(picked), start: 0, end: indices.len(), ..self.clone() })
    }

    /// The examples of this dataset, then those of `others`, which must have the same shape, scale, kind of targets and
    /// class names. Copies all numbers, and errors where they would not fit in the memory that is free; bytes stay
    /// bytes where all have bytes.
    pub fn concat<'a>(&'a self, others: impl IntoIterator<Item = &'a Self>) -> Result<Self> {
        self.concat_all(&std::iter::once(self).chain(others).collect::<Vec<_>>())
    }

    /// All of these, of which this is the first.
    fn concat_all(&self, all: &[&Self]) -> Result<Self> {
        // Numbers that happen to be all 0 or 1 in one of the datasets are numbers in all of them together.
        let of_numbers = all.iter().any(|data| data.target_kind() == TargetKind::Numbers);
        for (index, other) in all.iter().enumerate() {
            let differs = |what: &str, here: String, there: String| {
                let message = format!(
                    "Dataset::concat: {what} {here} in the first dataset, but {there} in number {}. Datasets that are put \
                     together must agree in it.",
                    index + 1
                );
                Err(Error::new(ErrorKind::Shape, message))
            };
            if other.input_shape != self.input_shape {
                return differs(
                    "examples of shape",
                    format!("{:?}", self.input_shape),
                    format!("{:?}", other.input_shape),
                );
            }
            if other.scale != self.scale {
                let scale = |data: &Self| format!("{} x + {}", data.scale.factor, data.scale.offset);
                return differs("values rescaled to", scale(self), scale(other));
            }
            let both_rows = other.has_rows() && self.has_rows();
            if other.class_names != self.class_names && !(of_numbers && both_rows) {
                return differs("classes", format!("{:?}", self.class_names), format!("{:?}", other.class_names));
            }
            if (other.has_rows(), other.is_labeled()) != (self.has_rows(), self.is_labeled()) {
                let kind = |data: &Self| match (data.has_rows(), data.is_labeled()) {
                    (true, _) => "rows".to_owned(),
                    (false, true) => "classes".to_owned(),
                    (false, false) => "missing".to_owned(),
                };
                return differs("targets that are", kind(self), kind(other));
            }
            if other.target_shape != self.target_shape {
                let shape = |data: &Self| format!("{:?}", data.target_shape);
                return differs("targets of shape", shape(self), shape(other));
            }
        }
        let size = self.input_shape.iter().product::<usize>();
        let count = all.iter().map(|data| data.len()).sum::<usize>();
        let numbers = count.saturating_mul(size);
        let stays_bytes = all.iter().all(|data| matches!(data.pixels, Pixels::Bytes(_)));
        let bytes_of_number = if stays_bytes { 1 } else { size_of::<f32>() };
        // Targets are gathered, and then become one block.
        let targets = count.saturating_mul(1 + 3 * self.row_width()).saturating_mul(size_of::<f32>());
        let bytes = numbers.saturating_mul(bytes_of_number).saturating_add(targets) as u64;
        let what = || format!("Dataset::concat: to copy {count} examples of shape {:?}", self.input_shape);
        memory::ensure_available(bytes, what, "Put fewer together, or take fewer of each.")?;
        let examples = || all.iter().flat_map(|data| (0..data.len()).map(move |index| (*data, index)));
        let pixels = if stays_bytes {
            Pixels::Bytes(shared_slice(numbers, |to| {
                for (to, (data, index)) in to.chunks_exact_mut(size).zip(examples()) {
                    if let Pixels::Bytes(bytes) = &data.pixels {
                        to.copy_from_slice(data.example(bytes, index));
                    }
                }
                Ok(())
            })?)
        } else {
            Pixels::Floats(shared_slice(numbers, |to| {
                for (to, (data, index)) in to.chunks_exact_mut(size).zip(examples()) {
                    match &data.pixels {
                        Pixels::Bytes(bytes) => {
                            let bytes = data.example(bytes, index);
                            to.iter_mut().zip(bytes).for_each(|(to, &byte)| *to = f32::from(byte));
                        }
                        Pixels::Floats(floats) => to.copy_from_slice(data.example(floats, index)),
                    }
                }
                Ok(())
            })?)
        };
        let width = self.row_width();
        let own_rows =
            |data: &&Self| data.rows.as_ref().map(|rows| rows[data.start * width..data.end * width].to_vec());
        Ok(Self {
            pixels,
            labels: all.iter().flat_map(|data| data.own_labels()).copied().collect(),
            rows: all.iter().map(own_rows).collect::<Option<Vec<_>>>().map(|rows| rows.concat().into()),
            class_names: if of_numbers { Arc::default() } else { self.class_names.clone() },
            picked: None,
            start: 0,
            end: all.iter().map(|data| data.len()).sum(),
            ..self.clone()
        })
    }

    /// Training and validation data: the *last* `fraction` of the examples validates, as with Keras's `validation_split`.
    ///
    /// `fraction` is above 0 and below 1. The training part has `floor(examples · (1 − fraction))` examples. The order
    /// stays as it is: where the examples are sorted by class, the parts have different classes.
    pub fn split(&self, fraction: f64) -> Result<(Self, Self)> {
        if !(fraction > 0.0 && fraction < 1.0) {
            let message = format!("validation split {fraction}: expected a fraction above 0 and below 1, such as 0.2.");
            return Err(Error::new(ErrorKind::Argument, message));
        }
        let training = (self.len() as f64 * (1.0 - fraction)).floor() as usize;
        if training == 0 || training == self.len() {
            let message = format!(
                "validation split {fraction} of {} examples leaves {training} for training and {} for validation. Both \
                 need at least one: give more examples or another fraction.",
                self.len(),
                self.len() - training
            );
            return Err(Error::new(ErrorKind::Argument, message));
        }
        Ok((self.slice(..training)?, self.slice(training..)?))
    }

    /// The same examples with one-hot targets, for [`CategoricalCrossentropy`](crate::CategoricalCrossentropy): a row
    /// for each example, 1 in the column of its class and 0 elsewhere. Like `keras.utils.to_categorical`. Where the
    /// targets are numbers without classes, they stay as they are.
    #[must_use]
    pub fn one_hot(&self) -> Self {
        let width = self.class_names.len();
        if width == 0 {
            return self.clone();
        }
        let mut rows = vec![0.0; self.labels.len() * width];
        for (row, &label) in rows.chunks_exact_mut(width).zip(&*self.labels) {
            row[label as usize] = 1.0;
        }
        Self { rows: Some(rows.into()), target_shape: Arc::new([width]), ..self.clone() }
    }

    /// The same examples without labels and classes, as the test file of a competition has them.
    #[must_use]
    pub fn without_labels(&self) -> Self {
        Self {
            labels: Arc::default(),
            rows: None,
            target_shape: Arc::default(),
            class_names: Arc::default(),
            ..self.clone()
        }
    }

    /// The same examples with other names for the classes; as many as there are classes, or more for sparse targets.
    pub fn with_class_names(&self, class_names: impl IntoIterator<Item = impl Into<String>>) -> Result<Self> {
        if self.target_kind() == TargetKind::Numbers {
            self.need_classes("Dataset::with_class_names")?;
        }
        let class_names = class_names_of(class_names);
        let (given, classes) = (class_names.len(), self.class_names.len());
        if given < classes || (given != classes && self.has_rows()) {
            let message = format!("Dataset: {given} names for {classes} classes. Give one name for each class.");
            return Err(Error::new(ErrorKind::Argument, message));
        }
        Ok(Self { class_names, ..self.clone() })
    }
}
