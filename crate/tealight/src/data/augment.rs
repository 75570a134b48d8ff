//! New images from old ones: moved, turned, zoomed, flipped, noisy.

mod affine;
mod random;
mod transforms;

pub use affine::{FillMode, Interpolation};
pub use transforms::{Augmentation, FlipMode, RandomFlip, RandomRotation, RandomTranslation, RandomZoom};

use crate::convert::{IntoCount, to_usize};
use crate::data::dataset::Dataset;
use crate::data::storage::Pixels;
use crate::data::storage::Scale;
use crate::data::storage::shared_slice;
use crate::progress::ProgressTask;
use crate::{Error, ErrorKind, Result, memory};
use random::Draws;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// An augmented dataset takes no more memory; a slip in the number of copies must not take all there is.
const LARGEST: usize = 32 << 30;

/// Steps that change an image at random, one after the other, as plain data: what [`Dataset::augment`] does to each.
///
/// ```
/// use tealight::prelude::*;
///
/// let moved_and_turned = Augment::new()
///     .add(RandomTranslation::new(0.1, 0.1).fill_mode(FillMode::Constant))
///     .add(RandomRotation::new(0.1).fill_mode(FillMode::Constant));
/// # let _ = moved_and_turned;
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Augment {
    steps: Vec<Augmentation>,
}

impl Augment {
    /// Without steps: images stay as they are.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same steps, and one more.
    #[must_use]
    #[allow(clippy::should_implement_trait, reason = "as for the layers of a network")]
    pub fn add(mut self, step: impl Into<Augmentation>) -> Self {
        self.steps.push(step.into());
        self
    }

    /// The steps in order.
    pub fn steps(&self) -> &[Augmentation] {
        &self.steps
    }
}

impl Dataset {
    /// New images: `copies` of each of these, every one changed by `pipeline` with draws of its own. First comes one
    /// copy of all images in their order, then the next; the images themselves are not among them (see
    /// [`Dataset::concat`]).
    ///
    /// Labels and targets go along. `seed` decides all draws: the same seed gives the same images, for any number of
    /// threads. Every step samples the image that the step before made, as Keras's layers do. Images that are bytes
    /// become bytes again, rounded, a quarter of the memory that Keras's numbers take.
    ///
    /// Errors where an option is out of range, where the examples are not images of shape `[height, width]` or
    /// `[height, width, channels]`, and where the new ones would take more memory than is free.
    ///
    /// ```
    /// use tealight::prelude::*;
    ///
    /// let (train, _) = mnist::load()?;
    /// let train = train.take(100)?;
    /// let turned = train.augment(&Augment::new().add(RandomRotation::new(0.1)), 3, 42)?;
    /// let all = train.concat([&turned])?;
    /// assert_eq!(all.shape(), [400, 28, 28]);
    /// # Ok::<(), tealight::Error>(())
    /// ```
    pub fn augment(&self, pipeline: &Augment, copies: impl IntoCount, seed: impl IntoCount) -> Result<Self> {
        self.augmented(pipeline, copies.into_i64(), seed.into_seed())
    }

    fn augmented(&self, pipeline: &Augment, number: i64, seed: u64) -> Result<Self> {
        let argument = |what: String| Error::new(ErrorKind::Argument, format!("Dataset::augment: {what}"));
        let shape = match *self.input_shape() {
            [height, width] => Shape { height, width, channels: 1 },
            [height, width, channels] => Shape { height, width, channels },
            _ => {
                let message = format!(
                    "Dataset::augment: expected images of shape [height, width] or [height, width, channels], got {:?}. \
                     Give the data the shape of its images, such as Dataset::from_csv(path, [28, 28]).",
                    self.input_shape()
                );
                return Err(Error::new(ErrorKind::Shape, message));
            }
        };
        pipeline.steps.iter().try_for_each(|step| step.check().map_err(&argument))?;
        let Some(copies) = to_usize(number).filter(|copies| *copies > 0) else {
            return Err(argument(format!("{number} copies; expected at least 1.")));
        };
        if !self.scale.factor.is_normal() {
            return Err(argument(format!(
                "the data is rescaled by {}, which leaves nothing to see.",
                self.scale.factor
            )));
        }
        let size = self.input_shape.iter().product::<usize>();
        let bytes_of_number = match &self.pixels {
            Pixels::Bytes(_) => 1,
            Pixels::Floats(_) => size_of::<f32>(),
        };
        let total = self.len().checked_mul(size).and_then(|values| values.checked_mul(copies));
        let Some(total) = total.filter(|total| *total <= LARGEST / bytes_of_number) else {
            let images = self.len();
            return Err(argument(format!(
                "{copies} copies of {images} images take more than 32 GiB. Make fewer at once."
            )));
        };
        let targets = (self.len() * copies) as u64 * (1 + 2 * self.row_width() as u64) * size_of::<f32>() as u64;
        let bytes = (total * bytes_of_number) as u64 + targets;
        let what = || format!("Dataset::augment: {copies} copies of {} images", self.len());
        memory::ensure_available(bytes, what, "Make fewer at once.")?;

        let steps = Pipeline { steps: &pipeline.steps, shape, scale: self.scale, seed };
        let pixels = match &self.pixels {
            Pixels::Bytes(bytes) => {
                // Rounded: the cast keeps to 0 and 255 by itself.
                Pixels::Bytes(self.changed(bytes, total, &steps, f32::from, |number| (number + 0.5) as u8)?)
            }
            Pixels::Floats(floats) => {
                Pixels::Floats(self.changed(floats, total, &steps, |number| number, |number| number)?)
            }
        };
        let width = self.row_width();
        let rows = self.rows.as_ref().map(|rows| Arc::from(rows[self.start * width..self.end * width].repeat(copies)));
        let labels = self.own_labels().repeat(copies).into();
        Ok(Self { pixels, labels, rows, picked: None, start: 0, end: self.len() * copies, ..self.clone() })
    }

    /// All copies of all images, each image by itself, so that the threads change nothing.
    fn changed<T: Copy + Default + Send + Sync>(
        &self,
        pixels: &[T],
        total: usize,
        steps: &Pipeline<'_>,
        number: impl Fn(T) -> f32 + Sync,
        pixel: impl Fn(f32) -> T + Sync,
    ) -> Result<Arc<[T]>> {
        let size = self.input_shape.iter().product::<usize>();
        let start = || (vec![0.0; size], vec![0.0; size]);
        let task = ProgressTask::new("Dataset::augment", "images", total / size.max(1));
        shared_slice(total, |changed| {
            let images = changed.par_chunks_exact_mut(size).enumerate();
            images.try_for_each_init(start, |(image, spare), (place, to)| {
                task.add(1)?;
                let (copy, index) = (place / self.len(), place % self.len());
                for (value, &pixel) in image.iter_mut().zip(self.example(pixels, index)) {
                    *value = number(pixel);
                }
                steps.run(image, spare, copy, index);
                for (to, &value) in to.iter_mut().zip(&*image) {
                    *to = pixel(value);
                }
                Ok(())
            })
        })
    }
}

/// The sides of an image; its numbers lie row by row, the channels of a pixel side by side.
#[derive(Clone, Copy, Debug)]
struct Shape {
    height: usize,
    width: usize,
    channels: usize,
}

/// A pipeline, ready for images of one shape.
struct Pipeline<'a> {
    steps: &'a [Augmentation],
    shape: Shape,
    /// Makes a number of the image one that the options speak of.
    scale: Scale,
    seed: u64,
}

impl Pipeline<'_> {
    /// Changes `image`, with `spare` as room to work.
    fn run(&self, image: &mut Vec<f32>, spare: &mut Vec<f32>, copy: usize, index: usize) {
        for (number, step) in self.steps.iter().enumerate() {
            let mut draws = Draws::new(self.seed, copy, index, number);
            let resampling = match step {
                Augmentation::RandomTranslation(step) => step.resampling(self.shape, &mut draws),
                Augmentation::RandomRotation(step) => step.resampling(self.shape, &mut draws),
                Augmentation::RandomZoom(step) => step.resampling(self.shape, &mut draws),
                Augmentation::RandomFlip(step) => {
                    if draws.uniform() <= 0.5 {
                        step.flip(image, spare, self.shape);
                    }
                    continue;
                }
                Augmentation::GaussianNoise { stddev } => {
                    let deviation = (stddev / self.scale.factor) as f32;
                    image.iter_mut().for_each(|value| *value += deviation * draws.normal());
                    continue;
                }
            };
            resampling.run(image, spare, self.shape, self.scale);
            std::mem::swap(image, spare);
        }
    }
}

#[cfg(test)]
mod tests;
