//! Where the bars and their values stand.

use std::borrow::Cow;

use plotters::style::text_anchor::HPos;

use super::super::axes::{Axes, Axis, TickKind};
use super::super::canvas::{Area, Canvas, Font};
use super::super::cartesian_layout::CartesianLayout;
use super::super::chart::NUMBER_SIZE;
use super::super::legend::{Entry, Swatch};
use super::super::palette::{AXIS, TEXT, series_color};
use super::super::text;
use super::super::value_range::is_drawable;
use super::{Bars, Group};

/// The share of a thing's room that its bars fill.
const FILLED: f64 = 0.8;
/// The height of a lying bar with the gap to the next, in pixels; and where names need two lines.
const ROW: f64 = 24.0;
const ROW_OF_TWO: f64 = 28.0;
/// The widest bar, in pixels.
const WIDEST: f64 = 96.0;
/// The share of the axis beyond bars without values.
const LITTLE: f64 = 0.04;
/// The smallest font of a value that can be read.
const LEAST: f64 = 8.0;

/// The values at the ends of the bars.
struct Values {
    /// For each group, for each name.
    texts: Vec<Vec<String>>,
    vertical: bool,
    size: f64,
    /// The room that they need, as a share of the axis.
    padding: f64,
}

impl Bars {
    /// Whether the bars lie: names that would have to be cut short below standing bars have more room beside lying ones.
    fn lies(&self) -> bool {
        self.level.unwrap_or_else(|| {
            let longest = self.names.iter().map(|name| text::width(name, NUMBER_SIZE)).fold(0.0, f64::max);
            longest > 110.0 && longest > 520.0 / self.names.len().max(1) as f64
        })
    }

    fn entries(&self) -> Vec<Entry<'_>> {
        let shown = self.axes_options.legend.unwrap_or(self.groups.len() > 1);
        let groups = self.groups.iter().enumerate().filter(|_| shown);
        let entry = |(index, group): (usize, &Group)| Entry {
            name: Cow::Owned(group.name.clone()),
            color: series_color(index),
            swatch: Swatch::Box,
        };
        groups.map(entry).collect()
    }

    /// The horizontal and the vertical axis; `padding` is what the values need beyond the bars, as a share of all.
    fn axes(&self, padding: f64) -> (Axis<'_>, Axis<'_>) {
        let (from, to) = self.value_range(padding);
        let counts = from == 0.0 && to >= 1.0 && self.values_of_all().all(|value| value.fract() == 0.0);
        let ticks = if counts { TickKind::Counts } else { TickKind::Round };
        let values = Axis { from, to, label: &self.axes_options.y_label, ticks };
        let names = Axis::categorical(&self.names, &self.axes_options.x_label);
        if self.lies() { (values, names) } else { (names, values) }
    }

    pub(super) fn layout_size(&self, width: f64) -> (f64, f64) {
        let (x, _) = self.axes(LITTLE);
        let plot = if self.lies() {
            let names = self.names.len() as f64;
            let long = self.names.iter().any(|name| text::width(name, NUMBER_SIZE) > 0.28 * width);
            let row = if long { ROW_OF_TWO } else { ROW };
            (names * row * (self.groups.len() as f64 * 0.75).max(1.25)).max(140.0)
        } else {
            width * 0.44
        };
        let (width, height) = CartesianLayout::default_size(&self.options.title, self.entries(), &x, width, plot);
        (width, height.min(3600.0))
    }

    pub(super) fn draw_chart(&self, canvas: &mut Canvas, area: Area) {
        let layout = |padding: f64, top_padding: f64| {
            let (x, y) = self.axes(padding);
            CartesianLayout::with_top_padding(&self.options.title, self.entries(), x, y, area, top_padding)
        };
        let first = layout(LITTLE, 0.0);
        let values = self.values_in(&first.axes);
        let top_padding = values.as_ref().map_or(0.0, |values| self.top_padding(&first.axes, values));
        let layout = values.as_ref().map_or(first, |values| layout(values.padding, top_padding));
        layout.draw(canvas, self.axes_options.grid);
        let axes = &layout.axes;
        for (index, group) in self.groups.iter().enumerate() {
            canvas.group("", |painter| {
                for (name, &value) in group.values.iter().enumerate().filter(|(_, value)| is_drawable(**value)) {
                    painter.fill(self.bar(axes, name, index, value), series_color(index));
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
        canvas.group("", |painter| painter.line(&line, AXIS, 1.0));
        if let Some(values) = values {
            self.draw_values(canvas, axes, &values);
        }
        self.draw_tooltips(canvas, axes);
    }

    /// Where the axis of values has this value, held inside of the plot.
    fn edge(&self, axes: &Axes<'_>, value: f64) -> f64 {
        let (x, y) = axes.to_pixels((value, value));
        let plot = axes.plot;
        if self.lies() { x.clamp(plot.left, plot.right()) } else { y.clamp(plot.top, plot.bottom()) }
    }

    /// The room of one bar along the axis of names: where it begins and how wide it is.
    fn slot(&self, axes: &Axes<'_>, name: usize, group: usize) -> (f64, f64) {
        let (start, length) =
            if self.lies() { (axes.plot.top, axes.plot.height) } else { (axes.plot.left, axes.plot.width) };
        let pitch = length / self.names.len() as f64;
        let wide = (pitch * FILLED / self.groups.len() as f64).min(WIDEST);
        let middle = start + pitch * (name as f64 + 0.5);
        (middle + wide * (group as f64 - self.groups.len() as f64 / 2.0), wide)
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

    /// How the values are written at the ends of the bars: all, or none where they would meet or leave the bars no room.
    fn values_in(&self, axes: &Axes<'_>) -> Option<Values> {
        let of_group = |group: &Group| group.values.iter().map(|&value| self.said(value)).collect::<Vec<_>>();
        let texts: Vec<Vec<String>> = self.groups.iter().map(of_group).collect();
        let longest = texts.iter().flatten().map(|text| text::width(text, 1.0)).fold(0.1, f64::max);
        let (_, wide) = self.slot(axes, 0, 0);
        // A single bar may borrow the gap to the next.
        let room = if self.groups.len() == 1 { axes.plot.width / self.names.len() as f64 - 4.0 } else { wide - 2.0 };
        let (vertical, size) = if self.lies() {
            (false, (wide * 0.9).min(NUMBER_SIZE))
        } else if room / longest > LEAST {
            (false, (room / longest).min(NUMBER_SIZE))
        } else {
            (true, (wide * 0.95).min(NUMBER_SIZE - 1.0))
        };
        let length = if self.lies() { axes.plot.width } else { axes.plot.height };
        let needed = if self.lies() || vertical { longest * size + 8.0 } else { 1.7 * size };
        let fits = self.values_shown && size >= LEAST && needed < 0.4 * length;
        fits.then_some(Values { texts, vertical, size, padding: needed / length })
    }

    /// How far the values of the highest bars stand above the plot: with limits of the user's own there may be no padding for them.
    fn top_padding(&self, axes: &Axes<'_>, values: &Values) -> f64 {
        if self.lies() || values.vertical || self.axes_options.y_limits.is_none() {
            return 0.0;
        }
        let ends = self.values_of_all().filter(|value| is_drawable(*value)).map(|value| self.edge(axes, value));
        let highest = ends.fold(axes.plot.bottom(), f64::min);
        (axes.plot.top - (highest - 1.6 * values.size)).max(0.0)
    }

    fn draw_values(&self, canvas: &mut Canvas, axes: &Axes<'_>, values: &Values) {
        let Values { texts, vertical, size, .. } = values;
        let plot = axes.plot;
        canvas.group("", |painter| {
            for (group, Group { values, .. }) in self.groups.iter().enumerate() {
                for (name, (&value, text)) in values.iter().zip(&texts[group]).enumerate() {
                    let (start, wide) = self.slot(axes, name, group);
                    let end = self.edge(axes, if is_drawable(value) { value } else { 0.0 });
                    let (middle, long, below) = (start + wide / 2.0, text::width(text, *size), value < 0.0);
                    let font = Font::new(*size, TEXT, if below { HPos::Right } else { HPos::Left });
                    // A bar that limits cut short has its value inside of the plot.
                    if self.lies() {
                        let x = if below {
                            (end - 4.0).max(plot.left + long)
                        } else {
                            (end + 4.0).min(plot.right() - long)
                        };
                        painter.text(text, (x, middle), font);
                    } else if *vertical {
                        let y = if below {
                            (end + 4.0).min(plot.bottom() - long)
                        } else {
                            (end - 4.0).max(plot.top + long)
                        };
                        painter.text(text, (middle, y), Font { vertical: true, ..font });
                    } else {
                        let half = 0.8 * size;
                        let y = if below { (end + half).min(plot.bottom() - half) } else { end - half };
                        painter.text(text, (middle, y), Font { align: HPos::Center, ..font });
                    }
                }
            }
        });
    }

    /// The whole room of a bar says its name and value, so that a bar of no height is found too.
    fn draw_tooltips(&self, canvas: &mut Canvas, axes: &Axes<'_>) {
        let plot = axes.plot;
        for (group, Group { name: of, values }) in self.groups.iter().enumerate() {
            for (index, (name, &value)) in self.names.iter().zip(values).enumerate() {
                let (start, wide) = self.slot(axes, index, group);
                let area = if self.lies() {
                    Area { top: start, height: wide, ..plot }
                } else {
                    Area { left: start, width: wide, ..plot }
                };
                let said = self.tooltip_value(value);
                canvas.tooltip(area, format!("{}\n{of}: {said}", text::one_line(name)));
            }
        }
    }
}
