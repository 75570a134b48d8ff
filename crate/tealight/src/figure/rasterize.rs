//! Rasterizing: from SVG to PNG.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use plotters::style::RGBColor;
use resvg::tiny_skia::{Color, Pixmap, Transform};
use resvg::usvg::{Options, Tree, fontdb};

use super::{font, png_encoder};
use crate::{Error, ErrorKind, Result};

/// The most colors of an image with a palette.
const MAX_COLORS: usize = 256;

/// What matters more about an image.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Quality {
    /// Exact colors.
    Best,
    /// Few bytes: similar shades may be merged, which is invisible at the edge of a line.
    Light,
}

/// Rasterizes an SVG document to a PNG file on a white background. Each pixel of the document becomes `scale` pixels.
///
/// # Errors
/// If the SVG is invalid or there is not enough memory.
pub(super) fn rasterize(svg: &str, scale: f64, quality: Quality) -> Result<Vec<u8>> {
    let options = Options { fontdb: fonts(), font_family: "DejaVu Sans".to_owned(), ..Options::default() };
    let tree = Tree::from_str(svg, &options).map_err(|error| {
        let message = format!("Figure: its SVG can't be rasterized: {error}. Save it as .svg instead.");
        Error::new(ErrorKind::State, message).caused_by(error)
    })?;
    let side = |length: f32| (f64::from(length) * scale).round() as u32;
    let (width, height) = (side(tree.size().width()), side(tree.size().height()));
    let too_large = || {
        let message =
            format!("Figure: not enough memory for an image of {width} × {height} pixels. Give a smaller size().");
        Error::new(ErrorKind::Argument, message)
    };
    let mut pixmap = Pixmap::new(width, height).ok_or_else(too_large)?;
    pixmap.fill(Color::WHITE);
    resvg::render(&tree, Transform::from_scale(scale as f32, scale as f32), &mut pixmap.as_mut());
    let pixels = pixmap.pixels().iter().map(|pixel| [pixel.red(), pixel.green(), pixel.blue()]).collect::<Vec<_>>();
    encode(&pixels, width as usize, height as usize, quality).ok_or_else(too_large)
}

/// Returns the library's font, registered under every name that a document may use.
fn fonts() -> Arc<fontdb::Database> {
    static FONTS: OnceLock<Arc<fontdb::Database>> = OnceLock::new();
    let load = || {
        let mut fonts = fontdb::Database::new();
        for file in font::files() {
            fonts.load_font_source(fontdb::Source::Binary(Arc::new(file)));
        }
        fonts.set_sans_serif_family("DejaVu Sans");
        Arc::new(fonts)
    };
    FONTS.get_or_init(load).clone()
}

/// Encodes a PNG file, with a palette if there are few colors: a third of the bytes.
fn encode(pixels: &[[u8; 3]], width: usize, height: usize, quality: Quality) -> Option<Vec<u8>> {
    let max_dropped_bits = if quality == Quality::Light { 4 } else { 0 };
    for bits in 0..=max_dropped_bits {
        if let Some((palette, indices)) = quantize(pixels, bits) {
            return png_encoder::encode_indexed(width, height, palette, &indices);
        }
    }
    png_encoder::encode_rgb(width, height, pixels.as_flattened())
}

/// Drops the last `bits` of each channel. Returns the palette and the color index of each pixel, if the palette has at most
/// 256 colors.
fn quantize(pixels: &[[u8; 3]], bits: u32) -> Option<(Vec<RGBColor>, Vec<u8>)> {
    // The dropped bits are replaced by the first bits, so that white stays white.
    let coarse = |channel: u8| if bits == 0 { channel } else { (channel >> bits << bits) | (channel >> (8 - bits)) };
    let (mut palette, mut known) = (Vec::new(), HashMap::new());
    let mut indices = Vec::with_capacity(pixels.len());
    for pixel in pixels {
        let color = pixel.map(coarse);
        let index = *known.entry(color).or_insert(palette.len());
        if index == palette.len() {
            if index == MAX_COLORS {
                return None;
            }
            palette.push(RGBColor(color[0], color[1], color[2]));
        }
        indices.push(index as u8);
    }
    Some((palette, indices))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::{Quality, rasterize};

    const SVG: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"60\" height=\"20\" viewBox=\"0 0 600 200\">\
        <rect width=\"300\" height=\"200\" fill=\"#0072B2\"/>\
        <text x=\"310\" y=\"150\" font-family=\"Helvetica, sans-serif\" font-size=\"160\">iW</text></svg>";

    fn pixels(png: &[u8]) -> (u32, u32, Vec<u8>) {
        let mut decoder = png::Decoder::new(std::io::Cursor::new(png));
        decoder.set_transformations(png::Transformations::EXPAND);
        let mut reader = decoder.read_info().unwrap();
        let mut bytes = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut bytes).unwrap();
        (info.width, info.height, bytes)
    }

    #[test]
    fn a_rasterized_figure_has_shapes_text_and_a_white_background() {
        for quality in [Quality::Best, Quality::Light] {
            let (width, height, bytes) = pixels(&rasterize(SVG, 2.0, quality).unwrap());
            assert_eq!((width, height), (120, 40));
            let at = |x: usize, y: usize| &bytes[(y * 120 + x) * 3..][..3];
            assert_eq!(at(20, 20), [0, 114, 178]);
            assert_eq!(at(119, 0), [255, 255, 255]);
            let ink = (60..120).flat_map(|x| (0..40).map(move |y| (x, y))).filter(|&(x, y)| at(x, y)[0] < 90).count();
            assert!(ink > 50, "{ink}: the text is drawn even if the system has no font");
        }
    }

    #[test]
    fn shades_are_merged_only_for_light_images() {
        let ramp: String = (0..300)
            .map(|x| {
                format!(
                    "<rect x=\"{x}\" width=\"1\" height=\"90\" fill=\"rgb({},{},{})\"/>",
                    x % 256,
                    x * 7 % 256,
                    x / 256
                )
            })
            .collect();
        let svg = format!("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"300\" height=\"90\">{ramp}</svg>");
        let (best, light) =
            (rasterize(&svg, 1.0, Quality::Best).unwrap(), rasterize(&svg, 1.0, Quality::Light).unwrap());
        let bytes = pixels(&best).2;
        assert!((0..300).all(|x| bytes[3 * x..][..3] == [(x % 256) as u8, (x * 7 % 256) as u8, (x / 256) as u8]));
        let shades =
            |png: &[u8]| pixels(png).2.chunks(3).map(<[u8]>::to_vec).collect::<std::collections::HashSet<_>>().len();
        assert_eq!(shades(&best), 300);
        assert!(shades(&light) <= 256, "{}", shades(&light));
    }
}
