//! Text measuring and wrapping.
//!
//! Widths are those of DejaVu Sans, in which the text of a PNG is drawn. A page draws the text in its own font, which is not
//! known here. DejaVu Sans is the widest of the common sans-serif fonts, so in another font the labels are a little looser and
//! nothing overlaps.

use super::font;

/// The height of a line as a multiple of the font size.
pub(super) const LINE_HEIGHT: f64 = 1.3;

/// Returns the width of `text` in pixels at a font size of `size` pixels.
pub(super) fn width(text: &str, size: f64) -> f64 {
    text.chars().map(font::advance).sum::<f64>() * size
}

/// Truncates `text` with an ellipsis to at most `max_width`. Returns an empty text if not even one character fits.
pub(super) fn truncate(text: &str, size: f64, max_width: f64) -> String {
    let text = one_line(text);
    if width(&text, size) <= max_width {
        return text;
    }
    let mut left = max_width - width("…", size);
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

/// Wraps `text` into at most `max_lines` lines of at most `max_width`. The last line ends with an ellipsis if text is left.
pub(super) fn wrap(text: &str, size: f64, max_width: f64, max_lines: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace().flat_map(|word| split_word(word, size, max_width)) {
        // The last line takes all the rest and is truncated below.
        let full = lines.len() == max_lines;
        match lines.last_mut() {
            Some(line) if full || width(line, size) + width(" ", size) + width(word, size) <= max_width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines.iter().map(|line| truncate(line, size, max_width)).collect()
}

/// Splits a word that is wider than `max_width` into several pieces.
fn split_word(word: &str, size: f64, max_width: f64) -> Vec<&str> {
    let (mut pieces, mut start, mut left) = (Vec::new(), 0, max_width);
    for (index, character) in word.char_indices() {
        let advance = font::advance(character) * size;
        if advance > left && index > start {
            pieces.push(&word[start..index]);
            (start, left) = (index, max_width);
        }
        left -= advance;
    }
    pieces.push(&word[start..]);
    pieces
}

/// Replaces each run of whitespace, including line breaks, with one space.
pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Capitalizes the first letter.
pub(super) fn capitalize(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Formats a count with its noun: "1 curve", "2 curves", "2 series".
pub(super) fn pluralize(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 || noun.ends_with('s') { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::{truncate, width, wrap};

    #[test]
    fn a_text_is_truncated_to_its_width_and_no_further() {
        assert_eq!(truncate("accuracy", 10.0, 100.0), "accuracy");
        let short = truncate("accuracy of the network", 10.0, 60.0);
        assert!(short.ends_with('…') && width(&short, 10.0) <= 60.0, "{short}");
        assert!(width(&short, 10.0) > 45.0, "{short}");
        assert_eq!(truncate("accuracy", 10.0, 5.0), "");
    }

    #[test]
    fn words_wrap_and_the_last_line_ends_with_an_ellipsis() {
        let text = "one two three four five six seven eight nine ten";
        let all = wrap(text, 10.0, 80.0, 20);
        assert_eq!(all.join(" "), text);
        assert!(all.iter().all(|line| width(line, 10.0) <= 80.0));
        let some = wrap(text, 10.0, 80.0, 2);
        assert_eq!(some.len(), 2);
        assert!(some[1].ends_with('…'), "{some:?}");
    }
}
