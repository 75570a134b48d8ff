//! The legend: rows of color samples and names above the plot, where they cover nothing.

use std::borrow::Cow;

use plotters::style::RGBColor;
use plotters::style::text_anchor::HPos;

use super::canvas::{Area, Canvas, Font, Point};
use super::chart::LABEL_SIZE;
use super::palette::TEXT_MUTED;
use super::text;

/// The width of a swatch, and the gaps after a swatch and between two entries, in pixels.
const SWATCH_WIDTH: f64 = 28.0;
const SWATCH_GAP: f64 = 7.0;
const ENTRY_GAP: f64 = 20.0;
const ROW_HEIGHT: f64 = LABEL_SIZE * text::LINE_HEIGHT;
/// Up to this many entries are not aligned in columns.
const MAX_UNALIGNED_ENTRIES: usize = 5;
/// The most lines of a name.
const MAX_LINES: usize = 3;

/// An entry: a name and a swatch that looks like the named series in the plot.
pub(super) struct Entry<'a> {
    pub(super) name: Cow<'a, str>,
    pub(super) color: RGBColor,
    pub(super) swatch: Swatch,
}

/// The small sample of a series in the legend.
#[derive(Clone, Copy)]
pub(super) enum Swatch {
    /// A line with the SVG attributes of its dash pattern.
    Line(&'static str),
    Dot,
    Circle,
    Box,
}

/// Entries with their layout.
#[derive(Default)]
pub(super) struct Legend<'a> {
    placed: Vec<PlacedEntry<'a>>,
    /// The text "and 7 more" in place of the entries that don't fit, with its position.
    more: Option<(String, Point)>,
    /// The height including the gap below; 0 without entries.
    pub(super) height: f64,
}

struct PlacedEntry<'a> {
    entry: Entry<'a>,
    lines: Vec<String>,
    at: Point,
}

impl<'a> Legend<'a> {
    /// Lays out entries in rows of at most `width`, together at most `max_height`.
    pub(super) fn new(entries: Vec<Entry<'a>>, width: f64, max_height: f64) -> Self {
        let count = entries.len();
        let mut legend = Self::default();
        let (mut left, mut top, mut row_height) = (0.0, 0.0, 0.0_f64);
        let column = column_width(&entries, width);
        for (index, entry) in entries.into_iter().enumerate() {
            let lines = text::wrap(&entry.name, LABEL_SIZE, (width - SWATCH_WIDTH - SWATCH_GAP).max(40.0), MAX_LINES);
            let longest = lines.iter().map(|line| text::width(line, LABEL_SIZE)).fold(0.0, f64::max);
            let entry_width = column.unwrap_or(SWATCH_WIDTH + SWATCH_GAP + longest);
            let entry_height = lines.len().max(1) as f64 * ROW_HEIGHT;
            if left > 0.0 && left + entry_width > width {
                (left, top, row_height) = (0.0, top + row_height, 0.0);
            }
            // The first row is always used. Unless this is the last entry, a row is kept for "and 7 more".
            let needed = top + entry_height + if index + 1 < count { ROW_HEIGHT } else { 0.0 };
            if index > 0 && needed > max_height {
                let more = format!("and {} more", count - index);
                // It fits in the current row only if that is still empty.
                let top = if left > 0.0 { top + row_height } else { top };
                legend.more = Some((more, (0.0, top)));
                legend.height = top + ROW_HEIGHT + SWATCH_GAP;
                return legend;
            }
            legend.placed.push(PlacedEntry { entry, lines, at: (left, top) });
            left += entry_width + ENTRY_GAP;
            row_height = row_height.max(entry_height);
        }
        legend.height = if count == 0 { 0.0 } else { top + row_height + SWATCH_GAP };
        legend
    }

    /// Draws the legend with its upper left corner at `corner`.
    pub(super) fn draw(&self, canvas: &mut Canvas, corner: Point) {
        let font = Font::new(LABEL_SIZE, TEXT_MUTED, HPos::Left);
        for PlacedEntry { entry, lines, at } in &self.placed {
            let (left, middle) = (corner.0 + at.0, corner.1 + at.1 + ROW_HEIGHT / 2.0);
            let stroke = canvas.stroke_width();
            let dashes = if let Swatch::Line(dashes) = entry.swatch { dashes } else { "" };
            canvas.group(dashes, |painter| match entry.swatch {
                Swatch::Line(_) => painter.line(&[(left, middle), (left + SWATCH_WIDTH, middle)], entry.color, stroke),
                Swatch::Dot => painter.circle((left + SWATCH_WIDTH / 2.0, middle), 4.0, entry.color),
                Swatch::Circle => painter.circle_outline((left + SWATCH_WIDTH / 2.0, middle), 5.0, entry.color, 2.0),
                Swatch::Box => {
                    let (left, top) = (left + SWATCH_WIDTH / 2.0 - 7.0, middle - 5.5);
                    painter.fill(Area { left, top, width: 14.0, height: 11.0 }, entry.color);
                }
            });
            canvas.group("", |painter| painter.lines(lines, (left + SWATCH_WIDTH + SWATCH_GAP, middle), font));
        }
        if let Some((more, at)) = &self.more {
            canvas.group("", |painter| painter.text(more, (corner.0 + at.0, corner.1 + at.1 + ROW_HEIGHT / 2.0), font));
        }
    }
}

/// Returns the width of the columns in which the entries are aligned. Returns `None` if they fit in one row, or are few enough
/// to be read without columns.
fn column_width(entries: &[Entry<'_>], width: f64) -> Option<f64> {
    let widths = entries.iter().map(|entry| SWATCH_WIDTH + SWATCH_GAP + text::width(&entry.name, LABEL_SIZE));
    let total: f64 = widths.clone().map(|entry| entry + ENTRY_GAP).sum();
    (total - ENTRY_GAP > width && entries.len() > MAX_UNALIGNED_ENTRIES).then(|| widths.fold(0.0, f64::max).min(width))
}
