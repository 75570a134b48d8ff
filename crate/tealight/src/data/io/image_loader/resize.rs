//! Images of another size.

use rayon::prelude::*;

/// Fractions have so many bits.
const BITS: u32 = 22;

/// An image of another size, by bilinear interpolation; where it becomes smaller, over all pixels that a new one covers
/// (antialiased). Pixels have `channels` bytes. As Pillow's `Image.resize` with `Resampling.BILINEAR`.
pub(super) fn resize(pixels: &[u8], [height, width]: [usize; 2], channels: usize, to: [usize; 2]) -> Vec<u8> {
    let [rows, columns] = to;
    // First each line, then each column.
    let wide = if columns == width {
        pixels.to_vec()
    } else {
        let weights = weights(width, columns);
        let mut wide = vec![0; height * columns * channels];
        let line = wide.par_chunks_mut((columns * channels).max(1)).zip(pixels.par_chunks((width * channels).max(1)));
        line.for_each(|(to, from)| {
            for (pixel, (first, weights)) in to.chunks_exact_mut(channels).zip(&weights) {
                for (channel, value) in pixel.iter_mut().enumerate() {
                    let covered = from[first * channels + channel..].iter().step_by(channels);
                    *value = sum(covered.copied(), weights);
                }
            }
        });
        wide
    };
    if rows == height {
        return wide;
    }
    let line = columns * channels;
    let weights = weights(height, rows);
    let mut high = vec![0; rows * line];
    high.par_chunks_mut(line.max(1)).zip(&weights).for_each(|(to, (first, weights))| {
        for (at, value) in to.iter_mut().enumerate() {
            *value = sum(wide[first * line + at..].iter().step_by(line).copied(), weights);
        }
    });
    high
}

fn sum(pixels: impl Iterator<Item = u8>, weights: &[i32]) -> u8 {
    let sum = pixels.zip(weights).map(|(pixel, weight)| i32::from(pixel) * weight).sum::<i32>();
    ((sum + (1 << (BITS - 1))) >> BITS).clamp(0, 255) as u8
}

/// For each new pixel, the first of the pixels that it covers, and their weights.
fn weights(from: usize, to: usize) -> Vec<(usize, Vec<i32>)> {
    let scale = from as f64 / to as f64;
    let reach = scale.max(1.0);
    let of = |pixel: usize| {
        let center = (pixel as f64 + 0.5) * scale;
        let first = (center - reach + 0.5).max(0.0) as usize;
        let end = ((center + reach + 0.5) as usize).min(from);
        let triangle = |at: usize| (1.0 - ((at as f64 - center + 0.5) / reach).abs()).max(0.0);
        let weights = (first..end).map(triangle).collect::<Vec<_>>();
        let total = weights.iter().sum::<f64>();
        let fixed = |weight: f64| (0.5 + weight / total * f64::from(1 << BITS)) as i32;
        (first, weights.into_iter().map(fixed).collect())
    };
    (0..to).map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::resize;

    #[test]
    fn a_plain_image_stays_plain_and_the_same_size_the_same() {
        for to in [[1, 1], [3, 7], [20, 5]] {
            assert_eq!(resize(&[77; 6 * 9 * 3], [6, 9], 3, to), vec![77; to[0] * to[1] * 3]);
        }
        let pixels = (0..12).collect::<Vec<_>>();
        assert_eq!(resize(&pixels, [4, 3], 1, [4, 3]), pixels);
    }
}
