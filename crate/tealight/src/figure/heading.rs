//! The title of a figure, fitted to its width.

use plotters::style::text_anchor::HPos;

use super::canvas::{Canvas, Emphasis, Font, Point};
use super::font;
use super::palette::TEXT;
use super::text::{LINE_HEIGHT, wrap};

/// A title as lines in a font size.
pub(super) struct Heading {
    pub(super) lines: Vec<String>,
    pub(super) size: f64,
}

impl Heading {
    /// Sets a bold title in one line, in a slightly smaller font if needed; otherwise in up to `max_lines` lines.
    pub(super) fn new(title: &str, size: f64, width: f64, max_lines: usize) -> Self {
        let width = width / font::bold_factor(title);
        let (medium, small) = ((size * 0.9).round(), (size * 0.82).round());
        let layouts = [(size, 1), (medium, 1), (size, max_lines.min(2)), (small, max_lines)];
        let fits = |&(size, lines): &(f64, usize)| wrap(title, size, width, lines + 1).len() <= lines;
        let (size, max_lines) = layouts.into_iter().find(fits).unwrap_or((small, max_lines));
        Self { lines: wrap(title, size, width, max_lines), size }
    }

    /// Returns the height of all lines and of the gap below them; 0 without a title.
    pub(super) fn height(&self) -> f64 {
        if self.lines.is_empty() { 0.0 } else { self.lines.len() as f64 * self.line_height() + self.size * 0.5 }
    }

    /// Draws the lines with their upper left corner at `corner`.
    pub(super) fn draw(&self, canvas: &mut Canvas, corner: Point) {
        let bold = canvas.emphasis != Emphasis::Reduced;
        let font = Font { bold, ..Font::new(self.size, TEXT, HPos::Left) };
        canvas.group("", |painter| {
            painter.lines(&self.lines, (corner.0, corner.1 + self.line_height() / 2.0), font);
        });
    }

    fn line_height(&self) -> f64 {
        self.size * LINE_HEIGHT
    }
}

#[cfg(test)]
mod tests {
    use super::Heading;

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
