//! Hints: what to write in place of the code that the compiler refuses.
//!
//! A hint is given only if it is right. It depends on the error's code, on the types and names in its message, on the text of the
//! cell, and on what the session's cells have defined.

mod calls;
mod inference;
mod missing;
mod numbers;
mod ownership;
mod results;
mod syntax;
mod traits;
mod types;

use super::compile_error::CompileError;
use super::diagnostic::Diagnostic;
use super::host_hints::HostContext;
use super::mistake::parse_call;
use super::mistake::text::Text;
use super::name_history::NameHistory;

/// A sentence that says what to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Hint {
    pub(crate) words: String,
    /// Whether rustc's advice is omitted, because the hint says the same or because the advice is wrong in a notebook.
    pub(crate) is_alone: bool,
}

/// An error, and everything that its hint depends on.
struct Case<'a> {
    error: &'a Diagnostic,
    cell: &'a str,
    text: Text<'a>,
    names: &'a NameHistory,
    host: &'a HostContext<'a>,
}

/// Returns a hint in place of rustc's advice.
fn alone(words: impl Into<String>) -> Option<Hint> {
    Some(Hint { words: words.into(), is_alone: true })
}

/// Returns a hint beside rustc's advice.
fn also(words: impl Into<String>) -> Option<Hint> {
    Some(Hint { words: words.into(), is_alone: false })
}

/// Returns the hint for an error, or `None` if its message is enough.
pub(crate) fn for_error(error: &Diagnostic, cell: &str, names: &NameHistory, host: &HostContext<'_>) -> Option<Hint> {
    let case = Case { error, cell, text: Text::with_hints(cell, host.hints), names, host };
    syntax::hint(&case)
        .or_else(|| results::hint(&case))
        .or_else(|| case.host.hints.error_hint(&case.as_compile_error()).and_then(alone))
        .or_else(|| missing::hint(&case))
        .or_else(|| numbers::hint(&case))
        .or_else(|| traits::hint(&case))
        .or_else(|| types::hint(&case))
        .or_else(|| calls::hint(&case))
        .or_else(|| inference::hint(&case))
        .or_else(|| ownership::hint(&case))
}

impl Case<'_> {
    /// Returns the error as the host sees it.
    fn as_compile_error(&self) -> CompileError<'_> {
        let types = self.expected_and_found();
        let at = self.error.place().and_then(|place| self.text.token_at(place.start));
        CompileError {
            code: self.code(),
            message: &self.error.message,
            labels: self.error.labels.iter().map(|label| label.words.as_str()).collect(),
            source: self.at(),
            expected: types.as_ref().map(|(expected, _)| expected.clone()),
            found: types.map(|(_, found)| found),
            operands: self.operands(),
            enclosing_list: at.and_then(|at| self.enclosing_list(at)),
            call: self.called_function().and_then(|at| parse_call(&self.text, at)),
        }
    }

    /// Returns the inside of the list in which a token is.
    fn enclosing_list(&self, at: usize) -> Option<String> {
        let closes_after = |open: usize| self.text.closing(open).filter(|close| *close > at);
        let open = (0..at).rev().find(|&open| self.text.is(open, "[") && closes_after(open).is_some())?;
        Some(self.text.source(open + 1..closes_after(open)?).to_owned())
    }

    /// Returns the token of the function that is called with wrong arguments.
    fn called_function(&self) -> Option<usize> {
        let name = self.error.signature.as_deref()?.split(['(', '<']).next()?.trim();
        (0..self.text.tokens.len()).find(|&at| self.text.is(at, name) && self.text.is(at + 1, "("))
    }

    /// Returns the code of the error, such as `E0308`, or nothing.
    fn code(&self) -> &str {
        self.error.code.as_deref().unwrap_or("")
    }

    /// Returns the cell's text at the place of the error.
    fn at(&self) -> &str {
        self.error.at(self.cell)
    }

    /// Returns the cell's text at the first label with these words.
    fn at_label(&self, words: &str) -> Option<&str> {
        let label = self.error.labels.iter().find(|label| label.words.contains(words))?;
        self.cell.get(label.range.clone())
    }

    /// Returns the operator at the place of the error between its operands.
    fn operands(&self) -> Option<(String, String, String)> {
        let place = self.error.place()?;
        let at = self.text.token_at(place.start)?;
        let left = self.text.value_before(at);
        let right = self.text.value_after(self.text.token_at(place.end - 1)? + 1);
        let source = |range| self.text.source(range).to_owned();
        (!left.is_empty() && !right.is_empty()).then(|| (source(left), self.at().to_owned(), source(right)))
    }

    /// Returns whether the error is inside a `fn`.
    fn is_in_function(&self) -> bool {
        let Some(place) = self.error.place() else { return false };
        (0..self.text.tokens.len()).any(|at| {
            self.text.is(at, "fn")
                && self.text.find(at..self.text.tokens.len(), "{").is_some_and(|open| {
                    self.text.closing(open).is_some_and(|close| {
                        self.text.tokens[open].start < place.start && place.start < self.text.tokens[close].end
                    })
                })
        })
    }

    /// Returns the expected and the found type of E0308, from its label or message.
    fn expected_and_found(&self) -> Option<(String, String)> {
        let words = self.error.labels.iter().map(|label| label.words.as_str()).chain([self.error.message.as_str()]);
        words.into_iter().find_map(|words| {
            let (expected, found) = words.strip_prefix("expected ")?.split_once(", found ")?;
            Some((expected.trim_matches('`').to_owned(), found.trim_matches('`').to_owned()))
        })
    }
}

#[cfg(test)]
mod tests;
