//! The connected parts of what is written: strokes, and specks of dust.

/// Which pixels belong to strokes. A part is left out where it is far smaller than the largest, or where it runs into the edge
/// of the image, as the edge of a table does, and there is something else.
pub(super) fn strokes(mask: &[bool], [height, width]: [usize; 2]) -> Vec<bool> {
    /// Parts of a character have at least this share of the largest part.
    const LEAST: f64 = 0.04;
    /// What is left when the parts at the edge are taken away has at least this share of them.
    const ENOUGH: f64 = 0.2;
    let mut part_of = vec![usize::MAX; mask.len()];
    let mut parts: Vec<(usize, bool)> = Vec::new();
    for start in 0..mask.len() {
        if !mask[start] || part_of[start] != usize::MAX {
            continue;
        }
        let part = parts.len();
        let (mut area, mut at_edge) = (0, false);
        let mut open = vec![start];
        part_of[start] = part;
        while let Some(at) = open.pop() {
            area += 1;
            let (row, column) = (at / width, at % width);
            at_edge |= row == 0 || column == 0 || row + 1 == height || column + 1 == width;
            for row in row.saturating_sub(1)..(row + 2).min(height) {
                for column in column.saturating_sub(1)..(column + 2).min(width) {
                    let next = row * width + column;
                    if mask[next] && part_of[next] == usize::MAX {
                        part_of[next] = part;
                        open.push(next);
                    }
                }
            }
        }
        parts.push((area, at_edge));
    }
    let largest = |of: &dyn Fn(&(usize, bool)) -> bool| {
        parts.iter().filter(|part| of(part)).map(|part| part.0).max().unwrap_or_default() as f64
    };
    let (all, inner) = (largest(&|_| true), largest(&|part| !part.1));
    let without_edge = inner >= ENOUGH * all;
    let most = if without_edge { inner } else { all };
    let kept = |part: usize| {
        parts.get(part).is_some_and(|&(area, at_edge)| area as f64 >= LEAST * most && !(at_edge && without_edge))
    };
    part_of.into_iter().map(kept).collect()
}

#[cfg(test)]
mod tests {
    use super::strokes;

    #[test]
    fn specks_and_what_runs_off_the_image_are_left_out() {
        let mask = |text: &str| text.bytes().filter(|byte| *byte != b' ').map(|byte| byte == b'#').collect::<Vec<_>>();
        let image = mask("######## ........ ..####.. ..#..#.. ..####.. ........ ........ ........");
        let expected = mask("........ ........ ..####.. ..#..#.. ..####.. ........ ........ ........");
        assert_eq!(strokes(&image, [8, 8]), expected);
        // A digit that touches the edge is all there is.
        let image = mask("..#..... ..#..... ..#..... ..#.....");
        assert_eq!(strokes(&image, [4, 8]), image);
    }
}
