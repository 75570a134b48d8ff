//! Where the bars and their values stand.

use std::borrow::Cow;

use plotters::style::text_anchor::HPos;

use super::super::axes::{Axes, Axis};
use super::super::canvas::{Area, Canvas, Font};
use super::super::drawing::{MARGIN, NUMBER_SIZE};
use super::super::frame::{Framed, drawable};
use super::super::legend::{Entry, Sample};
use super::super::palette::{AXIS, INK, curve};
use super::super::text;
use super::super::ticks::plain;
use super::{Bars, Group};

/// The share of a thing's room that its bars fill.
const FILLED: f64 = 0.8;
/// The height of a lying bar with the gap to the next, in pixels.
const ROW: f64 = 24.0;
/// The smallest font of a value that can be read.
const LEAST: f64 = 8.0;

impl Bars {
    /// Whether the bars lie: names that would have to be cut short below standing bars have more room beside lying ones.
    fn lies(&self) -> bool {
        self.level.unwrap_or_else(|| {
            let longest = self.names.iter().map(|name| text::width(name, NUMBER_SIZE)).fold(0.0, f64::max);
            longest > 110.0 && longest > 520.0 / self.names.len().max(1) as f64
        })
    }

    fn entries(&self) -> Vec<Entry<'_>> {
        let shown = self.frame.legend.unwrap_or(self.groups.len() > 1);
        let groups = self.groups.iter().enumerate().filter(|_| shown);
        let entry = |(index, group): (usize, &Group)| Entry {
            name: Cow::Owned(group.name.clone()),
            color: curve(index),
            sample: Sample::Box,
        };
        groups.map(entry).collect()
    }

    /// The horizontal and the vertical axis.
    fn placed_axes(&self) -> (Axis<'_>, Axis<'_>) {
        let (names, values) = self.axes();
        if self.lies() { (values, names) } else { (names, values) }
    }

    pub(super) fn extent_of(&self, width: f64) -> (f64, f64) {
        let (x, _) = self.placed_axes();
        let plot = if self.lies() {
            let names = self.names.len() as f64;
            (names * ROW * (self.groups.len() as f64 * 0.75).max(1.25)).max(140.0)
        } else {
            width * 0.44
        };
        let (width, height) = Framed::extent(&self.look.title, self.entries(), &x, width, plot);
        (width, height.min(3600.0))
    }

    pub(super) fn draw_in(&self, canvas: &mut Canvas, area: Area) {
        let (x, y) = self.placed_axes();
        let framed = Framed::new(&self.look.title, self.entries(), x, y, area);
        framed.draw(canvas, self.frame.grid);
        let axes = &framed.axes;
        for (index, group) in self.groups.iter().enumerate() {
            canvas.group("", |pen| {
                for (name, &value) in group.values.iter().enumerate().filter(|(_, value)| drawable(**value)) {
                    pen.fill(self.bar(axes, name, index, value), curve(index));
                }
            });
        }
        let zero = self.edge(axes, 0.0);
        let plot = axes.plot;
        let line = if self.lies() {
            [(zero, plot.top), (zero, plot.bottom())]
        } else {
            [(plot.left, zero), (plot.right(), zero)]
        };
        canvas.group("", |pen| pen.line(&line, AXIS, 1.0));
        if self.values_shown {
            self.draw_values(canvas, axes, area);
        }
        self.draw_hints(canvas, axes);
    }

    /// Where the axis of values has this value, held inside of the plot.
    fn edge(&self, axes: &Axes<'_>, value: f64) -> f64 {
        let (x, y) = axes.place((value, value));
        let plot = axes.plot;
        if self.lies() { x.clamp(plot.left, plot.right()) } else { y.clamp(plot.top, plot.bottom()) }
    }

    /// The room of one bar along the axis of names: where it begins and how wide it is.
    fn slot(&self, axes: &Axes<'_>, name: usize, group: usize) -> (f64, f64) {
        let (start, length) =
            if self.lies() { (axes.plot.top, axes.plot.height) } else { (axes.plot.left, axes.plot.width) };
        let pitch = length / self.names.len() as f64;
        let wide = pitch * FILLED / self.groups.len() as f64;
        (start + pitch * (name as f64 + (1.0 - FILLED) / 2.0) + wide * group as f64, wide)
    }

    fn bar(&self, axes: &Axes<'_>, name: usize, group: usize, value: f64) -> Area {
        let (start, wide) = self.slot(axes, name, group);
        // Bars of a group stand apart by a hair.
        let wide = if self.groups.len() > 1 && wide > 4.0 { wide - 1.0 } else { wide };
        let (from, to) = (self.edge(axes, 0.0), self.edge(axes, value));
        let (low, long) = (from.min(to), (to - from).abs());
        if self.lies() {
            Area { left: low, top: start, width: long, height: wide }
        } else {
            Area { left: start, top: low, width: wide, height: long }
        }
    }

    /// Writes the values at the ends of the bars: all, or none where they would meet.
    fn draw_values(&self, canvas: &mut Canvas, axes: &Axes<'_>, area: Area) {
        let bars = self.groups.iter().enumerate().flat_map(|(group, Group { values, .. })| {
            values.iter().enumerate().map(move |(name, &value)| (name, group, value))
        });
        let said: Vec<_> = bars.map(|(name, group, value)| (name, group, value, self.said(value))).collect();
        let (_, wide) = self.slot(axes, 0, 0);
        let longest = said.iter().map(|(.., text)| text::width(text, 1.0)).fold(0.1, f64::max);
        let (level, size) = if self.lies() {
            (true, (wide * 0.9).min(NUMBER_SIZE))
        } else if (wide - 2.0) / longest >= LEAST + 1.0 || self.groups.len() == 1 && wide / FILLED / longest >= LEAST + 1.0
        {
            let room = if self.groups.len() == 1 { wide / FILLED } else { wide };
            (true, ((room - 2.0) / longest).min(NUMBER_SIZE))
        } else {
            (false, (wide * 0.95).min(NUMBER_SIZE - 1.0))
        };
        if size < LEAST {
            return;
        }
        canvas.group("", |pen| {
            for (name, group, value, text) in &said {
                let (start, wide) = self.slot(axes, *name, *group);
                let (middle, end) = (start + wide / 2.0, self.edge(axes, if drawable(*value) { *value } else { 0.0 }));
                let down = *value < 0.0;
                let long = text::width(text, size);
                let align = if down { HPos::Right } else { HPos::Left };
                let font = Font::new(size, INK, align);
                if self.lies() {
                    // Held on the sheet where a limit cuts the bar.
                    let x = if down { (end - 4.0).max(area.left + MARGIN + long) } else { (end + 4.0).min(area.right() - MARGIN - long) };
                    pen.text(text, (x, middle), font);
                } else if level {
                    let y = if down { end + size * 0.75 } else { (end - size * 0.75).max(axes.plot.top) };
                    pen.text(text, (middle, y), Font { align: HPos::Center, ..font });
                } else {
                    let y = if down { end + 4.0 } else { (end - 4.0).max(axes.plot.top + long) };
                    pen.text(text, (middle, y), Font { upright: true, ..font });
                }
            }
        });
    }

    /// The whole room of a bar says its name and value, so that a bar of no height is found too.
    fn draw_hints(&self, canvas: &mut Canvas, axes: &Axes<'_>) {
        let plot = axes.plot;
        for (group, Group { name: of, values }) in self.groups.iter().enumerate() {
            for (index, (name, &value)) in self.names.iter().zip(values).enumerate() {
                let (start, wide) = self.slot(axes, index, group);
                let area = if self.lies() {
                    Area { top: start, height: wide, ..plot }
                } else {
                    Area { left: start, width: wide, ..plot }
                };
                let said = if self.shares { self.said(value) } else { plain(value) };
                canvas.hint(area, format!("{}\n{of}: {said}", text::one_line(name)));
            }
        }
    }
}


