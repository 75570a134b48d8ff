//! Where the columns of a cell are, to which the engine has added something before evcxr got it.

use std::cell::RefCell;

/// A text that the engine has added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Insertion {
    /// The line and the column at which it begins, counted from 1.
    pub(super) line: usize,
    pub(super) column: usize,
    /// How many characters it has.
    pub(super) length: usize,
}

thread_local! {
    /// Those of the cell whose errors are being looked into.
    static INSERTIONS: RefCell<Vec<Insertion>> = const { RefCell::new(Vec::new()) };
}

/// The cell that is being run has these, until there is another one.
pub(super) fn set(insertions: Vec<Insertion>) {
    INSERTIONS.set(insertions);
}

/// The column of the cell as the user wrote it, for one that evcxr names.
pub(super) fn column(line: usize, column: usize) -> usize {
    INSERTIONS.with_borrow(|insertions| without(insertions, line, column))
}

fn without(insertions: &[Insertion], line: usize, column: usize) -> usize {
    let before = insertions.iter().filter(|insertion| insertion.line == line && insertion.column < column);
    // Within an insertion, it is where that begins.
    before.rev().fold(column, |column, insertion| column.saturating_sub(insertion.length).max(insertion.column))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_behind_an_insertion_are_those_before_it() {
        let insertions = [Insertion { line: 2, column: 3, length: 4 }, Insertion { line: 2, column: 9, length: 4 }];
        let column = |line, column| without(&insertions, line, column);
        assert_eq!(column(1, 9), 9);
        assert_eq!((column(2, 2), column(2, 3)), (2, 3));
        assert_eq!((column(2, 5), column(2, 7), column(2, 8)), (3, 3, 4));
        assert_eq!((column(2, 13), column(2, 14)), (5, 6));
    }
}
