//! Matrix multiplication, which takes nearly all of the time of a training.
//!
//! The result is computed in tiles of 8 rows and up to 3 vectors of columns (48 columns with AVX-512). A tile stays in registers while
//! the loop runs over the depth. Each iteration loads 3 vectors of the right matrix, broadcasts 8 numbers of the left matrix, and does
//! 24 fused multiply-adds. That is one load for two multiply-adds, which a CPU with two load units and two FMA units sustains. Nothing
//! is packed first, because the panel of the right matrix that the tiles of a column share, depth × 48, fits into the L2 cache.
//! If depths are skipped because the left matrix is 0 there, a tile has 4 rows and up to 6 vectors: 4 rows are all 0 more often than 8.
//!
//! Each element is one sum in the order of the depth, or a pairwise sum of such sums over blocks of the depth that are the same for any
//! number of threads (see [`RowPartition`](super::RowPartition)). So the tile and the thread do not affect any bit of the result.

use super::matrix::{Matrix, MatrixMut};
use super::row_partition::{PAIRWISE_LEVELS, RowPartition};
use super::simd_level::multiply_add;
use super::sparsity::{ActiveDepths, ROW_GROUP};
use super::tail_mask::TailMask;
use pulp::{Simd, WithSimd};
use std::ops::Range;

/// `out = left · right`.
pub(crate) struct MatMul<'a> {
    pub(crate) left: Lhs<'a>,
    /// Has as many rows as the product has depth.
    pub(crate) right: Matrix<'a>,
    /// The blocks of the depth that are summed separately and then pairwise. `None` means one sum over the whole depth.
    pub(crate) partition: Option<RowPartition>,
    /// The depths at which the left matrix is not 0, and the row of it, a multiple of 4, at which this product begins. `None` means to
    /// use all depths.
    pub(crate) active_depths: Option<(&'a ActiveDepths, usize)>,
    pub(crate) out: MatrixMut<'a>,
}

/// The left matrix of a product.
#[derive(Clone, Copy)]
pub(crate) enum Lhs<'a> {
    /// Not transposed: each row of the result is computed from a row of the matrix.
    Rows(Matrix<'a>),
    /// Transposed: each row of the result is computed from a column of the matrix.
    Columns(Matrix<'a>),
}

impl WithSimd for MatMul<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { left, right, partition, active_depths, out } = self;
        let pending =
            vec![0.0; if partition.is_some_and(|partition| partition.blocks() > 1) { PENDING_SUMS_LEN } else { 0 }];
        let args = MatMulArgs { right, partition, active_depths, out, pending };
        match left {
            Lhs::Rows(matrix) => args.panels(simd, Rows(matrix)),
            Lhs::Columns(matrix) => args.panels(simd, Columns(matrix)),
        }
    }
}

/// Access to the left matrix: the elements for `R` neighboring rows of the result at a given depth.
trait LhsAccess: Copy {
    fn load<const R: usize>(self, row: usize, depth: usize) -> impl Fn(usize) -> [f32; R];
}

#[derive(Clone, Copy)]
struct Rows<'a>(Matrix<'a>);

impl LhsAccess for Rows<'_> {
    #[inline(always)]
    fn load<const R: usize>(self, row: usize, depth: usize) -> impl Fn(usize) -> [f32; R] {
        let rows: [&[f32]; R] = std::array::from_fn(|index| self.0.part(row + index, 0, depth));
        move |at| std::array::from_fn(|index| rows[index][at])
    }
}

#[derive(Clone, Copy)]
struct Columns<'a>(Matrix<'a>);

impl LhsAccess for Columns<'_> {
    #[inline(always)]
    fn load<const R: usize>(self, row: usize, _depth: usize) -> impl Fn(usize) -> [f32; R] {
        move |at| {
            let numbers = self.0.part(at, row, R);
            std::array::from_fn(|index| numbers[index])
        }
    }
}

struct MatMulArgs<'a> {
    right: Matrix<'a>,
    partition: Option<RowPartition>,
    active_depths: Option<(&'a ActiveDepths, usize)>,
    out: MatrixMut<'a>,
    /// The stack of sums over blocks that wait for their partner in the pairwise sum.
    pending: Vec<f32>,
}

/// The size of that stack for the largest tile.
const PENDING_SUMS_LEN: usize = PAIRWISE_LEVELS * 8 * 3 * 16;

impl MatMulArgs<'_> {
    /// Computes the result panel by panel of columns. Panels are as wide as a tile may be, or slightly narrower, so that none is much
    /// narrower than the others and limited by its loads. The last vector of the last panel may be masked.
    #[inline(always)]
    fn panels<S: Simd>(mut self, simd: S, left: impl LhsAccess) {
        let (mut column, columns) = (0, self.out.columns());
        let sparse = self.active_depths.is_some();
        while column < columns {
            let vectors = (columns - column).div_ceil(S::F32_LANES);
            let vectors = vectors.div_ceil(vectors.div_ceil(if sparse && S::REGISTER_COUNT >= 32 { 6 } else { 3 }));
            let width = (vectors * S::F32_LANES).min(columns - column);
            let origin = TileOrigin { row: 0, column, width };
            let args = &mut self;
            match (sparse, vectors) {
                (false, 3) => args.panel::<S, _, 3, false>(simd, left, origin),
                (false, 2) => args.panel::<S, _, 2, false>(simd, left, origin),
                (false, _) => args.panel::<S, _, 1, false>(simd, left, origin),
                (true, 6) => args.panel::<S, _, 6, true>(simd, left, origin),
                (true, 5) => args.panel::<S, _, 5, true>(simd, left, origin),
                (true, 4) => args.panel::<S, _, 4, true>(simd, left, origin),
                (true, 3) => args.panel::<S, _, 3, true>(simd, left, origin),
                (true, 2) => args.panel::<S, _, 2, true>(simd, left, origin),
                (true, _) => args.panel::<S, _, 1, true>(simd, left, origin),
            }
            column += width;
        }
    }

    #[inline(always)]
    fn panel<S: Simd, L: LhsAccess, const V: usize, const SPARSE: bool>(
        &mut self,
        simd: S,
        left: L,
        origin: TileOrigin,
    ) {
        // Each is a function of its own that all products share. Inlined into each product, the code would take minutes to compile.
        if origin.width.is_multiple_of(S::F32_LANES) {
            simd.vectorize(Panel::<L, V, false, SPARSE> { args: self, left, origin });
        } else {
            simd.vectorize(Panel::<L, V, true, SPARSE> { args: self, left, origin });
        }
    }
}

/// The position of a tile or a panel, and its number of columns.
#[derive(Clone, Copy)]
struct TileOrigin {
    row: usize,
    column: usize,
    width: usize,
}

/// A column of tiles of `V` vectors. The last vector may be `MASKED`. If `SPARSE`, inactive depths are skipped.
struct Panel<'a, 'b, L, const V: usize, const MASKED: bool, const SPARSE: bool> {
    args: &'a mut MatMulArgs<'b>,
    left: L,
    origin: TileOrigin,
}

impl<L: LhsAccess, const V: usize, const MASKED: bool, const SPARSE: bool> WithSimd
    for Panel<'_, '_, L, V, MASKED, SPARSE>
{
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, simd: S) {
        let rows = self.args.out.rows();
        // As high as the registers allow, and in the sparse case as high as a group of rows with common active depths.
        if S::REGISTER_COUNT >= 32 && !SPARSE {
            while self.origin.row + 8 <= rows {
                self.tile::<S, 8>(simd);
                self.origin.row += 8;
            }
        }
        while self.origin.row + ROW_GROUP <= rows {
            self.tile::<S, ROW_GROUP>(simd);
            self.origin.row += ROW_GROUP;
        }
        while self.origin.row < rows {
            self.tile::<S, 1>(simd);
            self.origin.row += 1;
        }
    }
}

impl<L: LhsAccess, const V: usize, const MASKED: bool, const SPARSE: bool> Panel<'_, '_, L, V, MASKED, SPARSE> {
    #[inline(always)]
    fn tile<S: Simd, const R: usize>(&mut self, simd: S) {
        let TileOrigin { row, column, width } = self.origin;
        let tail = TailMask::new(simd, width % S::F32_LANES);
        let depth = self.args.right.rows();
        let load_lhs = self.left.load::<R>(row, depth);
        let sums = match self.args.partition {
            None => self.sums_over::<S, R>(simd, &load_lhs, 0..depth, tail),
            Some(partition) => {
                let size = R * V * S::F32_LANES;
                let mut height = 0;
                let mut block = 0;
                loop {
                    let mut sums = self.sums_over::<S, R>(simd, &load_lhs, partition.block(block), tail);
                    block += 1;
                    // Two sums over equally many blocks become one.
                    let mut together = block;
                    while together % 2 == 0 {
                        height -= 1;
                        let (pending, _) = S::as_simd_f32s(&self.args.pending[height * size..][..size]);
                        for (sum, pending) in sums.iter_mut().flatten().zip(pending) {
                            *sum = simd.add_f32s(*pending, *sum);
                        }
                        together /= 2;
                    }
                    if block == partition.blocks() {
                        break sums;
                    }
                    let (pending, _) = S::as_mut_simd_f32s(&mut self.args.pending[height * size..][..size]);
                    for (pending, sum) in pending.iter_mut().zip(sums.iter().flatten()) {
                        *pending = *sum;
                    }
                    height += 1;
                }
            }
        };
        for (index, sums) in sums.into_iter().enumerate() {
            store::<S, V, MASKED>(tail, simd, &mut self.args.out.row(row + index)[column..][..width], sums);
        }
    }

    /// Returns the sums of a tile over a range of the depth.
    #[inline(always)]
    fn sums_over<S: Simd, const R: usize>(
        &self,
        simd: S,
        load_lhs: &impl Fn(usize) -> [f32; R],
        depth: Range<usize>,
        tail: TailMask<S>,
    ) -> [[S::f32s; V]; R] {
        let (right, origin) = (self.args.right, self.origin);
        if SPARSE {
            let depths = match self.args.active_depths {
                Some((active_depths, first)) => active_depths.range(first + origin.row, depth),
                None => &[],
            };
            sums::<S, R, V, MASKED>(simd, load_lhs, right, depths.iter().map(|&at| at as usize), origin, tail)
        } else {
            sums::<S, R, V, MASKED>(simd, load_lhs, right, depth, origin, tail)
        }
    }
}

/// Returns the sums of a tile over the given depths.
#[inline(always)]
fn sums<S: Simd, const R: usize, const V: usize, const MASKED: bool>(
    simd: S,
    load_lhs: &impl Fn(usize) -> [f32; R],
    right: Matrix<'_>,
    depths: impl Iterator<Item = usize>,
    TileOrigin { column, width, .. }: TileOrigin,
    tail: TailMask<S>,
) -> [[S::f32s; V]; R] {
    let mut sums = [[simd.splat_f32s(0.0); V]; R];
    for at in depths {
        let right = load::<S, V, MASKED>(tail, simd, right.part(at, column, width));
        let left = load_lhs(at);
        for (sums, left) in sums.iter_mut().zip(left) {
            let left = simd.splat_f32s(left);
            for (sum, right) in sums.iter_mut().zip(right) {
                *sum = multiply_add(simd, left, right, *sum);
            }
        }
    }
    sums
}

/// Loads `V` vectors, the last of which may be masked.
#[inline(always)]
fn load<S: Simd, const V: usize, const MASKED: bool>(tail: TailMask<S>, simd: S, values: &[f32]) -> [S::f32s; V] {
    let (whole, rest) = S::as_simd_f32s(values);
    let mut vectors = [simd.splat_f32s(0.0); V];
    for (index, vector) in vectors.iter_mut().enumerate() {
        *vector = if MASKED && index + 1 == V { tail.load(simd, rest) } else { whole[index] };
    }
    vectors
}

#[inline(always)]
fn store<S: Simd, const V: usize, const MASKED: bool>(
    tail: TailMask<S>,
    simd: S,
    values: &mut [f32],
    vectors: [S::f32s; V],
) {
    let (whole, rest) = S::as_mut_simd_f32s(values);
    for (index, vector) in vectors.into_iter().enumerate() {
        if MASKED && index + 1 == V {
            tail.store(simd, rest, vector);
        } else {
            whole[index] = vector;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Lhs, MatMul};
    use crate::cpu::matrix::{Matrix, MatrixMut};
    use crate::cpu::row_partition::RowPartition;
    use crate::cpu::simd_level::SimdLevel;
    use crate::cpu::sparsity::tests::Lists;

    fn pattern(count: usize, seed: usize) -> Vec<f32> {
        let number = |index: usize| ((index * 37 + seed * 101) % 23) as f32 / 11.0 - 1.0;
        (0..count).map(|index| if (index / 5 + seed).is_multiple_of(3) { 0.0 } else { number(index) }).collect()
    }

    #[test]
    fn products_of_all_shapes_are_exact() {
        for simd_level in SimdLevel::available() {
            for (rows, depth, columns) in [(1, 1, 1), (8, 5, 48), (13, 300, 67), (7, 200, 10), (20, 3, 16), (5, 97, 33)]
            {
                let (left, right) = (pattern(rows * depth, 1), pattern(depth * columns, 2));
                let mut transposed = vec![0.0; left.len()];
                (0..left.len()).for_each(|index| transposed[index % depth * rows + index / depth] = left[index]);
                let mut lists = Lists::default();
                lists.take(simd_level, Matrix::new(&left, depth));
                let lefts = [Lhs::Rows(Matrix::new(&left, depth)), Lhs::Columns(Matrix::new(&transposed, rows))];
                for (left_side, active_depths) in
                    lefts.into_iter().flat_map(|side| [(side, None), (side, Some((&lists.rows, 0)))])
                {
                    let partition = RowPartition::split(depth, columns, 1).pop();
                    // One more column, which must not be touched.
                    let mut result = vec![9.0; rows * (columns + 1)];
                    let mut parts =
                        MatrixMut::new(&mut result, columns + 1).split_columns(&[0..columns, columns..columns + 1]);
                    let out = parts.swap_remove(0);
                    let right_side = Matrix::new(&right, columns);
                    simd_level.run(MatMul { left: left_side, right: right_side, partition, active_depths, out });
                    for (index, &value) in result.iter().enumerate() {
                        let (row, column) = (index / (columns + 1), index % (columns + 1));
                        let sum =
                            |at: usize| f64::from(left[row * depth + at]) * f64::from(right[at * columns + column]);
                        let expected = if column == columns { 9.0 } else { (0..depth).map(sum).sum() };
                        let error = (f64::from(value) - expected).abs();
                        assert!(error < 1e-4, "{simd_level} {rows}×{depth}×{columns} at {row}, {column}: {error}");
                    }
                }
            }
        }
    }
}
