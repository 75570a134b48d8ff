//! The message about a cell that evcxr could not compile or run.

mod evcxr_message;

use evcxr::{CompilationError, Error};

use super::diagnostic::{self, Diagnostic};
use super::hint;
use super::host_hints::HostContext;
use super::mistake::{self, Finding};
use super::name_history::NameHistory;
use super::render;
use crate::messages::Failure;

/// The number of further mistakes whose lines are named.
const MAX_FURTHER_MISTAKES: usize = 3;

/// Returns the message about a cell that can't be Rust, before it is compiled.
pub(crate) fn mistakes_before_compiling(code: &str, names: &NameHistory, host: &HostContext<'_>) -> Option<Failure> {
    let found = mistake::before(code, &names.defined, host.hints);
    findings(&found, code)
}

/// Returns the message about an error of evcxr's in this cell.
pub(crate) fn from_evcxr(error: &Error, code: &str, names: &NameHistory, host: &HostContext<'_>) -> Failure {
    match error {
        Error::CompilationErrors(errors) => compilation(errors, code, names, host),
        Error::SubprocessTerminated(how) => Failure { lost: true, ..plain("Crash", how) },
        Error::TypeRedefinedVariablesLost(variables) => {
            let verb = if variables.len() == 1 { "this variable has" } else { "these variables have" };
            let words = format!(
                "{verb} another type now and lost the value: {}. Run the cells that make them again",
                variables.join(", ")
            );
            plain("Lost", &words)
        }
        Error::Message(message) => match evcxr_message::finding(message, code, names) {
            Some(finding) => one(&finding, code),
            None => plain("Error", message),
        },
    }
}

/// Returns a failure that consists of a message alone.
pub(crate) fn plain(name: &str, words: &str) -> Failure {
    let words = words.trim_end();
    let traceback = words.lines().map(str::to_owned).collect();
    Failure { name: name.to_owned(), value: words.to_owned(), traceback, lost: false }
}

/// Returns the first error of the compiler's that is about the cell, and the number of others.
fn compilation(errors: &[CompilationError], code: &str, names: &NameHistory, host: &HostContext<'_>) -> Failure {
    let of_level: Vec<_> = errors.iter().filter(|error| error.level().starts_with("error")).collect();
    if of_level.is_empty() && errors.iter().all(|error| error.level() == "warning") {
        // evcxr could not store a variable. These are the warnings that it found when it looked for the reason.
        let words = "the type of a variable can't be found: give each `let` a type, such as `let name: Vec<f64> = …;`";
        return evcxr_message::unkept(code, names)
            .map_or_else(|| plain("CompileError", words), |finding| one(&finding, code));
    }
    let errors: Vec<_> = if of_level.is_empty() { errors.iter().collect() } else { of_level };
    let all: Vec<_> = errors
        .iter()
        .map(|error| (error.is_from_user_code(), Diagnostic::from_evcxr(error, code, host.short_paths)))
        .collect();
    let errors = of_the_cell(&all);
    let refused: Vec<_> = errors.iter().flat_map(|error| error.refused_lines(code)).collect();
    if let Some(failure) = findings(&mistake::after(code, &names.defined, &refused, host.hints), code) {
        return failure;
    }
    let Some((first, rest)) = errors.split_first() else { return plain("CompileError", "the cell does not compile") };
    if let Some(finding) = evcxr_message::of_error(first, code, names) {
        return one(&finding, code);
    }
    let hint = hint::for_error(first, code, names, host);
    let mut traceback = render::diagnostic(first, hint.as_ref(), code);
    traceback.extend(others(first, rest, code));
    Failure { name: "CompileError".to_owned(), value: first.message.clone(), traceback, lost: false }
}

/// Returns the errors that have a place in the cell; if there are none, those in the user's code; and else all of them. Errors in
/// the code that evcxr generates around the cell follow from those in the cell.
fn of_the_cell(all: &[(bool, Diagnostic)]) -> Vec<&Diagnostic> {
    let choose = |choice: fn(bool, &Diagnostic) -> bool| -> Vec<&Diagnostic> {
        all.iter().filter(|(is_users, error)| choice(*is_users, error)).map(|(_, error)| error).collect()
    };
    let in_the_cell = choose(|_, error| !error.labels.is_empty());
    if !in_the_cell.is_empty() {
        return in_the_cell;
    }
    let of_the_user = choose(|is_users, error| is_users && !diagnostic::is_generated(&error.message));
    if of_the_user.is_empty() { choose(|_, _| true) } else { of_the_user }
}

/// Returns a line about the errors that don't follow from the first one.
fn others(first: &Diagnostic, rest: &[&Diagnostic], code: &str) -> Vec<String> {
    let own: Vec<_> = rest.iter().filter(|error| !error.follows(first, code)).collect();
    let mut lines: Vec<_> =
        own.iter().filter_map(|error| error.place()).map(|place| mistake::line_of(code, place.start)).collect();
    lines.sort_unstable();
    lines.dedup();
    let lines: Vec<_> = lines.iter().map(usize::to_string).collect();
    let place = match lines.as_slice() {
        [] => return Vec::new(),
        [one] => format!("line {one}"),
        [most @ .., last] => format!("lines {} and {last}", most.join(", ")),
    };
    let errors = if own.len() == 1 { "1 more error".to_owned() } else { format!("{} more errors", own.len()) };
    render::note(&format!("and {errors}, in {place}"))
}

/// Returns the message about mistakes that the cell's text shows: the first with its code, the others with their line numbers.
fn findings(found: &[Finding], code: &str) -> Option<Failure> {
    let (first, rest) = found.split_first()?;
    let mut failure = one(first, code);
    for finding in rest.iter().take(MAX_FURTHER_MISTAKES) {
        let line = mistake::line_of(code, finding.range.start);
        failure.traceback.extend(render::note(&format!("line {line}: {}", finding.sentence)));
    }
    Some(failure)
}

fn one(finding: &Finding, code: &str) -> Failure {
    let traceback = render::sentence(&finding.sentence, finding.range.clone(), code);
    Failure { name: "CompileError".to_owned(), value: finding.sentence.clone(), traceback, lost: false }
}

#[cfg(test)]
mod tests;
