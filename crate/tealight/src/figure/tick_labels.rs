//! Category names along an axis: horizontal, wrapped, vertical, or with some left out, so that they never overlap.

use plotters::style::text_anchor::HPos;

use super::canvas::{Area, Canvas, Font};
use super::chart::NUMBER_SIZE;
use super::palette::TEXT_MUTED;
use super::text;

/// The gap between names and the plot.
pub(super) const GAP: f64 = 7.0;
/// The longest name below columns and beside rows, in pixels, and as a fraction of the figure.
const MAX_COLUMN_LABEL: f64 = 150.0;
const MAX_ROW_LABEL: f64 = 200.0;
const MAX_FRACTION_OF_FIGURE: f64 = 0.3;
/// The most lines of a name.
const MAX_LINES: usize = 3;

/// The names that are shown.
#[derive(Default)]
pub(super) struct TickLabels {
    /// Each with its index and its lines.
    shown: Vec<(usize, Vec<String>)>,
    size: f64,
    vertical: bool,
    /// Their width beside rows or their height below columns, including the gap; 0 without names.
    pub(super) extent: f64,
}

impl TickLabels {
    /// Lays out names of rows that are `pitch` pixels high, at the left of a figure of this width.
    pub(super) fn for_rows(names: &[String], pitch: f64, width: f64) -> Self {
        let size = (0.8 * pitch).clamp(8.0, NUMBER_SIZE);
        let max_width = MAX_ROW_LABEL.min(MAX_FRACTION_OF_FIGURE * width);
        let lines = ((pitch / (size * text::LINE_HEIGHT)) as usize).clamp(1, MAX_LINES);
        let wrap = |name: &str| text::wrap(name, size, max_width, lines);
        let shown = thin_out(names, size * 1.15 / pitch, wrap);
        let longest = longest(&shown, size);
        Self { extent: if shown.is_empty() { 0.0 } else { longest + GAP }, shown, size, vertical: false }
    }

    /// Lays out names of columns that are `pitch` pixels wide, below them in a figure of this height.
    pub(super) fn for_columns(names: &[String], pitch: f64, height: f64) -> Self {
        let widest = names.iter().map(|name| text::width(name, NUMBER_SIZE)).fold(0.0, f64::max);
        let horizontal = |size: f64, shown: Vec<(usize, Vec<String>)>| {
            let lines = shown.iter().map(|(_, lines)| lines.len()).max().unwrap_or(0);
            let extent = if lines == 0 { 0.0 } else { lines as f64 * size * text::LINE_HEIGHT + GAP };
            Self { shown, size, vertical: false, extent }
        };
        if widest + 6.0 <= pitch {
            return horizontal(NUMBER_SIZE, thin_out(names, 1.0, |name| vec![text::one_line(name)]));
        }
        // Too many short names stay horizontal, and some are left out: 0, 5, 10 …
        if widest <= 2.2 * NUMBER_SIZE {
            let size = (0.8 * pitch).clamp(9.0, NUMBER_SIZE);
            let needed = (widest * size / NUMBER_SIZE + 6.0) / pitch;
            return horizontal(size, thin_out(names, needed, |name| vec![text::one_line(name)]));
        }
        // Names of several words may fit in several lines if no word is broken.
        let words = names.iter().flat_map(|name| name.split_whitespace());
        let longest_word = words.map(|word| text::width(word, NUMBER_SIZE)).fold(0.0, f64::max);
        let wrapped = |max_lines| names.iter().map(move |name| text::wrap(name, NUMBER_SIZE, pitch - 6.0, max_lines));
        if longest_word + 6.0 <= pitch && wrapped(MAX_LINES + 1).all(|lines| lines.len() <= MAX_LINES) {
            return horizontal(NUMBER_SIZE, wrapped(MAX_LINES).enumerate().collect());
        }
        let size = (0.8 * pitch).clamp(8.0, NUMBER_SIZE);
        let max_width = MAX_COLUMN_LABEL.min(MAX_FRACTION_OF_FIGURE * height);
        let lines = ((pitch / (size * text::LINE_HEIGHT)) as usize).clamp(1, MAX_LINES);
        let shown = thin_out(names, size * 1.15 / pitch, |name| text::wrap(name, size, max_width, lines));
        let longest = longest(&shown, size);
        Self { extent: if shown.is_empty() { 0.0 } else { longest + GAP }, shown, size, vertical: true }
    }

    /// Draws the names of `count` rows beside `rows`, the area of all of them.
    pub(super) fn draw_rows(&self, canvas: &mut Canvas, rows: Area, count: usize) {
        let pitch = rows.height / count.max(1) as f64;
        let font = Font::new(self.size, TEXT_MUTED, HPos::Right);
        canvas.group("", |painter| {
            for (index, lines) in &self.shown {
                let middle = rows.top + (*index as f64 + 0.5) * pitch;
                painter.lines(lines, (rows.left - GAP, middle - self.first_line_offset(lines)), font);
            }
        });
    }

    /// Draws the names of `count` columns below `columns`, the area of all of them.
    pub(super) fn draw_columns(&self, canvas: &mut Canvas, columns: Area, count: usize) {
        let pitch = columns.width / count.max(1) as f64;
        canvas.group("", |painter| {
            for (index, lines) in &self.shown {
                let middle = columns.left + (*index as f64 + 0.5) * pitch;
                if self.vertical {
                    let font = Font { vertical: true, ..Font::new(self.size, TEXT_MUTED, HPos::Right) };
                    for (row, line) in lines.iter().enumerate() {
                        let x = middle - self.first_line_offset(lines) + row as f64 * self.size * text::LINE_HEIGHT;
                        painter.text(line, (x, columns.bottom() + GAP), font);
                    }
                } else {
                    let font = Font::new(self.size, TEXT_MUTED, HPos::Center);
                    painter.lines(lines, (middle, columns.bottom() + GAP + self.size / 2.0), font);
                }
            }
        });
    }

    /// Returns the distance from the middle of the first line to the middle of all lines.
    fn first_line_offset(&self, lines: &[String]) -> f64 {
        lines.len().saturating_sub(1) as f64 * self.size * text::LINE_HEIGHT / 2.0
    }
}

/// Returns the width of the longest line.
fn longest(shown: &[(usize, Vec<String>)], size: f64) -> f64 {
    shown.iter().flat_map(|(_, lines)| lines).map(|line| text::width(line, size)).fold(0.0, f64::max)
}

/// Returns every name, or every second, fifth, tenth … if one name needs the space of `pitches` names.
fn thin_out(names: &[String], pitches: f64, wrap: impl Fn(&str) -> Vec<String>) -> Vec<(usize, Vec<String>)> {
    let strides = (0..).flat_map(|power| [1, 2, 5].map(|factor| factor * 10_usize.pow(power)));
    let stride = strides.take(18).find(|&stride| stride as f64 >= pitches).unwrap_or(usize::MAX);
    let shown = names.iter().enumerate().filter(|(index, _)| index % stride == 0);
    shown.map(|(index, name)| (index, wrap(name))).collect()
}
