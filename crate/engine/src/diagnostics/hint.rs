//! What to write in place of what the compiler refuses.
//!
//! A hint is given only where it is true: it goes by the error's code, by the types and names in its words, by the cell's
//! own text, and by what the session's cells have defined.

mod calls;
mod inference;
mod keras;
mod missing;
mod numbers;
mod ownership;
mod results;
mod syntax;
mod traits;
mod types;

use super::diagnostic::Diagnostic;
use super::mistake::text::Text;
use super::name_history::NameHistory;

/// What to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Hint {
    pub(crate) words: String,
    /// Whether rustc's own advice is left out: the hint says the same, or rustc's is wrong in a notebook.
    pub(crate) is_alone: bool,
}

/// One error, and everything that a hint goes by.
struct Case<'a> {
    error: &'a Diagnostic,
    cell: &'a str,
    text: Text<'a>,
    names: &'a NameHistory,
}

/// A hint in place of rustc's advice.
fn alone(words: impl Into<String>) -> Option<Hint> {
    Some(Hint { words: words.into(), is_alone: true })
}

/// A hint beside rustc's advice.
fn also(words: impl Into<String>) -> Option<Hint> {
    Some(Hint { words: words.into(), is_alone: false })
}

/// What to do about an error; none where its own words say it.
pub(crate) fn for_error(error: &Diagnostic, cell: &str, names: &NameHistory) -> Option<Hint> {
    let case = Case { error, cell, text: Text::parse(cell), names };
    syntax::hint(&case)
        .or_else(|| results::hint(&case))
        .or_else(|| missing::hint(&case))
        .or_else(|| numbers::hint(&case))
        .or_else(|| traits::hint(&case))
        .or_else(|| types::hint(&case))
        .or_else(|| calls::hint(&case))
        .or_else(|| inference::hint(&case))
        .or_else(|| ownership::hint(&case))
}

impl Case<'_> {
    /// The code of the error, such as `E0308`; empty where it has none.
    fn code(&self) -> &str {
        self.error.code.as_deref().unwrap_or("")
    }

    /// The cell's text at the place of the error.
    fn at(&self) -> &str {
        self.error.at(self.cell)
    }

    /// The cell's text at the first label with these words.
    fn at_label(&self, words: &str) -> Option<&str> {
        let label = self.error.labels.iter().find(|label| label.words.contains(words))?;
        self.cell.get(label.range.clone())
    }

    /// What stands on both sides of the operator at the place of the error.
    fn operands(&self) -> Option<(String, String, String)> {
        let place = self.error.place()?;
        let at = self.text.token_at(place.start)?;
        let left = self.text.value_before(at);
        let right = self.text.value_after(self.text.token_at(place.end - 1)? + 1);
        let source = |range| self.text.source(range).to_owned();
        (!left.is_empty() && !right.is_empty()).then(|| (source(left), self.at().to_owned(), source(right)))
    }

    /// Whether the error is inside of a `fn`.
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

    /// What is expected and what was found, as the label or the message of E0308 says.
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
