//! What a figure is where there is nothing to draw, and that is good to know: its title, and a line that says so.

use plotters::style::text_anchor::HPos;

use super::canvas::{Area, Canvas, Font};
use super::drawing::{LABEL_SIZE, MARGIN, TITLE_SIZE};
use super::palette::SOFT_INK;
use super::text::{self, Heading};

/// The height of the empty sheet below the title, in pixels.
const HEIGHT: f64 = 72.0;
/// The most lines of the title and of what is said.
const LINES: usize = 3;

/// A good size for about this width.
pub(super) fn extent(title: &str, width: f64) -> (f64, f64) {
    let heading = Heading::new(title, TITLE_SIZE, width - 2.0 * MARGIN, LINES);
    (width, (2.0 * MARGIN + heading.height() + HEIGHT).round())
}

pub(super) fn draw(title: &str, notice: &str, canvas: &mut Canvas, area: Area) {
    let width = area.width - 2.0 * MARGIN;
    let heading = Heading::new(title, TITLE_SIZE, width, LINES);
    heading.draw(canvas, (area.left + MARGIN, area.top + MARGIN));
    let top = area.top + MARGIN + heading.height();
    let below = Area { left: area.left + MARGIN, top, width, height: area.bottom() - MARGIN - top };
    let lines = text::wrap(notice, LABEL_SIZE, width, LINES);
    let (x, y) = below.middle();
    let first = y - lines.len().saturating_sub(1) as f64 * LABEL_SIZE * text::LINE / 2.0;
    let font = Font::new(LABEL_SIZE, SOFT_INK, HPos::Center);
    canvas.group("", |pen| pen.lines(&lines, (x, first), font));
}
