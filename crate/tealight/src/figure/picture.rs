//! From a drawing to a picture.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use plotters::style::RGBColor;
use resvg::tiny_skia::{Color, Pixmap, Transform};
use resvg::usvg::{Options, Tree, fontdb};

use super::{font, raster};
use crate::{Error, ErrorKind, Result};

/// More colours than this a picture with a palette can't have.
const MOST_COLORS: usize = 256;

/// What matters more of a picture.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Quality {
    /// Every shade as it was drawn.
    Best,
    /// Few bytes: neighbouring shades may become one, which nobody sees on the edge of a line.
    Light,
}

/// Draws the text of an SVG file as a PNG file, `scale` pixels for each of the drawing's, on white.
pub(super) fn render(svg: &str, scale: f64, quality: Quality) -> Result<Vec<u8>> {
    let options = Options { fontdb: fonts(), font_family: "DejaVu Sans".to_owned(), ..Options::default() };
    let tree = Tree::from_str(svg, &options).map_err(|error| {
        let message = format!("Figure: its SVG can't be drawn as a picture: {error}. Save it as .svg instead.");
        Error::new(ErrorKind::State, message).caused_by(error)
    })?;
    let side = |length: f32| (f64::from(length) * scale).round() as u32;
    let (width, height) = (side(tree.size().width()), side(tree.size().height()));
    let too_large = || {
        let message = format!("Figure: no memory for a picture of {width} × {height} pixels. Give a smaller size().");
        Error::new(ErrorKind::Argument, message)
    };
    let mut picture = Pixmap::new(width, height).ok_or_else(too_large)?;
    picture.fill(Color::WHITE);
    resvg::render(&tree, Transform::from_scale(scale as f32, scale as f32), &mut picture.as_mut());
    let pixels = picture.pixels().iter().map(|pixel| [pixel.red(), pixel.green(), pixel.blue()]).collect::<Vec<_>>();
    encode(&pixels, width as usize, height as usize, quality).ok_or_else(too_large)
}

/// The font of the library, under every name that a drawing may call it by.
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

/// A PNG file with a palette where there are few colours: a third as heavy as one without.
fn encode(pixels: &[[u8; 3]], width: usize, height: usize, quality: Quality) -> Option<Vec<u8>> {
    let coarsest = if quality == Quality::Light { 4 } else { 0 };
    for bits in 0..=coarsest {
        if let Some((palette, indices)) = paletted(pixels, bits) {
            return raster::indexed(width, height, palette, &indices);
        }
    }
    raster::colored(width, height, pixels.as_flattened())
}

/// The colours and the index of each pixel's, if they are few enough once the last `bits` of each channel are dropped.
fn paletted(pixels: &[[u8; 3]], bits: u32) -> Option<(Vec<RGBColor>, Vec<u8>)> {
    // What was dropped is filled with the first bits, so that white stays white.
    let coarse = |channel: u8| if bits == 0 { channel } else { (channel >> bits << bits) | (channel >> (8 - bits)) };
    let (mut palette, mut known) = (Vec::new(), HashMap::new());
    let mut indices = Vec::with_capacity(pixels.len());
    for pixel in pixels {
        let color = pixel.map(coarse);
        let index = *known.entry(color).or_insert(palette.len());
        if index == palette.len() {
            if index == MOST_COLORS {
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
    use super::{Quality, render};

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
    fn a_picture_has_the_drawing_its_text_and_white_behind_it() {
        for quality in [Quality::Best, Quality::Light] {
            let (width, height, bytes) = pixels(&render(SVG, 2.0, quality).unwrap());
            assert_eq!((width, height), (120, 40));
            let at = |x: usize, y: usize| &bytes[(y * 120 + x) * 3..][..3];
            assert_eq!(at(20, 20), [0, 114, 178]);
            assert_eq!(at(119, 0), [255, 255, 255]);
            let ink = (60..120).flat_map(|x| (0..40).map(move |y| (x, y))).filter(|&(x, y)| at(x, y)[0] < 90).count();
            assert!(ink > 50, "{ink}: the text is there although the system may have no font");
        }
    }

    #[test]
    fn too_many_shades_become_fewer_only_where_weight_matters() {
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
        let (best, light) = (render(&svg, 1.0, Quality::Best).unwrap(), render(&svg, 1.0, Quality::Light).unwrap());
        let bytes = pixels(&best).2;
        assert!((0..300).all(|x| bytes[3 * x..][..3] == [(x % 256) as u8, (x * 7 % 256) as u8, (x / 256) as u8]));
        let shades =
            |png: &[u8]| pixels(png).2.chunks(3).map(<[u8]>::to_vec).collect::<std::collections::HashSet<_>>().len();
        assert_eq!(shades(&best), 300);
        assert!(shades(&light) <= 256, "{}", shades(&light));
    }
}
