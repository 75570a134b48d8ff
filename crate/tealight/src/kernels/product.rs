//! The product of two matrices: nearly all of the time of a training goes here.
//!
//! The result is computed in tiles of 8 rows and up to 3 vectors of columns (48 numbers with AVX-512). A tile stays in
//! registers while the depth goes by: for each step of the depth, 3 vectors of the right matrix are loaded and 8 numbers
//! of the left one, each is spread over a vector, and 24 fused multiply-adds follow. That is one load for two of them,
//! which a processor with two of each keeps up with; nothing is copied or reordered before, because the panels of the
//! right matrix that the tiles of a column share, depth × 48, fit in the second-level cache.
//!
//! Each element is one sum in the order of the depth, or the sum of a few such sums over parts of the depth that are the
//! same for any number of threads (see [`Share`](super::Share)). So it does not matter for any bit of it in which tile
//! or on which thread it is computed.

use super::cut::Cut;
use super::instructions::multiply_add;
use super::matrix::{Matrix, MatrixMut};
use super::nonzero::Nonzero;
use super::share::{LEVELS, Share};
use pulp::{Simd, WithSimd};
use std::ops::Range;

/// `out = left · right`.
pub(crate) struct Product<'a> {
    pub(crate) left: Left<'a>,
    /// As many rows as the depth of the product.
    pub(crate) right: Matrix<'a>,
    /// The parts of the depth that are summed by themselves and then pairwise; none for one sum over all of it.
    pub(crate) share: Option<Share>,
    /// Where the left matrix is not 0, from that row on, which begins an eight; none where that is nearly everywhere.
    pub(crate) nonzero: Option<(&'a Nonzero, usize)>,
    pub(crate) out: MatrixMut<'a>,
}

/// The left matrix of a product.
#[derive(Clone, Copy)]
pub(crate) enum Left<'a> {
    /// As it lies: a row of the matrix for a row of the result.
    Rows(Matrix<'a>),
    /// Transposed: a column of the matrix for a row of the result.
    Columns(Matrix<'a>),
}

impl WithSimd for Product<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { left, right, share, nonzero, out } = self;
        let waiting = vec![0.0; if share.is_some_and(|share| share.leaves() > 1) { WAITING } else { 0 }];
        let sides = Sides { right, share, nonzero, out, waiting };
        match left {
            Left::Rows(matrix) => sides.panels(simd, Rows(matrix)),
            Left::Columns(matrix) => sides.panels(simd, Columns(matrix)),
        }
    }
}

/// How the numbers of the left matrix are found: for some neighbouring rows of the result, those at a depth.
trait Side: Copy {
    fn numbers<const R: usize>(self, row: usize, depth: usize) -> impl Fn(usize) -> [f32; R];
}

#[derive(Clone, Copy)]
struct Rows<'a>(Matrix<'a>);

impl Side for Rows<'_> {
    #[inline(always)]
    fn numbers<const R: usize>(self, row: usize, depth: usize) -> impl Fn(usize) -> [f32; R] {
        let rows: [&[f32]; R] = std::array::from_fn(|index| self.0.part(row + index, 0, depth));
        move |at| std::array::from_fn(|index| rows[index][at])
    }
}

#[derive(Clone, Copy)]
struct Columns<'a>(Matrix<'a>);

impl Side for Columns<'_> {
    #[inline(always)]
    fn numbers<const R: usize>(self, row: usize, _depth: usize) -> impl Fn(usize) -> [f32; R] {
        move |at| {
            let numbers = self.0.part(at, row, R);
            std::array::from_fn(|index| numbers[index])
        }
    }
}

struct Sides<'a> {
    right: Matrix<'a>,
    share: Option<Share>,
    nonzero: Option<(&'a Nonzero, usize)>,
    out: MatrixMut<'a>,
    /// Sums over leaves that wait for their partner.
    waiting: Vec<f32>,
}

/// The numbers of the largest tile, as often as sums can wait.
const WAITING: usize = LEVELS * 8 * 3 * 16;

/// Where a tile is, how many columns it has, and how many of them its last vector.
#[derive(Clone, Copy)]
struct Place<S: Simd> {
    row: usize,
    column: usize,
    width: usize,
    cut: Cut<S>,
}

impl Sides<'_> {
    /// Panel after panel of columns. A panel is 3 vectors wide, or less at the end; the last vector may be cut.
    #[inline(always)]
    fn panels<S: Simd>(mut self, simd: S, left: impl Side) {
        let (mut column, columns) = (0, self.out.columns());
        while column < columns {
            let vectors = (columns - column).div_ceil(S::F32_LANES);
            // Two panels of 2 rather than one of 3 and one of 1, which would wait for its loads.
            let vectors = if vectors == 4 { 2 } else { vectors.min(3) };
            let width = (vectors * S::F32_LANES).min(columns - column);
            let place = Place { row: 0, column, width, cut: Cut::new(simd, width % S::F32_LANES) };
            match (vectors, width % S::F32_LANES == 0) {
                (3, true) => self.panel::<S, 3, false>(simd, left, place),
                (3, false) => self.panel::<S, 3, true>(simd, left, place),
                (2, true) => self.panel::<S, 2, false>(simd, left, place),
                (2, false) => self.panel::<S, 2, true>(simd, left, place),
                (_, true) => self.panel::<S, 1, false>(simd, left, place),
                (_, false) => self.panel::<S, 1, true>(simd, left, place),
            }
            column += width;
        }
    }

    /// The tiles of a panel, from the first row to the last.
    #[inline(always)]
    fn panel<S: Simd, const V: usize, const CUT: bool>(&mut self, simd: S, left: impl Side, mut place: Place<S>) {
        let rows = self.out.rows();
        // As high as leaves all numbers of a tile in registers.
        if S::REGISTER_COUNT >= 32 {
            while place.row + 8 <= rows {
                self.tile::<S, 8, V, CUT>(simd, left, place);
                place.row += 8;
            }
        }
        while place.row + 4 <= rows {
            self.tile::<S, 4, V, CUT>(simd, left, place);
            place.row += 4;
        }
        while place.row < rows {
            self.tile::<S, 1, V, CUT>(simd, left, place);
            place.row += 1;
        }
    }

    #[inline(always)]
    fn tile<S: Simd, const R: usize, const V: usize, const CUT: bool>(
        &mut self,
        simd: S,
        left: impl Side,
        place: Place<S>,
    ) {
        let (depth, Place { row, column, width, cut }) = (self.right.rows(), place);
        let numbers = left.numbers::<R>(row, depth);
        let sums = match self.share {
            None => self.sums_over::<S, R, V, CUT>(simd, &numbers, 0..depth, place),
            Some(share) => {
                let size = R * V * S::F32_LANES;
                let mut height = 0;
                let mut leaf = 0;
                loop {
                    let mut sums = self.sums_over::<S, R, V, CUT>(simd, &numbers, share.leaf(leaf), place);
                    leaf += 1;
                    // Two sums over as many leaves each become one.
                    let mut together = leaf;
                    while together % 2 == 0 {
                        height -= 1;
                        let (waiting, _) = S::as_simd_f32s(&self.waiting[height * size..][..size]);
                        for (sum, waiting) in sums.iter_mut().flatten().zip(waiting) {
                            *sum = simd.add_f32s(*waiting, *sum);
                        }
                        together /= 2;
                    }
                    if leaf == share.leaves() {
                        break sums;
                    }
                    let (waiting, _) = S::as_mut_simd_f32s(&mut self.waiting[height * size..][..size]);
                    for (waiting, sum) in waiting.iter_mut().zip(sums.iter().flatten()) {
                        *waiting = *sum;
                    }
                    height += 1;
                }
            }
        };
        for (index, sums) in sums.into_iter().enumerate() {
            store::<S, V, CUT>(cut, simd, &mut self.out.row(row + index)[column..][..width], sums);
        }
    }

    /// The sums of a tile over a part of the depth.
    #[inline(always)]
    fn sums_over<S: Simd, const R: usize, const V: usize, const CUT: bool>(
        &self,
        simd: S,
        numbers: &impl Fn(usize) -> [f32; R],
        depth: Range<usize>,
        place: Place<S>,
    ) -> [[S::f32s; V]; R] {
        match self.nonzero {
            None => sums::<S, R, V, CUT>(simd, numbers, self.right, depth, place),
            Some((nonzero, first)) => {
                let depths = nonzero.within(first + place.row, depth).iter().map(|&at| at as usize);
                sums::<S, R, V, CUT>(simd, numbers, self.right, depths, place)
            }
        }
    }
}

/// The sums of a tile over some depths.
#[inline(always)]
fn sums<S: Simd, const R: usize, const V: usize, const CUT: bool>(
    simd: S,
    numbers: &impl Fn(usize) -> [f32; R],
    right: Matrix<'_>,
    depths: impl Iterator<Item = usize>,
    Place { column, width, cut, .. }: Place<S>,
) -> [[S::f32s; V]; R] {
    let mut sums = [[simd.splat_f32s(0.0); V]; R];
    for at in depths {
        let right = load::<S, V, CUT>(cut, simd, right.part(at, column, width));
        let left = numbers(at);
        for (sums, left) in sums.iter_mut().zip(left) {
            let left = simd.splat_f32s(left);
            for (sum, right) in sums.iter_mut().zip(right) {
                *sum = multiply_add(simd, left, right, *sum);
            }
        }
    }
    sums
}

/// `V` vectors, the last of which may be cut.
#[inline(always)]
fn load<S: Simd, const V: usize, const CUT: bool>(cut: Cut<S>, simd: S, values: &[f32]) -> [S::f32s; V] {
    let (whole, rest) = S::as_simd_f32s(values);
    let mut vectors = [simd.splat_f32s(0.0); V];
    for (index, vector) in vectors.iter_mut().enumerate() {
        *vector = if CUT && index + 1 == V { cut.load(simd, rest) } else { whole[index] };
    }
    vectors
}

#[inline(always)]
fn store<S: Simd, const V: usize, const CUT: bool>(cut: Cut<S>, simd: S, values: &mut [f32], vectors: [S::f32s; V]) {
    let (whole, rest) = S::as_mut_simd_f32s(values);
    for (index, vector) in vectors.into_iter().enumerate() {
        if CUT && index + 1 == V {
            cut.store(simd, rest, vector);
        } else {
            whole[index] = vector;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Left, Product};
    use crate::kernels::instructions::Instructions;
    use crate::kernels::matrix::{Matrix, MatrixMut};
    use crate::kernels::nonzero::Nonzero;
    use crate::kernels::share::Share;

    fn numbers(count: usize, seed: usize) -> Vec<f32> {
        let number = |index: usize| ((index * 37 + seed * 101) % 23) as f32 / 11.0 - 1.0;
        (0..count).map(|index| if (index / 5 + seed).is_multiple_of(3) { 0.0 } else { number(index) }).collect()
    }

    #[test]
    fn products_of_all_shapes_are_the_sums_that_they_should_be() {
        for instructions in Instructions::all() {
            for (rows, depth, columns) in [(1, 1, 1), (8, 5, 48), (13, 300, 67), (7, 200, 10), (20, 3, 16), (5, 97, 33)]
            {
                let (left, right) = (numbers(rows * depth, 1), numbers(depth * columns, 2));
                let mut turned = vec![0.0; left.len()];
                (0..left.len()).for_each(|index| turned[index % depth * rows + index / depth] = left[index]);
                let mut nonzero = Nonzero::default();
                nonzero.of_rows(Matrix::new(&left, depth));
                let lefts = [Left::Rows(Matrix::new(&left, depth)), Left::Columns(Matrix::new(&turned, rows))];
                for (left_side, lists) in lefts.into_iter().flat_map(|side| [(side, None), (side, Some((&nonzero, 0)))])
                {
                    let share = Share::cut(depth, 1).pop();
                    // One column more, which is not to be touched.
                    let mut result = vec![9.0; rows * (columns + 1)];
                    let mut parts =
                        MatrixMut::new(&mut result, columns + 1).cut_columns(&[0..columns, columns..columns + 1]);
                    let out = parts.swap_remove(0);
                    let right_side = Matrix::new(&right, columns);
                    instructions.run(Product { left: left_side, right: right_side, share, nonzero: lists, out });
                    for (index, &value) in result.iter().enumerate() {
                        let (row, column) = (index / (columns + 1), index % (columns + 1));
                        let sum =
                            |at: usize| f64::from(left[row * depth + at]) * f64::from(right[at * columns + column]);
                        let expected = if column == columns { 9.0 } else { (0..depth).map(sum).sum() };
                        let error = (f64::from(value) - expected).abs();
                        assert!(error < 1e-4, "{instructions} {rows}×{depth}×{columns} at {row}, {column}: {error}");
                    }
                }
            }
        }
    }
}
