//! How much room a text takes, and how to make it take less.
//!
//! Widths are those of DejaVu Sans, in which a figure that is saved as PNG is drawn. The page draws the text with a font
//! of its own, which nobody knows here; DejaVu Sans is the widest of the usual sans-serif fonts, so that in another one the
//! labels stand a little looser and nothing overlaps.

use plotters::style::text_anchor::HPos;

use super::canvas::{Canvas, Emphasis, Font, Point};
use super::font;
use super::palette::INK;

/// The height of a line, as a multiple of the font's size.
pub(super) const LINE: f64 = 1.3;

/// The width of `text` in pixels, where the font is `size` pixels high.
pub(super) fn width(text: &str, size: f64) -> f64 {
    text.chars().map(font::advance).sum::<f64>() * size
}

/// `text`, shortened with an ellipsis where it is wider than `room`; empty where not even that fits.
pub(super) fn shorten(text: &str, size: f64, room: f64) -> String {
    let text = one_line(text);
    if width(&text, size) <= room {
        return text;
    }
    let mut left = room - width("…", size);
    let fits = |&character: &char| {
        left -= width(character.encode_utf8(&mut [0; 4]), size);
        left >= 0.0
    };
    let mut short: String = text.chars().take_while(fits).collect();
    short.truncate(short.trim_end().len());
    if short.is_empty() {
        return String::new();
    }
    short.push('…');
    short
}

/// `text` in at most `most` lines that are no wider than `room`; the last ends in an ellipsis where more was to come.
pub(super) fn wrap(text: &str, size: f64, room: f64, most: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace().flat_map(|word| pieces(word, size, room)) {
        // All that is left goes on the last line, to be shortened there.
        let full = lines.len() == most;
        match lines.last_mut() {
            Some(line) if full || width(line, size) + width(" ", size) + width(word, size) <= room => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines.iter().map(|line| shorten(line, size, room)).collect()
}

/// A word, in several pieces where it is wider than `room`.
fn pieces(word: &str, size: f64, room: f64) -> Vec<&str> {
    let (mut pieces, mut start, mut left) = (Vec::new(), 0, room);
    for (index, character) in word.char_indices() {
        let wide = font::advance(character) * size;
        if wide > left && index > start {
            pieces.push(&word[start..index]);
            (start, left) = (index, room);
        }
        left -= wide;
    }
    pieces.push(&word[start..]);
    pieces
}

/// A title: its lines and the size of its font.
pub(super) struct Heading {
    pub(super) lines: Vec<String>,
    pub(super) size: f64,
}

impl Heading {
    /// Sets a bold title in one line, in a somewhat smaller font if need be; else in several lines, up to `most`.
    pub(super) fn new(title: &str, size: f64, room: f64, most: usize) -> Self {
        let room = room / font::bold_factor(title);
        let (medium, small) = ((size * 0.9).round(), (size * 0.82).round());
        let tries = [(size, 1), (medium, 1), (size, most.min(2)), (small, most)];
        let fits = |&(size, most): &(f64, usize)| wrap(title, size, room, most + 1).len() <= most;
        let (size, most) = tries.into_iter().find(fits).unwrap_or((small, most));
        Self { lines: wrap(title, size, room, most), size }
    }

    /// The height of all lines, with the gap that parts them from what comes below; 0 without a title.
    pub(super) fn height(&self) -> f64 {
        if self.lines.is_empty() { 0.0 } else { self.lines.len() as f64 * self.line() + self.size * 0.5 }
    }

    /// Draws the lines with their upper left corner at `corner`.
    pub(super) fn draw(&self, canvas: &mut Canvas, corner: Point) {
        let bold = canvas.emphasis != Emphasis::Reduced;
        let font = Font { bold, ..Font::new(self.size, INK, HPos::Left) };
        canvas.group("", |pen| pen.lines(&self.lines, (corner.0, corner.1 + self.line() / 2.0), font));
    }

    /// The height of one line.
    fn line(&self) -> f64 {
        self.size * LINE
    }
}

/// The text with each run of white space, line breaks too, as one space.
pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The text with its first letter as a capital.
pub(super) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::{Heading, shorten, width, wrap};

    #[test]
    fn a_text_is_shortened_to_its_room_and_no_further() {
        assert_eq!(shorten("accuracy", 10.0, 100.0), "accuracy");
        let short = shorten("accuracy of the network", 10.0, 60.0);
        assert!(short.ends_with('…') && width(&short, 10.0) <= 60.0, "{short}");
        assert!(width(&short, 10.0) > 45.0, "{short}");
        assert_eq!(shorten("accuracy", 10.0, 5.0), "");
    }

    #[test]
    fn words_wrap_and_the_last_line_says_that_more_was_to_come() {
        let text = "one two three four five six seven eight nine ten";
        let all = wrap(text, 10.0, 80.0, 20);
        assert_eq!(all.join(" "), text);
        assert!(all.iter().all(|line| width(line, 10.0) <= 80.0));
        let some = wrap(text, 10.0, 80.0, 2);
        assert_eq!(some.len(), 2);
        assert!(some[1].ends_with('…'), "{some:?}");
    }

    #[test]
    fn a_long_title_wraps_then_shrinks() {
        assert_eq!(Heading::new("Accuracy", 16.0, 600.0, 3).lines, ["Accuracy"]);
        let long = Heading::new(&"accuracy by epoch of ".repeat(9), 16.0, 600.0, 3);
        assert!(long.size < 16.0 && long.lines.len() == 3, "{:?}", long.lines);
        let word = Heading::new(&"w".repeat(100), 16.0, 600.0, 3);
        assert_eq!(word.lines.concat(), "w".repeat(100));
        assert_eq!(Heading::new("", 16.0, 600.0, 3).height(), 0.0);
    }
}
