//! The layout and drawing of lines and points.

use std::borrow::Cow;

use plotters::style::RGBColor;
use plotters::style::text_anchor::HPos;

use super::super::axes::{Axes, Axis, TickKind};
use super::super::axes_options::AxesOptions;
use super::super::canvas::{Area, Canvas, Font, Painter, Point};
use super::super::cartesian_layout::CartesianLayout;
use super::super::chart::{ChartOptions, LABEL_SIZE};
use super::super::legend::{Entry, Swatch};
use super::super::palette::{SERIES_COLORS, TEXT, TEXT_MUTED, WHITE};
use super::super::text;
use super::super::value_range::is_drawable;
use super::polyline::{clip_polyline, polylines};
use super::{Markers, Series, SeriesStyle, XyData};

/// The most points of a figure, all lines together, so that it is small.
const MAX_POINTS: usize = 1200;
/// The most dots that are drawn large, and the most dots.
const MAX_LARGE_DOTS: usize = 400;
pub(super) const MAX_DOTS: usize = 2400;
/// Dots closer than this would touch, in pixels.
const DOT_SPACING: f64 = 7.0;
/// The dash pattern of a reference line; no curve has it.
const REFERENCE_DASHES: &str = "stroke-dasharray=\"15 35\" stroke-linecap=\"round\"";

impl XyData {
    pub(super) fn extent(&self, options: &ChartOptions, axes_options: &AxesOptions, width: f64) -> (f64, f64) {
        let (x, _) = self.axes(axes_options);
        CartesianLayout::default_size(&options.title, self.entries(axes_options), &x, width, width * 0.46)
    }

    pub(super) fn draw(&self, options: &ChartOptions, axes_options: &AxesOptions, canvas: &mut Canvas, area: Area) {
        let (x, y) = self.axes(axes_options);
        let layout = CartesianLayout::new(&options.title, self.entries(axes_options), x, y, area);
        layout.draw(canvas, axes_options.grid);
        let axes = &layout.axes;
        if self.shade_gap {
            self.shade_gaps(canvas, axes);
        }
        self.draw_references(canvas, axes);
        if !self.draw_series(canvas, axes) {
            let font = Font::new(LABEL_SIZE, TEXT_MUTED, HPos::Center);
            let message = text::wrap(self.empty_reason(axes_options), LABEL_SIZE, axes.plot.width, 2);
            canvas.group("", |painter| painter.lines(&message, axes.plot.middle(), font));
        }
        for (series, point) in self.best_points() {
            let at = axes.to_pixels(point);
            if clip_area(axes).contains(at) {
                canvas.group("", |painter| {
                    painter.circle(at, 6.0, WHITE);
                    painter.circle(at, 3.0, series.color());
                    painter.circle_outline(at, 6.0, TEXT, 2.0);
                });
            }
        }
        self.draw_tooltips(canvas, axes);
    }

    fn axes<'a>(&self, axes_options: &'a AxesOptions) -> (Axis<'a>, Axis<'a>) {
        let ((x_from, x_to), (y_from, y_to)) = (self.x_range(axes_options), self.y_range(axes_options));
        let ticks = if self.by_epoch { TickKind::Integers } else { TickKind::Round };
        let x = Axis { from: x_from, to: x_to, label: &axes_options.x_label, ticks };
        (x, Axis { from: y_from, to: y_to, label: &axes_options.y_label, ticks: TickKind::Round })
    }

    fn entries(&self, axes_options: &AxesOptions) -> Vec<Entry<'_>> {
        let series = self.series.iter().map(|series| {
            let name = if series.name.trim().is_empty() { "(no name)" } else { series.name.as_str() };
            let swatch = match series.style {
                SeriesStyle::Dots => Swatch::Dot,
                _ => Swatch::Line(dashes(series)),
            };
            Entry { name: Cow::Borrowed(name), color: series.color(), swatch }
        });
        let named = self.references.iter().filter(|reference| !reference.name.trim().is_empty());
        let references = named.map(|reference| Entry {
            name: Cow::Borrowed(&reference.name),
            color: TEXT,
            swatch: Swatch::Line(REFERENCE_DASHES),
        });
        let best = self.best_name().map(|name| Entry { name: Cow::Owned(name), color: TEXT, swatch: Swatch::Circle });
        let entries: Vec<_> = series.chain(references).chain(best).collect();
        if axes_options.legend.unwrap_or(entries.len() > 1) { entries } else { Vec::new() }
    }

    fn draw_references(&self, canvas: &mut Canvas, axes: &Axes<'_>) {
        let Area { left, top, .. } = axes.plot;
        for reference in self.references.iter().filter(|reference| is_drawable(reference.value)) {
            let at = axes.to_pixels((reference.value, reference.value));
            let line = if reference.vertical {
                [(at.0, top), (at.0, axes.plot.bottom())]
            } else {
                [(left, at.1), (axes.plot.right(), at.1)]
            };
            if line.iter().all(|&end| clip_area(axes).contains(end)) {
                canvas.group(REFERENCE_DASHES, |painter| painter.line(&line, TEXT, 1.5));
            }
        }
    }

    /// Draws lines and dots. Returns whether there were any.
    fn draw_series(&self, canvas: &mut Canvas, axes: &Axes<'_>) -> bool {
        let max_points = (MAX_POINTS / self.series.len().max(1)).clamp(30, 2 * axes.plot.width.max(20.0) as usize);
        let mut any = false;
        for series in &self.series {
            let points: Vec<_> = self.visible_points(series).collect();
            if series.style == SeriesStyle::Dots {
                any |= draw_markers(canvas, axes, series, &points, Markers::Dots);
                continue;
            }
            // A curve of more points is a band, whose edges are clearer with a thin line.
            let stroke = if points.len() > max_points { canvas.stroke_width() / 2.0 } else { canvas.stroke_width() };
            let place = |run: Vec<_>| {
                clip_polyline(&run.into_iter().map(|point| axes.to_pixels(point)).collect::<Vec<_>>(), clip_area(axes))
            };
            let parts: Vec<_> = polylines(&points, max_points).into_iter().flat_map(place).collect();
            any |= !parts.is_empty();
            canvas.group(dashes(series), |painter| {
                for part in &parts {
                    match part.as_slice() {
                        &[point] => painter.circle(point, 3.2, series.color()),
                        part => painter.line(part, series.color(), stroke),
                    }
                }
            });
            if self.markers != Markers::None && points.len() as f64 * DOT_SPACING <= axes.plot.width {
                draw_markers(canvas, axes, series, &points, self.markers);
            }
        }
        any
    }

    /// Shades the area between a solid line and the dashed line after it, in the color of the dashed line.
    fn shade_gaps(&self, canvas: &mut Canvas, axes: &Axes<'_>) {
        for pair in self.series.windows(2) {
            let [solid, dashed] = pair else { continue };
            if (solid.style, dashed.style) != (SeriesStyle::Solid, SeriesStyle::Dashed) {
                continue;
            }
            let both = self
                .visible_points(solid)
                .zip(self.visible_points(dashed))
                .map(|((x, one), (_, other))| (x, one.zip(other)));
            let points: Vec<_> = both.collect();
            // With very many epochs, as coarse as the curves.
            let step = points.len().div_ceil(MAX_POINTS / 6).max(1);
            let points: Vec<_> = points.into_iter().step_by(step).collect();
            canvas.group("", |painter| {
                for run in points.split(|(_, both)| both.is_none()) {
                    let upper = run.iter().filter_map(|&(x, both)| both.map(|(one, _)| axes.to_pixels((x, one))));
                    let lower =
                        run.iter().rev().filter_map(|&(x, both)| both.map(|(_, other)| axes.to_pixels((x, other))));
                    let clamp = |(x, y): (f64, f64)| {
                        let Area { left, top, .. } = axes.plot;
                        (x.clamp(left, axes.plot.right()), y.clamp(top, axes.plot.bottom()))
                    };
                    let corners: Vec<_> = upper.chain(lower).map(clamp).collect();
                    if corners.len() > 3 {
                        painter.fill_polygon_alpha(&corners, dashed.color(), 0.18);
                    }
                }
            });
        }
    }
}

/// Draws points as dots or crosses. Returns whether there were any.
fn draw_markers(
    canvas: &mut Canvas,
    axes: &Axes<'_>,
    series: &Series,
    points: &[(f64, Option<f64>)],
    markers: Markers,
) -> bool {
    let pixels = points.iter().filter_map(|&(x, y)| y.map(|y| axes.to_pixels((x, y))));
    let pixels: Vec<_> = pixels.filter(|&pixel| clip_area(axes).contains(pixel)).collect();
    // An even selection of very many points is drawn, so that dense areas stay denser than others.
    let radius = if pixels.len() > MAX_LARGE_DOTS { 1.8 } else { 3.2 };
    let step = pixels.len().div_ceil(MAX_DOTS).max(1);
    let pixels: Vec<_> = pixels.into_iter().step_by(step).collect();
    if markers == Markers::Crosses {
        canvas.group("", |painter| pixels.iter().for_each(|&pixel| draw_cross(painter, pixel, radius, series.color())));
    } else {
        canvas.circles(&pixels, radius, series.color());
    }
    !pixels.is_empty()
}

fn draw_cross(painter: &mut Painter<'_>, (x, y): Point, arm: f64, color: RGBColor) {
    painter.line(&[(x - arm, y - arm), (x + arm, y + arm)], color, 1.6);
    painter.line(&[(x - arm, y + arm), (x + arm, y - arm)], color, 1.6);
}

/// Returns an area slightly larger than the plot, so that rounding errors don't clip a curve along the edge.
fn clip_area(axes: &Axes<'_>) -> Area {
    let Area { left, top, width, height } = axes.plot;
    Area { left: left - 0.01, top: top - 0.01, width: width + 0.02, height: height + 0.02 }
}

/// Returns the dash pattern of a line, in units of a tenth of a pixel. When the colors repeat, the patterns change.
fn dashes(series: &Series) -> &'static str {
    match (series.color_index / SERIES_COLORS.len(), series.style) {
        (0, SeriesStyle::Dashed) => "stroke-linejoin=\"round\" stroke-dasharray=\"70 40\"",
        (0, _) => "stroke-linejoin=\"round\" stroke-linecap=\"round\"",
        (_, SeriesStyle::Dashed) => "stroke-linejoin=\"round\" stroke-dasharray=\"25 30\"",
        (_, _) => "stroke-linejoin=\"round\" stroke-dasharray=\"140 30 30 30\"",
    }
}
