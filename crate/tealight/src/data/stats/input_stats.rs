//! Statistics of the inputs, to notice that two datasets are on different scales.

use crate::data::dataset::Dataset;
use crate::format;

/// The size of the sample, spread evenly over the dataset. It is taken for each fit, evaluation and prediction.
const EXAMPLES: usize = 256;
/// The factor by which ranges and deviations must differ to be on different scales.
const FACTOR: f64 = 10.0;
/// The distance between means, in standard deviations, from which a feature is on another scale.
const DEVIATIONS: f64 = 3.0;
/// Fewer examples than this may be similar by chance.
const FEW: usize = 10;

/// Range, deviation and feature means of a sample of the inputs.
#[derive(Clone, Debug)]
pub(crate) struct InputStats {
    low: f64,
    high: f64,
    deviation: f64,
    examples: usize,
    /// The mean and the standard deviation of each feature.
    features: Vec<[f32; 2]>,
}

impl Dataset {
    /// Computes the statistics of a sample.
    pub(crate) fn input_stats(&self) -> InputStats {
        let size = self.input_shape().iter().product::<usize>();
        let examples = self.len().min(EXAMPLES);
        let (mut low, mut high) = (f32::INFINITY, f32::NEG_INFINITY);
        let mut sums = vec![[0.0_f64; 2]; size];
        let mut values = vec![0.0; size];
        for sample in 0..examples {
            self.read(sample * self.len() / examples, 0..size, &mut values);
            for (sums, &value) in sums.iter_mut().zip(&values) {
                (low, high) = (low.min(value), high.max(value));
                sums[0] += f64::from(value);
                sums[1] += f64::from(value) * f64::from(value);
            }
        }
        let count = examples as f64;
        let moments = |[sum, squares]: [f64; 2], count: f64| {
            let mean = sum / count;
            [mean, (squares / count - mean * mean).max(0.0).sqrt()]
        };
        let all = sums.iter().fold([0.0; 2], |[sum, squares], sums| [sum + sums[0], squares + sums[1]]);
        let [_, deviation] = moments(all, count * size as f64);
        let features = sums.into_iter().map(|sums| moments(sums, count).map(|number| number as f32)).collect();
        InputStats { low: f64::from(low), high: f64::from(high), deviation, examples, features }
    }

    /// Returns whether there are several examples and all their inputs are equal.
    pub(crate) fn is_all_one_number(&self, spread: &InputStats) -> bool {
        let size = self.input_shape().iter().product::<usize>();
        let mut values = vec![0.0; size];
        spread.low == spread.high
            && self.len() > 1
            && (0..self.len()).all(|index| {
                self.read(index, 0..size, &mut values);
                values.iter().all(|&value| f64::from(value) == spread.low)
            })
    }
}

impl InputStats {
    /// Whether data with the numbers of `other` can't be on the scale of these: much wider or narrower, or far beside them.
    pub(crate) fn is_far_from(&self, other: &Self) -> bool {
        let times = |a: f64, b: f64| if a > 0.0 && b > 0.0 { a / b } else { 1.0 };
        let range = times(other.high - other.low, self.high - self.low);
        let deviation = times(other.deviation, self.deviation);
        let wider = range >= FACTOR && deviation >= FACTOR;
        let enough = self.examples >= FEW && other.examples >= FEW;
        let narrower = range <= 1.0 / FACTOR && deviation <= 1.0 / FACTOR;
        wider || (enough && (narrower || self.lies_beside(other)))
    }

    /// Whether most features have their mean far from where it is here.
    fn lies_beside(&self, other: &Self) -> bool {
        let varying = self.features.iter().zip(&other.features).filter(|([_, deviation], _)| *deviation > 0.0);
        let far = |&([mean, deviation], [other, _]): &(&[f32; 2], &[f32; 2])| {
            f64::from((other - mean).abs()) > DEVIATIONS * f64::from(*deviation)
        };
        let (varying, far) = (varying.clone().count(), varying.filter(far).count());
        2 * far > varying
    }

    /// `0 to 255`.
    pub(crate) fn range(&self) -> String {
        format!("{} to {}", format::decimals(self.low), format::decimals(self.high))
    }

    /// What a file keeps of it: all but the features. None where a number is not finite, which JSON has no word for.
    pub(crate) fn to_numbers(&self) -> Option<[f64; 3]> {
        let numbers = [self.low, self.high, self.deviation];
        numbers.iter().all(|number| number.is_finite()).then_some(numbers)
    }

    /// What [`InputStats::to_numbers`] kept.
    pub(crate) fn from_numbers([low, high, deviation]: [f64; 3]) -> Self {
        Self { low, high, deviation, examples: EXAMPLES, features: Vec::new() }
    }

    /// What to say where the data that `what` names are far from what the model was trained on.
    pub(crate) fn far(&self, place: &str, what: &str, trained: &Self) -> String {
        format!(
            "{place}: the {what} range from {}, but the training data from {}. Bring both to one scale, for example with \
             data.rescale(1.0 / 255.0), once for each.",
            self.range(),
            trained.range()
        )
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use crate::data::dataset::Dataset;
    use candle_core::{Device, Tensor};

    fn bytes(count: usize) -> Dataset {
        let numbers = (0..count * 16).map(|index| (index * 97 % 256) as u8).collect::<Vec<_>>();
        Dataset::from_bytes(numbers, [4, 4], vec![0; count], ["a"]).unwrap()
    }

    /// Measurements of four kinds, each about its own mean.
    fn table(scale: impl Fn(usize, f32) -> f32) -> Dataset {
        let noise = |index: usize| (index as f32 * 0.618_034).fract() * 2.0 - 1.0;
        let numbers = (0..400).map(|index| scale(index % 4, noise(index))).collect::<Vec<_>>();
        let x = Tensor::from_vec(numbers, (100, 4), &Device::Cpu).unwrap();
        Dataset::from_tensors(&x, &Tensor::zeros(100, candle_core::DType::U32, &Device::Cpu).unwrap()).unwrap()
    }

    #[test]
    fn other_scales_are_seen_and_like_ones_are_not() {
        let raw = bytes(200);
        let (mean, deviation) = raw.mean_and_deviation();
        let scaled = raw.rescale(1.0 / 255.0);
        let twice = scaled.rescale(1.0 / 255.0);
        let normal = raw.normalize(mean, deviation).unwrap();
        let symmetric = raw.normalize(127.5, 127.5).unwrap();
        let sets = [&raw, &scaled, &twice, &normal, &symmetric];
        let like = |a: usize, b: usize| {
            a == b
                || (a, b) == (1, 4)
                || (a, b) == (4, 1)
                || (a.min(b), a.max(b)) == (3, 4)
                || (a.min(b), a.max(b)) == (1, 3)
        };
        for (a, first) in sets.iter().enumerate() {
            for (b, second) in sets.iter().enumerate() {
                assert_eq!(first.input_stats().is_far_from(&second.input_stats()), !like(a, b), "{a} and {b}");
            }
        }
        // Parts of one set, and one image of it.
        let (training, validation) = scaled.split(0.2).unwrap();
        assert!(!training.input_stats().is_far_from(&validation.input_stats()));
        assert!(!training.input_stats().is_far_from(&scaled.take(1).unwrap().input_stats()));
        assert!(training.input_stats().is_far_from(&raw.take(1).unwrap().input_stats()));
    }

    #[test]
    fn features_far_from_where_they_were_are_on_another_scale() {
        let means = [5.8, 3.1, 3.8, 1.2];
        let (raw, standard) = (table(|kind, z| means[kind] + 0.8 * z), table(|_, z| z));
        assert!(
            standard.input_stats().is_far_from(&raw.input_stats())
                && raw.input_stats().is_far_from(&standard.input_stats())
        );
        // One feature that grows, such as a year, is no other scale.
        let later = table(|kind, z| means[kind] + 0.8 * z + if kind == 0 { 20.0 } else { 0.0 });
        assert!(!raw.input_stats().is_far_from(&later.input_stats()));
    }

    #[test]
    fn all_one_number_is_all_one_number() {
        let constant = Dataset::from_bytes(vec![7; 600 * 4], [4], vec![0; 600], ["a"]).unwrap();
        assert!(constant.is_all_one_number(&constant.input_stats()));
        // One example among many that the sample may miss.
        let mut numbers = vec![7; 600 * 4];
        numbers[5] = 8;
        let nearly = Dataset::from_bytes(numbers, [4], vec![0; 600], ["a"]).unwrap();
        assert!(!nearly.is_all_one_number(&nearly.input_stats()));
        assert!(!constant.take(1).unwrap().is_all_one_number(&constant.input_stats()));
    }
}
