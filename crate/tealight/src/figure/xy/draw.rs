//! Where everything stands, and the drawing itself.

use std::borrow::Cow;

use plotters::style::RGBColor;
use plotters::style::text_anchor::HPos;

use super::super::axes::{Axes, Axis, Marks};
use super::super::canvas::{Area, Canvas, Font, Pen, Point};
use super::super::drawing::{LABEL_SIZE, Look};
use super::super::frame::{Frame, Framed, drawable};
use super::super::legend::{Entry, Sample};
use super::super::palette::{CURVES, INK, SOFT_INK, WHITE};
use super::super::text;
use super::path::{clipped, runs};
use super::{Markers, Series, SeriesLook, Xy};

/// How many points a figure has at most, on all of its lines together, to weigh little.
const MOST_POINTS: usize = 1200;
/// So many dots are drawn large, and so many at most.
const FEW_DOTS: usize = 400;
pub(super) const MOST_DOTS: usize = 2400;
/// Dots closer to each other than this would touch, in pixels.
const DOT: f64 = 7.0;
/// The pattern of a reference line, which no curve has.
const REFERENCE: &str = "stroke-dasharray=\"15 35\" stroke-linecap=\"round\"";

impl Xy {
    pub(super) fn extent(&self, look: &Look, frame: &Frame, width: f64) -> (f64, f64) {
        let (x, _) = self.axes(frame);
        Framed::extent(&look.title, self.entries(frame), &x, width, width * 0.46)
    }

    pub(super) fn draw(&self, look: &Look, frame: &Frame, canvas: &mut Canvas, area: Area) {
        let (x, y) = self.axes(frame);
        let framed = Framed::new(&look.title, self.entries(frame), x, y, area);
        framed.draw(canvas, frame.grid);
        let axes = &framed.axes;
        if self.gap {
            self.shade_gaps(canvas, axes);
        }
        self.draw_references(canvas, axes);
        if !self.draw_series(canvas, axes) {
            let font = Font::new(LABEL_SIZE, SOFT_INK, HPos::Center);
            let notice = text::wrap(self.nothing(frame), LABEL_SIZE, axes.plot.width, 2);
            canvas.group("", |pen| pen.lines(&notice, axes.plot.middle(), font));
        }
        for (series, point) in self.best_points() {
            let at = axes.place(point);
            if inside(at, edge(axes)) {
                canvas.group("", |pen| {
                    pen.dot(at, 6.0, WHITE);
                    pen.dot(at, 3.0, series.ink());
                    pen.ring(at, 6.0, INK, 2.0);
                });
            }
        }
        self.draw_hints(canvas, axes);
    }

    fn axes<'a>(&self, frame: &'a Frame) -> (Axis<'a>, Axis<'a>) {
        let ((x_from, x_to), (y_from, y_to)) = (self.x_range(frame), self.y_range(frame));
        let marks = if self.epochs { Marks::Whole } else { Marks::Round };
        let x = Axis { from: x_from, to: x_to, label: &frame.x_label, marks };
        (x, Axis { from: y_from, to: y_to, label: &frame.y_label, marks: Marks::Round })
    }

    fn entries(&self, frame: &Frame) -> Vec<Entry<'_>> {
        let series = self.series.iter().map(|series| {
            let name = if series.name.trim().is_empty() { "(no name)" } else { series.name.as_str() };
            let sample = match series.look {
                SeriesLook::Dots => Sample::Dot,
                _ => Sample::Line(dashes(series)),
            };
            Entry { name: Cow::Borrowed(name), color: series.ink(), sample }
        });
        let named = self.references.iter().filter(|reference| !reference.name.trim().is_empty());
        let references = named.map(|reference| Entry {
            name: Cow::Borrowed(&reference.name),
            color: INK,
            sample: Sample::Line(REFERENCE),
        });
        let best = self.best_name().map(|name| Entry { name: Cow::Owned(name), color: INK, sample: Sample::Ring });
        let entries: Vec<_> = series.chain(references).chain(best).collect();
        if frame.legend.unwrap_or(entries.len() > 1) { entries } else { Vec::new() }
    }

    fn draw_references(&self, canvas: &mut Canvas, axes: &Axes<'_>) {
        let Area { left, top, .. } = axes.plot;
        for reference in self.references.iter().filter(|reference| drawable(reference.value)) {
            let at = axes.place((reference.value, reference.value));
            let line = if reference.upright {
                [(at.0, top), (at.0, axes.plot.bottom())]
            } else {
                [(left, at.1), (axes.plot.right(), at.1)]
            };
            if line.iter().all(|&end| inside(end, edge(axes))) {
                canvas.group(REFERENCE, |pen| pen.line(&line, INK, 1.5));
            }
        }
    }

    /// Draws lines and dots; whether there were any to draw.
    fn draw_series(&self, canvas: &mut Canvas, axes: &Axes<'_>) -> bool {
        let most = (MOST_POINTS / self.series.len().max(1)).clamp(30, 2 * axes.plot.width.max(20.0) as usize);
        let mut some = false;
        for series in &self.series {
            let points: Vec<_> = self.kept(series).collect();
            if series.look == SeriesLook::Dots {
                some |= draw_markers(canvas, axes, series, &points, Markers::Dots);
                continue;
            }
            // A curve of more points than that is a band, whose edges a fine pen shows better.
            let stroke = if points.len() > most { canvas.stroke() / 2.0 } else { canvas.stroke() };
            let place =
                |run: Vec<_>| clipped(&run.into_iter().map(|point| axes.place(point)).collect::<Vec<_>>(), edge(axes));
            let parts: Vec<_> = runs(&points, most).into_iter().flat_map(place).collect();
            some |= !parts.is_empty();
            canvas.group(dashes(series), |pen| {
                for part in &parts {
                    match part.as_slice() {
                        &[point] => pen.dot(point, 3.2, series.ink()),
                        part => pen.line(part, series.ink(), stroke),
                    }
                }
            });
            if self.markers != Markers::None && points.len() as f64 * DOT <= axes.plot.width {
                draw_markers(canvas, axes, series, &points, self.markers);
            }
        }
        some
    }

    /// Shades what lies between a solid line and the dashed one after it, in the colour of the dashed one.
    fn shade_gaps(&self, canvas: &mut Canvas, axes: &Axes<'_>) {
        for pair in self.series.windows(2) {
            let [solid, dashed] = pair else { continue };
            if (solid.look, dashed.look) != (SeriesLook::Solid, SeriesLook::Dashed) {
                continue;
            }
            let both = self.kept(solid).zip(self.kept(dashed)).map(|((x, one), (_, other))| (x, one.zip(other)));
            let points: Vec<_> = both.collect();
            // As coarse as the curves themselves, if there are very many epochs.
            let step = points.len().div_ceil(MOST_POINTS / 6).max(1);
            let points: Vec<_> = points.into_iter().step_by(step).collect();
            canvas.group("", |pen| {
                for run in points.split(|(_, both)| both.is_none()) {
                    let upper = run.iter().filter_map(|&(x, both)| both.map(|(one, _)| axes.place((x, one))));
                    let lower = run.iter().rev().filter_map(|&(x, both)| both.map(|(_, other)| axes.place((x, other))));
                    let held = |(x, y): (f64, f64)| {
                        let Area { left, top, .. } = axes.plot;
                        (x.clamp(left, axes.plot.right()), y.clamp(top, axes.plot.bottom()))
                    };
                    let corners: Vec<_> = upper.chain(lower).map(held).collect();
                    if corners.len() > 3 {
                        pen.veil_polygon(&corners, dashed.ink(), 0.18);
                    }
                }
            });
        }
    }
}

/// Draws points as dots or crosses; whether there were any.
fn draw_markers(
    canvas: &mut Canvas,
    axes: &Axes<'_>,
    series: &Series,
    points: &[(f64, Option<f64>)],
    markers: Markers,
) -> bool {
    let places = points.iter().filter_map(|&(x, y)| y.map(|y| axes.place((x, y))));
    let places: Vec<_> = places.filter(|&place| inside(place, edge(axes))).collect();
    // Of very many points as many as a figure can carry, evenly chosen: dense places stay denser than others.
    let radius = if places.len() > FEW_DOTS { 1.8 } else { 3.2 };
    let step = places.len().div_ceil(MOST_DOTS).max(1);
    let places: Vec<_> = places.into_iter().step_by(step).collect();
    if markers == Markers::Crosses {
        canvas.group("", |pen| places.iter().for_each(|&place| draw_cross(pen, place, radius, series.ink())));
    } else {
        canvas.dots(&places, radius, series.ink());
    }
    !places.is_empty()
}

fn draw_cross(pen: &mut Pen<'_>, (x, y): Point, arm: f64, color: RGBColor) {
    pen.line(&[(x - arm, y - arm), (x + arm, y + arm)], color, 1.6);
    pen.line(&[(x - arm, y + arm), (x + arm, y - arm)], color, 1.6);
}

/// The plot and a little more: a curve that runs along the edge isn't cut by a rounding error.
fn edge(axes: &Axes<'_>) -> Area {
    let Area { left, top, width, height } = axes.plot;
    Area { left: left - 0.01, top: top - 0.01, width: width + 0.02, height: height + 0.02 }
}

fn inside((x, y): (f64, f64), area: Area) -> bool {
    (area.left..=area.right()).contains(&x) && (area.top..=area.bottom()).contains(&y)
}

/// How a line is interrupted, in tenths of pixels. After the last colour the colours begin again, in other patterns.
fn dashes(series: &Series) -> &'static str {
    match (series.color / CURVES.len(), series.look) {
        (0, SeriesLook::Dashed) => "stroke-linejoin=\"round\" stroke-dasharray=\"70 40\"",
        (0, _) => "stroke-linejoin=\"round\" stroke-linecap=\"round\"",
        (_, SeriesLook::Dashed) => "stroke-linejoin=\"round\" stroke-dasharray=\"25 30\"",
        (_, _) => "stroke-linejoin=\"round\" stroke-dasharray=\"140 30 30 30\"",
    }
}
