//! The frame of a plot: two axes with their numbers, labels and grid.

use plotters::style::text_anchor::HPos;

use super::canvas::{Area, Canvas, Font, Point};
use super::drawing::{LABEL_SIZE, NUMBER_SIZE};
use super::palette::{AXIS, GRID, SOFT_INK};
use super::text;
use super::ticks::Ticks;

/// The gaps between an axis and its numbers, and between these and the label, in pixels.
const TO_NUMBERS: f64 = 8.0;
const TO_LABEL: f64 = 6.0;
/// The room that a number takes on the vertical axis.
const ROW: f64 = 44.0;

/// What an axis shows.
pub(super) struct Axis<'a> {
    pub(super) from: f64,
    pub(super) to: f64,
    pub(super) label: &'a str,
}

impl Axis<'_> {
    /// Where a value lies on the axis, from 0 to 1. Halves keep the range of the largest numbers finite.
    fn position(&self, value: f64) -> f64 {
        (value / 2.0 - self.from / 2.0) / (self.to / 2.0 - self.from / 2.0)
    }
}

/// The axes in their place.
pub(super) struct Axes<'a> {
    /// The area of the curves.
    pub(super) plot: Area,
    x: Axis<'a>,
    y: Axis<'a>,
    x_ticks: Ticks,
    y_ticks: Ticks,
    x_label: Vec<String>,
    y_label: Vec<String>,
}

impl<'a> Axes<'a> {
    /// The height that numbers and label take below the plot.
    pub(super) fn below(label: &[String]) -> f64 {
        let label = if label.is_empty() { 0.0 } else { label.len() as f64 * LABEL_SIZE * text::LINE + TO_LABEL };
        TO_NUMBERS + NUMBER_SIZE + label
    }

    /// Fits the axes into `area`; the horizontal one has whole numbers from 1 on.
    pub(super) fn new(area: Area, x: Axis<'a>, y: Axis<'a>) -> Self {
        let x_label = text::wrap(x.label, LABEL_SIZE, area.width * 0.8, 2);
        let height = (area.height - Self::below(&x_label)).max(10.0);
        let y_label = text::wrap(y.label, LABEL_SIZE, height, 2);
        let y_ticks = Ticks::round(y.from, y.to, (height / ROW) as usize + 1);
        let label_width = if y_label.is_empty() { 0.0 } else { y_label.len() as f64 * LABEL_SIZE * text::LINE };
        let left = (label_width + TO_LABEL + y_ticks.width(NUMBER_SIZE) + TO_NUMBERS).min(area.width * 0.6);
        // Half of the last number may stand to the right of the plot.
        let (first, last) = (x.from.ceil().max(1.0) as u64, x.to.floor().max(0.0) as u64);
        let right = text::width(Ticks::whole(first, last, 2).0.last().map_or("", |tick| &tick.1), NUMBER_SIZE);
        let width = (area.width - left - (right / 2.0).max(4.0)).max(10.0);
        let plot = Area { left: area.left + left, top: area.top, width, height };
        let column = (right + 2.0 * NUMBER_SIZE).max(44.0);
        let x_ticks =
            if first <= last { Ticks::whole(first, last, (width / column) as usize) } else { Ticks::default() };
        Self { plot, x, y, x_ticks, y_ticks, x_label, y_label }
    }

    /// The place of a value on the sheet.
    pub(super) fn place(&self, (x, y): Point) -> Point {
        let Area { left, width, height, .. } = self.plot;
        (left + self.x.position(x) * width, self.plot.bottom() - self.y.position(y) * height)
    }

    pub(super) fn draw(&self, canvas: &mut Canvas, area: Area, grid: bool) {
        let plot = self.plot;
        canvas.group("", |pen| {
            for &(value, _) in self.y_ticks.0.iter().filter(|_| grid) {
                let (_, y) = self.place((self.x.from, value));
                pen.line(&[(plot.left, y), (plot.right(), y)], GRID, 1.0);
            }
            for &(value, _) in self.x_ticks.0.iter().filter(|_| grid) {
                let (x, _) = self.place((value, self.y.from));
                pen.line(&[(x, plot.top), (x, plot.bottom())], GRID, 1.0);
            }
            pen.line(&[(plot.left, plot.bottom()), (plot.right(), plot.bottom())], AXIS, 1.0);
            for &(value, _) in &self.x_ticks.0 {
                let (x, _) = self.place((value, self.y.from));
                pen.line(&[(x, plot.bottom()), (x, plot.bottom() + 4.0)], AXIS, 1.0);
            }
            if !grid {
                pen.line(&[(plot.left, plot.top), (plot.left, plot.bottom())], AXIS, 1.0);
            }
        });
        canvas.group("", |pen| {
            let across = Font::new(NUMBER_SIZE, SOFT_INK, HPos::Center);
            for (value, label) in &self.x_ticks.0 {
                let (x, _) = self.place((*value, self.y.from));
                pen.text(label, (x, plot.bottom() + TO_NUMBERS + NUMBER_SIZE / 2.0), across);
            }
            let beside = Font::new(NUMBER_SIZE, SOFT_INK, HPos::Right);
            for (value, label) in &self.y_ticks.0 {
                let (_, y) = self.place((self.x.from, *value));
                pen.text(label, (plot.left - TO_NUMBERS, y), beside);
            }
            let label = Font::new(LABEL_SIZE, SOFT_INK, HPos::Center);
            let below = plot.bottom() + TO_NUMBERS + NUMBER_SIZE + TO_LABEL + LABEL_SIZE * text::LINE / 2.0;
            pen.lines(&self.x_label, (plot.middle().0, below), label);
            for (index, line) in self.y_label.iter().enumerate() {
                let x = area.left + (index as f64 + 0.5) * LABEL_SIZE * text::LINE;
                pen.text(line, (x, plot.middle().1), Font { upright: true, ..label });
            }
        });
    }
}
