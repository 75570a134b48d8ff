//! DejaVu Sans, the font in which text is measured and in which PNG files are drawn.

use std::sync::OnceLock;

use skrifa::instance::{LocationRef, Size};
use skrifa::{FontRef, MetadataProvider};

/// The width of a character that the font lacks, as a multiple of the font size: East Asian scripts and emoji are as wide as
/// they are high.
const FALLBACK_ADVANCE: f64 = 1.0;

/// The number of cached widths: the first characters of Unicode, in which nearly every label is written.
const CACHED_CHARS: usize = 0x250;

/// Returns the font files.
pub(super) fn files() -> [&'static [u8]; 2] {
    [dejavu::sans::regular(), dejavu::sans::bold()]
}

/// Returns the width of one character as a multiple of the font size.
pub(super) fn advance(character: char) -> f64 {
    static REGULAR: OnceLock<Vec<f64>> = OnceLock::new();
    cached_advance(&REGULAR, dejavu::sans::regular, character)
}

/// Returns the width of a text in bold relative to its regular width.
pub(super) fn bold_factor(text: &str) -> f64 {
    static BOLD: OnceLock<Vec<f64>> = OnceLock::new();
    let regular: f64 = text.chars().map(advance).sum();
    let bold: f64 = text.chars().map(|character| cached_advance(&BOLD, dejavu::sans::bold, character)).sum();
    if regular > 0.0 { bold / regular } else { 1.0 }
}

fn cached_advance(widths: &OnceLock<Vec<f64>>, file: fn() -> &'static [u8], character: char) -> f64 {
    let index = character as usize;
    if index >= CACHED_CHARS {
        return measure(file(), std::iter::once(character)).next().unwrap_or(FALLBACK_ADVANCE);
    }
    let widths =
        widths.get_or_init(|| measure(file(), '\0'..=char::from_u32(CACHED_CHARS as u32).unwrap_or('~')).collect());
    widths.get(index).copied().unwrap_or(FALLBACK_ADVANCE)
}

fn measure(file: &[u8], characters: impl Iterator<Item = char>) -> impl Iterator<Item = f64> {
    let font = FontRef::new(file).ok();
    characters.map(move |character| {
        let width = font.as_ref().and_then(|font| {
            let glyph = font.charmap().map(character)?;
            font.glyph_metrics(Size::new(1.0), LocationRef::default()).advance_width(glyph)
        });
        width.map_or(FALLBACK_ADVANCE, f64::from)
    })
}

#[cfg(test)]
mod tests {
    use super::{advance, bold_factor};

    #[test]
    fn character_widths_are_those_of_the_font() {
        // From the font's own table, in units of 1/2048: `fontTools.ttLib.TTFont("DejaVuSans.ttf")["hmtx"]`.
        for (character, width) in [('a', 1255), ('i', 569), ('W', 2025), ('0', 1303), ('−', 1716), ('é', 1260)] {
            assert!((advance(character) - f64::from(width) / 2048.0).abs() < 1e-6, "{character}");
        }
        assert_eq!(advance('数'), 1.0);
        assert!((bold_factor("accuracy by epoch") - 1.10777).abs() < 1e-5, "{}", bold_factor("accuracy by epoch"));
        assert_eq!(bold_factor(""), 1.0);
    }
}
