//! The lines by which the program around a cell reports its state, on standard output.

/// The cell has ended. This and the next lines are evcxr's.
pub(crate) const COMPLETE: &str = "EVCXR_EXECUTION_COMPLETE";
/// The cell has panicked.
pub(crate) const PANIC: &str = "EVCXR_PANIC_NOTIFICATION";
/// An error has left the cell through a `?`.
pub(crate) const RETURNED: &str = "EVCXR_ERROR_OCCURRED";
/// A variable has another type than expected. Its name follows.
pub(crate) const CHANGED_TYPE: &str = "EVCXR_VARIABLE_CHANGED_TYPE:";
/// The cell reads a line of input by evcxr's own function.
pub(crate) const INPUT: &str = "EVCXR_INPUT_REQUEST";
/// The same for a password.
pub(crate) const PASSWORD: &str = "EVCXR_INPUT_REQUEST_PASSWORD";

/// The line of the program at which an error leaves the cell follows. This and the next lines are the [patches'](crate::patch).
pub(crate) const ERROR_LINE: &str = "EVCXR_ERROR_PLACE:";
/// The cell begins to run.
pub(crate) const BEGINS: &str = "EVCXR_CELL_BEGINS";
/// The cell did not reach its end. The line of the program that ran last follows.
pub(crate) const UNFINISHED: &str = "EVCXR_CELL_UNFINISHED:";
/// Variables were stored again that evcxr takes for moved.
pub(crate) const REASSIGNED: &str = "EVCXR_CELL_REASSIGNED";
