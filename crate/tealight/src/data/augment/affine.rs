//! Samples an image at other places than its pixels.

use super::Shape;
use crate::data::storage::Scale;
use serde::{Deserialize, Serialize};

/// What lies outside of an image, with Keras's names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum FillMode {
    /// The image, mirrored at its edge: `d c b a | a b c d | d c b a`. Keras's default.
    #[default]
    Reflect,
    /// One value, 0 unless set: `k k k k | a b c d | k k k k`.
    Constant,
    /// The image again: `a b c d | a b c d | a b c d`.
    Wrap,
    /// The pixel at the edge: `a a a a | a b c d | d d d d`.
    Nearest,
}

/// What lies between the pixels of an image, with Keras's names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Interpolation {
    /// The nearest pixel's value.
    Nearest,
    /// A mean of the four pixels around, the nearer the heavier. Keras's default.
    #[default]
    Bilinear,
}

/// The options of a step that samples.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Filling {
    pub(super) mode: FillMode,
    pub(super) value: f64,
    pub(super) interpolation: Interpolation,
}

/// For each pixel of the new image, where in the old one its value is: the pixel in column x and row y comes from column
/// `x[0] · x + x[1] · y + x[2]` and row `y[0] · x + y[1] · y + y[2]`. Pixels have their values at whole numbers.
///
/// Like Keras's `ops.image.affine_transform`, whose transform begins with these six numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Resampling {
    pub(super) x: [f32; 3],
    pub(super) y: [f32; 3],
    pub(super) filling: Filling,
}

impl Resampling {
    /// Fills `to` with samples of `from`; a constant filling is what `scale` makes its value of.
    pub(super) fn run(&self, from: &[f32], to: &mut [f32], shape: Shape, scale: Scale) {
        let image = Image { pixels: from, shape, mode: self.filling.mode, outside: scale.invert(self.filling.value) };
        let Shape { width, channels, .. } = shape;
        if self.x[1] == 0.0 && self.y[0] == 0.0 && self.filling.interpolation == Interpolation::Bilinear {
            return self.upright(&image, to);
        }
        for (row, to) in to.chunks_exact_mut(width * channels).enumerate() {
            let row = row as f32;
            let (x_of_row, y_of_row) = (row * self.x[1], row * self.y[1]);
            for (column, to) in to.chunks_exact_mut(channels).enumerate() {
                let column = column as f32;
                let x = (column * self.x[0] + x_of_row) + self.x[2];
                let y = (column * self.y[0] + y_of_row) + self.y[2];
                match self.filling.interpolation {
                    Interpolation::Bilinear => image.bilinear(x, y, to),
                    Interpolation::Nearest => image.nearest(x, y, to),
                }
            }
        }
    }

    /// A move or a zoom. Each row of the new image lies between two rows of the old one, in every column alike, and each
    /// column between two columns: so rows are blended whole, and the work of finding columns is done once.
    fn upright(&self, image: &Image<'_>, to: &mut [f32]) {
        let Shape { height, width, channels } = image.shape;
        // What is outside lies behind the last pixel of the blended row.
        let columns = (0..width).map(|column| {
            let (left, part) = split(column as f32 * self.x[0] + self.x[2]);
            let place = |column| image.fold(column, width).unwrap_or(width) * channels;
            (place(left), place(left + 1), part)
        });
        let columns = columns.collect::<Vec<_>>();
        let mut blended = vec![image.outside; (width + 1) * channels];
        for (row, to) in to.chunks_exact_mut(width * channels).enumerate() {
            let (top, lower_part) = split(row as f32 * self.y[1] + self.y[2]);
            let upper_part = 1.0 - lower_part;
            let pixels =
                |row| image.fold(row, height).map(|row| &image.pixels[row * width * channels..][..width * channels]);
            match (pixels(top), pixels(top + 1)) {
                (Some(upper), Some(lower)) => {
                    for ((to, upper), lower) in blended.iter_mut().zip(upper).zip(lower) {
                        *to = upper_part * upper + lower_part * lower;
                    }
                }
                (upper, lower) => {
                    let value = |row: Option<&[f32]>, at: usize| row.map_or(image.outside, |row| row[at]);
                    for (at, to) in blended[..width * channels].iter_mut().enumerate() {
                        *to = upper_part * value(upper, at) + lower_part * value(lower, at);
                    }
                }
            }
            if channels == 1 {
                for (to, &(left, right, part)) in to.iter_mut().zip(&columns) {
                    *to = (1.0 - part) * blended[left] + part * blended[right];
                }
            } else {
                for (to, &(left, right, part)) in to.chunks_exact_mut(channels).zip(&columns) {
                    for (channel, to) in to.iter_mut().enumerate() {
                        *to = (1.0 - part) * blended[left + channel] + part * blended[right + channel];
                    }
                }
            }
        }
    }
}

/// The whole number below a coordinate, and how far beyond it the coordinate is.
#[inline]
fn split(coordinate: f32) -> (i64, f32) {
    let below = coordinate.floor();
    (below as i64, coordinate - below)
}

struct Image<'a> {
    pixels: &'a [f32],
    shape: Shape,
    mode: FillMode,
    outside: f32,
}

impl Image<'_> {
    #[inline]
    fn bilinear(&self, x: f32, y: f32, to: &mut [f32]) {
        let Shape { height, width, channels } = self.shape;
        let ((left, right_part), (top, lower_part)) = (split(x), split(y));
        let (left_part, upper_part) = (1.0 - right_part, 1.0 - lower_part);
        let weights =
            [upper_part * left_part, upper_part * right_part, lower_part * left_part, lower_part * right_part];
        if left >= 0 && top >= 0 && left + 1 < width as i64 && top + 1 < height as i64 {
            let first = (top as usize * width + left as usize) * channels;
            let (upper, lower) = (&self.pixels[first..], &self.pixels[first + width * channels..]);
            let (upper, lower) = (&upper[..2 * channels], &lower[..2 * channels]);
            for (channel, to) in to.iter_mut().enumerate() {
                *to = weights[0] * upper[channel]
                    + weights[1] * upper[channels + channel]
                    + weights[2] * lower[channel]
                    + weights[3] * lower[channels + channel];
            }
            return;
        }
        let corners = [(top, left), (top, left + 1), (top + 1, left), (top + 1, left + 1)];
        let corners = corners.map(|(row, column)| self.at(row, column));
        for (channel, to) in to.iter_mut().enumerate() {
            let value = |at: Option<usize>| at.map_or(self.outside, |at| self.pixels[at + channel]);
            *to = weights[0] * value(corners[0])
                + weights[1] * value(corners[1])
                + weights[2] * value(corners[2])
                + weights[3] * value(corners[3]);
        }
    }

    #[inline]
    fn nearest(&self, x: f32, y: f32, to: &mut [f32]) {
        match self.at(y.round() as i64, x.round() as i64) {
            Some(at) => to.copy_from_slice(&self.pixels[at..at + to.len()]),
            None => to.fill(self.outside),
        }
    }

    /// Where the first channel of a pixel is, which may lie outside of the image; none where the constant counts.
    #[inline]
    fn at(&self, row: i64, column: i64) -> Option<usize> {
        let Shape { height, width, channels } = self.shape;
        let (row, column) = (self.fold(row, height)?, self.fold(column, width)?);
        Some((row * width + column) * channels)
    }

    #[inline]
    fn fold(&self, index: i64, length: usize) -> Option<usize> {
        let size = length as i64;
        if (0..size).contains(&index) {
            return Some(index as usize);
        }
        let folded = match self.mode {
            FillMode::Constant => return None,
            FillMode::Nearest => index.clamp(0, size - 1),
            FillMode::Wrap => index.rem_euclid(size),
            FillMode::Reflect => {
                let there_and_back = index.rem_euclid(2 * size);
                there_and_back.min(2 * size - 1 - there_and_back)
            }
        };
        Some(folded as usize)
    }
}
