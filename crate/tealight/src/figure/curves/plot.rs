//! Where everything stands, and the drawing itself.

use plotters::style::text_anchor::HPos;

use super::super::axes::{Axes, Axis};
use super::super::canvas::{Area, Canvas, Font};
use super::super::drawing::{Drawing, LABEL_SIZE, MARGIN, TITLE_SIZE};
use super::super::legend::{Entry, Legend};
use super::super::palette::{SOFT_INK, curve};
use super::super::text::{self, Heading};
use super::path::{clipped, runs};
use super::{Curves, MOST_LINES, STROKE, counted};
use crate::Result;

/// How many points a figure has at most, on all of its lines together, to weigh little.
const MOST_POINTS: usize = 2400;

impl Drawing for Curves {
    fn builder(&self) -> &'static str {
        "Curves"
    }

    fn caption(&self) -> &str {
        &self.title
    }

    fn check(&self) -> Result<()> {
        if let Some(problem) = &self.problem {
            return self.wrong(problem);
        }
        if self.lines.len() > MOST_LINES {
            let problem = format!(
                "got {}; more than {MOST_LINES} can't be told apart. Draw them in several figures.",
                counted(self.lines.len(), "curve")
            );
            return self.wrong(&problem);
        }
        for (name, limits) in [("x_limits", self.x_limits), ("y_limits", self.y_limits)] {
            if let Some((from, to)) = limits
                && !(super::drawable(from) && super::drawable(to) && from < to)
            {
                let problem = format!("{name}({from}, {to}): give a lower and a higher limit, both finite.");
                return self.wrong(&problem);
            }
        }
        self.check_size(self.size)
    }

    fn extent(&self, width: f64) -> (f64, f64) {
        if let Some((width, height)) = self.size {
            return (f64::from(width), f64::from(height));
        }
        let room = width - 2.0 * MARGIN;
        let above = self.heading(room, f64::MAX).height() + self.legend_of(room, 10.0 * width).height;
        let below = Axes::below(&text::wrap(&self.x_label, LABEL_SIZE, room * 0.8, 2));
        (width, (2.0 * MARGIN + above + width * 0.46 + 4.0 + below).round())
    }

    fn draw(&self, canvas: &mut Canvas, area: Area) {
        let width = area.width - 2.0 * MARGIN;
        let left = area.left + MARGIN;
        let mut top = area.top + MARGIN;
        let heading = self.heading(width, area.height);
        let legend = self.legend_of(width, (area.height - heading.height()) * 0.45);
        heading.draw(canvas, (left, top));
        top += heading.height();
        legend.draw(canvas, (left, top));
        top += legend.height;
        // The highest number stands halfway above the plot.
        top += if legend.height == 0.0 { 4.0 } else { 0.0 };
        let inner = Area { left, top, width, height: area.bottom() - MARGIN - top };

        let ((x_from, x_to), (y_from, y_to)) = (self.x_range(), self.y_range());
        let x = Axis { from: x_from, to: x_to, label: &self.x_label };
        let y = Axis { from: y_from, to: y_to, label: &self.y_label };
        let axes = Axes::new(inner, x, y);
        axes.draw(canvas, inner, self.grid);
        self.draw_lines(canvas, &axes);
    }

    fn description(&self) -> String {
        self.in_words()
    }

    fn summary(&self) -> String {
        self.in_short()
    }
}

impl Curves {
    fn heading(&self, width: f64, height: f64) -> Heading {
        let most = (0.3 * height / (TITLE_SIZE * text::LINE)).clamp(1.0, 4.0);
        Heading::new(&self.title, TITLE_SIZE, width, most as usize)
    }

    fn legend_of(&self, width: f64, room: f64) -> Legend<'_> {
        let shown = self.legend.unwrap_or(self.lines.len() > 1);
        let lines = if shown { self.lines.as_slice() } else { &[] };
        let entries = lines.iter().enumerate().map(|(index, line)| {
            let name = if line.name.trim().is_empty() { "(no name)" } else { line.name.as_str() };
            Entry { name, color: curve(index), dashes: dashes(index, line.dashed) }
        });
        Legend::new(entries.collect(), width, room)
    }

    fn draw_lines(&self, canvas: &mut Canvas, axes: &Axes<'_>) {
        let most = (MOST_POINTS / self.lines.len().max(1) - 20).clamp(40, 2 * axes.plot.width as usize);
        // A curve that runs along the edge of the plot isn't cut by a rounding error.
        let Area { left, top, width, height } = axes.plot;
        let edge = Area { left: left - 0.01, top: top - 0.01, width: width + 0.02, height: height + 0.02 };
        let mut empty = true;
        for (index, line) in self.lines.iter().enumerate() {
            let points: Vec<_> = line.points().collect();
            // A curve of more points than that is a band, whose edges a fine pen shows better.
            let stroke = if points.len() > most { STROKE / 2.0 } else { STROKE };
            let place =
                |run: Vec<_>| clipped(&run.into_iter().map(|point| axes.place(point)).collect::<Vec<_>>(), edge);
            let parts: Vec<_> = runs(&points, most).into_iter().flat_map(place).collect();
            empty &= parts.is_empty();
            canvas.group(dashes(index, line.dashed), |pen| {
                for part in &parts {
                    match part.as_slice() {
                        &[point] => pen.dot(point, 1.6 * STROKE, curve(index)),
                        part => pen.line(part, curve(index), stroke),
                    }
                }
            });
        }
        if empty {
            let font = Font::new(LABEL_SIZE, SOFT_INK, HPos::Center);
            let notice = text::wrap(self.nothing(), LABEL_SIZE, axes.plot.width, 2);
            canvas.group("", |pen| pen.lines(&notice, axes.plot.middle(), font));
        }
    }

    /// Why no curve is to be seen.
    fn nothing(&self) -> &'static str {
        if self.epochs() == 0 {
            "no values to draw"
        } else if self.values().next().is_none() {
            "no finite values to draw"
        } else {
            "no values within the limits"
        }
    }

    /// The drawable values at the epochs that are shown.
    fn values(&self) -> impl Iterator<Item = f64> {
        let (from, to) = self.x_limits.unwrap_or((f64::MIN, f64::MAX));
        let shown = move |&(x, _): &(f64, Option<f64>)| (from..=to).contains(&x);
        self.lines.iter().flat_map(move |line| line.points().filter(shown).filter_map(|(_, value)| value))
    }

    /// From the first to the last epoch, with a little air, in which the dot of a single epoch has room.
    fn x_range(&self) -> (f64, f64) {
        let last = self.epochs().max(1) as f64;
        let air = if last == 1.0 { 0.5 } else { 0.015 * (last - 1.0) };
        self.x_limits.unwrap_or((1.0 - air, last + air))
    }

    /// A little more than the values need. What can't be negative gets no negative numbers on its axis, and what comes
    /// near to zero gets the zero.
    fn y_range(&self) -> (f64, f64) {
        if let Some(limits) = self.y_limits {
            return limits;
        }
        let lowest = self.values().fold(f64::INFINITY, f64::min);
        let highest = self.values().fold(f64::NEG_INFINITY, f64::max);
        if lowest > highest {
            return (0.0, 1.0);
        }
        let range = highest - lowest;
        let magnitude = lowest.abs().max(highest.abs());
        // Differences that small are the rounding of the numbers; an axis that showed them would need ten digits.
        if range <= 1e-9 * magnitude || magnitude < 1e-290 {
            let air = if magnitude < 1e-290 { 1.0 } else { 0.05 * magnitude };
            return (if lowest >= 0.0 { (lowest - air).max(0.0) } else { lowest - air }, highest + air);
        }
        let air = 0.05 * range;
        let low = if lowest >= 0.0 && lowest < 0.2 * range { 0.0 } else { lowest - air };
        let high = if highest <= 0.0 && -highest < 0.2 * range { 0.0 } else { highest + air };
        (low, high)
    }
}

/// How a line is interrupted, in tenths of pixels. After the last colour the colours begin again, in other patterns.
fn dashes(index: usize, dashed: bool) -> &'static str {
    match (index / super::super::palette::CURVES.len(), dashed) {
        (0, false) => "stroke-linejoin=\"round\" stroke-linecap=\"round\"",
        (0, true) => "stroke-linejoin=\"round\" stroke-dasharray=\"70 40\"",
        (_, false) => "stroke-linejoin=\"round\" stroke-dasharray=\"140 30 30 30\"",
        (_, true) => "stroke-linejoin=\"round\" stroke-dasharray=\"25 30\"",
    }
}
