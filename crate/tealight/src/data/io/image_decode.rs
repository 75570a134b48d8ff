//! One image file.

use super::exif_orientation::{orientation, upright};
use super::image_files::fail;
use crate::Result;
use crate::file::open;
use png::{ColorType, Decoder, DecodingError, Limits, Transformations};
use std::io::{Cursor, Read};
use std::path::Path;
use zune_jpeg::JpegDecoder;
use zune_jpeg::errors::DecodeErrors;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

/// No image takes more memory; a file that is larger or a header that promises more is damaged.
const LARGEST: usize = 192 << 20;

/// An image of one byte (grey) or three (red, green, blue) for each pixel.
pub(super) struct DecodedImage {
    pub(super) height: usize,
    pub(super) width: usize,
    pub(super) channels: usize,
    pub(super) pixels: Vec<u8>,
}

/// An image as its file has it: one to four bytes for each pixel, the last of two or of four its opacity.
struct Decoded {
    picture: DecodedImage,
    /// How the camera was held, as EXIF counts it.
    orientation: u8,
}

impl DecodedImage {
    /// Reads a PNG or a JPEG file; its first bytes say which. Opacity is dropped.
    pub(super) fn read(path: &Path) -> Result<Self> {
        Ok(Decoded::read(path)?.picture.opaque())
    }

    /// Reads a PNG or a JPEG file as it is to be looked at: turned as its camera says, and with paper behind it where it is
    /// transparent.
    pub(super) fn read_upright(path: &Path) -> Result<Self> {
        let Decoded { picture, orientation } = Decoded::read(path)?;
        let Self { height, width, channels, pixels } = picture;
        let (pixels, [height, width]) = upright(pixels, [height, width], channels, orientation);
        Ok(Self { height, width, channels, pixels }.on_paper())
    }

    /// How many bytes of a pixel are its color.
    fn colors(&self) -> usize {
        if self.channels > 2 { 3 } else { 1 }
    }

    /// Without the opacity.
    fn opaque(self) -> Self {
        let colors = self.colors();
        if colors == self.channels {
            return self;
        }
        let pixels = self.pixels.chunks_exact(self.channels).flat_map(|pixel| &pixel[..colors]).copied().collect();
        Self { channels: colors, pixels, ..self }
    }

    /// On a background where it is transparent: a dark one where it is light, as a drawing on a dark page is.
    fn on_paper(self) -> Self {
        let colors = self.colors();
        if colors == self.channels {
            return self;
        }
        let (mut light, mut opacity) = (0, 0);
        for pixel in self.pixels.chunks_exact(self.channels) {
            let own = u64::from(pixel[colors]);
            light += own * pixel[..colors].iter().map(|&color| u64::from(color)).sum::<u64>();
            opacity += own * colors as u64;
        }
        let paper = if light > 127 * opacity { 0 } else { 255_u32 };
        let mixed = self.pixels.chunks_exact(self.channels).flat_map(|pixel| {
            let own = u32::from(pixel[colors]);
            pixel[..colors].iter().map(move |&color| ((u32::from(color) * own + paper * (255 - own) + 127) / 255) as u8)
        });
        let pixels = mixed.collect();
        Self { channels: colors, pixels, ..self }
    }

    /// In shades of gray, by the weights that Pillow uses (ITU-R BT.601).
    pub(super) fn gray(self) -> Self {
        if self.channels == 1 {
            return self;
        }
        let gray = |pixel: &[u8]| {
            let [red, green, blue] = [pixel[0], pixel[1], pixel[2]].map(u32::from);
            ((red * 19_595 + green * 38_470 + blue * 7_471 + 0x8000) >> 16) as u8
        };
        let pixels = self.pixels.chunks_exact(3).map(gray).collect();
        Self { channels: 1, pixels, ..self }
    }

    /// In red, green and blue.
    pub(super) fn rgb(self) -> Self {
        if self.channels == 3 {
            return self;
        }
        let pixels = self.pixels.iter().flat_map(|&gray| [gray; 3]).collect();
        Self { channels: 3, pixels, ..self }
    }
}

impl Decoded {
    fn read(path: &Path) -> Result<Self> {
        let broken = |error: std::io::Error| fail(path, &format!("{error}.")).caused_by(error);
        let mut bytes = Vec::new();
        let file = open(path, |what| fail(path, &what))?;
        file.take(LARGEST as u64).read_to_end(&mut bytes).map_err(broken)?;
        if bytes.starts_with(b"\xff\xd8\xff") {
            return Self::jpeg(&bytes)
                .map_err(|error| fail(path, &format!("is a damaged JPEG image: {error}.")).caused_by(error));
        }
        if let Some(format) = other_image(&bytes) {
            return Err(fail(
                path,
                &format!("is damaged, or neither a PNG nor a JPEG image: it is a {format} file. Save it as PNG."),
            ));
        }
        Self::png(&bytes).map_err(|error| {
            let what = match &error {
                DecodingError::LimitsExceeded => "promises an image of more than 192 MiB.".to_owned(),
                _ => format!("is damaged, or neither a PNG nor a JPEG image: {error}."),
            };
            fail(path, &what).caused_by(error)
        })
    }

    fn png(bytes: &[u8]) -> Result<Self, DecodingError> {
        let mut decoder = Decoder::new_with_limits(Cursor::new(bytes), Limits { bytes: LARGEST });
        decoder.set_transformations(Transformations::EXPAND | Transformations::STRIP_16);
        let mut reader = decoder.read_info()?;
        let size = reader.output_buffer_size().filter(|size| *size <= LARGEST);
        let mut pixels = vec![0; size.ok_or(DecodingError::LimitsExceeded)?];
        let info = reader.next_frame(&mut pixels)?;
        reader.finish()?;
        pixels.truncate(info.buffer_size());
        let channels = match info.color_type {
            ColorType::Grayscale | ColorType::Indexed => 1,
            ColorType::GrayscaleAlpha => 2,
            ColorType::Rgb => 3,
            ColorType::Rgba => 4,
        };
        let orientation = reader.info().exif_metadata.as_ref().map_or(1, |exif| orientation(exif));
        let picture = DecodedImage { height: info.height as usize, width: info.width as usize, channels, pixels };
        Ok(Self { picture, orientation })
    }

    fn jpeg(bytes: &[u8]) -> Result<Self, DecodeErrors> {
        // The decoder takes an image whose end is missing, and paints the rest grey.
        let Some(bytes) = until_end(bytes) else { return Err(DecodeErrors::FormatStatic("it is cut short")) };
        let options = DecoderOptions::default().set_strict_mode(true);
        let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
        decoder.decode_headers()?;
        let grey = decoder.input_colorspace() == Some(ColorSpace::Luma);
        let (channels, colors) = if grey { (1, ColorSpace::Luma) } else { (3, ColorSpace::RGB) };
        decoder.set_options(options.jpeg_set_out_colorspace(colors));
        let promised = decoder.output_buffer_size();
        let (Some((width, height)), Some(size)) = (decoder.dimensions(), promised) else {
            return Err(DecodeErrors::FormatStatic("its header has no size"));
        };
        if size > LARGEST {
            return Err(DecodeErrors::FormatStatic("its header promises more than 192 MiB"));
        }
        let pixels = decoder.decode()?;
        let orientation = decoder.exif().map_or(1, |exif| orientation(exif));
        Ok(Self { picture: DecodedImage { height, width, channels, pixels }, orientation })
    }
}

/// What an image is that telephones and browsers save, and that is neither a PNG nor a JPEG file.
fn other_image(bytes: &[u8]) -> Option<&'static str> {
    let at = |place: usize, what: &[u8]| bytes.get(place..).is_some_and(|rest| rest.starts_with(what));
    match () {
        () if at(0, b"GIF8") => Some("GIF"),
        () if at(0, b"BM") => Some("BMP"),
        () if at(0, b"RIFF") && at(8, b"WEBP") => Some("WebP"),
        () if at(4, b"ftyphei") || at(4, b"ftypmif1") => Some("HEIC"),
        () if at(4, b"ftypavif") => Some("AVIF"),
        () if at(0, b"II*\0") || at(0, b"MM\0*") => Some("TIFF"),
        () if at(0, b"<svg") || at(0, b"<?xml") => Some("SVG"),
        () if at(0, b"%PDF") => Some("PDF"),
        () => None,
    }
}

/// A JPEG image as far as its own end: telephones put a film behind it. None where it has no end.
///
/// It is a row of markers: a byte 255 and the marker's number. Some have a length behind them and so much that is not
/// looked into, such as a smaller image; behind a scan comes its data, in which 255 is followed by 0 where it is no
/// marker.
fn until_end(bytes: &[u8]) -> Option<&[u8]> {
    let mut at = 0;
    loop {
        at += bytes.get(at..)?.iter().position(|&byte| byte == 0xff)? + 1;
        match bytes.get(at)? {
            // Data, another 255, and the markers that stand alone.
            0x00 | 0x01 | 0xd0..=0xd8 => at += 1,
            0xff => {}
            0xd9 => return Some(&bytes[..=at]),
            _ => {
                let length = bytes.get(at + 1..at + 3)?;
                at += 1 + usize::from(u16::from_be_bytes([length[0], length[1]]));
            }
        }
    }
}
