//! PNG files of pixels.

use plotters::style::RGBColor;
use png::{BitDepth, ColorType, Compression, Encoder, EncodingError};

/// Encodes an image of one byte per pixel, the index of its color in the palette.
pub(super) fn encode_indexed(
    width: usize,
    height: usize,
    palette: impl IntoIterator<Item = RGBColor>,
    pixels: &[u8],
) -> Option<Vec<u8>> {
    let palette = palette.into_iter().flat_map(|RGBColor(red, green, blue)| [red, green, blue]);
    encode(width, height, ColorType::Indexed, Some(palette.collect()), pixels).ok()
}

/// Encodes an image of one byte per pixel, from black to white.
pub(super) fn encode_gray(width: usize, height: usize, pixels: &[u8]) -> Option<Vec<u8>> {
    encode(width, height, ColorType::Grayscale, None, pixels).ok()
}

/// Encodes an image of three bytes per pixel: red, green, blue.
pub(super) fn encode_rgb(width: usize, height: usize, pixels: &[u8]) -> Option<Vec<u8>> {
    encode(width, height, ColorType::Rgb, None, pixels).ok()
}

fn encode(
    width: usize,
    height: usize,
    color_type: ColorType,
    palette: Option<Vec<u8>>,
    pixels: &[u8],
) -> Result<Vec<u8>, EncodingError> {
    let side = |length| u32::try_from(length).unwrap_or(u32::MAX);
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, side(width), side(height));
    encoder.set_color(color_type);
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
