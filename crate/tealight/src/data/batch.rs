//! Examples as tensors: one, some or all of them.

use super::dataset::{Dataset, Pixels};
use super::targets::Targets;
use crate::whole::{Whole, count};
use crate::{Error, ErrorKind, Result};
use candle_core::{Device, Tensor};
use std::sync::Arc;

/// Some examples, ready to train on.
pub(crate) struct Batch {
    /// Shape `[batch, ..input_shape]`, `f32`.
    pub(crate) inputs: Tensor,
    pub(crate) labels: Arc<[u32]>,
    pub(crate) targets: Targets,
    /// How much each example counts in the loss, where not all count the same.
    pub(crate) weights: Option<Arc<[f32]>>,
}

impl Dataset {
    /// One example, rescaled: a tensor of shape [`Dataset::input_shape`], `f32`.
    pub fn image(&self, index: impl Whole) -> Result<Tensor> {
        Ok(self.batch_of(&[count(index.whole()).unwrap_or(usize::MAX)])?.inputs.reshape(self.input_shape())?)
    }

    /// All examples at once: inputs `[examples, ..]` as `f32`, and targets `[examples]` as `u32` or, where they are more
    /// than classes, such as `[examples, classes]` after [`Dataset::one_hot`], as `f32`. All of MNIST takes 188 MB.
    pub fn to_tensors(&self) -> Result<(Tensor, Tensor)> {
        self.batch(&(0..self.len()).collect::<Vec<_>>())
    }

    /// The examples at `indices`, in that order: inputs `[indices, ..]` and targets as in [`Dataset::to_tensors`].
    pub fn batch(&self, indices: &[usize]) -> Result<(Tensor, Tensor)> {
        let batch = self.batch_of(indices)?;
        Ok((batch.inputs, batch.targets.tensor()?))
    }

    /// The examples at `indices`, as [`Dataset::batch`], in the form that training takes.
    pub(crate) fn batch_of(&self, indices: &[usize]) -> Result<Batch> {
        self.check_indices(indices)?;
        let inputs = match &self.pixels {
            Pixels::Bytes(bytes) => self.gather(bytes, indices, f32::from),
            Pixels::Floats(floats) => self.gather(floats, indices, |value| value),
        };
        let inputs = Tensor::from_vec(inputs, [&[indices.len()], &*self.input_shape].concat(), &Device::Cpu)?;
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
        Ok(Batch { inputs, labels, targets, weights })
    }

    pub(super) fn check_indices(&self, indices: &[usize]) -> Result<()> {
        match indices.iter().find(|&&index| index >= self.len()) {
            None => Ok(()),
            Some(index) => {
                let message = format!("Dataset: no example {index}; it has {} (0 to {}).", self.len(), self.len() - 1);
                Err(Error::new(ErrorKind::Argument, message))
            }
        }
    }

    fn gather<T: Copy>(&self, pixels: &[T], indices: &[usize], number: impl Fn(T) -> f32) -> Vec<f32> {
        let (size, scale) = (self.input_shape.iter().product::<usize>(), self.scale);
        let mut values = Vec::with_capacity(indices.len() * size);
        for &index in indices {
            values.extend(self.example(pixels, index).iter().map(|&pixel| scale.apply(number(pixel))));
        }
        values
    }

    /// The pixels of the example at `index`, not rescaled.
    pub(super) fn example<'a, T>(&self, pixels: &'a [T], index: usize) -> &'a [T] {
        let (size, index) = (self.input_shape.iter().product::<usize>(), self.start + index);
        let at = self.picked.as_ref().map_or(index, |picked| picked[index]);
        &pixels[at * size..][..size]
    }

    /// The same examples, each counting so much in the loss. As many weights as examples, for this very dataset: parts
    /// are to be taken before.
    pub(crate) fn weighted(&self, weights: Vec<f32>) -> Self {
        Self { weights: Some(weights.into()), ..self.clone() }
    }
}
