//! Rescaling and normalization.

use crate::data::dataset::Dataset;
use crate::data::storage::Pixels;
use crate::{Error, ErrorKind, Result};

impl Dataset {
    /// Returns the same examples with every input multiplied by `factor` in tensors.
    ///
    /// `rescale(1.0 / 255.0)` brings bytes to [0, 1]. The bytes are shared, and a second `rescale` multiplies with the
    /// first. Like the `Rescaling` layer of Keras without an offset.
    #[must_use]
    pub fn rescale(&self, factor: f64) -> Self {
        Self { scale: self.scale.then(factor, 0.0), ..self.clone() }
    }

    /// The same examples with `(value − mean) / deviation` for every pixel value on its way into a tensor. Like Keras's
    /// `Normalization` with one mean and variance for all values.
    ///
    /// Normalize the test data with the mean and deviation of the training data, which are all that the model knows.
    ///
    /// # Errors
    ///
    /// If the mean is not finite, or the deviation is not above 0.
    ///
    /// ```
    /// use tealight::prelude::*;
    ///
    /// let (train, test) = mnist::load()?;
    /// let (mean, deviation) = train.mean_and_deviation();
    /// let (train, test) = (train.normalize(mean, deviation)?, test.normalize(mean, deviation)?);
    /// assert!(train.mean_and_deviation().0.abs() < 1e-6);
    /// # let _ = test;
    /// # Ok::<(), tealight::Error>(())
    /// ```
    pub fn normalize(&self, mean: f64, deviation: f64) -> Result<Self> {
        if !(mean.is_finite() && deviation.is_normal() && deviation > 0.0) {
            let message = format!(
                "Dataset::normalize: mean {mean} and deviation {deviation}; expected a number, and one above 0. Take those \
                 of the training data: train.mean_and_deviation()."
            );
            return Err(Error::new(ErrorKind::Argument, message));
        }
        Ok(Self { scale: self.scale.then(1.0 / deviation, -mean / deviation), ..self.clone() })
    }

    /// Returns the mean and the standard deviation of all rescaled inputs, for [`Dataset::normalize`].
    pub fn mean_and_deviation(&self) -> (f64, f64) {
        let (mean, deviation) = match &self.pixels {
            Pixels::Bytes(bytes) => {
                // The counts of the 256 bytes give the exact result.
                let mut counts = [0_u64; 256];
                (0..self.len())
                    .flat_map(|index| self.example(bytes, index))
                    .for_each(|&byte| counts[usize::from(byte)] += 1);
                moments(|| counts.iter().enumerate().map(|(byte, &count)| (byte as f64, count as f64)))
            }
            Pixels::Floats(floats) => moments(|| {
                (0..self.len()).flat_map(|index| self.example(floats, index)).map(|&number| (f64::from(number), 1.0))
            }),
        };
        (mean * self.scale.factor + self.scale.offset, deviation * self.scale.factor.abs())
    }
}

/// Returns the mean and the standard deviation of pairs of a number and its count.
fn moments<I: Iterator<Item = (f64, f64)>>(numbers: impl Fn() -> I) -> (f64, f64) {
    let count = numbers().map(|(_, count)| count).sum::<f64>();
    let mean = numbers().map(|(number, count)| number * count).sum::<f64>() / count;
    let variance = numbers().map(|(number, count)| (number - mean).powi(2) * count).sum::<f64>() / count;
    (mean, variance.sqrt())
}
