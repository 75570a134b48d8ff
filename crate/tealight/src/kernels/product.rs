//! The product of two matrices: nearly all of the time of a training goes here.
//!
//! The result is computed in tiles of 8 rows and up to 3 vectors of columns (48 numbers with AVX-512). A tile stays in
//! registers while the depth goes by: for each step of the depth, 3 vectors of the right matrix are loaded and 8 numbers
//! of the left one, each is spread over a vector, and 24 fused multiply-adds follow. That is one load for two of them,
//! which a processor with two of each keeps up with; nothing is copied or reordered before, because the panels of the
//! right matrix that the tiles of a column share, depth × 48, fit in the second-level cache. Where depths are left out
//! because the left matrix is 0 there, a tile is 4 rows and up to 6 vectors: fewer rows are 0 together more often.
//!
//! Each element is one sum in the order of the depth, or the sum of a few such sums over parts of the depth that are the
//! same for any number of threads (see [`Share`](super::Share)). So it does not matter for any bit of it in which tile
//! or on which thread it is computed.

use super::cut::Cut;
use super::instructions::multiply_add;
use super::matrix::{Matrix, MatrixMut};
use super::nonzero::{Nonzero, TOGETHER};
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
    /// Where the left matrix is not 0, from that row on, which begins a four; none where that is nearly everywhere.
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

impl Sides<'_> {
    /// Panel after panel of columns: as wide as a tile may be, or a little less, so that none is much narrower than the
    /// others and waits for its loads. The last vector of the last panel may be cut.
    #[inline(always)]
    fn panels<S: Simd>(mut self, simd: S, left: impl Side) {
        let (mut column, columns) = (0, self.out.columns());
        let sparse = self.nonzero.is_some();
        while column < columns {
            let vectors = (columns - column).div_ceil(S::F32_LANES);
            let vectors = vectors.div_ceil(vectors.div_ceil(if sparse && S::REGISTER_COUNT >= 32 { 6 } else { 3 }));
            let width = (vectors * S::F32_LANES).min(columns - column);
            let place = Place { row: 0, column, width };
            let sides = &mut self;
            match (sparse, vectors) {
                (false, 3) => sides.panel::<S, _, 3, false>(simd, left, place),
                (false, 2) => sides.panel::<S, _, 2, false>(simd, left, place),
                (false, _) => sides.panel::<S, _, 1, false>(simd, left, place),
                (true, 6) => sides.panel::<S, _, 6, true>(simd, left, place),
                (true, 5) => sides.panel::<S, _, 5, true>(simd, left, place),
                (true, 4) => sides.panel::<S, _, 4, true>(simd, left, place),
                (true, 3) => sides.panel::<S, _, 3, true>(simd, left, place),
                (true, 2) => sides.panel::<S, _, 2, true>(simd, left, place),
                (true, _) => sides.panel::<S, _, 1, true>(simd, left, place),
            }
            column += width;
        }
    }

    #[inline(always)]
    fn panel<S: Simd, L: Side, const V: usize, const SPARSE: bool>(&mut self, simd: S, left: L, place: Place) {
        // Each a function of its own, that all products share: written out in each of them, they are so much code that
        // the compiler takes minutes.
        if place.width.is_multiple_of(S::F32_LANES) {
            simd.vectorize(Panel::<L, V, false, SPARSE> { sides: self, left, place });
        } else {
            simd.vectorize(Panel::<L, V, true, SPARSE> { sides: self, left, place });
        }
    }
}

/// Where a tile or a panel is, and how many columns it has.
#[derive(Clone, Copy)]
struct Place {
    row: usize,
    column: usize,
    width: usize,
}

/// The tiles of `V` vectors below each other, the last of which may be `CUT`. Where it is `SPARSE`, some depths are left out.
struct Panel<'a, 'b, L, const V: usize, const CUT: bool, const SPARSE: bool> {
    sides: &'a mut Sides<'b>,
    left: L,
    place: Place,
}

impl<L: Side, const V: usize, const CUT: bool, const SPARSE: bool> WithSimd for Panel<'_, '_, L, V, CUT, SPARSE> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, simd: S) {
        let rows = self.sides.out.rows();
        // As high as leaves all numbers of a tile in registers, and as all rows of it have the same depths.
        if S::REGISTER_COUNT >= 32 && !SPARSE {
            while self.place.row + 8 <= rows {
                self.tile::<S, 8>(simd);
                self.place.row += 8;
            }
        }
        while self.place.row + TOGETHER <= rows {
            self.tile::<S, TOGETHER>(simd);
            self.place.row += TOGETHER;
        }
        while self.place.row < rows {
            self.tile::<S, 1>(simd);
            self.place.row += 1;
        }
    }
}

impl<L: Side, const V: usize, const CUT: bool, const SPARSE: bool> Panel<'_, '_, L, V, CUT, SPARSE> {
    #[inline(always)]
    fn tile<S: Simd, const R: usize>(&mut self, simd: S) {
        let Place { row, column, width } = self.place;
        let cut = Cut::new(simd, width % S::F32_LANES);
        let depth = self.sides.right.rows();
        let numbers = self.left.numbers::<R>(row, depth);
        let sums = match self.sides.share {
            None => self.sums_over::<S, R>(simd, &numbers, 0..depth, cut),
            Some(share) => {
                let size = R * V * S::F32_LANES;
                let mut height = 0;
                let mut leaf = 0;
                loop {
                    let mut sums = self.sums_over::<S, R>(simd, &numbers, share.leaf(leaf), cut);
                    leaf += 1;
                    // Two sums over as many leaves each become one.
                    let mut together = leaf;
                    while together % 2 == 0 {
                        height -= 1;
                        let (waiting, _) = S::as_simd_f32s(&self.sides.waiting[height * size..][..size]);
                        for (sum, waiting) in sums.iter_mut().flatten().zip(waiting) {
                            *sum = simd.add_f32s(*waiting, *sum);
                        }
                        together /= 2;
                    }
                    if leaf == share.leaves() {
                        break sums;
                    }
                    let (waiting, _) = S::as_mut_simd_f32s(&mut self.sides.waiting[height * size..][..size]);
                    for (waiting, sum) in waiting.iter_mut().zip(sums.iter().flatten()) {
                        *waiting = *sum;
                    }
                    height += 1;
                }
            }
        };
        for (index, sums) in sums.into_iter().enumerate() {
            store::<S, V, CUT>(cut, simd, &mut self.sides.out.row(row + index)[column..][..width], sums);
        }
    }

    /// The sums of a tile over a part of the depth.
    #[inline(always)]
    fn sums_over<S: Simd, const R: usize>(
        &self,
        simd: S,
        numbers: &impl Fn(usize) -> [f32; R],
        depth: Range<usize>,
        cut: Cut<S>,
    ) -> [[S::f32s; V]; R] {
        let (right, place) = (self.sides.right, self.place);
        if SPARSE {
            let depths = match self.sides.nonzero {
                Some((nonzero, first)) => nonzero.within(first + place.row, depth),
                None => &[],
            };
            sums::<S, R, V, CUT>(simd, numbers, right, depths.iter().map(|&at| at as usize), place, cut)
        } else {
            sums::<S, R, V, CUT>(simd, numbers, right, depth, place, cut)
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
    Place { column, width, .. }: Place,
    cut: Cut<S>,
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
    use crate::kernels::nonzero::tests::Lists;
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
                let mut lists = Lists::default();
                lists.take(instructions, Matrix::new(&left, depth));
                let lefts = [Left::Rows(Matrix::new(&left, depth)), Left::Columns(Matrix::new(&turned, rows))];
                for (left_side, nonzero) in
                    lefts.into_iter().flat_map(|side| [(side, None), (side, Some((&lists.rows, 0)))])
                {
                    let share = Share::cut(depth, columns, 1).pop();
                    // One column more, which is not to be touched.
                    let mut result = vec![9.0; rows * (columns + 1)];
                    let mut parts =
                        MatrixMut::new(&mut result, columns + 1).cut_columns(&[0..columns, columns..columns + 1]);
                    let out = parts.swap_remove(0);
                    let right_side = Matrix::new(&right, columns);
                    instructions.run(Product { left: left_side, right: right_side, share, nonzero, out });
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
