//! Which parts of a matrix are zero.
//!
//! Four of five pixels of a handwritten digit are 0, and most of these have neighbors that are 0, too. A matrix product can skip
//! factors of 0 without changing a bit of the result. The tiles of the product then have four rows, so it can skip the depths at
//! which all four rows are 0: 61 % of them for four images, and 72 % for four neighboring pixels in a batch of images.

use super::matrix::Matrix;
use pulp::Simd;
use std::ops::Range;

/// The number of rows of a tile.
pub(super) const ROW_GROUP: usize = 4;

/// A bit for each element of a matrix, set if the element is not 0.
#[derive(Default)]
pub(crate) struct NonzeroMask {
    /// One word per row for the first 64 columns, then the same for the next 64.
    words: Vec<u64>,
    rows: usize,
    columns: usize,
    /// Scratch space: for each group of four columns, one bit at the position of its first column.
    any_of_four: Vec<u64>,
}

/// The number of bits of a word.
const WORD_BITS: usize = u64::BITS as usize;

impl NonzeroMask {
    #[inline(always)]
    pub(super) fn record<S: Simd>(&mut self, simd: S, matrix: Matrix<'_>) {
        (self.rows, self.columns) = (matrix.rows(), matrix.columns());
        self.words.resize(self.rows * self.columns.div_ceil(WORD_BITS), 0);
        for row in 0..self.rows {
            for (index, numbers) in matrix.row(row).chunks(WORD_BITS).enumerate() {
                self.words[index * self.rows + row] = nonzero_word(simd, numbers);
            }
        }
    }

    /// Returns the words of each block of 64 columns.
    fn words(&self) -> impl Iterator<Item = &[u64]> {
        self.words.chunks_exact(self.rows.max(1))
    }
}

/// For each group of four rows of a left matrix, the depths at which not all four are 0.
#[derive(Default)]
pub(crate) struct ActiveDepths {
    /// A list of the same capacity for each group of rows.
    depths: Vec<u32>,
    counts: Vec<usize>,
    depth: usize,
}

impl ActiveDepths {
    fn clear(&mut self, rows: usize, depth: usize) {
        let groups = rows.div_ceil(ROW_GROUP);
        self.depth = depth;
        self.depths.resize(groups * self.list_len(), 0);
        self.counts.clear();
        self.counts.resize(groups, 0);
    }

    /// The capacity of a list. [`push_indices`] writes whole vectors.
    fn list_len(&self) -> usize {
        self.depth + MAX_LANES
    }

    /// Records the nonzero columns of each group of four rows.
    #[inline(always)]
    pub(super) fn record_rows<S: Simd>(&mut self, simd: S, bits: &NonzeroMask) {
        self.clear(bits.rows, bits.columns);
        let list_len = self.list_len();
        for (group, (list, count)) in self.depths.chunks_exact_mut(list_len).zip(&mut self.counts).enumerate() {
            let rows = group * ROW_GROUP..bits.rows.min((group + 1) * ROW_GROUP);
            for (index, words) in bits.words().enumerate() {
                let any = words[rows.clone()].iter().fold(0, |any, word| any | word);
                push_indices(simd, any, index * WORD_BITS, list, count);
            }
        }
    }

    /// Records the nonzero rows of each group of four columns.
    #[inline(always)]
    pub(super) fn record_columns<S: Simd>(&mut self, simd: S, bits: &mut NonzeroMask) {
        self.clear(bits.columns, bits.rows);
        let list_len = self.list_len();
        let mut any_of_four = std::mem::take(&mut bits.any_of_four);
        let mut lists = self.depths.chunks_exact_mut(list_len).zip(&mut self.counts);
        for words in bits.words() {
            any_of_four.clear();
            any_of_four.extend(words.iter().map(|&word| {
                let two = word | word >> 1;
                two | two >> 2
            }));
            for (place, (list, count)) in (0..WORD_BITS).step_by(ROW_GROUP).zip(&mut lists) {
                for (index, words) in any_of_four.chunks(WORD_BITS).enumerate() {
                    let bit = |(row, word): (usize, &u64)| (word >> place & 1) << row;
                    let any = words.iter().enumerate().map(bit).fold(0, |any, bit| any | bit);
                    push_indices(simd, any, index * WORD_BITS, list, count);
                }
            }
        }
        bits.any_of_four = any_of_four;
    }

    /// Returns the active depths in `range` of the group that contains `row`.
    #[inline(always)]
    pub(super) fn range(&self, row: usize, range: Range<usize>) -> &[u32] {
        let group = row / ROW_GROUP;
        let list = &self.depths[group * self.list_len()..][..self.counts[group]];
        let before =
            |end: usize| if end >= self.depth { list.len() } else { list.partition_point(|&at| (at as usize) < end) };
        let first = if range.start == 0 { 0 } else { before(range.start) };
        &list[first..before(range.end)]
    }
}

/// The number of elements of the longest vector of any instruction set.
const MAX_LANES: usize = 16;

/// Returns a bit for each of at most 64 numbers, set if the number is not zero.
#[inline(always)]
fn nonzero_word<S: Simd>(simd: S, numbers: &[f32]) -> u64 {
    debug_assert!(numbers.len() <= WORD_BITS);
    let _ = simd;
    #[cfg(target_arch = "x86_64")]
    if let Some(avx512) = super::simd_level::same_type(simd) {
        return avx512::nonzero_word(avx512, numbers);
    }
    // All bits but the sign.
    let bit = |(at, number): (usize, &f32)| u64::from(number.to_bits() << 1 != 0) << at;
    numbers.iter().enumerate().map(bit).fold(0, |word, bit| word | bit)
}

/// Appends the index of each bit of `bits` that is set, plus `first`, to the first `count` numbers of `list`. After these, `list`
/// must have room for a whole vector.
#[inline(always)]
fn push_indices<S: Simd>(simd: S, mut bits: u64, first: usize, list: &mut [u32], count: &mut usize) {
    let _ = simd;
    #[cfg(target_arch = "x86_64")]
    if let Some(avx512) = super::simd_level::same_type(simd) {
        return avx512::push_indices(avx512, bits, first, list, count);
    }
    while bits != 0 {
        list[*count] = first as u32 + bits.trailing_zeros();
        *count += 1;
        bits &= bits - 1;
    }
}

/// The same with AVX-512, which tests a whole vector in one instruction, and packs the selected elements of a vector in another.
///
/// A [`V4`] is the proof that the CPU has AVX-512.
#[cfg(target_arch = "x86_64")]
mod avx512 {
    use pulp::x86::V4;

    use super::MAX_LANES;
    use crate::cpu::tail_mask::LANE_INDICES;

    #[inline(always)]
    pub(super) fn nonzero_word(avx512: V4, numbers: &[f32]) -> u64 {
        let avx512 = avx512.avx512f;
        let (vectors, rest) = numbers.as_chunks::<MAX_LANES>();
        let all_but_sign = avx512._mm512_set1_epi32(i32::MAX);
        let mut word = 0;
        for (index, vector) in vectors.iter().enumerate() {
            // SAFETY: a chunk is as long as a vector.
            let vector = unsafe { avx512._mm512_loadu_si512(vector.as_ptr().cast()) };
            word |= u64::from(avx512._mm512_test_epi32_mask(vector, all_but_sign)) << (index * MAX_LANES);
        }
        if !rest.is_empty() {
            let mask = (1_u16 << rest.len()) - 1;
            // SAFETY: the mask selects the numbers that exist.
            let vector = unsafe { avx512._mm512_maskz_loadu_epi32(mask, rest.as_ptr().cast()) };
            word |= u64::from(avx512._mm512_test_epi32_mask(vector, all_but_sign)) << (vectors.len() * MAX_LANES);
        }
        word
    }

    #[inline(always)]
    pub(super) fn push_indices(avx512: V4, bits: u64, first: usize, list: &mut [u32], count: &mut usize) {
        let avx512 = avx512.avx512f;
        for part in 0..4 {
            let bits = (bits >> (part * MAX_LANES)) as u16;
            let room = &mut list[*count..][..MAX_LANES];
            // SAFETY: there are as many lane indices as a vector has lanes.
            let lanes = unsafe { avx512._mm512_loadu_si512(LANE_INDICES.as_ptr().cast()) };
            let first = avx512._mm512_set1_epi32((first + part * MAX_LANES) as i32);
            let indices = avx512._mm512_maskz_compress_epi32(bits, avx512._mm512_add_epi32(lanes, first));
            // SAFETY: the slice is as long as a vector.
            unsafe { avx512._mm512_storeu_si512(room.as_mut_ptr().cast(), indices) };
            *count += bits.count_ones() as usize;
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::{ActiveDepths, NonzeroMask};
    use crate::cpu::Matrix;
    use crate::cpu::simd_level::SimdLevel;
    use pulp::{Simd, WithSimd};

    /// The active depths of a matrix and of its transpose.
    #[derive(Default)]
    pub(in crate::cpu) struct Lists {
        bits: NonzeroMask,
        pub(in crate::cpu) rows: ActiveDepths,
        columns: ActiveDepths,
    }

    impl Lists {
        pub(in crate::cpu) fn take(&mut self, instructions: SimdLevel, matrix: Matrix<'_>) {
            instructions.run(Record(self, matrix));
        }
    }

    struct Record<'a>(&'a mut Lists, Matrix<'a>);

    impl WithSimd for Record<'_> {
        type Output = ();

        #[inline(always)]
        fn with_simd<S: Simd>(self, simd: S) {
            let Self(Lists { bits, rows, columns }, matrix) = self;
            bits.record(simd, matrix);
            rows.record_rows(simd, bits);
            columns.record_columns(simd, bits);
        }
    }

    #[test]
    fn exactly_the_depths_at_which_all_are_zero_are_left_out() {
        for instructions in SimdLevel::available() {
            // The lists are reused, as in a training: what a larger matrix left must not matter.
            let mut lists = Lists::default();
            for (height, width) in [(7, 20), (1, 1), (130, 67), (64, 64), (3, 200), (65, 4)] {
                let number = |index: usize| match index * 2_654_435_761 % 97 {
                    0 => f32::NAN,
                    1 => -1.0,
                    2 => f32::from_bits(1),
                    3 => -0.0,
                    _ => 0.0,
                };
                let values = (0..height * width).map(number).collect::<Vec<_>>();
                let matrix = Matrix::new(&values, width);
                lists.take(instructions, matrix);
                let Lists { rows, columns, .. } = &lists;
                let any = |row: usize, column: usize| matrix.row(row)[column] != 0.0;
                for first in (0..height).step_by(4) {
                    let group = first..height.min(first + 4);
                    let expected = |range: std::ops::Range<usize>| {
                        let there = range.filter(|&column| group.clone().any(|row| any(row, column)));
                        there.map(|column| column as u32).collect::<Vec<_>>()
                    };
                    assert_eq!(rows.range(group.end - 1, 0..width), expected(0..width), "{instructions}");
                    let part = width / 3..width * 2 / 3;
                    assert_eq!(rows.range(first, part.clone()), expected(part), "{instructions}");
                }
                for first in (0..width).step_by(4) {
                    let group = first..width.min(first + 4);
                    let there = (0..height).filter(|&row| group.clone().any(|column| any(row, column)));
                    let expected = there.map(|row| row as u32).collect::<Vec<_>>();
                    assert_eq!(columns.range(first, 0..height), expected, "{instructions}");
                }
            }
        }
    }
}
