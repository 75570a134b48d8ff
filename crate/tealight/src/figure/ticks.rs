//! Round numbers for the ticks of an axis.

use crate::format::group_thousands;

/// The ticks of an axis: values and labels.
#[derive(Debug, Default)]
pub(super) struct Ticks(pub(super) Vec<(f64, String)>);

/// From this power of ten on, and below its inverse, numbers are written as multiples of a power of ten.
const SCIENTIFIC_EXPONENT: i32 = 7;

/// The most ticks if every integer has one, and if not every integer has one.
const MAX_CONSECUTIVE_TICKS: u64 = 15;
const MAX_ROUND_TICKS: u64 = 10;

impl Ticks {
    /// Returns at most `max_ticks` multiples of 1, 2 or 5 times a power of ten between `low` and `high`. Returns none unless the
    /// limits are finite and `low` is below `high`.
    pub(super) fn round(low: f64, high: f64, max_ticks: usize) -> Self {
        let rough_step = (high - low) / max_ticks.max(1) as f64;
        if !(rough_step.is_finite() && rough_step > 0.0) {
            return Self::default();
        }
        let first = rough_step.log10().floor() as i32;
        let steps = (first..=first + 2).flat_map(|exponent| [1.0, 2.0, 5.0].map(|factor| Step { factor, exponent }));
        for step in steps {
            // With tolerance: 0.3 must be a multiple of 0.1 although the division results in 2.9999999999999996.
            let from = (low / step.size() - 1e-9).ceil();
            let to = (high / step.size() + 1e-9).floor();
            if to - from < max_ticks.max(1) as f64 {
                let values = (0..=(to - from) as usize).map(|index| step.times(from + index as f64)).collect();
                return Self::with_labels(values, step.exponent);
            }
        }
        Self::default()
    }

    /// Returns about `max_ticks` integers from `first` to `last`: all if they are few, otherwise the first and the multiples of a
    /// round step, such as 1, 5, 10, 15, 20.
    pub(super) fn integers(first: u64, last: u64, max_ticks: usize) -> Self {
        let max_ticks = max_ticks.max(2) as u64;
        let span = last.saturating_sub(first);
        if span < max_ticks.min(MAX_CONSECUTIVE_TICKS) {
            return Self::with_labels((first..=last).map(|value| value as f64).collect(), 0);
        }
        let powers = std::iter::successors(Some(1_u64), |power| power.checked_mul(10));
        let mut steps = powers.flat_map(|power| [5, 10, 20].map(|factor| power.saturating_mul(factor)));
        let step = steps.find(|step| span / step < max_ticks.min(MAX_ROUND_TICKS)).unwrap_or(u64::MAX);
        let mut values: Vec<f64> = (first.div_ceil(step)..=last / step).map(|index| (index * step) as f64).collect();
        // Readers start at the first epoch, so it has a label if there is space.
        if values.first().is_some_and(|&value| value - first as f64 >= 0.7 * step as f64) {
            values.insert(0, first as f64);
        }
        Self::with_labels(values, 0)
    }

    /// Labels the values with the decimals that a step of about 10 to the power of `exponent` needs.
    fn with_labels(values: Vec<f64>, exponent: i32) -> Self {
        let largest = values.iter().fold(0.0_f64, |largest, value| largest.max(value.abs()));
        let label = |&value: &f64| (value, format_tick(value, largest, exponent));
        Self(values.iter().map(label).collect())
    }

    /// Returns the width of the widest label in pixels.
    pub(super) fn width(&self, size: f64) -> f64 {
        self.0.iter().map(|(_, label)| super::text::width(label, size)).fold(0.0, f64::max)
    }
}

struct Step {
    factor: f64,
    exponent: i32,
}

impl Step {
    fn size(&self) -> f64 {
        self.times(1.0)
    }

    /// Returns a multiple of the step. Divides by a power of ten instead of multiplying by its inverse, which is not exact: 0.3,
    /// not 0.30000000000000004.
    fn times(&self, count: f64) -> f64 {
        let power = 10_f64.powi(self.exponent.abs());
        if self.exponent < 0 { count * self.factor / power } else { count * self.factor * power }
    }
}

/// Formats `value` with the decimals that a step of 10 to the power of `exponent` needs, among values up to `largest`.
fn format_tick(value: f64, largest: f64, exponent: i32) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    let magnitude = largest.log10().floor() as i32;
    if magnitude >= SCIENTIFIC_EXPONENT || exponent <= -SCIENTIFIC_EXPONENT {
        let decimals = (magnitude - exponent).clamp(0, 15) as usize;
        return with_minus_sign(&format!("{:.decimals$}×10{}", value / 10_f64.powi(magnitude), superscript(magnitude)));
    }
    let text = format!("{value:.*}", (-exponent).max(0) as usize);
    // Either all numbers of an axis have separators or none: 2,000 beside 10,000.
    with_minus_sign(&if largest >= 10_000.0 { group_thousands(&text) } else { text })
}

/// Formats `value` for a text: integers without decimals, other numbers with about four digits.
pub(super) fn format_value(value: f64) -> String {
    if !value.is_finite() {
        return value.to_string();
    }
    let magnitude = value.abs();
    let text = if value.fract() == 0.0 && magnitude < 1e7 {
        format!("{value:.0}")
    } else if (1e-3..1e7).contains(&magnitude) {
        format!("{value:.*}", if magnitude < 100.0 { 4 } else { 1 })
    } else {
        format!("{value:.3e}")
    };
    with_minus_sign(&if magnitude >= 10_000.0 { group_thousands(&text) } else { text })
}

/// Replaces hyphens with minus signs, which are as wide as a plus.
fn with_minus_sign(number: &str) -> String {
    number.replace('-', "−")
}

fn superscript(exponent: i32) -> String {
    let raise = |character| match character {
        '-' => '⁻',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        '4' => '⁴',
        '5' => '⁵',
        '6' => '⁶',
        '7' => '⁷',
        '8' => '⁸',
        '9' => '⁹',
        _ => '⁰',
    };
    exponent.to_string().chars().map(raise).collect()
}

#[cfg(test)]
mod tests {
    use super::{Ticks, format_value};

    fn round(low: f64, high: f64, max_ticks: usize) -> Vec<String> {
        Ticks::round(low, high, max_ticks).0.into_iter().map(|(_, label)| label).collect()
    }

    fn integers(first: u64, last: u64, max_ticks: usize) -> Vec<String> {
        Ticks::integers(first, last, max_ticks).0.into_iter().map(|(_, label)| label).collect()
    }

    #[test]
    fn ticks_are_round_numbers() {
        assert_eq!(round(0.97, 0.98, 6), ["0.970", "0.972", "0.974", "0.976", "0.978", "0.980"]);
        assert_eq!(round(0.0, 1.0, 6), ["0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
        assert_eq!(round(0.0, 2.31, 6), ["0", "0.5", "1.0", "1.5", "2.0"]);
        assert_eq!(round(-3.0, 14.0, 6), ["0", "5", "10"]);
        assert_eq!(round(-0.5, 0.5, 3), ["−0.5", "0", "0.5"]);
        assert_eq!(round(0.0, 60_000.0, 4), ["0", "20,000", "40,000", "60,000"]);
        assert_eq!(round(0.0, 3e9, 4), ["0", "1×10⁹", "2×10⁹", "3×10⁹"]);
        assert_eq!(round(0.0, 4e-9, 3), ["0", "2×10⁻⁹", "4×10⁻⁹"]);
    }

    #[test]
    fn ticks_of_epochs_are_integers_with_the_first() {
        assert_eq!(integers(1, 1, 8), ["1"]);
        assert_eq!(integers(1, 5, 8), ["1", "2", "3", "4", "5"]);
        assert_eq!(integers(1, 20, 8), ["1", "5", "10", "15", "20"]);
        assert_eq!(integers(1, 15, 20).len(), 15);
        assert_eq!(integers(1, 16, 20), ["1", "5", "10", "15"]);
        assert_eq!(integers(1, 50, 8), ["1", "10", "20", "30", "40", "50"]);
        assert_eq!(integers(1, 10_000, 8), ["1", "2,000", "4,000", "6,000", "8,000", "10,000"]);
        assert_eq!(integers(4, 30, 8), ["5", "10", "15", "20", "25", "30"]);
        assert_eq!(integers(u64::MAX - 1, u64::MAX, 8).len(), 2);
    }

    #[test]
    fn no_range_has_too_many_ticks_or_panics() {
        for (low, high) in [(0.0, 1e300), (-1e300, 1e300), (1e-300, 2e-300), (1.0, 1.0 + 1e-9), (5.0, 5.0), (1.0, 0.0)]
        {
            for max_ticks in [0, 1, 2, 5, 9] {
                assert!(round(low, high, max_ticks).len() <= max_ticks.max(1), "{low} {high} {max_ticks}");
            }
        }
        assert!(round(f64::NAN, 1.0, 5).is_empty());
    }

    #[test]
    fn a_value_in_a_text_has_about_four_digits() {
        let texts = [0.9817, 0.98, 12.0, 60_000.0, 1234.56, 1e-9, -0.5, f64::NAN].map(format_value);
        assert_eq!(texts, ["0.9817", "0.9800", "12", "60,000", "1234.6", "1.000e−9", "−0.5000", "NaN"]);
    }
}
