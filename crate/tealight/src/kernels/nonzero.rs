//! Where a matrix has anything but zeros.
//!
//! Four of five pixels of a handwritten digit are 0, and most of them lie where the neighbours are 0 too. A product may
//! leave out what is multiplied by 0: it changes no bit of a sum. A tile has eight rows, so what counts are the depths at
//! which all eight are 0: half of them and more.

use super::matrix::Matrix;
use std::ops::Range;

/// Rows that are looked at together: those of a tile.
pub(super) const TOGETHER: usize = 8;

/// For each eight rows of a left matrix, the depths at which not all of them are 0.
#[derive(Default)]
pub(crate) struct Nonzero {
    /// As long a piece for each eight rows, the beginning of which is used.
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
        for at in 0..depth {
            for (group, values) in matrix.row(at).chunks(TOGETHER).enumerate() {
                let any = values.iter().fold(0, |any, &value| any | u32::from(value != 0.0));
                let count = &mut self.counts[group];
                self.depths[group * depth + *count] = at as u32;
                *count += any as usize;
            }
        }
    }

    /// Those of the eight rows in which `row` is that lie in a range.
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
        // 11 rows of 20: the first group of eight is 0 but in columns 3 and 7, the second but in 19.
        let mut values = vec![0.0; 11 * 20];
        (values[2 * 20 + 3], values[7 * 20 + 7], values[10 * 20 + 19]) = (1.0, f32::NAN, -1.0);
        let mut turned = vec![0.0; 11 * 20];
        for (index, &value) in values.iter().enumerate() {
            turned[index % 20 * 11 + index / 20] = value;
        }
        let (mut rows, mut columns) = (Nonzero::default(), Nonzero::default());
        for _ in 0..2 {
            rows.of_rows(Matrix::new(&values, 20));
            columns.of_columns(Matrix::new(&turned, 11));
        }
        for lists in [rows, columns] {
            assert_eq!(lists.within(0, 0..20), [3, 7]);
            assert_eq!(lists.within(7, 4..8), [7]);
            assert_eq!(lists.within(10, 0..20), [19]);
            assert!(lists.within(8, 0..19).is_empty());
        }
    }
}
