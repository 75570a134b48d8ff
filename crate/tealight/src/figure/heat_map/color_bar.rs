//! The color bar of a heat map.

use plotters::style::text_anchor::HPos;

use super::super::canvas::{Area, Canvas, Font};
use super::super::chart::{LABEL_SIZE, NUMBER_SIZE};
use super::super::palette::{AXIS, TEXT_MUTED};
use super::super::text;
use super::scale::Scale;

/// The gap between map and bar, the width of the bar, and the gap to its tick labels, in pixels.
const MAP_GAP: f64 = 18.0;
const BAR_WIDTH: f64 = 14.0;
const TICK_LABEL_GAP: f64 = 8.0;
/// The smallest distance between two ticks, in pixels.
const TICK_SPACING: f64 = 26.0;
const COLOR_STEPS: usize = 64;

/// Returns the width of bar, tick labels and label to the right of the map.
pub(super) fn width(scale: &Scale, label: bool) -> f64 {
    let label = if label { LABEL_SIZE * text::LINE_HEIGHT + 4.0 } else { 0.0 };
    MAP_GAP + BAR_WIDTH + TICK_LABEL_GAP + scale.ticks(8).width(NUMBER_SIZE) + label
}

/// Returns the area of the bar beside the map.
pub(super) fn area(map: Area) -> Area {
    Area { left: map.right() + MAP_GAP, top: map.top, width: BAR_WIDTH, height: map.height }
}

/// Draws the bar. A long label may extend down to `bottom`.
pub(super) fn draw(canvas: &mut Canvas, bar: Area, scale: &Scale, label: &str, bottom: f64) {
    let mut ticks = scale.ticks(((bar.height / TICK_SPACING) as usize).clamp(2, 8)).0;
    let height = |value: f64| bar.bottom() - scale.position(value) * bar.height;
    // On a logarithmic scale the lowest ticks may be too close together.
    let mut free = f64::INFINITY;
    ticks.retain(|&(value, _)| {
        let keep = height(value) <= free;
        free = if keep { height(value) - NUMBER_SIZE - 2.0 } else { free };
        keep
    });
    canvas.group("", |painter| {
        // Each step extends down to the bottom of the bar and is covered by the next, so that there are no seams.
        for step in (0..COLOR_STEPS).rev() {
            let top = bar.bottom() - bar.height * (step + 1) as f64 / COLOR_STEPS as f64;
            let color = scale.color_at((step as f64 + 0.5) / COLOR_STEPS as f64);
            painter.fill(Area { top, height: bar.bottom() - top, ..bar }, color);
        }
        let corners =
            [(bar.left, bar.top), (bar.right(), bar.top), (bar.right(), bar.bottom()), (bar.left, bar.bottom())];
        painter.line(&[&corners[..], &corners[..1]].concat(), AXIS, 1.0);
        let font = Font::new(NUMBER_SIZE, TEXT_MUTED, HPos::Left);
        for (value, number) in &ticks {
            let y = height(*value);
            painter.line(&[(bar.right(), y), (bar.right() + 4.0, y)], AXIS, 1.0);
            painter.text(number, (bar.right() + TICK_LABEL_GAP, y), font);
        }
        let x = bar.right()
            + TICK_LABEL_GAP
            + scale.ticks(8).width(NUMBER_SIZE)
            + 4.0
            + LABEL_SIZE * text::LINE_HEIGHT / 2.0;
        let (y, align, max_width) = if text::width(label, LABEL_SIZE) <= bar.height {
            (bar.middle().1, HPos::Center, bar.height)
        } else {
            (bar.top, HPos::Right, bottom - bar.top)
        };
        let font = Font { vertical: true, ..Font::new(LABEL_SIZE, TEXT_MUTED, align) };
        painter.text(&text::truncate(label, LABEL_SIZE, max_width), (x, y), font);
    });
}
