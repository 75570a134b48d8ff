//! The distributions that a network with a mixture head predicts.

use super::report_table::{ReportTable, show_as_table};
use crate::convert::{IntoCount, to_usize};
use crate::random::{Purpose, StreamKey, standard_normals, stream, uniform};
use crate::{Error, ErrorKind, Result};
use candle_core::Tensor;
use candle_core::cpu::erf::erfc_f64;
use serde::Serialize;
use std::f64::consts::{SQRT_2, TAU};

/// A mixture of normal distributions: what a network that ends with [`MixtureDensity`](crate::MixtureDensity) predicts for
/// one example.
///
/// It says how likely every number is, and draws numbers as likely. A cell that ends in one shows its components.
///
/// ```
/// use tealight::prelude::*;
///
/// // What Model::predict gives for one example: two means, two standard deviations, two weights.
/// let outputs = Tensor::new(&[[1.0f32, 7.0, 0.1, 0.2, 0.25, 0.75]], &Device::Cpu)?;
/// let mixture = &Mixture::from_outputs(&outputs)?[0];
/// assert_eq!(mixture.mean(), 5.5);
/// assert!(mixture.density(7.0) > mixture.density(5.5));
/// assert!((mixture.probability(0.5, 1.5) - 0.25).abs() < 1e-6);
/// assert_eq!(mixture.sample(5000, 1).len(), 5000);
/// # Ok::<(), tealight::Error>(())
/// ```
#[derive(Clone, PartialEq, Serialize)]
pub struct Mixture {
    means: Vec<f64>,
    deviations: Vec<f64>,
    weights: Vec<f64>,
}

impl Mixture {
    /// A mixture for each example, from the outputs of a network that ends with
    /// [`MixtureDensity`](crate::MixtureDensity), of shape `[examples, 3 · components]`.
    ///
    /// Errors where the outputs have another shape, or are not such: where a number is not finite, a standard deviation is
    /// not above 0, or the weights of an example are not from 0 to 1 or don't add up to 1.
    pub fn from_outputs(outputs: &Tensor) -> Result<Vec<Self>> {
        let error = |kind, what: String| {
            let message = format!(
                "Mixture::from_outputs: {what}. Give what a network that ends with MixtureDensity predicts: means, \
                 standard deviations and weights."
            );
            Error::new(kind, message)
        };
        let components = match outputs.dims() {
            &[_, width] if width > 0 && width % 3 == 0 => width / 3,
            dims => return Err(error(ErrorKind::Shape, format!("expected [examples, 3 · components], got {dims:?}"))),
        };
        let rows = outputs.to_dtype(candle_core::DType::F64)?.to_vec2::<f64>()?;
        let mixture = |(example, row): (usize, Vec<f64>)| {
            let (means, rest) = row.split_at(components);
            let (deviations, weights) = rest.split_at(components);
            let total: f64 = weights.iter().sum();
            let problem = if row.iter().any(|number| !number.is_finite()) {
                "a number that is not finite".to_owned()
            } else if let Some(deviation) = deviations.iter().find(|deviation| **deviation <= 0.0) {
                format!("a standard deviation of {deviation}")
            } else if (total - 1.0).abs() > 1e-3 || weights.iter().any(|weight| *weight < 0.0) {
                format!("weights {weights:?}")
            } else {
                return Ok(Self { means: means.into(), deviations: deviations.into(), weights: weights.into() });
            };
            Err(error(ErrorKind::Argument, format!("example {example} has {problem}")))
        };
        rows.into_iter().enumerate().map(mixture).collect()
    }

    /// The mean of each component.
    pub fn means(&self) -> &[f64] {
        &self.means
    }

    /// The standard deviation of each component.
    pub fn deviations(&self) -> &[f64] {
        &self.deviations
    }

    /// The weight of each component, from 0 to 1; they add up to 1.
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// The mean of the mixture: what it expects.
    pub fn mean(&self) -> f64 {
        self.sum(|mean, _| mean)
    }

    /// The standard deviation of the mixture: how far numbers lie from its mean.
    pub fn deviation(&self) -> f64 {
        let middle = self.mean();
        self.sum(|mean, deviation| deviation * deviation + (mean - middle) * (mean - middle)).sqrt()
    }

    /// The density at `x`: how much probability there is on a short stretch around it, by the length of the stretch.
    ///
    /// A density is no probability: it is above 1 where the mixture is narrow, without a bound.
    pub fn density(&self, x: f64) -> f64 {
        self.sum(|mean, deviation| {
            let distance = (x - mean) / deviation;
            (-0.5 * distance * distance).exp() / (deviation * TAU.sqrt())
        })
    }

    /// The probability, from 0 to 1, of a number between `from` and `to`, either of which may be infinite; 0 where `to` is
    /// not above `from`. Exact far from the means too, where it is tiny.
    pub fn probability(&self, from: f64, to: f64) -> f64 {
        if to.is_nan() || from.is_nan() || to <= from {
            return 0.0;
        }
        // The probability above x, for a component. Its complement is taken on the side where it is the smaller one.
        let above = |z: f64| 0.5 * erfc_f64(z / SQRT_2);
        self.sum(|mean, deviation| {
            let (from, to) = ((from - mean) / deviation, (to - mean) / deviation);
            if from > 0.0 { above(from) - above(to) } else { above(-to) - above(-from) }
        })
    }

    /// So many numbers drawn at random, as likely as the mixture says; none where `numbers` is 0 or less.
    ///
    /// The same seed gives the same numbers. Two mixtures that draw with one seed draw alike: give each a seed of its own,
    /// such as its place, as in `mixtures.iter().zip(0..).map(|(mixture, seed)| mixture.sample(100, seed))`.
    pub fn sample(&self, numbers: impl IntoCount, seed: impl IntoCount) -> Vec<f64> {
        self.draw(to_usize(numbers.into_i64()).unwrap_or_default(), seed.into_seed())
    }

    fn draw(&self, numbers: usize, seed: u64) -> Vec<f64> {
        let mut random = stream(seed, Purpose::Sample, StreamKey::default());
        let mut sample = Vec::with_capacity(numbers.saturating_add(1));
        while sample.len() < numbers {
            let (a, b) = standard_normals(&mut random);
            for z in [a, b] {
                let component = self.component_at(uniform(&mut random));
                sample.push(self.means[component] + self.deviations[component] * z);
            }
        }
        sample.truncate(numbers);
        sample
    }

    /// The component that a share of the weights, counted from the first, falls to.
    fn component_at(&self, share: f64) -> usize {
        let mut left = share;
        let found = self.weights.iter().position(|weight| {
            left -= weight;
            left < 0.0
        });
        // The weights may add up to a hair less than 1.
        found.unwrap_or(self.weights.len() - 1)
    }

    /// The sum over the components of their weight times `of` their mean and their standard deviation.
    fn sum(&self, of: impl Fn(f64, f64) -> f64) -> f64 {
        let components = self.means.iter().zip(&self.deviations).zip(&self.weights);
        components.map(|((&mean, &deviation), &weight)| weight * of(mean, deviation)).sum()
    }

    fn report_table(&self) -> ReportTable {
        let row = |index: usize| {
            let numbers = [self.weights[index], self.means[index], self.deviations[index]];
            [&[(index + 1).to_string()], &numbers.map(|number| format!("{number:.4}"))[..]].concat()
        };
        let heading = format!("Mixture with mean {:.4} and standard deviation {:.4}", self.mean(), self.deviation());
        let head = ["component", "weight", "mean", "standard deviation"].map(str::to_owned).to_vec();
        ReportTable { heading, head, rows: (0..self.means.len()).map(row).collect(), notes: Vec::new() }
    }
}

show_as_table!(Mixture);
