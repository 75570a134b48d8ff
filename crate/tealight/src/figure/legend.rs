//! Which is which: a row of samples and names above the plot, where there is nothing to cover.

use std::borrow::Cow;

use plotters::style::RGBColor;
use plotters::style::text_anchor::HPos;

use super::canvas::{Area, Canvas, Font, Point};
use super::drawing::LABEL_SIZE;
use super::palette::SOFT_INK;
use super::text;

/// The length of a sample, and the gaps after a sample and between two entries, in pixels.
const SAMPLE: f64 = 28.0;
const GAP: f64 = 7.0;
const BETWEEN: f64 = 20.0;
const LINE: f64 = LABEL_SIZE * text::LINE;
/// So many entries need no columns.
const FEW: usize = 5;
/// A name that needs more lines than this ends in an ellipsis.
const MOST_LINES: usize = 3;

/// What a legend explains: a name and how it looks in the plot.
pub(super) struct Entry<'a> {
    pub(super) name: Cow<'a, str>,
    pub(super) color: RGBColor,
    pub(super) sample: Sample,
}

/// The look of an entry.
#[derive(Clone, Copy)]
pub(super) enum Sample {
    /// A line, with the SVG attributes that give its pattern of dashes.
    Line(&'static str),
    Dot,
    Ring,
    Box,
}

/// Entries with their places.
#[derive(Default)]
pub(super) struct Legend<'a> {
    placed: Vec<Placed<'a>>,
    /// What stands in the last row for the entries that have no room.
    more: Option<(String, Point)>,
    /// With the gap to what is below; 0 without entries.
    pub(super) height: f64,
}

struct Placed<'a> {
    entry: Entry<'a>,
    lines: Vec<String>,
    at: Point,
}

impl<'a> Legend<'a> {
    /// Lays entries out in rows no wider than `width`, together no higher than `room`.
    pub(super) fn new(entries: Vec<Entry<'a>>, width: f64, room: f64) -> Self {
        let count = entries.len();
        let mut legend = Self::default();
        let (mut left, mut top, mut row_height) = (0.0, 0.0, 0.0_f64);
        let column = column(&entries, width);
        for (index, entry) in entries.into_iter().enumerate() {
            let lines = text::wrap(&entry.name, LABEL_SIZE, (width - SAMPLE - GAP).max(40.0), MOST_LINES);
            let longest = lines.iter().map(|line| text::width(line, LABEL_SIZE)).fold(0.0, f64::max);
            let entry_width = column.unwrap_or(SAMPLE + GAP + longest);
            let entry_height = lines.len().max(1) as f64 * LINE;
            if left > 0.0 && left + entry_width > width {
                (left, top, row_height) = (0.0, top + row_height, 0.0);
            }
            // There is always a first row; a row is kept for "and 7 more" where this isn't the last entry.
            let needed = top + entry_height + if index + 1 < count { LINE } else { 0.0 };
            if index > 0 && needed > room {
                let more = format!("and {} more", count - index);
                // The row that was begun has room for it only where nothing stands in it yet.
                let top = if left > 0.0 { top + row_height } else { top };
                legend.more = Some((more, (0.0, top)));
                legend.height = top + LINE + GAP;
                return legend;
            }
            legend.placed.push(Placed { entry, lines, at: (left, top) });
            left += entry_width + BETWEEN;
            row_height = row_height.max(entry_height);
        }
        legend.height = if count == 0 { 0.0 } else { top + row_height + GAP };
        legend
    }

    /// Draws it with its upper left corner at `corner`.
    pub(super) fn draw(&self, canvas: &mut Canvas, corner: Point) {
        let font = Font::new(LABEL_SIZE, SOFT_INK, HPos::Left);
        for Placed { entry, lines, at } in &self.placed {
            let (left, middle) = (corner.0 + at.0, corner.1 + at.1 + LINE / 2.0);
            let stroke = canvas.stroke();
            let dashes = if let Sample::Line(dashes) = entry.sample { dashes } else { "" };
            canvas.group(dashes, |pen| match entry.sample {
                Sample::Line(_) => pen.line(&[(left, middle), (left + SAMPLE, middle)], entry.color, stroke),
                Sample::Dot => pen.dot((left + SAMPLE / 2.0, middle), 4.0, entry.color),
                Sample::Ring => pen.ring((left + SAMPLE / 2.0, middle), 5.0, entry.color, 2.0),
                Sample::Box => {
                    let (left, top) = (left + SAMPLE / 2.0 - 7.0, middle - 5.5);
                    pen.fill(Area { left, top, width: 14.0, height: 11.0 }, entry.color);
                }
            });
            canvas.group("", |pen| pen.lines(lines, (left + SAMPLE + GAP, middle), font));
        }
        if let Some((more, at)) = &self.more {
            canvas.group("", |pen| pen.text(more, (corner.0 + at.0, corner.1 + at.1 + LINE / 2.0), font));
        }
    }
}

/// The width of the columns in which entries stand that don't fit into one row; `None` where they do, or are few enough to
/// be read as they come.
fn column(entries: &[Entry<'_>], width: f64) -> Option<f64> {
    let widths = entries.iter().map(|entry| SAMPLE + GAP + text::width(&entry.name, LABEL_SIZE));
    let together: f64 = widths.clone().map(|entry| entry + BETWEEN).sum();
    (together - BETWEEN > width && entries.len() > FEW).then(|| widths.fold(0.0, f64::max).min(width))
}
