//! A set of labeled examples that shares its numbers with its parts and copies.

use super::storage::{Pixels, Scale};
use crate::data::targets::{Read, read};
use crate::{Error, ErrorKind, Result};
use candle_core::{DType, Tensor};
use std::sync::Arc;

/// Labeled examples: images (or other tensors of one shape), a class for each, and the names of the classes.
///
/// A dataset is cheap to clone and to cut in parts: all of them share one block of numbers. Images that came as bytes
/// stay bytes, four times smaller than `f32`, and are turned into numbers a batch at a time.
///
/// ```
/// use tealight::prelude::*;
///
/// let x = Tensor::new(&[[0f32, 1.0], [1.0, 0.0], [1.0, 1.0]], &Device::Cpu)?;
/// let y = Tensor::new(&[0u32, 1, 1], &Device::Cpu)?;
/// let data = Dataset::from_tensors(&x, &y)?;
/// assert_eq!(data.shape(), [3, 2]);
/// assert_eq!(data.class_counts(), [1, 2]);
/// # Ok::<(), tealight::Error>(())
/// ```
#[derive(Clone)]
pub struct Dataset {
    pub(super) pixels: Pixels,
    pub(super) scale: Scale,
    pub(super) input_shape: Arc<[usize]>,
    pub(super) labels: Arc<[u32]>,
    /// Targets that are more than a class: numbers of shape `target_shape` for each label.
    pub(super) rows: Option<Arc<[f32]>>,
    pub(super) target_shape: Arc<[usize]>,
    /// How much each example counts in the loss; by its place in this dataset, not in the block. Only a fit sets it.
    pub(super) weights: Option<Arc<[f32]>>,
    pub(super) class_names: Arc<[String]>,
    /// Where the examples lie in the block, if not one after the other: as long as the labels.
    pub(super) picked: Option<Arc<[usize]>>,
    /// Which of the labels, and so of the examples, belong to this dataset.
    pub(super) start: usize,
    pub(super) end: usize,
}

impl Dataset {
    /// Images as bytes, one after the other in row-major order, each of shape `input_shape`, with a label for each.
    ///
    /// Labels count from 0 and index `class_names`. Errors where the counts differ, where there is no example, or where
    /// a label has no name.
    pub fn from_bytes(
        images: impl Into<Arc<[u8]>>,
        input_shape: impl Into<Vec<usize>>,
        labels: impl Into<Arc<[u32]>>,
        class_names: impl IntoIterator<Item = impl Into<String>>,
    ) -> Result<Self> {
        let images = images.into();
        let length = images.len();
        Self::new(Pixels::Bytes(images), length, input_shape.into(), labels.into(), class_names_of(class_names))
    }

    /// Examples from a tensor `x` of shape `[examples, ..]`, with targets `y`.
    ///
    /// What `y` means follows from its type, shape and numbers, and the dataset's display says it:
    ///
    /// | `y` | is taken as |
    /// | --- | --- |
    /// | an integer type, `[examples]` or `[examples, 1]` | a class for each example, from 0 to 65535 |
    /// | a float type, `[examples]` or `[examples, 1]`, all numbers 0 or 1 | two classes, 0 and 1 |
    /// | `[examples, classes]`, each row of 0 or more and with the sum 1 | one-hot rows or probabilities; an example's class is that of the largest |
    /// | all else: other floats, several yes-or-no targets, more dimensions | numbers to approximate, without labels and classes |
    ///
    /// The classes are named by their numbers; see [`Dataset::with_class_names`]. Integers `[examples, 1]` that can't be
    /// classes, below 0 or above 65535, are numbers; in `[examples]` they are an error. A loss may know better:
    /// [`SparseCategoricalCrossentropy`](crate::SparseCategoricalCrossentropy) takes whole floats for classes.
    ///
    /// ```
    /// use tealight::prelude::*;
    ///
    /// let x = Tensor::new(&[[0f32], [1.0], [2.0]], &Device::Cpu)?;
    /// let column = Tensor::new(&[[1f32], [0.0], [1.0]], &Device::Cpu)?;
    /// assert_eq!(Dataset::from_tensors(&x, &column)?.class_counts(), [1, 2]);
    /// let numbers = Tensor::new(&[[0.5f32], [1.5], [2.5]], &Device::Cpu)?;
    /// assert!(Dataset::from_tensors(&x, &numbers)?.labels().is_empty());
    /// # Ok::<(), tealight::Error>(())
    /// ```
    pub fn from_tensors(x: &Tensor, y: &Tensor) -> Result<Self> {
        let (Some((&examples, input_shape)), [of_y, ..]) = (x.dims().split_first(), y.dims()) else {
            let message = format!(
                "Dataset::from_tensors: x of shape {:?} and y of shape {:?}; both need a first dimension that counts \
                 the examples.",
                x.dims(),
                y.dims()
            );
            return Err(Error::new(ErrorKind::Shape, message));
        };
        if examples != *of_y {
            let message = format!(
                "Dataset::from_tensors: x has {examples} examples (shape {:?}), y has {of_y} (shape {:?}). Give one \
                 target for each example.",
                x.dims(),
                y.dims()
            );
            return Err(Error::new(ErrorKind::Shape, message));
        }
        let pixels = x.to_dtype(DType::F32)?.flatten_all()?.to_vec1::<f32>()?;
        let length = pixels.len();
        let Read { labels, classes, rows, target_shape } = read(y)?;
        let class_names = (0..classes).map(|class| class.to_string());
        let pixels = Pixels::Floats(pixels.into());
        let unlabeled = vec![0; examples].into();
        let data = Self::new(pixels, length, input_shape.to_vec(), unlabeled, class_names.collect())?;
        let rows = rows.map(Into::into);
        Ok(Self { labels: labels.into(), rows, target_shape: target_shape.into(), ..data })
    }

    pub(super) fn new(
        pixels: Pixels,
        length: usize,
        input_shape: Vec<usize>,
        labels: Arc<[u32]>,
        class_names: Arc<[String]>,
    ) -> Result<Self> {
        let examples = labels.len();
        if examples == 0 || length == 0 {
            let message = format!("Dataset: {examples} labels and {length} pixel values; a dataset needs examples.");
            return Err(Error::new(ErrorKind::Data, message));
        }
        let needed = input_shape.iter().try_fold(examples, |product, &n| product.checked_mul(n));
        if needed != Some(length) {
            let message = format!(
                "Dataset: {examples} labels and examples of shape {input_shape:?} need {} values, got {length}. Give one \
                 label for each image.",
                needed.map_or("too many".to_owned(), |needed| needed.to_string())
            );
            return Err(Error::new(ErrorKind::Shape, message));
        }
        let classes = class_names.len();
        let beyond = |&(_, label): &(usize, &u32)| *label as usize >= classes.max(1);
        if let Some((index, label)) = labels.iter().enumerate().find(beyond) {
            let message = format!(
                "Dataset: example {index} has label {label}, but there are {classes} classes (0 to {}). Labels count \
                 from 0; give a name to every class.",
                classes.saturating_sub(1)
            );
            return Err(Error::new(ErrorKind::Data, message));
        }
        Ok(Self {
            pixels,
            scale: Scale::NONE,
            input_shape: input_shape.into(),
            labels,
            rows: None,
            target_shape: Arc::default(),
            weights: None,
            class_names,
            picked: None,
            start: 0,
            end: examples,
        })
    }

    /// The same examples with numbers to approximate, of this shape for each example, in place of classes.
    pub(super) fn with_number_targets(self, numbers: Vec<f32>, shape: &[usize]) -> Self {
        Self { rows: Some(numbers.into()), target_shape: shape.into(), ..self }
    }

    /// The number of examples.
    pub fn len(&self) -> usize {
        self.end - self.start
    }

    /// Whether there is no example; no dataset that can be made is empty.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number of examples, then the shape of one: `[60000, 28, 28]`.
    pub fn shape(&self) -> Vec<usize> {
        [&[self.len()], &*self.input_shape].concat()
    }

    /// The shape of one example: `[28, 28]`.
    pub fn input_shape(&self) -> &[usize] {
        &self.input_shape
    }

    /// The class of each example; nothing where the targets are numbers, or where the dataset has no labels.
    pub fn labels(&self) -> &[u32] {
        if self.class_names.is_empty() { &[] } else { self.own_labels() }
    }

    /// Whether the examples have labels. Those of a competition's test file have none: they can be predicted only.
    pub fn is_labeled(&self) -> bool {
        !self.labels.is_empty()
    }

    /// The labels as they are stored for these examples, if they are.
    pub(super) fn own_labels(&self) -> &[u32] {
        self.labels.get(self.start..self.end).unwrap_or_default()
    }

    /// Errors where there are no labels, for work that needs them.
    pub(crate) fn need_labels(&self, place: &str) -> Result<()> {
        if self.is_labeled() {
            return Ok(());
        }
        let message =
            format!("{place}: the dataset has no labels. Without them a model can predict, and nothing else.");
        Err(Error::new(ErrorKind::Data, message))
    }

    /// The names of the classes, in the order of their numbers.
    pub fn class_names(&self) -> &[String] {
        &self.class_names
    }

    /// How many examples each class has, in the order of the classes.
    pub fn class_counts(&self) -> Vec<usize> {
        let mut counts = vec![0; self.class_names.len()];
        for &label in self.labels() {
            counts[label as usize] += 1;
        }
        counts
    }
}

pub(super) fn class_names_of(names: impl IntoIterator<Item = impl Into<String>>) -> Arc<[String]> {
    names.into_iter().map(Into::into).collect()
}
