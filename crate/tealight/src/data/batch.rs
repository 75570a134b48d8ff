//! Access to examples: as tensors, or as slices of numbers.

use crate::convert::{IntoCount, to_usize};
use crate::data::dataset::Dataset;
use crate::data::storage::Pixels;
use crate::data::targets::Targets;
use crate::{Error, ErrorKind, Result, memory};
use candle_core::{Device, Tensor};
use std::ops::Range;
use std::sync::Arc;

/// The labels, targets and weights of a batch.
pub(crate) struct BatchTargets {
    pub(crate) labels: Arc<[u32]>,
    pub(crate) targets: Targets,
    /// The weight of each example in the loss, or `None` if all weights are 1.
    pub(crate) weights: Option<Arc<[f32]>>,
}

impl Dataset {
    /// Returns one example, rescaled, as a tensor of shape [`Dataset::input_shape`] and type `f32`.
    pub fn image(&self, index: impl IntoCount) -> Result<Tensor> {
        Ok(self.inputs_of(&[to_usize(index.into_i64()).unwrap_or(usize::MAX)])?.reshape(self.input_shape())?)
    }

    /// All examples at once: inputs `[examples, ..]` as `f32`, and targets `[examples]` as `u32` or, where they are more
    /// than classes, such as `[examples, classes]` after [`Dataset::one_hot`], as `f32`. All of MNIST takes 188 MB.
    pub fn to_tensors(&self) -> Result<(Tensor, Tensor)> {
        self.batch(&(0..self.len()).collect::<Vec<_>>())
    }

    /// The examples at `indices`, in that order: inputs `[indices, ..]` and targets as in [`Dataset::to_tensors`].
    pub fn batch(&self, indices: &[usize]) -> Result<(Tensor, Tensor)> {
        Ok((self.inputs_of(indices)?, self.targets_of(indices)?.targets.tensor()?))
    }

    /// The inputs of the examples at `indices`: `[indices, ..]`, `f32`.
    pub(crate) fn inputs_of(&self, indices: &[usize]) -> Result<Tensor> {
        self.check_indices(indices)?;
        let size = self.input_shape.iter().product::<usize>();
        let what = || format!("Dataset: {} examples of shape {:?} as a tensor", indices.len(), self.input_shape);
        memory::ensure_f32s(indices.len().checked_mul(size), what, "Take fewer examples at a time.")?;
        let mut inputs = vec![0.0; indices.len() * size];
        for (&index, inputs) in indices.iter().zip(inputs.chunks_exact_mut(size.max(1))) {
            self.read(index, 0..size, inputs);
        }
        Ok(Tensor::from_vec(inputs, [&[indices.len()], &*self.input_shape].concat(), &Device::Cpu)?)
    }

    /// Writes the features in a range of the example at `index` to `values`.
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

    /// Prefetches these features of the examples at `indices`, which are scattered in memory, so that their cache misses
    /// overlap.
    pub(crate) fn fetch(&self, indices: &[usize], features: &Range<usize>) {
        /// The bytes of a cache line.
        const LINE: usize = 64;
        let mut seen = 0;
        for &index in indices {
            match &self.pixels {
                Pixels::Bytes(bytes) => {
                    let pixels = &self.example(bytes, index)[features.clone()];
                    pixels.iter().step_by(LINE).chain(pixels.last()).for_each(|pixel| seen |= u32::from(*pixel));
                }
                Pixels::Floats(floats) => {
                    let pixels = &self.example(floats, index)[features.clone()];
                    pixels.iter().step_by(LINE / 4).chain(pixels.last()).for_each(|pixel| seen |= pixel.to_bits());
                }
            }
        }
        std::hint::black_box(seen);
    }

    /// Returns the labels, targets and weights of the examples at `indices`.
    pub(crate) fn targets_of(&self, indices: &[usize]) -> Result<BatchTargets> {
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
        Ok(BatchTargets { labels, targets, weights })
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

    /// Returns the stored numbers of the example at `index`, not rescaled.
    pub(super) fn example<'a, T>(&self, pixels: &'a [T], index: usize) -> &'a [T] {
        let (size, index) = (self.input_shape.iter().product::<usize>(), self.start + index);
        let at = self.picked.as_ref().map_or(index, |picked| picked[index]);
        &pixels[at * size..][..size]
    }

    /// Returns the same examples with a weight for each in the loss. Take parts of the dataset before: weights are not split.
    pub(crate) fn weighted(&self, weights: Vec<f32>) -> Self {
        Self { weights: Some(weights.into()), ..self.clone() }
    }
}
