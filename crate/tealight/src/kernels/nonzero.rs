//! Where a matrix has anything but zeros.
//!
//! Four of five pixels of a handwritten digit are 0, and most of them lie where the neighbours are 0 too. A product may
//! leave out what is multiplied by 0: it changes no bit of a sum. A tile then has four rows, so what counts are the depths
//! at which all four are 0: of four images 61 in 100, of four neighbouring pixels in a batch of images 72 in 100.

use super::matrix::Matrix;
use std::ops::Range;

/// Rows that are looked at together: those of a tile.
pub(super) const TOGETHER: usize = 4;

/// For each four rows of a left matrix, the depths at which not all of them are 0.
#[derive(Default)]
pub(crate) struct Nonzero {
    /// As long a piece for each four rows, the beginning of which is used.
    depths: Vec<u32>,
    counts: Vec<usize>,
    /// How long a piece is.
    depth: usize,
}

impl Nonzero {
    fn clear(&mut self, rows: usize, depth: usize) {
        let groups = rows.div_ceil(TOGETHER);
        self.depth = depth;
        self.depths.resize(groups * depth, 0);
        self.counts.clear();
        self.counts.resize(groups, 0);
    }

    /// Takes down where the rows of `matrix` are not 0.
    #[inline(always)]
    pub(super) fn of_rows(&mut self, matrix: Matrix<'_>) {
        let (rows, depth) = (matrix.rows(), matrix.columns());
        self.clear(rows, depth);
        let mut any = vec![0_u32; depth];
        for (group, (list, count)) in self.depths.chunks_exact_mut(depth.max(1)).zip(&mut self.counts).enumerate() {
            any.fill(0);
            for row in group * TOGETHER..rows.min((group + 1) * TOGETHER) {
                any.iter_mut().zip(matrix.row(row)).for_each(|(any, &value)| *any |= u32::from(value != 0.0));
            }
            for (at, &any) in any.iter().enumerate() {
                // Without a branch, which nobody could predict.
                list[*count] = at as u32;
                *count += any as usize;
            }
        }
    }

    /// Takes down where the columns of `matrix` are not 0.
    #[inline(always)]
    pub(super) fn of_columns(&mut self, matrix: Matrix<'_>) {
        let (rows, depth) = (matrix.columns(), matrix.rows());
        self.clear(rows, depth);
        for (group, (list, count)) in self.depths.chunks_exact_mut(depth.max(1)).zip(&mut self.counts).enumerate() {
            let first = group * TOGETHER;
            let width = TOGETHER.min(rows - first);
            for at in 0..depth {
                let values = matrix.part(at, first, width);
                let any = match values.first_chunk::<TOGETHER>() {
                    // All bits but the signs, at once.
                    Some(values) => values.iter().fold(0, |bits, value| bits | value.to_bits() << 1) != 0,
                    None => values.iter().any(|&value| value != 0.0),
                };
                list[*count] = at as u32;
                *count += usize::from(any);
            }
        }
    }

    /// Those of the four rows in which `row` is that lie in a range.
    #[inline(always)]
    pub(super) fn within(&self, row: usize, range: Range<usize>) -> &[u32] {
        let group = row / TOGETHER;
        let list = &self.depths[group * self.depth..][..self.counts[group]];
        let before =
            |end: usize| if end >= self.depth { list.len() } else { list.partition_point(|&at| (at as usize) < end) };
        let first = if range.start == 0 { 0 } else { before(range.start) };
        &list[first..before(range.end)]
    }
}

#[cfg(test)]
mod tests {
    use super::Nonzero;
    use crate::kernels::Matrix;

    #[test]
    fn exactly_the_depths_at_which_all_are_zero_are_left_out() {
        // 7 rows of 20: the first group of four is 0 but in columns 3 and 7, the second but in 19.
        let mut values = vec![0.0; 7 * 20];
        (values[2 * 20 + 3], values[3 * 20 + 7], values[6 * 20 + 19]) = (1.0, f32::NAN, -1.0);
        let mut turned = vec![0.0; 7 * 20];
        for (index, &value) in values.iter().enumerate() {
            turned[index % 20 * 7 + index / 20] = value;
        }
        let (mut rows, mut columns) = (Nonzero::default(), Nonzero::default());
        for _ in 0..2 {
            rows.of_rows(Matrix::new(&values, 20));
            columns.of_columns(Matrix::new(&turned, 7));
        }
        for lists in [rows, columns] {
            assert_eq!(lists.within(0, 0..20), [3, 7]);
            assert_eq!(lists.within(3, 4..8), [7]);
            assert_eq!(lists.within(6, 0..20), [19]);
            assert!(lists.within(4, 0..19).is_empty());
        }
    }
}
