//! Matrices in row-major order, and rectangles of them.

use std::marker::PhantomData;
use std::ops::Range;
use std::ptr::NonNull;

/// A rectangle of a row-major matrix, to read.
#[derive(Clone, Copy)]
pub(crate) struct Matrix<'a> {
    first: NonNull<f32>,
    rows: usize,
    columns: usize,
    /// The distance from one row to the next.
    stride: usize,
    owner: PhantomData<&'a [f32]>,
}

// SAFETY: it is like `&[f32]`, except for the gaps between its rows, which it never accesses.
unsafe impl Send for Matrix<'_> {}
// SAFETY: as above.
unsafe impl Sync for Matrix<'_> {}

impl<'a> Matrix<'a> {
    /// Creates a view of a whole matrix with `columns` columns.
    pub(crate) fn new(values: &'a [f32], columns: usize) -> Self {
        let rows = values.len() / columns.max(1);
        Self { first: NonNull::from(values).cast(), rows, columns, stride: columns, owner: PhantomData }
    }

    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    pub(crate) fn columns(&self) -> usize {
        self.columns
    }

    /// Returns the rectangle of these rows.
    pub(crate) fn some_rows(self, range: Range<usize>) -> Self {
        assert!(range.start <= range.end && range.end <= self.rows, "rows {range:?} of {}", self.rows);
        if range.is_empty() {
            return Self { rows: 0, ..self };
        }
        // SAFETY: the row lies within the rectangle.
        Self { first: unsafe { self.first.add(range.start * self.stride) }, rows: range.len(), ..self }
    }

    /// Returns the rectangle of these columns.
    pub(crate) fn some_columns(self, range: Range<usize>) -> Self {
        assert!(range.start <= range.end && range.end <= self.columns, "columns {range:?} of {}", self.columns);
        if self.rows == 0 {
            return Self { columns: range.len(), ..self };
        }
        // SAFETY: within the first row, or just past its end.
        Self { first: unsafe { self.first.add(range.start) }, columns: range.len(), ..self }
    }

    /// Returns `count` elements of a row, from `column` on.
    #[inline(always)]
    pub(crate) fn part(&self, row: usize, column: usize, count: usize) -> &'a [f32] {
        assert!(row < self.rows && column + count <= self.columns, "row {row} of {}", self.rows);
        // SAFETY: the elements lie within the rectangle, and the rectangle within the slice that it was made from, because `new`,
        // `some_rows` and `some_columns` keep it there. Nothing writes to the slice while it is borrowed.
        unsafe { std::slice::from_raw_parts(self.first.add(row * self.stride + column).as_ptr(), count) }
    }

    #[inline(always)]
    pub(crate) fn row(&self, row: usize) -> &'a [f32] {
        self.part(row, 0, self.columns)
    }
}

/// A rectangle of a row-major matrix, to write. It can be split into parts for different threads.
pub(crate) struct MatrixMut<'a> {
    first: NonNull<f32>,
    rows: usize,
    columns: usize,
    /// The distance from one row to the next.
    stride: usize,
    owner: PhantomData<&'a mut [f32]>,
}

// SAFETY: it is like `&mut [f32]`, except for the gaps between its rows, which it never accesses.
unsafe impl Send for MatrixMut<'_> {}

impl<'a> MatrixMut<'a> {
    /// Creates a view of a whole matrix with `columns` columns.
    pub(crate) fn new(values: &'a mut [f32], columns: usize) -> Self {
        let rows = values.len() / columns.max(1);
        Self { first: NonNull::from(values).cast(), rows, columns, stride: columns, owner: PhantomData }
    }

    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    pub(crate) fn columns(&self) -> usize {
        self.columns
    }

    #[inline(always)]
    pub(crate) fn row(&mut self, row: usize) -> &mut [f32] {
        assert!(row < self.rows, "row {row} of {}", self.rows);
        // SAFETY: the row lies within the slice that the rectangle was made from, because `new` and `split_columns` keep every
        // rectangle within it. No other rectangle has these elements, and the returned slice borrows `self`.
        unsafe {
            let start = self.first.add(row * self.stride);
            std::slice::from_raw_parts_mut(start.as_ptr(), self.columns)
        }
    }

    /// Returns a view of it to read.
    pub(crate) fn view(&self) -> Matrix<'_> {
        let Self { first, rows, columns, stride, .. } = *self;
        Matrix { first, rows, columns, stride, owner: PhantomData }
    }

    /// Returns the rectangle of these rows and columns, which borrows `self`.
    pub(crate) fn some(&mut self, rows: Range<usize>, columns: Range<usize>) -> MatrixMut<'_> {
        // This checks the bounds.
        let part = self.view().some_rows(rows).some_columns(columns);
        MatrixMut { first: part.first, rows: part.rows, columns: part.columns, stride: part.stride, owner: PhantomData }
    }

    /// Splits it at contiguous column ranges that start at 0.
    pub(crate) fn split_columns(mut self, ranges: &[Range<usize>]) -> Vec<Self> {
        let split = |range: &Range<usize>| {
            let count = range.len().min(self.columns);
            let part = MatrixMut { columns: count, owner: PhantomData, ..self };
            self.columns -= count;
            if self.rows > 0 {
                // SAFETY: within the first row, or just past its end. The columns before it belong to the part alone.
                self.first = unsafe { self.first.add(count) };
            }
            part
        };
        ranges.iter().map(split).collect()
    }
}

/// Splits a row-major buffer at contiguous row ranges that start at 0.
pub(crate) fn split_rows<'a>(
    mut values: &'a mut [f32],
    ranges: &[Range<usize>],
    columns: usize,
) -> impl Iterator<Item = &'a mut [f32]> {
    ranges.iter().map(move |rows| {
        let (part, rest) = std::mem::take(&mut values).split_at_mut(rows.len() * columns);
        values = rest;
        part
    })
}

#[cfg(test)]
mod tests {
    use super::MatrixMut;

    #[test]
    fn parts_of_a_matrix_are_its_own_elements() {
        let mut values = (0..24).map(|value| value as f32).collect::<Vec<_>>();
        for (index, mut part) in MatrixMut::new(&mut values, 6).split_columns(&[0..4, 4..6]).into_iter().enumerate() {
            assert_eq!((part.rows(), part.columns()), (4, [4, 2][index]));
            for row in 0..4 {
                part.row(row).iter_mut().for_each(|value| *value = -*value);
            }
            assert_eq!(part.view().some_rows(1..3).row(0), part.view().row(1));
        }
        let expected = (0..24).map(|value| -value as f32).collect::<Vec<_>>();
        assert_eq!(values, expected);
    }
}
