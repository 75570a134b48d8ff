//! Datasets made from a dataset: parts, other scales, other targets.

use super::dataset::{Dataset, names};
use crate::whole::{self, Whole};
use crate::{Error, ErrorKind, Result};
use std::ops::{Bound, RangeBounds};
use std::sync::Arc;

impl Dataset {
    /// The same examples with every pixel value multiplied by `factor` on its way into a tensor.
    ///
    /// `rescale(1.0 / 255.0)` brings bytes to [0, 1]. The bytes are shared, and a second `rescale` multiplies with the
    /// first. Like the `Rescaling` layer of Keras without an offset.
    #[must_use]
    pub fn rescale(&self, factor: f64) -> Self {
        Self { scale: self.scale * factor, ..self.clone() }
    }

    /// The first `count` examples. Errors where there are not so many, or `count` is 0.
    pub fn take(&self, count: impl Whole) -> Result<Self> {
        self.slice(..whole::count(count.whole()).unwrap_or_default())
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

    /// The same examples with other names for the classes; as many as there are classes, or more for sparse targets.
    pub fn with_class_names(&self, class_names: impl IntoIterator<Item = impl Into<String>>) -> Result<Self> {
        let class_names = names(class_names);
        let (given, classes) = (class_names.len(), self.class_names.len());
        if given < classes || (given != classes && self.has_rows()) {
            let message = format!("Dataset: {given} names for {classes} classes. Give one name for each class.");
            return Err(Error::new(ErrorKind::Argument, message));
        }
        Ok(Self { class_names, ..self.clone() })
    }
}
