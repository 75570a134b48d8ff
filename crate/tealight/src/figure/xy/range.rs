//! The ranges of the axes.

use super::super::axes_options::AxesOptions;
use super::super::value_range;
use super::XyData;

impl XyData {
    /// Returns the values within the `x` limits, including reference lines.
    fn visible_values(&self, axes_options: &AxesOptions) -> impl Iterator<Item = f64> + Clone {
        let (from, to) = axes_options.x_limits.unwrap_or((f64::MIN, f64::MAX));
        let inside = move |&(x, _): &(f64, Option<f64>)| (from..=to).contains(&x);
        let points = self
            .series
            .iter()
            .flat_map(move |series| self.visible_points(series).filter(inside).filter_map(|(_, y)| y));
        let references =
            self.references.iter().filter(|reference| !reference.vertical).map(|reference| reference.value);
        points.chain(references.filter(|&value| value_range::is_drawable(value)))
    }

    pub(super) fn y_range(&self, axes_options: &AxesOptions) -> (f64, f64) {
        axes_options.y_limits.unwrap_or_else(|| value_range::padded_range(self.visible_values(axes_options)))
    }

    pub(super) fn x_range(&self, axes_options: &AxesOptions) -> (f64, f64) {
        if let Some(limits) = axes_options.x_limits {
            return limits;
        }
        if self.by_epoch {
            // From the first to the last epoch, with padding, so that there is space for the dot of a single epoch.
            let first = if self.skip_through > 0.0 { self.skip_through + 1.0 } else { 1.0 };
            let last = (self.longest() as f64).max(first);
            let padding = if last == first { 0.5 } else { 0.015 * (last - first) };
            return (first - padding, last + padding);
        }
        let xs = self.series.iter().flat_map(|series| self.visible_points(series).map(|(x, _)| x));
        let references = self.references.iter().filter(|reference| reference.vertical).map(|reference| reference.value);
        let xs = xs.chain(references.filter(|&value| value_range::is_drawable(value)));
        let lowest = xs.clone().fold(f64::INFINITY, f64::min);
        let highest = xs.fold(f64::NEG_INFINITY, f64::max);
        match highest - lowest {
            range if range > 1e-9 * lowest.abs().max(highest.abs()) => (lowest - 0.04 * range, highest + 0.04 * range),
            _ if lowest > highest => (0.0, 1.0),
            _ => {
                let padding = if lowest == 0.0 { 1.0 } else { 0.05 * lowest.abs() };
                (lowest - padding, highest + padding)
            }
        }
    }

    /// Returns why the plot is empty.
    pub(super) fn empty_reason(&self, axes_options: &AxesOptions) -> &'static str {
        if self.longest() == 0 {
            "no values to draw"
        } else if self.series.iter().all(|series| self.visible_points(series).next().is_none()) && self.by_epoch {
            "no epochs left to draw"
        } else if self.visible_values(axes_options).next().is_none()
            && self.series.iter().all(|series| self.visible_points(series).all(|(_, y)| y.is_none()))
        {
            "no finite values to draw"
        } else {
            "no values within the limits"
        }
    }
}
