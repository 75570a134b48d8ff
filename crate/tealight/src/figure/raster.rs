//! PNG files of pixels.

use plotters::style::RGBColor;
use png::{BitDepth, ColorType, Compression, Encoder, EncodingError};

/// A picture of a byte a pixel, each the index of a colour.
pub(super) fn indexed(
    width: usize,
    height: usize,
    palette: impl IntoIterator<Item = RGBColor>,
    pixels: &[u8],
) -> Option<Vec<u8>> {
    let palette = palette.into_iter().flat_map(|RGBColor(red, green, blue)| [red, green, blue]);
    encoded(width, height, ColorType::Indexed, Some(palette.collect()), pixels).ok()
}

/// A picture of a byte a pixel: its grey, from black to white.
pub(super) fn grey(width: usize, height: usize, pixels: &[u8]) -> Option<Vec<u8>> {
    encoded(width, height, ColorType::Grayscale, None, pixels).ok()
}

/// A picture of three bytes a pixel: red, green, blue.
pub(super) fn colored(width: usize, height: usize, pixels: &[u8]) -> Option<Vec<u8>> {
    encoded(width, height, ColorType::Rgb, None, pixels).ok()
}

fn encoded(
    width: usize,
    height: usize,
    kind: ColorType,
    palette: Option<Vec<u8>>,
    pixels: &[u8],
) -> Result<Vec<u8>, EncodingError> {
    let side = |length| u32::try_from(length).unwrap_or(u32::MAX);
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, side(width), side(height));
    encoder.set_color(kind);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_compression(Compression::High);
    if let Some(palette) = palette {
        encoder.set_palette(palette);
    }
    let mut writer = encoder.write_header()?;
    writer.write_image_data(pixels)?;
    writer.finish()?;
    Ok(file)
}
