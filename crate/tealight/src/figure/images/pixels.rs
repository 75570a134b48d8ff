//! The pixels of images, from tensors.

use candle_core::{DType, Tensor};

use super::super::color_map::ColorMap;
use super::super::palette::MISSING;
use super::super::png_encoder;
use crate::{Error, ErrorKind, Result};
use plotters::style::RGBColor;

/// The number of shades of a grayscale image with a color map. The eye can't distinguish more.
const SHADES: usize = 64;

/// An image: one value per pixel, or three (red, green, blue).
pub(super) struct Pixels {
    pub(super) height: usize,
    pub(super) width: usize,
    channels: usize,
    pub(super) values: Vec<f32>,
}

/// Returns at most `max_images` images of a tensor `[images, height, width]`, `[images, height, width, channels]` or
/// `[images, pixels]`.
///
/// # Errors
/// If the tensor has another shape.
pub(super) fn from_tensor(images: &Tensor, max_images: usize) -> Result<Vec<Pixels>> {
    let dims = images.dims();
    let side = |length: usize| length.isqrt();
    let (height, width, channels) = match *dims {
        [_, height, width] | [_, height, width, 1] => (height, width, 1),
        [_, height, width, 3] => (height, width, 3),
        [_, length] if length > 0 && side(length) * side(length) == length => (side(length), side(length), 1),
        _ => {
            let message = format!(
                "got a tensor of shape {dims:?}; expected [images, height, width] (grayscale), or [images, height, width, 3] \
                 (red, green, blue)."
            );
            return Err(Error::new(ErrorKind::Shape, message));
        }
    };
    let count = dims.first().map_or(0, |&count| count.min(max_images));
    if height * width == 0 {
        return Ok(Vec::new());
    }
    let values = images.narrow(0, 0, count)?.to_dtype(DType::F32)?.flatten_all()?.to_vec1::<f32>()?;
    let image = |values: &[f32]| Pixels { height, width, channels, values: values.to_vec() };
    Ok(values.chunks_exact(height * width * channels).map(image).collect())
}

/// Returns the smallest and the largest value.
pub(super) fn extremes(images: &[Pixels]) -> (f64, f64) {
    let values = images.iter().flat_map(|image| &image.values).filter(|value| value.is_finite());
    let (low, high) =
        values.fold((f64::MAX, f64::MIN), |(low, high), &value| (low.min(value.into()), high.max(value.into())));
    match high - low {
        range if range > 0.0 && low <= high => (low, high),
        _ if low <= high => (low - 0.5, high + 0.5),
        _ => (0.0, 1.0),
    }
}

/// Returns the range of camera images: 0 to 1 or 0 to 255 if all values are within it; otherwise the extremes.
pub(super) fn camera_range(images: &[Pixels]) -> (f64, f64) {
    match extremes(images) {
        (low, high) if low >= 0.0 && high <= 1.0 => (0.0, 1.0),
        (low, high) if low >= 0.0 && high <= 255.0 => (0.0, 255.0),
        extremes => extremes,
    }
}

impl Pixels {
    /// Encodes the image as a PNG file. Values beyond a limit have the color of the limit; values that are not finite are gray.
    pub(super) fn png(&self, (low, high): (f64, f64), map: ColorMap) -> Option<Vec<u8>> {
        let fraction = |value: f32| ((f64::from(value) - low) / (high - low)).clamp(0.0, 1.0);
        let byte = |&value: &f32| (255.0 * fraction(value)).round() as u8;
        if self.channels == 3 {
            return png_encoder::encode_rgb(self.width, self.height, &self.values.iter().map(byte).collect::<Vec<_>>());
        }
        if map == ColorMap::Gray && self.values.iter().all(|value| value.is_finite()) {
            return png_encoder::encode_gray(
                self.width,
                self.height,
                &self.values.iter().map(byte).collect::<Vec<_>>(),
            );
        }
        let palette: Vec<RGBColor> =
            (0..SHADES).map(|shade| map.color(shade as f64 / (SHADES - 1) as f64)).chain([MISSING]).collect();
        let shade = |&value: &f32| {
            if value.is_finite() { ((SHADES - 1) as f64 * fraction(value)).round() as u8 } else { SHADES as u8 }
        };
        png_encoder::encode_indexed(
            self.width,
            self.height,
            palette,
            &self.values.iter().map(shade).collect::<Vec<_>>(),
        )
    }
}
