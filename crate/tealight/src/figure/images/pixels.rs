//! From tensors to pixels.

use candle_core::{DType, Tensor};

use super::super::color_map::ColorMap;
use super::super::palette::MISSING;
use super::super::png_encoder;
use crate::{Error, ErrorKind, Result};
use plotters::style::RGBColor;

/// The shades of a grey image in other colours than grey: no eye tells more of them apart.
const SHADES: usize = 64;

/// One image: a value for each pixel, or three (red, green, blue).
pub(super) struct Pixels {
    pub(super) height: usize,
    pub(super) width: usize,
    channels: usize,
    pub(super) values: Vec<f32>,
}

/// The first `most` images of a tensor whose first dimension counts them.
pub(super) fn of_tensor(images: &Tensor, most: usize) -> Result<Vec<Pixels>> {
    let dims = images.dims();
    let side = |length: usize| length.isqrt();
    let (height, width, channels) = match *dims {
        [_, height, width] | [_, height, width, 1] => (height, width, 1),
        [_, height, width, 3] => (height, width, 3),
        [_, length] if length > 0 && side(length) * side(length) == length => (side(length), side(length), 1),
        _ => {
            let message = format!(
                "got a tensor of shape {dims:?}; expected [images, height, width] (grey), or [images, height, width, 3] \
                 (red, green, blue)."
            );
            return Err(Error::new(ErrorKind::Shape, message));
        }
    };
    let count = dims.first().map_or(0, |&count| count.min(most));
    if height * width == 0 {
        return Ok(Vec::new());
    }
    let values = images.narrow(0, 0, count)?.to_dtype(DType::F32)?.flatten_all()?.to_vec1::<f32>()?;
    let image = |values: &[f32]| Pixels { height, width, channels, values: values.to_vec() };
    Ok(values.chunks_exact(height * width * channels).map(image).collect())
}

/// The smallest and the largest value.
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

/// Black and white of a camera: bytes from 0 to 255, or shares from 0 to 1; else the extremes.
pub(super) fn usual_range(images: &[Pixels]) -> (f64, f64) {
    match extremes(images) {
        (low, high) if low >= 0.0 && high <= 1.0 => (0.0, 1.0),
        (low, high) if low >= 0.0 && high <= 255.0 => (0.0, 255.0),
        extremes => extremes,
    }
}

impl Pixels {
    /// The image as a PNG file; values beyond the limits take the colour of the limit, those that are no numbers are grey.
    pub(super) fn png(&self, (low, high): (f64, f64), map: ColorMap) -> Option<Vec<u8>> {
        let share = |value: f32| ((f64::from(value) - low) / (high - low)).clamp(0.0, 1.0);
        let byte = |&value: &f32| (255.0 * share(value)).round() as u8;
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
            if value.is_finite() { ((SHADES - 1) as f64 * share(value)).round() as u8 } else { SHADES as u8 }
        };
        png_encoder::encode_indexed(
            self.width,
            self.height,
            palette,
            &self.values.iter().map(shade).collect::<Vec<_>>(),
        )
    }
}
