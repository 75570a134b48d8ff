//! The frame of a plot: two axes with their numbers or names, labels and grid.

use plotters::style::text_anchor::HPos;

use super::canvas::{Area, Canvas, Font, Point};
use super::drawing::{LABEL_SIZE, NUMBER_SIZE};
use super::names::Names;
use super::palette::{AXIS, GRID, SOFT_INK};
use super::text;
use super::ticks::Ticks;

/// The gaps between an axis and its numbers, and between these and the label, in pixels.
const TO_NUMBERS: f64 = 8.0;
const TO_LABEL: f64 = 6.0;
/// The room that a number takes on the vertical axis.
const ROW: f64 = 44.0;
/// The least room between two numbers of the horizontal axis.
const BETWEEN: f64 = 18.0;

/// What stands along an axis.
#[derive(Clone, Copy)]
pub(super) enum Marks<'a> {
    /// Whole numbers from 1 on: epochs.
    Whole,
    /// Round numbers.
    Round,
    /// Round numbers that are whole: counts from 0 on.
    Counts,
    /// Names, each in the middle of its share: the axis goes from 0 to their count.
    Names(&'a [String]),
}

/// What an axis shows.
#[derive(Clone, Copy)]
pub(super) struct Axis<'a> {
    pub(super) from: f64,
    pub(super) to: f64,
    pub(super) label: &'a str,
    pub(super) marks: Marks<'a>,
}

impl<'a> Axis<'a> {
    /// An axis with a name for each share.
    pub(super) fn named(names: &'a [String], label: &'a str) -> Self {
        Self { from: 0.0, to: names.len().max(1) as f64, label, marks: Marks::Names(names) }
    }

    /// Where a value lies on the axis, from 0 to 1. Halves keep the range of the largest numbers finite.
    fn position(&self, value: f64) -> f64 {
        (value / 2.0 - self.from / 2.0) / (self.to / 2.0 - self.from / 2.0)
    }

    fn names(&self) -> &'a [String] {
        match self.marks {
            Marks::Names(names) => names,
            _ => &[],
        }
    }

    /// The numbers of an axis of this length, which leave the room of `column` pixels between them.
    fn ticks(&self, length: f64, column: f64) -> Ticks {
        let most = (length / column) as usize;
        let (first, last) = (self.from.ceil().max(1.0) as u64, self.to.floor().max(0.0) as u64);
        match self.marks {
            Marks::Whole if first <= last => Ticks::whole(first, last, most),
            Marks::Round => Ticks::round(self.from, self.to, most + 1),
            // As many as there are whole numbers leave no room for halves.
            Marks::Counts => Ticks::round(self.from, self.to, (most + 1).min((self.to - self.from) as usize + 1)),
            _ => Ticks::default(),
        }
    }

    /// The numbers of a horizontal axis: as many as stand apart.
    fn across(&self, width: f64) -> Ticks {
        let apart = |ticks: &Ticks| {
            let room = |pair: &[(f64, String)]| {
                let needed = (text::width(&pair[0].1, NUMBER_SIZE) + text::width(&pair[1].1, NUMBER_SIZE)) / 2.0;
                (self.position(pair[1].0) - self.position(pair[0].0)) * width >= needed + BETWEEN
            };
            ticks.0.windows(2).all(room)
        };
        let columns = (1..).map(|step| 34.0 * 1.15_f64.powi(step));
        let tries = columns.take_while(|&column| column < 2.0 * width).map(|column| self.ticks(width, column));
        tries.into_iter().find(apart).unwrap_or_else(|| self.ticks(width, width))
    }
}

/// The axes in their place.
pub(super) struct Axes<'a> {
    /// The area of what is drawn between the axes.
    pub(super) plot: Area,
    /// The area of all, numbers and labels included.
    area: Area,
    x: Axis<'a>,
    y: Axis<'a>,
    x_ticks: Ticks,
    y_ticks: Ticks,
    x_names: Names,
    y_names: Names,
    x_label: Vec<String>,
    y_label: Vec<String>,
}

impl<'a> Axes<'a> {
    /// The height that the horizontal axis takes below a plot of this width, in a figure of this height.
    pub(super) fn below(x: &Axis<'_>, width: f64, height: f64) -> f64 {
        let label = text::wrap(x.label, LABEL_SIZE, width * 0.8, 2);
        let label = if label.is_empty() { 0.0 } else { label.len() as f64 * LABEL_SIZE * text::LINE + TO_LABEL };
        let names = x.names();
        let marks = if names.is_empty() {
            TO_NUMBERS + NUMBER_SIZE
        } else {
            Names::below(names, width / names.len() as f64, height).room
        };
        marks + label
    }

    /// Fits the axes into `area`.
    pub(super) fn new(area: Area, x: Axis<'a>, y: Axis<'a>) -> Self {
        // The names below need the width of the plot, which needs its height; the first guess is a little narrow.
        let mut width = area.width * 0.85;
        let mut axes = Self::fitted(area, x, y, width);
        for _ in 0..2 {
            width = axes.plot.width;
            axes = Self::fitted(area, x, y, width);
        }
        axes
    }

    fn fitted(area: Area, x: Axis<'a>, y: Axis<'a>, width: f64) -> Self {
        let height = (area.height - Self::below(&x, width, area.height)).max(10.0);
        let y_label = text::wrap(y.label, LABEL_SIZE, height, 2);
        let y_ticks = y.ticks(height, ROW);
        let y_names = Names::beside(y.names(), height / y.names().len().max(1) as f64, area.width);
        let label_width = if y_label.is_empty() { 0.0 } else { y_label.len() as f64 * LABEL_SIZE * text::LINE };
        let marks_width = y_ticks.width(NUMBER_SIZE).max(y_names.room);
        let left = (label_width + TO_LABEL + marks_width + TO_NUMBERS).min(area.width * 0.6);
        // Half of the last number may stand to the right of the plot.
        let last = x.across(width);
        let right = last
            .0
            .last()
            .map_or(0.0, |(value, label)| text::width(label, NUMBER_SIZE) / 2.0 - (1.0 - x.position(*value)) * width);
        let plot = Area {
            left: area.left + left,
            top: area.top,
            width: (area.width - left - right.max(4.0)).max(10.0),
            height,
        };
        let names = x.names();
        let x_names = Names::below(names, plot.width / names.len().max(1) as f64, area.height);
        let x_ticks = x.across(plot.width);
        let x_label = text::wrap(x.label, LABEL_SIZE, plot.width * 0.8, 2);
        Self { plot, area, x, y, x_ticks, y_ticks, x_names, y_names, x_label, y_label }
    }

    /// The place of a value on the sheet.
    pub(super) fn place(&self, (x, y): Point) -> Point {
        let Area { left, width, height, .. } = self.plot;
        (left + self.x.position(x) * width, self.plot.bottom() - self.y.position(y) * height)
    }

    /// Draws the grid, the axes and all that stands beside them.
    pub(super) fn draw(&self, canvas: &mut Canvas, grid: bool) {
        self.draw_lines(canvas, grid);
        self.x_names.draw_below(canvas, self.plot, self.x.names().len());
        // The first of the names on a vertical axis is at the top.
        self.y_names.draw_beside(canvas, self.plot, self.y.names().len());
        let plot = self.plot;
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
            let marks = if self.x_names.room > 0.0 { self.x_names.room } else { TO_NUMBERS + NUMBER_SIZE };
            let below = plot.bottom() + marks + TO_LABEL + LABEL_SIZE * text::LINE / 2.0;
            pen.lines(&self.x_label, (plot.middle().0, below), label);
            for (index, line) in self.y_label.iter().enumerate() {
                let x = self.area.left + (index as f64 + 0.5) * LABEL_SIZE * text::LINE;
                pen.text(line, (x, plot.middle().1), Font { upright: true, ..label });
            }
        });
    }

    fn draw_lines(&self, canvas: &mut Canvas, grid: bool) {
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
            if !grid || !self.y.names().is_empty() {
                pen.line(&[(plot.left, plot.top), (plot.left, plot.bottom())], AXIS, 1.0);
            }
        });
    }
}
