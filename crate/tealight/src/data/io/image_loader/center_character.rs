//! A character in the form of MNIST's.

use super::connected_components::strokes;
use super::foreground::{ink, is_dark, shrunk, spread};
use super::resize::resize;

/// Larger images are shrunk first: their characters become far smaller yet.
const LARGEST: usize = 400;
/// The ink of MNIST's digits fills so many pixels…
const BOX: usize = 20;
/// …of so many.
const FIELD: usize = 28;
/// Strokes are at least so wide in a box of 20 pixels.
const STROKE: f32 = 2.0;

/// The character on an image: light ink on dark, in the middle. And whether the ink was dark, which it is not to be said where
/// `invert` says it.
pub(super) fn centered(
    pixels: &[u8],
    from: [usize; 2],
    to: [usize; 2],
    invert: Option<bool>,
) -> Result<(Vec<u8>, bool), &'static str> {
    let size = shrunk(from, LARGEST);
    let mut image = resize(pixels, from, 1, size);
    let dark = invert.unwrap_or_else(|| is_dark(&image, size));
    if !dark {
        image.iter_mut().for_each(|pixel| *pixel = 255 - *pixel);
    }
    let character = Character::find(&image, size).ok_or(
        "shows nothing that is written: its paper and its ink are too much alike. Take it in better light, or closer.",
    )?;
    Ok((character.placed(to), dark && invert.is_none()))
}

/// The ink of one character, cut out: from 0 to 255.
struct Character {
    pixels: Vec<u8>,
    size: [usize; 2],
    /// How wide its strokes are.
    stroke: f32,
}

impl Character {
    fn find(image: &[u8], size: [usize; 2]) -> Option<Self> {
        /// Fainter pixels may be what is left of the paper.
        const FAINT: u8 = 38;
        /// Less contrast than this is none.
        const LEAST: f32 = 0.08;
        let ink = ink(image, size);
        let mut sorted = ink.clone();
        sorted.sort_unstable_by(f32::total_cmp);
        let at = |share: f64| sorted[((sorted.len() - 1) as f64 * share).round() as usize];
        // Most of an image is paper, and its ink may be a thousandth of it.
        let (paper, darkest) = (at(0.7), at(0.9995));
        if darkest - paper < LEAST {
            return None;
        }
        let edge = paper + 0.4 * (darkest - paper);
        let mask = ink.iter().map(|&ink| ink > edge).collect::<Vec<_>>();
        let strokes = strokes(&mask, size);
        let level = |is_ink: bool, share: f64| {
            let mut levels = (0..ink.len()).filter(|&at| strokes[at] == is_ink && mask[at] == is_ink);
            let mut levels = levels.by_ref().map(|at| ink[at]).collect::<Vec<_>>();
            levels.sort_unstable_by(f32::total_cmp);
            levels.get((levels.len().saturating_sub(1) as f64 * share).round() as usize).copied()
        };
        // What is not ink becomes 0, with its grain; the ink becomes 255.
        let high = level(true, 0.5)?;
        let low = level(false, 0.9).unwrap_or(0.0).min(edge);
        let near = {
            let both = |a: bool, b: bool| a | b;
            spread(&spread(&strokes, size, 2, both, true), size, 2, both, false)
        };
        let value = |at: usize| {
            let share = if near[at] { (ink[at] - low) / (high - low).max(1e-6) } else { 0.0 };
            (share.clamp(0.0, 1.0) * 255.0).round() as u8
        };
        let pixels = (0..ink.len()).map(value).collect::<Vec<_>>();
        let stroke = stroke_width(&strokes, size);
        let [height, width] = size;
        // The box goes around the faint sides of strokes, too.
        let is_ink = |row: usize, column: usize| pixels[row * width + column] > FAINT;
        let rows = (0..height).filter(|&row| (0..width).any(|column| is_ink(row, column)));
        let columns = (0..width).filter(|&column| (0..height).any(|row| is_ink(row, column)));
        let (rows, columns) = (rows.collect::<Vec<_>>(), columns.collect::<Vec<_>>());
        let (top, bottom, left, right) = (*rows.first()?, *rows.last()?, *columns.first()?, *columns.last()?);
        let cut = (top..=bottom).flat_map(|row| pixels[row * width + left..=row * width + right].iter().copied());
        Some(Self { pixels: cut.collect(), size: [bottom - top + 1, right - left + 1], stroke })
    }

    /// The character in the middle of an image of this size.
    fn placed(self, [height, width]: [usize; 2]) -> Vec<u8> {
        let part = |side: usize| (side * BOX).div_ceil(FIELD).max(1);
        let scale = |to: usize, from: usize| part(to) as f64 / from as f64;
        let scale = scale(height, self.size[0]).min(scale(width, self.size[1]));
        // A thin stroke would fade where it becomes smaller.
        let wanted = STROKE * (height.min(width) as f32 / FIELD as f32) / scale as f32;
        let reach = ((wanted - self.stroke) / 2.0).round().max(0.0) as usize;
        let (pixels, from) = widened(self.pixels, self.size, reach);
        let scale = [height, width].map(part).into_iter().zip(from).map(|(to, from)| to as f64 / from as f64);
        let scale = scale.fold(f64::INFINITY, f64::min);
        let size = from.map(|side| ((side as f64 * scale).round() as usize).max(1));
        let small = resize(&pixels, from, 1, size);
        // The center of mass comes to the pixel right below the center of the image, as in all of MNIST, as far as the
        // character stays in the image.
        let mass = small.iter().map(|&ink| f64::from(ink)).sum::<f64>().max(1.0);
        let center = |place: &dyn Fn(usize) -> usize| {
            small.iter().enumerate().map(|(at, &ink)| (place(at) as f64 + 0.5) * f64::from(ink)).sum::<f64>() / mass
        };
        let (row, column) = (center(&|at| at / size[1]), center(&|at| at % size[1]));
        let begin = |side: usize, own: usize, center: f64| {
            (side as f64 / 2.0 - center).ceil().clamp(0.0, side.saturating_sub(own) as f64) as usize
        };
        let (top, left) = (begin(height, size[0], row), begin(width, size[1], column));
        let mut image = vec![0; height * width];
        for (row, line) in small.chunks_exact(size[1]).enumerate() {
            image[(top + row) * width + left..][..size[1]].copy_from_slice(line);
        }
        image
    }
}

/// How wide strokes are on average: twice their area by the length of their outline.
fn stroke_width(strokes: &[bool], [height, width]: [usize; 2]) -> f32 {
    let is_ink = |row: usize, column: usize| row < height && column < width && strokes[row * width + column];
    let (mut area, mut outline) = (0, 0);
    for row in 0..height {
        for column in (0..width).filter(|&column| is_ink(row, column)) {
            area += 1;
            let around = [
                is_ink(row.wrapping_sub(1), column),
                is_ink(row + 1, column),
                is_ink(row, column.wrapping_sub(1)),
                is_ink(row, column + 1),
            ];
            outline += usize::from(!around.into_iter().all(|ink| ink));
        }
    }
    2.0 * area as f32 / (outline as f32).max(1.0)
}

/// The same with strokes that reach so much further on both sides, and the size that it then has.
fn widened(pixels: Vec<u8>, [height, width]: [usize; 2], reach: usize) -> (Vec<u8>, [usize; 2]) {
    if reach == 0 {
        return (pixels, [height, width]);
    }
    let size = [height + 2 * reach, width + 2 * reach];
    let mut wide = vec![0; size[0] * size[1]];
    for (row, line) in pixels.chunks_exact(width).enumerate() {
        wide[(row + reach) * size[1] + reach..][..width].copy_from_slice(line);
    }
    let wide = spread(&wide, size, reach, u8::max, true);
    (spread(&wide, size, reach, u8::max, false), size)
}
