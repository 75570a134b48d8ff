//! The font that is measured, and in which a figure is drawn where the page doesn't draw it: DejaVu Sans.

use std::sync::OnceLock;

use skrifa::instance::{LocationRef, Size};
use skrifa::{FontRef, MetadataProvider};

/// The width of a character that the font lacks, in multiples of the font's size: East Asian scripts and pictures are as
/// wide as they are high.
const UNKNOWN: f64 = 1.0;

/// The widths of the first characters of Unicode, in which nearly every label is written.
const COMMON: usize = 0x250;

/// The files of the font, for what draws with it.
pub(super) fn files() -> [&'static [u8]; 2] {
    [dejavu::sans::regular(), dejavu::sans::bold()]
}

/// The width of one character, in multiples of the font's size.
pub(super) fn advance(character: char) -> f64 {
    static REGULAR: OnceLock<Vec<f64>> = OnceLock::new();
    common(&REGULAR, dejavu::sans::regular, character)
}

/// How much wider a text is in bold.
pub(super) fn bold_factor(text: &str) -> f64 {
    static BOLD: OnceLock<Vec<f64>> = OnceLock::new();
    let regular: f64 = text.chars().map(advance).sum();
    let bold: f64 = text.chars().map(|character| common(&BOLD, dejavu::sans::bold, character)).sum();
    if regular > 0.0 { bold / regular } else { 1.0 }
}

fn common(widths: &OnceLock<Vec<f64>>, file: fn() -> &'static [u8], character: char) -> f64 {
    let index = character as usize;
    if index >= COMMON {
        return measured(file(), std::iter::once(character)).next().unwrap_or(UNKNOWN);
    }
    let widths = widths.get_or_init(|| measured(file(), '\0'..=char::from_u32(COMMON as u32).unwrap_or('~')).collect());
    widths.get(index).copied().unwrap_or(UNKNOWN)
}

fn measured(file: &[u8], characters: impl Iterator<Item = char>) -> impl Iterator<Item = f64> {
    let font = FontRef::new(file).ok();
    characters.map(move |character| {
        let width = font.as_ref().and_then(|font| {
            let glyph = font.charmap().map(character)?;
            font.glyph_metrics(Size::new(1.0), LocationRef::default()).advance_width(glyph)
        });
        width.map_or(UNKNOWN, f64::from)
    })
}

#[cfg(test)]
mod tests {
    use super::{advance, bold_factor};

    #[test]
    fn widths_are_those_of_the_font() {
        // From the font's own table, in units of 1/2048: `fontTools.ttLib.TTFont("DejaVuSans.ttf")["hmtx"]`.
        for (character, width) in [('a', 1255), ('i', 569), ('W', 2025), ('0', 1303), ('−', 1716), ('é', 1260)] {
            assert!((advance(character) - f64::from(width) / 2048.0).abs() < 1e-6, "{character}");
        }
        assert_eq!(advance('数'), 1.0);
        assert!((bold_factor("accuracy by epoch") - 1.10777).abs() < 1e-5, "{}", bold_factor("accuracy by epoch"));
        assert_eq!(bold_factor(""), 1.0);
    }
}
