//! The tooltips of lines and points.

use super::super::axes::Axes;
use super::super::canvas::{Area, Canvas};
use super::super::text;
use super::super::ticks::format_value;
use super::{Series, XyData};

/// The most tooltips of a figure, and the most lines of all tooltips together, so that the figure is small.
const MAX_TOOLTIPS: usize = 100;
const MAX_TOOLTIP_LINES: usize = 240;
/// The side of the square around a point that shows its tooltip, and the most lines of one tooltip.
const POINT_TOOLTIP_SIDE: f64 = 10.0;
const MAX_LINES_PER_TOOLTIP: usize = 8;
/// The width to which names are truncated, at a font size of one pixel.
const MAX_NAME_WIDTH: f64 = 20.0;

impl XyData {
    pub(super) fn draw_tooltips(&self, canvas: &mut Canvas, axes: &Axes<'_>) {
        if self.by_epoch { self.draw_epoch_tooltips(canvas, axes) } else { self.draw_point_tooltips(canvas, axes) }
    }

    /// Adds a strip for each epoch that shows the values of all curves. With very many epochs, only some have one.
    fn draw_epoch_tooltips(&self, canvas: &mut Canvas, axes: &Axes<'_>) {
        let (left, right) = (axes.plot.left, axes.plot.right());
        let inside = |&epoch: &f64| (left - 0.5..=right + 0.5).contains(&axes.to_pixels((epoch, 0.0)).0);
        let epochs: Vec<f64> = (1..=self.longest())
            .map(|epoch| epoch as f64)
            .filter(|&epoch| epoch > self.skip_through)
            .filter(inside)
            .collect();
        let max_tooltips = (MAX_TOOLTIP_LINES / self.series.len().clamp(1, MAX_LINES_PER_TOOLTIP)).min(MAX_TOOLTIPS);
        let step = epochs.len().div_ceil(max_tooltips).max(1);
        let half = 0.5 * step as f64;
        for &epoch in epochs.iter().skip(step / 2).step_by(step) {
            let from = axes.to_pixels((epoch - half, 0.0)).0.max(left);
            let to = axes.to_pixels((epoch + half, 0.0)).0.min(right);
            let line = |series: &Series| {
                let value = series.points.get(epoch as usize - 1)?.1;
                Some(format!("\n{} {}", text::truncate(&series.name, 1.0, MAX_NAME_WIDTH), format_value(value)))
            };
            let mut text = format!("epoch {epoch}");
            text.extend(self.series.iter().filter_map(line).take(MAX_LINES_PER_TOOLTIP));
            canvas.tooltip(Area { left: from, width: to - from, ..axes.plot }, text);
        }
    }

    /// Adds a square around each point that shows its values. With very many points, only some have one.
    fn draw_point_tooltips(&self, canvas: &mut Canvas, axes: &Axes<'_>) {
        let points = self.series.iter().flat_map(|series| {
            self.visible_points(series).filter_map(move |(x, y)| y.map(|y| (series, axes.to_pixels((x, y)), (x, y))))
        });
        let plot = axes.plot;
        let inside = |&(_, pixel, _): &(_, (f64, f64), _)| plot.contains(pixel);
        let points: Vec<_> = points.filter(inside).collect();
        let step = points.len().div_ceil(MAX_TOOLTIPS + 50).max(1);
        for (series, (left, top), (x, y)) in points.into_iter().step_by(step) {
            let area = Area {
                left: left - POINT_TOOLTIP_SIDE / 2.0,
                top: top - POINT_TOOLTIP_SIDE / 2.0,
                width: POINT_TOOLTIP_SIDE,
                height: POINT_TOOLTIP_SIDE,
            };
            canvas.tooltip(
                area,
                format!(
                    "{}: {}, {}",
                    text::truncate(&series.name, 1.0, MAX_NAME_WIDTH),
                    format_value(x),
                    format_value(y)
                ),
            );
        }
    }
}
