//! Which colour means which value.

use plotters::style::text_anchor::HPos;

use super::super::canvas::{Area, Canvas, Font};
use super::super::chart::{LABEL_SIZE, NUMBER_SIZE};
use super::super::palette::{AXIS, TEXT_MUTED};
use super::super::text;
use super::scale::Scale;

/// The gap between map and bar, the bar's width, and the gap to its numbers, in pixels.
const GAP: f64 = 18.0;
const WIDTH: f64 = 14.0;
const TO_NUMBERS: f64 = 8.0;
/// The height that a number takes.
const ROW: f64 = 26.0;
const STEPS: usize = 64;

/// The width that bar, numbers and label take to the right of the map.
pub(super) fn room(scale: &Scale, label: bool) -> f64 {
    let label = if label { LABEL_SIZE * text::LINE_HEIGHT + 4.0 } else { 0.0 };
    GAP + WIDTH + TO_NUMBERS + scale.ticks(8).width(NUMBER_SIZE) + label
}

/// The bar's place beside the map.
pub(super) fn place(map: Area) -> Area {
    Area { left: map.right() + GAP, top: map.top, width: WIDTH, height: map.height }
}

/// Draws the bar; the label may reach down to `bottom`.
pub(super) fn draw(canvas: &mut Canvas, bar: Area, scale: &Scale, label: &str, bottom: f64) {
    let mut ticks = scale.ticks(((bar.height / ROW) as usize).clamp(2, 8)).0;
    let height = |value: f64| bar.bottom() - scale.position(value) * bar.height;
    // On a logarithmic scale the lowest marks are close together.
    let mut free = f64::INFINITY;
    ticks.retain(|&(value, _)| {
        let keep = height(value) <= free;
        free = if keep { height(value) - NUMBER_SIZE - 2.0 } else { free };
        keep
    });
    canvas.group("", |painter| {
        // Each step reaches down to the foot of the bar and is covered by the next: no seams.
        for step in (0..STEPS).rev() {
            let top = bar.bottom() - bar.height * (step + 1) as f64 / STEPS as f64;
            let color = scale.shade((step as f64 + 0.5) / STEPS as f64);
            painter.fill(Area { top, height: bar.bottom() - top, ..bar }, color);
        }
        let corners =
            [(bar.left, bar.top), (bar.right(), bar.top), (bar.right(), bar.bottom()), (bar.left, bar.bottom())];
        painter.line(&[&corners[..], &corners[..1]].concat(), AXIS, 1.0);
        let font = Font::new(NUMBER_SIZE, TEXT_MUTED, HPos::Left);
        for (value, number) in &ticks {
            let y = height(*value);
            painter.line(&[(bar.right(), y), (bar.right() + 4.0, y)], AXIS, 1.0);
            painter.text(number, (bar.right() + TO_NUMBERS, y), font);
        }
        let x =
            bar.right() + TO_NUMBERS + scale.ticks(8).width(NUMBER_SIZE) + 4.0 + LABEL_SIZE * text::LINE_HEIGHT / 2.0;
        let (y, align, room) = if text::width(label, LABEL_SIZE) <= bar.height {
            (bar.middle().1, HPos::Center, bar.height)
        } else {
            (bar.top, HPos::Right, bottom - bar.top)
        };
        let font = Font { vertical: true, ..Font::new(LABEL_SIZE, TEXT_MUTED, align) };
        painter.text(&text::truncate(label, LABEL_SIZE, room), (x, y), font);
    });
}
