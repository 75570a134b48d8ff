//! The lines by which the program around a cell says how far the cell is, and how it ends.

/// evcxr's lines: the cell has ended; it has panicked; an error has left it.
pub(crate) const COMPLETE: &str = "EVCXR_EXECUTION_COMPLETE";
pub(crate) const PANIC: &str = "EVCXR_PANIC_NOTIFICATION";
pub(crate) const RETURNED: &str = "EVCXR_ERROR_OCCURRED";
/// How evcxr's line begins that says that a variable has another type than was expected; the variable's name follows.
pub(crate) const CHANGED_TYPE: &str = "EVCXR_VARIABLE_CHANGED_TYPE:";
/// How a cell asks for a line of input by evcxr's own means, and for one that is not to be seen.
pub(crate) const INPUT: &str = "EVCXR_INPUT_REQUEST";
pub(crate) const PASSWORD: &str = "EVCXR_INPUT_REQUEST_PASSWORD";

/// How the line begins that names the line of the program at which an error leaves the cell.
pub(crate) const PLACE: &str = "EVCXR_ERROR_PLACE:";
/// The cell begins to run.
pub(crate) const BEGINS: &str = "EVCXR_CELL_BEGINS";
/// How the line begins that says that the cell did not reach its end; the line of the program follows to which it came.
pub(crate) const UNFINISHED: &str = "EVCXR_CELL_UNFINISHED:";
/// Variables were put back which evcxr takes for moved.
pub(crate) const REASSIGNED: &str = "EVCXR_CELL_REASSIGNED";
