//! Round numbers for an axis.

/// The marks of an axis: where they are, and what stands beside them.
#[derive(Debug, Default)]
pub(super) struct Ticks(pub(super) Vec<(f64, String)>);

/// Above this, and below its inverse, a number is written as a multiple of a power of ten.
const LONG: i32 = 7;

/// The most whole numbers of which each has a mark, and the most marks where not each has one.
const ALL: u64 = 15;
const SOME: u64 = 10;

impl Ticks {
    /// At most `most` multiples of 1, 2 or 5 times a power of ten that lie from `low` to `high`.
    ///
    /// The limits must be finite, `low` below `high`.
    pub(super) fn round(low: f64, high: f64, most: usize) -> Self {
        let rough = (high - low) / most.max(1) as f64;
        if !(rough.is_finite() && rough > 0.0) {
            return Self::default();
        }
        let first = rough.log10().floor() as i32;
        let steps = (first..=first + 2).flat_map(|exponent| [1.0, 2.0, 5.0].map(|factor| Step { factor, exponent }));
        for step in steps {
            // A hair of tolerance: 0.3 must be a multiple of 0.1 although the division gives 2.9999999999999996.
            let from = (low / step.size() - 1e-9).ceil();
            let to = (high / step.size() + 1e-9).floor();
            if to - from < most.max(1) as f64 {
                let values = (0..=(to - from) as usize).map(|index| step.times(from + index as f64)).collect();
                return Self::labelled(values, step.exponent);
            }
        }
        Self::default()
    }

    /// At most about `most` whole numbers from `first` to `last`: all of them where they are few, else the first and the
    /// multiples of a round step: 1, 5, 10, 15, 20.
    pub(super) fn whole(first: u64, last: u64, most: usize) -> Self {
        let most = most.max(2) as u64;
        let span = last.saturating_sub(first);
        if span < most.min(ALL) {
            return Self::labelled((first..=last).map(|value| value as f64).collect(), 0);
        }
        let powers = std::iter::successors(Some(1_u64), |power| power.checked_mul(10));
        let mut steps = powers.flat_map(|power| [5, 10, 20].map(|factor| power.saturating_mul(factor)));
        let step = steps.find(|step| span / step < most.min(SOME)).unwrap_or(u64::MAX);
        let mut values: Vec<f64> = (first.div_ceil(step)..=last / step).map(|index| (index * step) as f64).collect();
        // The first epoch is where the reader begins, so it has a label where there is room for one.
        if values.first().is_some_and(|&value| value - first as f64 >= 0.7 * step as f64) {
            values.insert(0, first as f64);
        }
        Self::labelled(values, 0)
    }

    /// The given values, as many decimals as a step of about 10 to the power of `exponent` needs.
    fn labelled(values: Vec<f64>, exponent: i32) -> Self {
        let largest = values.iter().fold(0.0_f64, |largest, value| largest.max(value.abs()));
        let label = |&value: &f64| (value, number(value, largest, exponent));
        Self(values.iter().map(label).collect())
    }

    /// The width of the widest label in pixels.
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

    /// Divides by a power of ten rather than multiplying by its inverse, which has no exact form: 0.3, not
    /// 0.30000000000000004.
    fn times(&self, count: f64) -> f64 {
        let power = 10_f64.powi(self.exponent.abs());
        if self.exponent < 0 { count * self.factor / power } else { count * self.factor * power }
    }
}

/// `value` with the decimals that a step of 10 to the power of `exponent` needs, among values up to `largest`.
fn number(value: f64, largest: f64, exponent: i32) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    let magnitude = largest.log10().floor() as i32;
    if magnitude >= LONG || exponent <= -LONG {
        let decimals = (magnitude - exponent).clamp(0, 15) as usize;
        return signed(&format!("{:.decimals$}×10{}", value / 10_f64.powi(magnitude), superscript(magnitude)));
    }
    let text = format!("{value:.*}", (-exponent).max(0) as usize);
    // All numbers of an axis are grouped or none: 2,000 beside 10,000.
    signed(&if largest >= 10_000.0 { thousands(&text) } else { text })
}

/// `value` as a count or a measure in a text: whole numbers whole, others with about four digits.
pub(super) fn plain(value: f64) -> String {
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
    signed(&if magnitude >= 10_000.0 { thousands(&text) } else { text })
}

/// 12345.5 as 12,345.5.
pub(super) fn thousands(number: &str) -> String {
    let (whole, rest) = number.split_at(number.find('.').unwrap_or(number.len()));
    let (sign, digits) = whole.split_at(whole.len() - whole.trim_start_matches('-').len());
    if !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return number.to_owned();
    }
    let mut grouped = String::from(sign);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped + rest
}

/// A minus sign as wide as a plus, instead of the hyphen.
fn signed(number: &str) -> String {
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
    use super::{Ticks, plain};

    fn round(low: f64, high: f64, most: usize) -> Vec<String> {
        Ticks::round(low, high, most).0.into_iter().map(|(_, label)| label).collect()
    }

    fn whole(first: u64, last: u64, most: usize) -> Vec<String> {
        Ticks::whole(first, last, most).0.into_iter().map(|(_, label)| label).collect()
    }

    #[test]
    fn numbers_on_an_axis_are_round() {
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
    fn epochs_have_whole_numbers_and_the_first_has_one() {
        assert_eq!(whole(1, 1, 8), ["1"]);
        assert_eq!(whole(1, 5, 8), ["1", "2", "3", "4", "5"]);
        assert_eq!(whole(1, 20, 8), ["1", "5", "10", "15", "20"]);
        assert_eq!(whole(1, 15, 20).len(), 15);
        assert_eq!(whole(1, 16, 20), ["1", "5", "10", "15"]);
        assert_eq!(whole(1, 50, 8), ["1", "10", "20", "30", "40", "50"]);
        assert_eq!(whole(1, 10_000, 8), ["1", "2,000", "4,000", "6,000", "8,000", "10,000"]);
        assert_eq!(whole(4, 30, 8), ["5", "10", "15", "20", "25", "30"]);
        assert_eq!(whole(u64::MAX - 1, u64::MAX, 8).len(), 2);
    }

    #[test]
    fn no_range_gives_more_ticks_than_asked_for_or_a_panic() {
        for (low, high) in [(0.0, 1e300), (-1e300, 1e300), (1e-300, 2e-300), (1.0, 1.0 + 1e-9), (5.0, 5.0), (1.0, 0.0)]
        {
            for most in [0, 1, 2, 5, 9] {
                assert!(round(low, high, most).len() <= most.max(1), "{low} {high} {most}");
            }
        }
        assert!(round(f64::NAN, 1.0, 5).is_empty());
    }

    #[test]
    fn a_number_in_a_text_has_about_four_digits() {
        let texts = [0.9817, 0.98, 12.0, 60_000.0, 1234.56, 1e-9, -0.5, f64::NAN].map(plain);
        assert_eq!(texts, ["0.9817", "0.9800", "12", "60,000", "1234.6", "1.000e−9", "−0.5000", "NaN"]);
    }
}
