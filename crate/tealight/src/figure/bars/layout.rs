//! The layout of bars and their values.

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

/// The fraction of the space of a name that its bars fill.
const FILLED_FRACTION: f64 = 0.8;
/// The height of a horizontal bar and its gap, in pixels: with names of one line, and of two.
const ROW_HEIGHT: f64 = 24.0;
const TWO_LINE_ROW_HEIGHT: f64 = 28.0;
/// The widest bar, in pixels.
const MAX_BAR_WIDTH: f64 = 96.0;
/// The fraction of the axis beyond bars without values.
const DEFAULT_PADDING: f64 = 0.04;
/// The smallest legible font of a value.
const MIN_FONT_SIZE: f64 = 8.0;

/// The values at the ends of the bars.
struct ValueLabels {
    /// The texts by group and name.
    texts: Vec<Vec<String>>,
    vertical: bool,
    size: f64,
    /// The space that they need, as a fraction of the axis.
    padding: f64,
}

impl Bars {
    /// Returns whether the bars are horizontal. By default, they are if the names would be truncated below vertical bars.
    fn is_horizontal(&self) -> bool {
        self.horizontal.unwrap_or_else(|| {
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

    /// Returns the horizontal and the vertical axis. `padding` is the space of the values beyond the bars, as a fraction.
    fn axes(&self, padding: f64) -> (Axis<'_>, Axis<'_>) {
        let (from, to) = self.value_range(padding);
        let counts = from == 0.0 && to >= 1.0 && self.all_values().all(|value| value.fract() == 0.0);
        let ticks = if counts { TickKind::Counts } else { TickKind::Round };
        let values = Axis { from, to, label: &self.axes_options.y_label, ticks };
        let names = Axis::categorical(&self.names, &self.axes_options.x_label);
        if self.is_horizontal() { (values, names) } else { (names, values) }
    }

    pub(super) fn layout_size(&self, width: f64) -> (f64, f64) {
        let (x, _) = self.axes(DEFAULT_PADDING);
        let plot = if self.is_horizontal() {
            let names = self.names.len() as f64;
            let long = self.names.iter().any(|name| text::width(name, NUMBER_SIZE) > 0.28 * width);
            let row = if long { TWO_LINE_ROW_HEIGHT } else { ROW_HEIGHT };
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
        let first = layout(DEFAULT_PADDING, 0.0);
        let values = self.layout_values(&first.axes);
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
        let zero = self.value_position(axes, 0.0);
        let plot = axes.plot;
        let line = if self.is_horizontal() {
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

    /// Converts a value to a pixel on the value axis, clamped to the plot.
    fn value_position(&self, axes: &Axes<'_>, value: f64) -> f64 {
        let (x, y) = axes.to_pixels((value, value));
        let plot = axes.plot;
        if self.is_horizontal() { x.clamp(plot.left, plot.right()) } else { y.clamp(plot.top, plot.bottom()) }
    }

    /// Returns the start and the width of one bar on the name axis.
    fn slot(&self, axes: &Axes<'_>, name: usize, group: usize) -> (f64, f64) {
        let (start, length) =
            if self.is_horizontal() { (axes.plot.top, axes.plot.height) } else { (axes.plot.left, axes.plot.width) };
        let pitch = length / self.names.len() as f64;
        let wide = (pitch * FILLED_FRACTION / self.groups.len() as f64).min(MAX_BAR_WIDTH);
        let middle = start + pitch * (name as f64 + 0.5);
        (middle + wide * (group as f64 - self.groups.len() as f64 / 2.0), wide)
    }

    fn bar(&self, axes: &Axes<'_>, name: usize, group: usize, value: f64) -> Area {
        let (start, wide) = self.slot(axes, name, group);
        // A small gap separates the bars of a group.
        let wide = if self.groups.len() > 1 && wide > 4.0 { wide - 1.0 } else { wide };
        let (from, to) = (self.value_position(axes, 0.0), self.value_position(axes, value));
        let (low, long) = (from.min(to), (to - from).abs());
        if self.is_horizontal() {
            Area { left: low, top: start, width: long, height: wide }
        } else {
            Area { left: start, top: low, width: wide, height: long }
        }
    }

    /// Lays out the values at the ends of the bars. Returns `None` if they would overlap or leave too little space for the bars.
    fn layout_values(&self, axes: &Axes<'_>) -> Option<ValueLabels> {
        let group_texts = |group: &Group| group.values.iter().map(|&value| self.value_label(value)).collect::<Vec<_>>();
        let texts: Vec<Vec<String>> = self.groups.iter().map(group_texts).collect();
        let longest = texts.iter().flatten().map(|text| text::width(text, 1.0)).fold(0.1, f64::max);
        let (_, wide) = self.slot(axes, 0, 0);
        // The value of a single bar may extend over the gap to the next bar.
        let available =
            if self.groups.len() == 1 { axes.plot.width / self.names.len() as f64 - 4.0 } else { wide - 2.0 };
        let (vertical, size) = if self.is_horizontal() {
            (false, (wide * 0.9).min(NUMBER_SIZE))
        } else if available / longest > MIN_FONT_SIZE {
            (false, (available / longest).min(NUMBER_SIZE))
        } else {
            (true, (wide * 0.95).min(NUMBER_SIZE - 1.0))
        };
        let length = if self.is_horizontal() { axes.plot.width } else { axes.plot.height };
        let needed = if self.is_horizontal() || vertical { longest * size + 8.0 } else { 1.7 * size };
        let fits = self.show_values && size >= MIN_FONT_SIZE && needed < 0.4 * length;
        fits.then_some(ValueLabels { texts, vertical, size, padding: needed / length })
    }

    /// Returns how far the values of the highest bars extend above the plot, which can happen if the user has set limits.
    fn top_padding(&self, axes: &Axes<'_>, values: &ValueLabels) -> f64 {
        if self.is_horizontal() || values.vertical || self.axes_options.y_limits.is_none() {
            return 0.0;
        }
        let ends = self.all_values().filter(|value| is_drawable(*value)).map(|value| self.value_position(axes, value));
        let highest = ends.fold(axes.plot.bottom(), f64::min);
        (axes.plot.top - (highest - 1.6 * values.size)).max(0.0)
    }

    fn draw_values(&self, canvas: &mut Canvas, axes: &Axes<'_>, values: &ValueLabels) {
        let ValueLabels { texts, vertical, size, .. } = values;
        let plot = axes.plot;
        canvas.group("", |painter| {
            for (group, Group { values, .. }) in self.groups.iter().enumerate() {
                for (name, (&value, text)) in values.iter().zip(&texts[group]).enumerate() {
                    let (start, wide) = self.slot(axes, name, group);
                    let end = self.value_position(axes, if is_drawable(value) { value } else { 0.0 });
                    let (middle, long, below) = (start + wide / 2.0, text::width(text, *size), value < 0.0);
                    let font = Font::new(*size, TEXT, if below { HPos::Right } else { HPos::Left });
                    // A bar that is cut off by the limits has its value inside the plot.
                    if self.is_horizontal() {
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

    /// The tooltip covers the whole space of a bar, so that a bar without height has one too.
    fn draw_tooltips(&self, canvas: &mut Canvas, axes: &Axes<'_>) {
        let plot = axes.plot;
        for (group, Group { name: group_name, values }) in self.groups.iter().enumerate() {
            for (index, (name, &value)) in self.names.iter().zip(values).enumerate() {
                let (start, wide) = self.slot(axes, index, group);
                let area = if self.is_horizontal() {
                    Area { top: start, height: wide, ..plot }
                } else {
                    Area { left: start, width: wide, ..plot }
                };
                let value = self.tooltip_value(value);
                canvas.tooltip(area, format!("{}\n{group_name}: {value}", text::one_line(name)));
            }
        }
    }
}
