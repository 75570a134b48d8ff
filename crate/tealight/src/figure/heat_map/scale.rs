//! The scale of a heat map: from a value to a color, and the ticks of the color bar.

use plotters::style::RGBColor;

use super::super::color_map::ColorMap;
use super::super::palette::MISSING;
use super::super::ticks::{Ticks, format_value};
use super::ColorScale;

/// Maps the values of a heat map to colors.
pub(super) struct Scale {
    kind: ColorScale,
    map: ColorMap,
    lowest: f64,
    highest: f64,
    unit: f64,
}

impl Scale {
    /// Creates the scale for `values`, which must be finite.
    pub(super) fn new(
        kind: ColorScale,
        map: ColorMap,
        limits: Option<(f64, f64)>,
        values: impl Iterator<Item = f64>,
    ) -> Self {
        let (mut lowest, mut highest, mut all_integers) = (f64::INFINITY, f64::NEG_INFINITY, true);
        for value in values {
            (lowest, highest, all_integers) =
                (lowest.min(value), highest.max(value), all_integers && value.fract() == 0.0);
        }
        if kind == ColorScale::Log {
            (lowest, highest) = (0.0, if highest > 0.0 { highest } else { 1.0 });
        }
        if lowest > highest {
            (lowest, highest) = (0.0, 1.0);
        }
        if let Some(limits) = limits {
            (lowest, highest) = limits;
        }
        if lowest == highest {
            // If all values are equal, they are in the middle of the color map.
            let padding = if lowest == 0.0 { 1.0 } else { lowest.abs() / 2.0 };
            (lowest, highest) = (lowest - padding, highest + padding);
        }
        Self { kind, map, lowest, highest, unit: if all_integers { 1.0 } else { highest / 1000.0 } }
    }

    /// Returns the position of a value on the color bar, from 0 to 1.
    pub(super) fn position(&self, value: f64) -> f64 {
        let transform = |value: f64| match self.kind {
            // Divided by 4, so that the difference of the largest numbers is finite.
            ColorScale::Linear => value / 4.0,
            ColorScale::Log => (value.max(0.0) / self.unit).ln_1p(),
        };
        let (lowest, highest) = (transform(self.lowest), transform(self.highest));
        ((transform(value) - lowest) / (highest - lowest)).clamp(0.0, 1.0)
    }

    /// Returns the color of a value.
    pub(super) fn color_of(&self, value: f64) -> RGBColor {
        if value.is_finite() { self.color_at(self.position(value)) } else { MISSING }
    }

    /// Returns the color at a position on the color bar, from 0 to 1.
    pub(super) fn color_at(&self, position: f64) -> RGBColor {
        self.map.color(position)
    }

    /// Returns at most `max_ticks` round values for the color bar.
    pub(super) fn ticks(&self, max_ticks: usize) -> Ticks {
        if self.kind == ColorScale::Linear {
            return Ticks::round(self.lowest, self.highest, max_ticks.min(7));
        }
        let first = (self.unit.log10() - 1e-9).ceil() as i32;
        let last = self.highest.log10().floor() as i32;
        let factors: &[f64] = if last - first >= 2 { &[1.0] } else { &[1.0, 2.0, 5.0] };
        let powers = (first..=last).flat_map(|power| factors.iter().map(move |factor| factor * 10_f64.powi(power)));
        let inside = |value: &f64| (self.lowest..=self.highest).contains(value);
        let values: Vec<f64> = std::iter::once(0.0).chain(powers).filter(inside).collect();
        let stride = values.len().div_ceil(max_ticks.max(1)).max(1);
        // Zero, then from the largest down, so that the end of the bar has a tick.
        let kept = values
            .iter()
            .enumerate()
            .filter(|(index, _)| *index == 0 || (values.len() - 1 - index).is_multiple_of(stride));
        Ticks(kept.map(|(_, &value)| (value, tick_label(value))).collect())
    }
}

fn tick_label(value: f64) -> String {
    if value.fract() == 0.0 { format_value(value) } else { format!("{value}") }
}

#[cfg(test)]
mod tests {
    use super::{ColorMap, ColorScale, Scale};

    fn labels(scale: &Scale, max_ticks: usize) -> Vec<String> {
        scale.ticks(max_ticks).0.into_iter().map(|(_, label)| label).collect()
    }

    #[test]
    fn a_log_scale_shows_errors_beside_a_high_diagonal() {
        let scale = Scale::new(ColorScale::Log, ColorMap::Blues, None, [0.0, 3.0, 10.0, 1135.0].into_iter());
        assert_eq!((scale.position(0.0), scale.position(1135.0)), (0.0, 1.0));
        assert!((scale.position(10.0) - 11_f64.ln() / 1136_f64.ln()).abs() < 1e-12);
        assert!(scale.position(3.0) > 0.15);
        assert_eq!(labels(&scale, 8), ["0", "1", "10", "100", "1000"]);
    }

    #[test]
    fn the_color_bar_of_few_counts_has_ticks() {
        let scale = Scale::new(ColorScale::Log, ColorMap::Blues, None, [0.0, 1.0, 20.0].into_iter());
        assert_eq!(labels(&scale, 8), ["0", "1", "2", "5", "10", "20"]);
        let one = Scale::new(ColorScale::Log, ColorMap::Blues, None, [0.0, 1.0].into_iter());
        assert_eq!(labels(&one, 8), ["0", "1"]);
        let none = Scale::new(ColorScale::Log, ColorMap::Blues, None, [0.0].into_iter());
        assert_eq!(none.position(0.0), 0.0);
        let shares = Scale::new(ColorScale::Log, ColorMap::Blues, None, [0.0, 0.004, 0.98].into_iter());
        assert_eq!(labels(&shares, 8), ["0", "0.001", "0.01", "0.1"]);
    }

    #[test]
    fn a_linear_scale_has_limits_and_accepts_all_finite_values() {
        let scale = Scale::new(ColorScale::Linear, ColorMap::Blues, Some((-1.0, 1.0)), [0.3].into_iter());
        assert_eq!([-7.0, -1.0, 0.0, 1.0].map(|value| scale.position(value)), [0.0, 0.0, 0.5, 1.0]);
        assert_eq!(labels(&scale, 5), ["−1.0", "−0.5", "0", "0.5", "1.0"]);
        assert_eq!(Scale::new(ColorScale::Linear, ColorMap::Blues, None, [4.0, 4.0].into_iter()).position(4.0), 0.5);
        let huge = Scale::new(ColorScale::Linear, ColorMap::Blues, None, [f64::MIN, f64::MAX].into_iter());
        assert_eq!(huge.position(0.0), 0.5);
        assert!(Scale::new(ColorScale::Linear, ColorMap::Blues, None, [].into_iter()).position(0.5).is_finite());
    }
}
