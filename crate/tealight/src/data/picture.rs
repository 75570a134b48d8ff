//! One image file.

use super::folder::fail;
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
pub(super) struct Picture {
    pub(super) height: usize,
    pub(super) width: usize,
    pub(super) channels: usize,
    pub(super) pixels: Vec<u8>,
}

impl Picture {
    /// Reads a PNG or a JPEG file; its first bytes say which.
    pub(super) fn read(path: &Path) -> Result<Self> {
        let broken = |error: std::io::Error| fail(path, &format!("{error}.")).caused_by(error);
        let mut bytes = Vec::new();
        let file = open(path, |what| fail(path, &what))?;
        file.take(LARGEST as u64).read_to_end(&mut bytes).map_err(broken)?;
        if bytes.starts_with(b"\xff\xd8\xff") {
            return Self::jpeg(&bytes)
                .map_err(|error| fail(path, &format!("is a damaged JPEG image: {error}.")).caused_by(error));
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
        // How many bytes a pixel has, and how many of them are its colour.
        let (bytes, channels) = match info.color_type {
            ColorType::Grayscale | ColorType::Indexed => (1, 1),
            ColorType::GrayscaleAlpha => (2, 1),
            ColorType::Rgb => (3, 3),
            ColorType::Rgba => (4, 3),
        };
        if bytes != channels {
            pixels = pixels.chunks_exact(bytes).flat_map(|pixel| &pixel[..channels]).copied().collect();
        }
        Ok(Self { height: info.height as usize, width: info.width as usize, channels, pixels })
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
        Ok(Self { height, width, channels, pixels })
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
