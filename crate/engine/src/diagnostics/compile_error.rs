//! An error of the compiler's, as a host sees it.

use super::python_call::PythonCall;

/// An error of the compiler's in a cell.
#[derive(Clone, Debug, Default)]
pub struct CompileError<'a> {
    /// The code, such as `E0308`, or nothing.
    pub code: &'a str,
    /// The message.
    pub message: &'a str,
    /// The words of the labels in the cell.
    pub labels: Vec<&'a str>,
    /// The code of the cell at the place of the error.
    pub source: &'a str,
    /// The type that is expected, if types are mismatched.
    pub expected: Option<String>,
    /// The type that was found, if types are mismatched.
    pub found: Option<String>,
    /// The operator at the place of the error between its operands, if it is about one.
    pub operands: Option<(String, String, String)>,
    /// The inside of the list in which the error is.
    pub enclosing_list: Option<String>,
    /// The call in the cell of the function that the error is about, if it has wrong arguments.
    pub call: Option<PythonCall>,
}

impl CompileError<'_> {
    /// Returns the names in backticks of the message.
    pub fn quoted(&self) -> impl Iterator<Item = &str> {
        self.message.split('`').skip(1).step_by(2)
    }

    /// Returns whether the message or a label contains these words.
    #[must_use]
    pub fn says(&self, words: &str) -> bool {
        self.message.contains(words) || self.labels.iter().any(|label| label.contains(words))
    }
}
