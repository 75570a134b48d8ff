//! How hard the compiler is to work on a cell.
//!
//! A cell that does nothing twice takes longer to optimize than to run: it makes a network, says `fit`, asks for a figure, and
//! the work is done in libraries, which are optimized. So the engine looks at a cell before it is compiled, and leaves a note
//! for what [calls the compiler](super::replay): a cell without repetition is built without optimizing it, in half the time.
//! Where a function of an earlier cell repeats something, every later cell may call it, and is optimized.

use std::fs;
use std::path::{Path, PathBuf};

/// The note in a session's folder: there while a cell is to be built quickly.
const NOTE: &str = "quick";
/// Words of code that does something several times.
const REPEATING: [&str; 12] =
    ["for", "while", "loop", "sum", "product", "chars", "bytes", "lines", "windows", "chunks", "sort", "concat"];

/// What is known of a session's cells.
pub(super) struct Effort {
    note: PathBuf,
    /// Whether a function that repeats something may be called from any cell.
    has_repeating_functions: bool,
}

impl Effort {
    /// At the beginning of the session in this folder.
    pub(super) fn new(session: &Path) -> Self {
        Self { note: session.join(NOTE), has_repeating_functions: false }
    }

    /// Notes how hard the next cell is to be worked on.
    pub(super) fn begin(&mut self, code: &str) {
        let repeats = repeats(code);
        self.has_repeating_functions |= defines(code) && (repeats || calls_itself(code));
        // Optimizing is always right; it is only slower to build.
        let _ = if repeats || self.has_repeating_functions {
            fs::remove_file(&self.note)
        } else {
            fs::write(&self.note, "")
        };
    }
}

/// Whether the session in this folder has a note that its cell is to be built quickly.
pub(super) fn is_quick(session: &Path) -> bool {
    session.join(NOTE).exists()
}

/// The identifiers and keywords, and the words of texts and comments, which is a little too much.
fn words(code: &str) -> impl Iterator<Item = &str> {
    code.split(|sign: char| !sign.is_alphanumeric() && sign != '_')
}

/// Whether code may do something more often than it is written.
fn repeats(code: &str) -> bool {
    // What takes a closure calls it as often as it likes.
    code.contains('|') || words(code).any(|word| word.contains("iter") || REPEATING.contains(&word))
}

fn defines(code: &str) -> bool {
    words(code).any(|word| ["fn", "macro_rules"].contains(&word))
}

/// Whether a function's name stands somewhere else, too.
fn calls_itself(code: &str) -> bool {
    let words: Vec<&str> = words(code).filter(|word| !word.is_empty()).collect();
    let named = words.windows(2).filter(|pair| pair[0] == "fn").map(|pair| pair[1]);
    named.into_iter().any(|name| words.iter().filter(|word| **word == name).count() > 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_that_do_everything_once_are_built_quickly() {
        let session = tempfile::tempdir().unwrap();
        let mut effort = Effort::new(session.path());
        let mut is_quick = |code| {
            effort.begin(code);
            super::is_quick(session.path())
        };
        assert!(is_quick("let history = model.fit(&train, Fit::new().epochs(epochs))?;"));
        assert!(is_quick("history.plot_loss()"));
        assert!(!is_quick("for epoch in 0..10 { println!(\"{epoch}\"); }"));
        assert!(!is_quick("let total: f64 = values.iter().sum();"));
        assert!(!is_quick("let squares = numbers.map(|number| number * number);"));
        assert!(is_quick("fn gap(history: &History) -> Result<f64> { history.last(\"loss\") }"));
        assert!(is_quick("gap(&history)"), "a function that does everything once");
        assert!(!is_quick("fn mean(values: &[f64]) -> f64 { let mut all = 0.0; for v in values { all += v } all }"));
        assert!(!is_quick("mean(&losses)"), "it calls what repeats");
    }

    #[test]
    fn a_function_that_calls_itself_repeats() {
        let session = tempfile::tempdir().unwrap();
        let mut effort = Effort::new(session.path());
        effort.begin("fn fib(n: u64) -> u64 { if n < 2 { n } else { fib(n - 1) + fib(n - 2) } }");
        effort.begin("fib(40)");
        assert!(!is_quick(session.path()));
    }
}
