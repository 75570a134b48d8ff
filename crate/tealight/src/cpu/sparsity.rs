//! Where a matrix has anything but zeros.
//!
//! Four of five pixels of a handwritten digit are 0, and most of them lie where the neighbours are 0 too. A product may
//! leave out what is multiplied by 0: it changes no bit of a sum. A tile then has four rows, so what counts are the depths
//! at which all four are 0: of four images 61 in 100, of four neighbouring pixels in a batch of images 72 in 100.

use super::matrix::Matrix;
use pulp::Simd;
use std::ops::Range;

/// Rows that are looked at together: those of a tile.
pub(super) const ROW_GROUP: usize = 4;

/// A bit for each number of a matrix: whether it is not 0.
#[derive(Default)]
pub(crate) struct NonzeroMask {
    /// The words of the first 64 columns, a word for each row, then those of the next 64.
    words: Vec<u64>,
    rows: usize,
    columns: usize,
    /// For four columns together, a bit in the place of the first of them.
    any_of_four: Vec<u64>,
}

/// How many bits a word has.
const WORD_BITS: usize = u64::BITS as usize;

impl NonzeroMask {
    #[inline(always)]
    pub(super) fn record<S: Simd>(&mut self, simd: S, matrix: Matrix<'_>) {
        (self.rows, self.columns) = (matrix.rows(), matrix.columns());
        self.words.resize(self.rows * self.columns.div_ceil(WORD_BITS), 0);
        for row in 0..self.rows {
            for (index, numbers) in matrix.row(row).chunks(WORD_BITS).enumerate() {
                self.words[index * self.rows + row] = word(simd, numbers);
            }
        }
    }

    /// The words of each 64 columns.
    fn words(&self) -> impl Iterator<Item = &[u64]> {
        self.words.chunks_exact(self.rows.max(1))
    }
}

/// For each four rows of a left matrix, the depths at which not all of them are 0.
#[derive(Default)]
pub(crate) struct ActiveDepths {
    /// As long a piece for each four rows, the beginning of which is used.
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

    /// How long a piece is: [`push`] writes whole vectors.
    fn list_len(&self) -> usize {
        self.depth + MAX_LANES
    }

    /// Takes down where the rows of a matrix are not 0.
    #[inline(always)]
    pub(super) fn record_rows<S: Simd>(&mut self, simd: S, bits: &NonzeroMask) {
        self.clear(bits.rows, bits.columns);
        let list_len = self.list_len();
        for (group, (list, count)) in self.depths.chunks_exact_mut(list_len).zip(&mut self.counts).enumerate() {
            let rows = group * ROW_GROUP..bits.rows.min((group + 1) * ROW_GROUP);
            for (index, words) in bits.words().enumerate() {
                let any = words[rows.clone()].iter().fold(0, |any, word| any | word);
                push(simd, any, index * WORD_BITS, list, count);
            }
        }
    }

    /// Takes down where the columns of a matrix are not 0.
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
                    push(simd, any, index * WORD_BITS, list, count);
                }
            }
        }
        bits.any_of_four = any_of_four;
    }

    /// Those of the four rows in which `row` is that lie in a range.
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

/// Numbers of the longest vector that there is.
const MAX_LANES: usize = 16;

/// A bit for each of at most 64 numbers: whether any bit of it but its sign is set.
#[inline(always)]
fn word<S: Simd>(simd: S, numbers: &[f32]) -> u64 {
    let _ = simd;
    #[cfg(target_arch = "x86_64")]
    if super::simd_level::is_avx512::<S>() {
        return avx512::word(numbers);
    }
    let bit = |(at, number): (usize, &f32)| u64::from(number.to_bits() << 1 != 0) << at;
    numbers.iter().enumerate().map(bit).fold(0, |word, bit| word | bit)
}

/// Writes behind the first `count` numbers of `list` the places of the bits that are set, each more by `first`. Behind the
/// last of them there must be room for a vector.
#[inline(always)]
fn push<S: Simd>(simd: S, mut bits: u64, first: usize, list: &mut [u32], count: &mut usize) {
    let _ = simd;
    #[cfg(target_arch = "x86_64")]
    if super::simd_level::is_avx512::<S>() {
        return avx512::push(bits, first, list, count);
    }
    while bits != 0 {
        list[*count] = first as u32 + bits.trailing_zeros();
        *count += 1;
        bits &= bits - 1;
    }
}

/// AVX-512 has an instruction for each: to test all numbers of a vector, and to move those together whose bit is set.
#[cfg(target_arch = "x86_64")]
mod avx512 {
    use super::MAX_LANES;
    use crate::cpu::tail_mask::LANE_INDICES;
    use std::arch::x86_64::{
        _mm512_add_epi32, _mm512_loadu_si512, _mm512_maskz_compress_epi32, _mm512_maskz_loadu_epi32, _mm512_set1_epi32,
        _mm512_storeu_si512, _mm512_test_epi32_mask,
    };

    #[inline(always)]
    pub(super) fn word(numbers: &[f32]) -> u64 {
        let (vectors, rest) = numbers.as_chunks::<MAX_LANES>();
        let mut word = 0;
        // SAFETY: only called where the value of `S` shows that the processor has AVX-512. What is loaded is a whole chunk,
        // and of the rest what there is.
        unsafe {
            let all_but_sign = _mm512_set1_epi32(i32::MAX);
            for (index, vector) in vectors.iter().enumerate() {
                let bits = _mm512_test_epi32_mask(_mm512_loadu_si512(vector.as_ptr().cast()), all_but_sign);
                word |= u64::from(bits) << (index * MAX_LANES);
            }
            if !rest.is_empty() {
                let there = (1_u16 << rest.len()) - 1;
                let bits = _mm512_test_epi32_mask(_mm512_maskz_loadu_epi32(there, rest.as_ptr().cast()), all_but_sign);
                word |= u64::from(bits) << (vectors.len() * MAX_LANES);
            }
        }
        word
    }

    #[inline(always)]
    pub(super) fn push(bits: u64, first: usize, list: &mut [u32], count: &mut usize) {
        for part in 0..4 {
            let bits = (bits >> (part * MAX_LANES)) as u16;
            let room = &mut list[*count..][..MAX_LANES];
            // SAFETY: as above; there is room for all that is stored.
            unsafe {
                let places = _mm512_loadu_si512(LANE_INDICES.as_ptr().cast());
                let places = _mm512_add_epi32(places, _mm512_set1_epi32((first + part * MAX_LANES) as i32));
                _mm512_storeu_si512(room.as_mut_ptr().cast(), _mm512_maskz_compress_epi32(bits, places));
            }
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

    /// A matrix, and what is taken down of its rows and of its columns.
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
            // What is left of a larger matrix does not matter.
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
