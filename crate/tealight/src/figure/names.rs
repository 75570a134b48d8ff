//! Names along an axis: level, in several lines, upright, or some of them left out, so that they never meet.

use plotters::style::text_anchor::HPos;

use super::canvas::{Area, Canvas, Font};
use super::drawing::NUMBER_SIZE;
use super::palette::SOFT_INK;
use super::text;

/// The gap between names and what they name.
pub(super) const GAP: f64 = 7.0;
/// No name takes more than this, in pixels and as a share of the figure.
const LONGEST: f64 = 150.0;
const LONGEST_BESIDE: f64 = 200.0;
const MOST_OF_FIGURE: f64 = 0.3;
/// The most lines of a level name.
const MOST_LINES: usize = 3;

/// The names that are shown, each with its index.
#[derive(Default)]
pub(super) struct Names {
    shown: Vec<(usize, Vec<String>)>,
    size: f64,
    upright: bool,
    /// The room they take beside what they name, with the gap; 0 without names.
    pub(super) room: f64,
}

impl Names {
    /// Names of rows that are `pitch` pixels high, to stand at the left of a figure of this width.
    pub(super) fn beside(names: &[String], pitch: f64, width: f64) -> Self {
        let size = (0.8 * pitch).clamp(8.0, NUMBER_SIZE);
        let room = LONGEST_BESIDE.min(MOST_OF_FIGURE * width);
        let lines = ((pitch / (size * text::LINE)) as usize).clamp(1, MOST_LINES);
        let set = |name: &str| text::wrap(name, size, room, lines);
        let shown = every(names, size * 1.15 / pitch, set);
        let room = longest(&shown, size);
        Self { room: if shown.is_empty() { 0.0 } else { room + GAP }, shown, size, upright: false }
    }

    /// Names of columns that are `pitch` pixels wide, to stand below them in a figure of this height.
    pub(super) fn below(names: &[String], pitch: f64, height: f64) -> Self {
        let widest = names.iter().map(|name| text::width(name, NUMBER_SIZE)).fold(0.0, f64::max);
        let level = |size: f64, shown: Vec<(usize, Vec<String>)>| {
            let lines = shown.iter().map(|(_, lines)| lines.len()).max().unwrap_or(0);
            let room = if lines == 0 { 0.0 } else { lines as f64 * size * text::LINE + GAP };
            Self { shown, size, upright: false, room }
        };
        if widest + 6.0 <= pitch {
            return level(NUMBER_SIZE, every(names, 1.0, |name| vec![text::one_line(name)]));
        }
        // Short names that are too many stay level, and some are left out: 0, 5, 10 …
        if widest <= 2.2 * NUMBER_SIZE {
            let size = (0.8 * pitch).clamp(9.0, NUMBER_SIZE);
            let needed = (widest * size / NUMBER_SIZE + 6.0) / pitch;
            return level(size, every(names, needed, |name| vec![text::one_line(name)]));
        }
        // Names of several words may fit in several lines, as long as no word is broken.
        let words = names.iter().flat_map(|name| name.split_whitespace());
        let longest_word = words.map(|word| text::width(word, NUMBER_SIZE)).fold(0.0, f64::max);
        let wrapped = |most| names.iter().map(move |name| text::wrap(name, NUMBER_SIZE, pitch - 6.0, most));
        if longest_word + 6.0 <= pitch && wrapped(MOST_LINES + 1).all(|lines| lines.len() <= MOST_LINES) {
            return level(NUMBER_SIZE, wrapped(MOST_LINES).enumerate().collect());
        }
        let size = (0.8 * pitch).clamp(8.0, NUMBER_SIZE);
        let room = LONGEST.min(MOST_OF_FIGURE * height);
        let lines = ((pitch / (size * text::LINE)) as usize).clamp(1, MOST_LINES);
        let shown = every(names, size * 1.15 / pitch, |name| text::wrap(name, size, room, lines));
        let room = longest(&shown, size);
        Self { room: if shown.is_empty() { 0.0 } else { room + GAP }, shown, size, upright: true }
    }

    /// Draws names of rows: `of` is the area of all rows, of which there are `count`.
    pub(super) fn draw_beside(&self, canvas: &mut Canvas, of: Area, count: usize) {
        let pitch = of.height / count.max(1) as f64;
        let font = Font::new(self.size, SOFT_INK, HPos::Right);
        canvas.group("", |pen| {
            for (index, lines) in &self.shown {
                let middle = of.top + (*index as f64 + 0.5) * pitch;
                pen.lines(lines, (of.left - GAP, middle - self.above(lines)), font);
            }
        });
    }

    /// Draws names of columns: `of` is the area of all columns, of which there are `count`.
    pub(super) fn draw_below(&self, canvas: &mut Canvas, of: Area, count: usize) {
        let pitch = of.width / count.max(1) as f64;
        canvas.group("", |pen| {
            for (index, lines) in &self.shown {
                let middle = of.left + (*index as f64 + 0.5) * pitch;
                if self.upright {
                    let font = Font { upright: true, ..Font::new(self.size, SOFT_INK, HPos::Right) };
                    for (row, line) in lines.iter().enumerate() {
                        let x = middle - self.above(lines) + row as f64 * self.size * text::LINE;
                        pen.text(line, (x, of.bottom() + GAP), font);
                    }
                } else {
                    let font = Font::new(self.size, SOFT_INK, HPos::Center);
                    pen.lines(lines, (middle, of.bottom() + GAP + self.size / 2.0), font);
                }
            }
        });
    }

    /// From the middle of the first of several lines to the middle of them all.
    fn above(&self, lines: &[String]) -> f64 {
        lines.len().saturating_sub(1) as f64 * self.size * text::LINE / 2.0
    }
}

/// The width of the longest line.
fn longest(shown: &[(usize, Vec<String>)], size: f64) -> f64 {
    shown.iter().flat_map(|(_, lines)| lines).map(|line| text::width(line, size)).fold(0.0, f64::max)
}

/// Every name, or every second, fifth, tenth … where a name needs the room of `pitches` of them.
fn every(names: &[String], pitches: f64, set: impl Fn(&str) -> Vec<String>) -> Vec<(usize, Vec<String>)> {
    let strides = (0..).flat_map(|power| [1, 2, 5].map(|factor| factor * 10_usize.pow(power)));
    let stride = strides.take(18).find(|&stride| stride as f64 >= pitches).unwrap_or(usize::MAX);
    let shown = names.iter().enumerate().filter(|(index, _)| index % stride == 0);
    shown.map(|(index, name)| (index, set(name))).collect()
}
