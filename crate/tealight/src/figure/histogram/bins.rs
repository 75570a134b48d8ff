//! The bins of a histogram.

use super::MAX_BINS;

/// Equal ranges from the lowest to the highest value.
pub(super) struct Bins {
    low: f64,
    high: f64,
    pub(super) count: usize,
}

impl Bins {
    /// Creates `count` bins, or as many as NumPy's `"auto"`, over the limits or else over the range of the values.
    pub(super) fn new(values: &[f64], count: Option<usize>, limits: Option<(f64, f64)>) -> Self {
        let lowest = values.iter().copied().fold(f64::INFINITY, f64::min);
        let highest = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let (low, high) = match limits {
            Some(limits) => limits,
            None if lowest > highest => (0.0, 1.0),
            // As in NumPy, equal values are in the middle of a range of 1. For huge values the range must exceed their rounding error.
            None if lowest == highest => {
                let half = 0.5_f64.max(lowest.abs() * 1e-9);
                (lowest - half, highest + half)
            }
            None => (lowest, highest),
        };
        let inside: Vec<f64> = values.iter().copied().filter(|value| (low..=high).contains(value)).collect();
        let count = count.unwrap_or_else(|| auto_count(&inside, lowest.max(low), highest.min(high), high - low));
        Self { low, high, count: count.clamp(1, MAX_BINS as usize) }
    }

    pub(super) fn width(&self) -> f64 {
        self.high / self.count as f64 - self.low / self.count as f64
    }

    /// Returns the edges of a bin.
    pub(super) fn edges(&self, bin: usize) -> (f64, f64) {
        let edge = |index: usize| {
            let fraction = index as f64 / self.count as f64;
            self.low * (1.0 - fraction) + self.high * fraction
        };
        (edge(bin), edge(bin + 1))
    }

    pub(super) fn range(&self) -> (f64, f64) {
        (self.low, self.high)
    }

    /// Counts the values in each bin. A value on an edge belongs to the bin that begins there; the last bin includes its end.
    pub(super) fn counts(&self, values: impl Iterator<Item = f64>) -> Vec<f64> {
        let mut counts = vec![0.0; self.count];
        for value in values.filter(|value| (self.low..=self.high).contains(value)) {
            let fraction = (value / 2.0 - self.low / 2.0) / (self.high / 2.0 - self.low / 2.0);
            let mut bin = ((fraction * self.count as f64) as usize).min(self.count - 1);
            // Corrects the rounding error of the division for values next to an edge.
            if value < self.edges(bin).0 {
                bin -= 1;
            } else if bin + 1 < self.count && value >= self.edges(bin).1 {
                bin += 1;
            }
            counts[bin] += 1.0;
        }
        counts
    }
}

/// Returns the number of bins of NumPy's `"auto"`: whichever bins are narrower, those of the rule of Freedman and Diaconis or
/// those of Sturges. The first are twice the interquartile range divided by the cube root of the count, the second are the range
/// divided by the binary logarithm of the count plus 1.
fn auto_count(values: &[f64], lowest: f64, highest: f64, range: f64) -> usize {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let count = sorted.len() as f64;
    if sorted.len() < 2 || highest <= lowest {
        return 1;
    }
    let spread = quantile(&sorted, 0.75) - quantile(&sorted, 0.25);
    let narrow = 2.0 * spread / count.cbrt();
    let sturges = (highest - lowest) / (count.log2() + 1.0);
    let width = if narrow > 0.0 { narrow.min(sturges) } else { sturges };
    ((range / width).ceil() as usize).max(1)
}

/// Returns a quantile by linear interpolation.
fn quantile(sorted: &[f64], fraction: f64) -> f64 {
    let position = fraction * (sorted.len() - 1) as f64;
    let (below, above) = (sorted[position.floor() as usize], sorted[position.ceil() as usize]);
    below + (above - below) * position.fract()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::Bins;

    #[test]
    fn histogram_bins_are_those_of_numpy() {
        let vectors = crate::figure::histogram::vectors();
        for set in vectors["sets"].as_array().unwrap() {
            let values = numbers(&set["values"]);
            for wanted in set["histograms"].as_array().unwrap() {
                let count = wanted["bins"].as_u64().map(|bins| bins as usize);
                let bins = Bins::new(&values, count, None);
                let case = format!("{} in {}", set["name"], wanted["bins"]);
                assert_eq!(bins.counts(values.iter().copied()), numbers(&wanted["counts"]), "{case}");
                for (index, edge) in numbers(&wanted["edges"]).windows(2).enumerate() {
                    let (from, to) = bins.edges(index);
                    assert!(
                        (from - edge[0]).abs() < 1e-9 && (to - edge[1]).abs() < 1e-9,
                        "{case}: {from} {to} {edge:?}"
                    );
                }
            }
        }
    }

    fn numbers(list: &serde_json::Value) -> Vec<f64> {
        serde_json::from_value(list.clone()).unwrap()
    }

    #[test]
    fn bins_of_equal_no_and_huge_values() {
        let same = Bins::new(&[4.0; 9], None, None);
        assert_eq!((same.count, same.range(), same.counts([4.0; 9].into_iter())), (1, (3.5, 4.5), vec![9.0]));
        assert_eq!(Bins::new(&[], None, None).counts(std::iter::empty()), [0.0]);
        let huge = Bins::new(&[-1e300, 1e300], Some(4), None);
        assert_eq!(huge.counts([-1e300, 1e300].into_iter()), [1.0, 0.0, 0.0, 1.0]);
        let limited = Bins::new(&[0.0, 0.5, 1.0, 9.0], Some(2), Some((0.0, 1.0)));
        assert_eq!(limited.counts([0.0, 0.5, 1.0, 9.0].into_iter()), [1.0, 2.0]);
    }
}
