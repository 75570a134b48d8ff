//! Maps the columns that evcxr reports to those of the cell before text was inserted into it.

use std::cell::RefCell;

/// A text that the engine has inserted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Insertion {
    /// The line and the column at which it begins, counted from 1.
    pub(crate) line: usize,
    pub(crate) column: usize,
    /// The number of its characters.
    pub(crate) length: usize,
}

thread_local! {
    /// The insertions of the cell whose errors are examined.
    static INSERTIONS: RefCell<Vec<Insertion>> = const { RefCell::new(Vec::new()) };
}

/// Sets the insertions of the cell that is executed.
pub(crate) fn set(insertions: Vec<Insertion>) {
    INSERTIONS.set(insertions);
}

/// Returns the column in the user's code for a column that evcxr reports.
pub(crate) fn original_column(line: usize, column: usize) -> usize {
    INSERTIONS.with_borrow(|insertions| subtract(insertions, line, column))
}

fn subtract(insertions: &[Insertion], line: usize, column: usize) -> usize {
    let before = insertions.iter().filter(|insertion| insertion.line == line && insertion.column < column);
    // A column within an insertion becomes the column where that begins.
    before.rev().fold(column, |column, insertion| column.saturating_sub(insertion.length).max(insertion.column))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_after_an_insertion_are_shifted() {
        let insertions = [Insertion { line: 2, column: 3, length: 4 }, Insertion { line: 2, column: 9, length: 4 }];
        let column = |line, column| subtract(&insertions, line, column);
        assert_eq!(column(1, 9), 9);
        assert_eq!((column(2, 2), column(2, 3)), (2, 3));
        assert_eq!((column(2, 5), column(2, 7), column(2, 8)), (3, 3, 4));
        assert_eq!((column(2, 13), column(2, 14)), (5, 6));
    }
}
