//! A set of labelled examples that shares its numbers with its parts and copies.

use super::scale::Scale;
use crate::whole::{Whole, count};
use crate::{Error, ErrorKind, Result};
use candle_core::{DType, Device, Tensor};
use std::ops::Range;
use std::sync::Arc;

/// Labelled examples: images (or other tensors of one shape), a class for each, and the names of the classes.
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

#[derive(Clone)]
pub(super) enum Pixels {
    Bytes(Arc<[u8]>),
    Floats(Arc<[f32]>),
}

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

/// What a model should answer to some examples.
pub(crate) struct Answers {
    pub(crate) labels: Arc<[u32]>,
    pub(crate) targets: Targets,
    /// How much each example counts in the loss, where not all count the same.
    pub(crate) weights: Option<Arc<[f32]>>,
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
        Self::new(Pixels::Bytes(images), length, input_shape.into(), labels.into(), names(class_names))
    }

    /// Examples from a tensor `x` of shape `[examples, ..]`, with targets `y`.
    ///
    /// `y` is either of shape `[examples]` and an integer type, a class for each example; or of shape
    /// `[examples, classes]`, a row for each: one-hot, or probabilities. The label of a row is then its largest element.
    /// The classes are named by their numbers; see [`Dataset::with_class_names`].
    ///
    /// Or `y` is numbers to come close to, of a float type and of shape `[examples]`, or with more dimensions than two:
    /// there are then no labels and no classes.
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
        let (labels, rows) = targets(y)?;
        let classes = match y.dims() {
            [_, width] => *width,
            _ if rows.is_some() => 0,
            _ => labels.iter().max().map_or(0, |&largest| largest as usize + 1),
        };
        let class_names = (0..classes).map(|class| class.to_string());
        let pixels = Pixels::Floats(pixels.into());
        let data = Self::new(pixels, length, input_shape.to_vec(), labels.into(), class_names.collect())?;
        Ok(match rows {
            Some(rows) => Self { rows: Some(rows.into()), target_shape: y.dims()[1..].into(), ..data },
            None => data,
        })
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
    pub fn is_labelled(&self) -> bool {
        !self.labels.is_empty()
    }

    /// The labels as they are stored for these examples, if they are.
    pub(super) fn own_labels(&self) -> &[u32] {
        self.labels.get(self.start..self.end).unwrap_or_default()
    }

    /// How many numbers each example has in the rows of targets.
    pub(super) fn row_width(&self) -> usize {
        self.target_shape.iter().product()
    }

    /// Errors where there are no labels, for work that needs them.
    pub(crate) fn need_labels(&self, place: &str) -> Result<()> {
        if self.is_labelled() {
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

    /// One example, rescaled: a tensor of shape [`Dataset::input_shape`], `f32`.
    pub fn image(&self, index: impl Whole) -> Result<Tensor> {
        Ok(self.inputs_of(&[count(index.whole()).unwrap_or(usize::MAX)])?.reshape(self.input_shape())?)
    }

    /// All examples at once: inputs `[examples, ..]` as `f32`, and targets `[examples]` as `u32` or, where they are more
    /// than classes, such as `[examples, classes]` after [`Dataset::one_hot`], as `f32`. All of MNIST takes 188 MB.
    pub fn to_tensors(&self) -> Result<(Tensor, Tensor)> {
        self.batch(&(0..self.len()).collect::<Vec<_>>())
    }

    /// The examples at `indices`, in that order: inputs `[indices, ..]` and targets as in [`Dataset::to_tensors`].
    pub fn batch(&self, indices: &[usize]) -> Result<(Tensor, Tensor)> {
        Ok((self.inputs_of(indices)?, self.answers_of(indices)?.targets.tensor()?))
    }

    /// The inputs of the examples at `indices`: `[indices, ..]`, `f32`.
    pub(crate) fn inputs_of(&self, indices: &[usize]) -> Result<Tensor> {
        self.check_indices(indices)?;
        let size = self.input_shape.iter().product::<usize>();
        let mut inputs = vec![0.0; indices.len() * size];
        for (&index, inputs) in indices.iter().zip(inputs.chunks_exact_mut(size.max(1))) {
            self.read(index, 0..size, inputs);
        }
        Ok(Tensor::from_vec(inputs, [&[indices.len()], &*self.input_shape].concat(), &Device::Cpu)?)
    }

    /// Writes some features of the example at `index` to `values`: as many as the range has.
    #[inline(always)]
    pub(crate) fn read(&self, index: usize, features: Range<usize>, values: &mut [f32]) {
        let scale = self.scale;
        match &self.pixels {
            Pixels::Bytes(bytes) => {
                let pixels = &self.example(bytes, index)[features];
                values.iter_mut().zip(pixels).for_each(|(value, &byte)| *value = scale.apply(f32::from(byte)));
            }
            Pixels::Floats(floats) => {
                let pixels = &self.example(floats, index)[features];
                values.iter_mut().zip(pixels).for_each(|(value, &pixel)| *value = scale.apply(pixel));
            }
        }
    }

    /// What is to be learned of the examples at `indices`.
    pub(crate) fn answers_of(&self, indices: &[usize]) -> Result<Answers> {
        self.check_indices(indices)?;
        let labels: Arc<[u32]> = indices.iter().filter_map(|&index| self.own_labels().get(index)).copied().collect();
        let targets = match &self.rows {
            None => Targets::Classes(labels.clone()),
            Some(rows) => {
                let width = self.row_width();
                let of = |&index| &rows[(self.start + index) * width..][..width];
                let rows = indices.iter().flat_map(of).copied().collect::<Vec<f32>>();
                let shape = [&[indices.len()], &*self.target_shape].concat();
                Targets::Rows(Tensor::from_vec(rows, shape, &Device::Cpu)?)
            }
        };
        let weights = self.weights.as_ref().map(|weights| indices.iter().map(|&index| weights[index]).collect());
        Ok(Answers { labels, targets, weights })
    }

    pub(crate) fn check_indices(&self, indices: &[usize]) -> Result<()> {
        match indices.iter().find(|&&index| index >= self.len()) {
            None => Ok(()),
            Some(index) => {
                let message = format!("Dataset: no example {index}; it has {} (0 to {}).", self.len(), self.len() - 1);
                Err(Error::new(ErrorKind::Argument, message))
            }
        }
    }

    /// The pixels of the example at `index`, not rescaled.
    pub(super) fn example<'a, T>(&self, pixels: &'a [T], index: usize) -> &'a [T] {
        let (size, index) = (self.input_shape.iter().product::<usize>(), self.start + index);
        let at = self.picked.as_ref().map_or(index, |picked| picked[index]);
        &pixels[at * size..][..size]
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

    /// The same examples, each counting so much in the loss. As many weights as examples, for this very dataset: parts
    /// are to be taken before.
    pub(crate) fn weighted(&self, weights: Vec<f32>) -> Self {
        Self { weights: Some(weights.into()), ..self.clone() }
    }

    /// Whether the targets are rows (one-hot or probabilities) rather than classes.
    pub(crate) fn has_rows(&self) -> bool {
        self.rows.is_some()
    }
}

pub(super) fn names(names: impl IntoIterator<Item = impl Into<String>>) -> Arc<[String]> {
    names.into_iter().map(Into::into).collect()
}

/// The labels in `y`, and its rows where it has them.
fn targets(y: &Tensor) -> Result<(Vec<u32>, Option<Vec<f32>>)> {
    match y.dims() {
        [_] if y.dtype().is_int() => {
            let negative =
                y.to_dtype(DType::I64)?.to_vec1::<i64>()?.into_iter().find(|label| u32::try_from(*label).is_err());
            if let Some(label) = negative {
                let message = format!("Dataset::from_tensors: y holds the class {label}. Classes count from 0.");
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
