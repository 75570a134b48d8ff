//! The layout of a histogram: its bars and the curves over them.

use std::borrow::Cow;

use plotters::style::text_anchor::HPos;

use super::super::axes::{Axes, Axis, TickKind};
use super::super::canvas::{Area, Canvas, Font};
use super::super::cartesian_layout::CartesianLayout;
use super::super::chart::LABEL_SIZE;
use super::super::legend::{Entry, Swatch};
use super::super::palette::{TEXT_MUTED, series_color};
use super::super::ticks::format_value;
use super::{Bins, Histogram, ValueSet, density};

/// The opacity of overlapping bars and of other bars.
const OVERLAP_OPACITY: f64 = 0.45;
const OPACITY: f64 = 0.85;
const CURVE_POINTS: usize = 160;

impl Histogram {
    pub(super) fn layout_size(&self, width: f64) -> (f64, f64) {
        let bins = self.shared_bins();
        let (x, _) = self.axes(&bins, 1.0);
        CartesianLayout::default_size(&self.options.title, self.entries(), &x, width, width * 0.42)
    }

    fn axes(&self, bins: &Bins, highest: f64) -> (Axis<'_>, Axis<'_>) {
        let (low, high) = bins.range();
        let padding = if self.axes_options.x_limits.is_some() { 0.0 } else { 0.02 * (high - low) };
        let x =
            Axis { from: low - padding, to: high + padding, label: &self.axes_options.x_label, ticks: TickKind::Round };
        let label = match (self.axes_options.y_label.as_str(), self.density) {
            ("", true) => "density",
            ("", false) => "values",
            (label, _) => label,
        };
        let (from, to) = self.axes_options.y_limits.unwrap_or((0.0, if highest > 0.0 { 1.06 * highest } else { 1.0 }));
        (x, Axis { from, to, label, ticks: TickKind::Round })
    }

    fn entries(&self) -> Vec<Entry<'_>> {
        let shown = self.axes_options.legend.unwrap_or(self.sets.len() > 1);
        let sets = self.sets.iter().enumerate().filter(|_| shown);
        let entry = |(index, set): (usize, &ValueSet)| Entry {
            name: Cow::Owned(set.name.clone()),
            color: series_color(index),
            swatch: Swatch::Box,
        };
        sets.map(entry).collect()
    }

    /// Returns the points of the smooth curve of a set.
    fn density_curve(&self, bins: &Bins, set: &ValueSet) -> Vec<(f64, f64)> {
        let (low, high) = bins.range();
        let positions: Vec<f64> =
            (0..=CURVE_POINTS).map(|step| low + (high - low) * step as f64 / CURVE_POINTS as f64).collect();
        let values: Vec<f64> = set.finite().collect();
        let density = if self.curve { density::density(&values, &positions) } else { None };
        positions.into_iter().zip(density.unwrap_or_default()).collect()
    }

    pub(super) fn draw_chart(&self, canvas: &mut Canvas, area: Area) {
        let bins = self.shared_bins();
        let heights: Vec<Vec<f64>> = self.sets.iter().map(|set| self.heights(&bins, set)).collect();
        let curves: Vec<_> = self.sets.iter().map(|set| self.density_curve(&bins, set)).collect();
        let tops = heights.iter().flatten().copied().chain(curves.iter().flatten().map(|point| point.1));
        let (x, y) = self.axes(&bins, tops.fold(0.0, f64::max));
        let layout = CartesianLayout::new(&self.options.title, self.entries(), x, y, area);
        layout.draw(canvas, self.axes_options.grid);
        let axes = &layout.axes;
        let opacity = if self.sets.len() > 1 || self.curve { OVERLAP_OPACITY } else { OPACITY };
        for (index, heights) in heights.iter().enumerate() {
            canvas.group("", |painter| {
                for (bin, &height) in heights.iter().enumerate().filter(|(_, height)| **height > 0.0) {
                    if let Some(bar) = bar(axes, bins.edges(bin), height) {
                        painter.fill_alpha(bar, series_color(index), opacity);
                    }
                }
            });
        }
        let stroke = canvas.stroke_width();
        for (index, points) in curves.iter().enumerate().filter(|(_, points)| !points.is_empty()) {
            let (_, top) = axes.to_pixels((0.0, y.to));
            let to_pixels = |&point: &(f64, f64)| (axes.to_pixels(point).0, axes.to_pixels(point).1.max(top));
            let pixels: Vec<_> = points.iter().map(to_pixels).collect();
            canvas.group("stroke-linejoin=\"round\"", |painter| painter.line(&pixels, series_color(index), stroke));
        }
        if heights.iter().flatten().all(|&height| height == 0.0) {
            let font = Font::new(LABEL_SIZE, TEXT_MUTED, HPos::Center);
            let finite = self.sets.iter().any(|set| set.finite().next().is_some());
            let message = if finite { "no values within the limits" } else { "no finite values to draw" };
            canvas.group("", |painter| painter.text(message, axes.plot.middle(), font));
        }
        self.draw_tooltips(canvas, axes, &bins, &heights);
    }

    fn draw_tooltips(&self, canvas: &mut Canvas, axes: &Axes<'_>, bins: &Bins, heights: &[Vec<f64>]) {
        for bin in 0..bins.count {
            let (from, to) = bins.edges(bin);
            let (left, right) = (axes.to_pixels((from, 0.0)).0, axes.to_pixels((to, 0.0)).0);
            let mut text = format!("{} to {}", format_value(from), format_value(to));
            for (set, heights) in self.sets.iter().zip(heights) {
                text += &format!("\n{} {}", set.name, format_value(heights[bin]));
            }
            canvas.tooltip(Area { left, width: right - left, ..axes.plot }, text);
        }
    }
}

/// Returns the area of a bar, clamped to the plot; `None` if it is outside.
fn bar(axes: &Axes<'_>, (from, to): (f64, f64), height: f64) -> Option<Area> {
    let plot = axes.plot;
    let (left, top) = axes.to_pixels((from, height));
    let (right, bottom) = axes.to_pixels((to, 0.0));
    let (top, bottom) = (top.clamp(plot.top, plot.bottom()), bottom.clamp(plot.top, plot.bottom()));
    // A small gap separates wide bars.
    let gap = if right - left > 5.0 { 0.5 } else { 0.0 };
    let area = Area { left: left + gap, top, width: right - left - 2.0 * gap, height: bottom - top };
    (area.height > 0.0 && area.width > 0.0).then_some(area)
}
