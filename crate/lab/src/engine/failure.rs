//! What is said about a cell that evcxr could not compile or run.

use evcxr::{CompilationError, Error};

use super::diagnostic;
use super::messages::Failure;

/// What is said about an error of evcxr's in this cell.
pub(crate) fn of(error: &Error, code: &str) -> Failure {
    match error {
        Error::CompilationErrors(errors) => compilation(errors, code),
        Error::SubprocessTerminated(how) => Failure { lost: true, ..plain("Crash", how) },
        Error::TypeRedefinedVariablesLost(variables) => plain(
            "Lost",
            &format!("these variables have other types now and lost their values: {}", variables.join(", ")),
        ),
        Error::Message(message) => plain("Error", message),
    }
}

/// A failure of which there is nothing but words.
pub(crate) fn plain(name: &str, words: &str) -> Failure {
    let words = words.trim_end();
    let traceback = words.lines().map(str::to_owned).collect();
    Failure { name: name.to_owned(), value: words.to_owned(), traceback, lost: false }
}

/// The compiler's errors, each with the lines that it is about. Errors in the code that evcxr has written around the cell
/// follow from those in the cell, and are said only where there are no others.
fn compilation(errors: &[CompilationError], code: &str) -> Failure {
    let of_the_user: Vec<_> = errors.iter().filter(|error| error.is_from_user_code()).collect();
    let said = if of_the_user.is_empty() { errors.iter().collect() } else { of_the_user };
    let value = said.first().map_or_else(String::new, |error| error.message());
    let traceback = said.iter().flat_map(|error| diagnostic::lines(error, code)).collect();
    Failure { name: "CompileError".to_owned(), value, traceback, lost: false }
}
