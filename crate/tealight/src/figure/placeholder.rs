//! The figure for empty data: a title and a message.

use plotters::style::text_anchor::HPos;

use super::canvas::{Area, Canvas, Font};
use super::chart::{LABEL_SIZE, MARGIN, TITLE_SIZE};
use super::heading::Heading;
use super::palette::TEXT_MUTED;
use super::text;

/// The height of the empty area below the title, in pixels.
const HEIGHT: f64 = 72.0;
/// The most lines of the title and of the message.
const MAX_LINES: usize = 3;

/// Returns the default size for about this width.
pub(super) fn layout_size(title: &str, width: f64) -> (f64, f64) {
    let heading = Heading::new(title, TITLE_SIZE, width - 2.0 * MARGIN, MAX_LINES);
    (width, (2.0 * MARGIN + heading.height() + HEIGHT).round())
}

pub(super) fn draw(title: &str, message: &str, canvas: &mut Canvas, area: Area) {
    let width = area.width - 2.0 * MARGIN;
    let heading = Heading::new(title, TITLE_SIZE, width, MAX_LINES);
    heading.draw(canvas, (area.left + MARGIN, area.top + MARGIN));
    let top = area.top + MARGIN + heading.height();
    let below = Area { left: area.left + MARGIN, top, width, height: area.bottom() - MARGIN - top };
    let lines = text::wrap(message, LABEL_SIZE, width, MAX_LINES);
    let (x, y) = below.middle();
    let first = y - lines.len().saturating_sub(1) as f64 * LABEL_SIZE * text::LINE_HEIGHT / 2.0;
    let font = Font::new(LABEL_SIZE, TEXT_MUTED, HPos::Center);
    canvas.group("", |painter| painter.lines(&lines, (x, first), font));
}
