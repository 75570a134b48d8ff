//! The axes of a plot: ticks, tick labels, axis labels and grid.

use plotters::style::text_anchor::HPos;

use super::canvas::{Area, Canvas, Font, Point};
use super::chart::{LABEL_SIZE, NUMBER_SIZE};
use super::palette::{AXIS, GRID, TEXT_MUTED};
use super::text;
use super::tick_labels::TickLabels;
use super::ticks::Ticks;

/// The gaps between an axis and its tick labels, and between these and the axis label, in pixels.
const TICK_LABEL_GAP: f64 = 8.0;
const AXIS_LABEL_GAP: f64 = 6.0;
/// The smallest distance between two ticks of the vertical axis.
const VERTICAL_TICK_SPACING: f64 = 44.0;
/// The smallest gap between two tick labels of the horizontal axis.
const HORIZONTAL_TICK_LABEL_GAP: f64 = 18.0;

/// What the ticks of an axis are.
#[derive(Clone, Copy)]
pub(super) enum TickKind<'a> {
    /// Integers from 1 on: epochs.
    Integers,
    /// Round numbers.
    Round,
    /// Round integers from 0 on.
    Counts,
    /// Names. The axis goes from 0 to their count, and each name is in the middle of its interval.
    Categories(&'a [String]),
}

/// The range, label and ticks of an axis.
#[derive(Clone, Copy)]
pub(super) struct Axis<'a> {
    pub(super) from: f64,
    pub(super) to: f64,
    pub(super) label: &'a str,
    pub(super) ticks: TickKind<'a>,
}

impl<'a> Axis<'a> {
    /// Creates an axis with a name for each interval.
    pub(super) fn categorical(names: &'a [String], label: &'a str) -> Self {
        Self { from: 0.0, to: names.len().max(1) as f64, label, ticks: TickKind::Categories(names) }
    }

    /// Returns the position of a value on the axis, from 0 to 1. Halving avoids an overflow of the range.
    fn position(&self, value: f64) -> f64 {
        (value / 2.0 - self.from / 2.0) / (self.to / 2.0 - self.from / 2.0)
    }

    fn categories(&self) -> &'a [String] {
        match self.ticks {
            TickKind::Categories(names) => names,
            _ => &[],
        }
    }

    /// Returns the ticks of an axis of this length, at least `spacing` pixels apart.
    fn ticks(&self, length: f64, spacing: f64) -> Ticks {
        let max_ticks = (length / spacing) as usize;
        let (first, last) = (self.from.ceil().max(1.0) as u64, self.to.floor().max(0.0) as u64);
        match self.ticks {
            TickKind::Integers if first <= last => Ticks::integers(first, last, max_ticks),
            TickKind::Round => Ticks::round(self.from, self.to, max_ticks + 1),
            // At most as many ticks as integers in the range, so that no tick is fractional.
            TickKind::Counts => {
                Ticks::round(self.from, self.to, (max_ticks + 1).min((self.to - self.from) as usize + 1))
            }
            _ => Ticks::default(),
        }
    }

    /// Returns the ticks of a horizontal axis: as many as fit without overlap.
    fn horizontal_ticks(&self, width: f64) -> Ticks {
        let fits = |ticks: &Ticks| {
            let has_gap = |pair: &[(f64, String)]| {
                let needed = (text::width(&pair[0].1, NUMBER_SIZE) + text::width(&pair[1].1, NUMBER_SIZE)) / 2.0;
                (self.position(pair[1].0) - self.position(pair[0].0)) * width >= needed + HORIZONTAL_TICK_LABEL_GAP
            };
            ticks.0.windows(2).all(has_gap)
        };
        let spacings = (1..).map(|step| 34.0 * 1.15_f64.powi(step));
        let candidates =
            spacings.take_while(|&spacing| spacing < 2.0 * width).map(|spacing| self.ticks(width, spacing));
        candidates.into_iter().find(fits).unwrap_or_else(|| self.ticks(width, width))
    }
}

/// Two axes with their layout.
pub(super) struct Axes<'a> {
    /// The area between the axes.
    pub(super) plot: Area,
    /// The whole area, including tick labels and axis labels.
    area: Area,
    x: Axis<'a>,
    y: Axis<'a>,
    x_ticks: Ticks,
    y_ticks: Ticks,
    x_tick_labels: TickLabels,
    y_tick_labels: TickLabels,
    x_label: Vec<String>,
    y_label: Vec<String>,
}

impl<'a> Axes<'a> {
    /// Returns the height of the horizontal axis below a plot of this width, in a figure of this height.
    pub(super) fn height_below(x: &Axis<'_>, width: f64, height: f64) -> f64 {
        let label = text::wrap(x.label, LABEL_SIZE, width * 0.8, 2);
        let label =
            if label.is_empty() { 0.0 } else { label.len() as f64 * LABEL_SIZE * text::LINE_HEIGHT + AXIS_LABEL_GAP };
        let names = x.categories();
        let tick_labels = if names.is_empty() {
            TICK_LABEL_GAP + NUMBER_SIZE
        } else {
            TickLabels::for_columns(names, width / names.len() as f64, height).extent
        };
        tick_labels + label
    }

    /// Lays out the axes in `area`.
    pub(super) fn new(area: Area, x: Axis<'a>, y: Axis<'a>) -> Self {
        // The labels below need the width of the plot, which depends on its height. The first guess is slightly narrow.
        let mut width = area.width * 0.85;
        let mut axes = Self::fit(area, x, y, width);
        for _ in 0..2 {
            width = axes.plot.width;
            axes = Self::fit(area, x, y, width);
        }
        axes
    }

    fn fit(area: Area, x: Axis<'a>, y: Axis<'a>, width: f64) -> Self {
        let height = (area.height - Self::height_below(&x, width, area.height)).max(10.0);
        let y_label = text::wrap(y.label, LABEL_SIZE, height, 2);
        let y_ticks = y.ticks(height, VERTICAL_TICK_SPACING);
        let y_tick_labels =
            TickLabels::for_rows(y.categories(), height / y.categories().len().max(1) as f64, area.width);
        let label_width = if y_label.is_empty() { 0.0 } else { y_label.len() as f64 * LABEL_SIZE * text::LINE_HEIGHT };
        let tick_labels_width = y_ticks.width(NUMBER_SIZE).max(y_tick_labels.extent);
        let left = (label_width + AXIS_LABEL_GAP + tick_labels_width + TICK_LABEL_GAP).min(area.width * 0.6);
        // Half of the last tick label may extend beyond the right edge of the plot.
        let last = x.horizontal_ticks(width);
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
        let names = x.categories();
        let x_tick_labels = TickLabels::for_columns(names, plot.width / names.len().max(1) as f64, area.height);
        let x_ticks = x.horizontal_ticks(plot.width);
        let x_label = text::wrap(x.label, LABEL_SIZE, plot.width * 0.8, 2);
        Self { plot, area, x, y, x_ticks, y_ticks, x_tick_labels, y_tick_labels, x_label, y_label }
    }

    /// Converts data coordinates to pixels.
    pub(super) fn to_pixels(&self, (x, y): Point) -> Point {
        let Area { left, width, height, .. } = self.plot;
        (left + self.x.position(x) * width, self.plot.bottom() - self.y.position(y) * height)
    }

    /// Draws the grid, the axes and their labels.
    pub(super) fn draw(&self, canvas: &mut Canvas, grid: bool) {
        self.draw_lines(canvas, grid);
        self.x_tick_labels.draw_columns(canvas, self.plot, self.x.categories().len());
        // On a vertical axis, the first name is at the top.
        self.y_tick_labels.draw_rows(canvas, self.plot, self.y.categories().len());
        let plot = self.plot;
        canvas.group("", |painter| {
            let centered = Font::new(NUMBER_SIZE, TEXT_MUTED, HPos::Center);
            for (value, label) in &self.x_ticks.0 {
                let (x, _) = self.to_pixels((*value, self.y.from));
                painter.text(label, (x, plot.bottom() + TICK_LABEL_GAP + NUMBER_SIZE / 2.0), centered);
            }
            let right_aligned = Font::new(NUMBER_SIZE, TEXT_MUTED, HPos::Right);
            for (value, label) in &self.y_ticks.0 {
                let (_, y) = self.to_pixels((self.x.from, *value));
                painter.text(label, (plot.left - TICK_LABEL_GAP, y), right_aligned);
            }
            let label = Font::new(LABEL_SIZE, TEXT_MUTED, HPos::Center);
            let tick_labels =
                if self.x_tick_labels.extent > 0.0 { self.x_tick_labels.extent } else { TICK_LABEL_GAP + NUMBER_SIZE };
            let below = plot.bottom() + tick_labels + AXIS_LABEL_GAP + LABEL_SIZE * text::LINE_HEIGHT / 2.0;
            painter.lines(&self.x_label, (plot.middle().0, below), label);
            for (index, line) in self.y_label.iter().enumerate() {
                let x = self.area.left + (index as f64 + 0.5) * LABEL_SIZE * text::LINE_HEIGHT;
                painter.text(line, (x, plot.middle().1), Font { vertical: true, ..label });
            }
        });
    }

    fn draw_lines(&self, canvas: &mut Canvas, grid: bool) {
        let plot = self.plot;
        canvas.group("", |painter| {
            for &(value, _) in self.y_ticks.0.iter().filter(|_| grid) {
                let (_, y) = self.to_pixels((self.x.from, value));
                painter.line(&[(plot.left, y), (plot.right(), y)], GRID, 1.0);
            }
            for &(value, _) in self.x_ticks.0.iter().filter(|_| grid) {
                let (x, _) = self.to_pixels((value, self.y.from));
                painter.line(&[(x, plot.top), (x, plot.bottom())], GRID, 1.0);
            }
            painter.line(&[(plot.left, plot.bottom()), (plot.right(), plot.bottom())], AXIS, 1.0);
            for &(value, _) in &self.x_ticks.0 {
                let (x, _) = self.to_pixels((value, self.y.from));
                painter.line(&[(x, plot.bottom()), (x, plot.bottom() + 4.0)], AXIS, 1.0);
            }
            if !grid || !self.y.categories().is_empty() {
                painter.line(&[(plot.left, plot.top), (plot.left, plot.bottom())], AXIS, 1.0);
            }
        });
    }
}
