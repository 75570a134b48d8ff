//! What is ink, and what is paper.

/// So much of an image's sides is its margin, where there is most likely paper.
const MARGIN: usize = 20;

/// Whether an image looks like dark ink on light paper: nearly all of it is as light as its margin, and what is not is
/// darker.
pub(super) fn is_dark_on_light(pixels: &[u8], size: [usize; 2]) -> bool {
    /// Paper and its shadow differ by less.
    const CLOSE: u8 = 64;
    let paper = margin_level(pixels, size);
    let like_paper = pixels.iter().filter(|pixel| pixel.abs_diff(paper) <= CLOSE).count();
    let darker = pixels.iter().filter(|&&pixel| pixel < paper.saturating_sub(CLOSE)).count();
    paper > 127 && 10 * like_paper >= 6 * pixels.len() && like_paper + darker >= pixels.len() - pixels.len() / 50
}

/// Whether the ink is darker than the paper, of an image that is known to be ink on paper.
pub(super) fn is_dark(pixels: &[u8], size: [usize; 2]) -> bool {
    let paper = margin_level(pixels, size);
    let mut sorted = pixels.to_vec();
    sorted.sort_unstable();
    let [dark, light] = [0.005, 0.995].map(|share| sorted[((sorted.len() - 1) as f64 * share).round() as usize]);
    paper.saturating_sub(dark) >= light.saturating_sub(paper)
}

/// The level in the middle of those in the margin.
fn margin_level(pixels: &[u8], [height, width]: [usize; 2]) -> u8 {
    let (high, wide) = ((height / MARGIN).max(1), (width / MARGIN).max(1));
    let is_margin = |at: &usize| {
        let (row, column) = (at / width, at % width);
        row < high || row + high >= height || column < wide || column + wide >= width
    };
    let mut levels = (0..pixels.len()).filter(is_margin).map(|at| pixels[at]).collect::<Vec<_>>();
    levels.sort_unstable();
    levels.get(levels.len() / 2).copied().unwrap_or_default()
}

/// How much ink each pixel has, from 0 to 1, of dark ink on light paper whose light may fade from one side to the other.
pub(super) fn ink(pixels: &[u8], size: [usize; 2]) -> Vec<f32> {
    /// The paper is looked at in an image so small.
    const SMALL: usize = 96;
    let [height, width] = size;
    let small = shrunk(size, SMALL);
    let view = super::resize::resize(pixels, size, 1, small);
    // Whatever is narrower than a third of the image and darker than what lies around it is no paper.
    let reach = (small[0].max(small[1]) / 6).max(1);
    let around = |image: &[u8], pick: fn(u8, u8) -> u8| {
        spread(&spread(image, small, reach, pick, true), small, reach, pick, false)
    };
    let paper = around(&around(&view, u8::max), u8::min);
    let paper = super::resize::resize(&paper, small, 1, [height, width]);
    let share = |(&pixel, &paper): (&u8, &u8)| (1.0 - (f32::from(pixel) + 1.0) / (f32::from(paper) + 1.0)).max(0.0);
    pixels.iter().zip(&paper).map(share).collect()
}

/// The size of an image that was shrunk until its longer side has at most `most` pixels.
pub(super) fn shrunk([height, width]: [usize; 2], most: usize) -> [usize; 2] {
    let longer = height.max(width);
    if longer <= most {
        return [height, width];
    }
    let side = |side: usize| (side * most).div_ceil(longer).max(1);
    [side(height), side(width)]
}

/// Each pixel as the largest (or smallest) within reach, in its line or in its column.
pub(super) fn spread<T: Copy>(
    image: &[T],
    [height, width]: [usize; 2],
    reach: usize,
    pick: fn(T, T) -> T,
    in_line: bool,
) -> Vec<T> {
    let mut found = image.to_vec();
    for row in 0..height {
        for column in 0..width {
            let (at, end) = if in_line { (column, width) } else { (row, height) };
            let near = at.saturating_sub(reach)..(at + reach + 1).min(end);
            let value = |near: usize| if in_line { image[row * width + near] } else { image[near * width + column] };
            let here = image[row * width + column];
            found[row * width + column] = near.map(value).fold(here, pick);
        }
    }
    found
}
