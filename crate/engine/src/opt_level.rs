//! The optimization level of a cell, chosen by a heuristic.
//!
//! A cell that repeats nothing takes longer to optimize than to run: it builds a network, calls `fit`, draws a figure, and the
//! work is done in libraries, which are optimized. So the engine looks at a cell before it is compiled, and leaves a flag for
//! the [call of the compiler](crate::shims): a cell without repetition is built without optimization, in half the time. If a
//! function of an earlier cell repeats something, every later cell may call it and is optimized.

use std::fs;
use std::path::{Path, PathBuf};

/// The file in a session's folder that exists while a cell is to be built without optimization.
const QUICK_FLAG: &str = "quick";
/// Words of code that repeats something.
const REPEATING_WORDS: [&str; 12] =
    ["for", "while", "loop", "sum", "product", "chars", "bytes", "lines", "windows", "chunks", "sort", "concat"];

/// Chooses the optimization levels of a session's cells.
pub(crate) struct OptLevelHeuristic {
    flag: PathBuf,
    /// Whether a function that repeats something may be called from any cell.
    has_repeating_functions: bool,
}

impl OptLevelHeuristic {
    /// Starts with the first cell of the session in this folder.
    pub(crate) fn new(session: &Path) -> Self {
        Self { flag: session.join(QUICK_FLAG), has_repeating_functions: false }
    }

    /// Chooses the level of the next cell.
    pub(crate) fn choose(&mut self, code: &str) {
        let repeats = repeats(code);
        self.has_repeating_functions |= defines_function(code) && (repeats || is_recursive(code));
        let is_optimized = repeats || self.has_repeating_functions;
        let changed = match is_optimized {
            true if !self.flag.exists() => Ok(()),
            true => fs::remove_file(&self.flag),
            false => fs::write(&self.flag, ""),
        };
        if let Err(error) = changed {
            // A wrong level changes only the time.
            tracing::debug!(%error, "the optimization level could not be set");
        }
    }
}

/// Returns whether the next cell of the session in this folder is to be built without optimization.
pub(crate) fn is_quick(session: &Path) -> bool {
    session.join(QUICK_FLAG).exists()
}

/// Returns the identifiers and keywords, and the words of strings and comments, which may make a cell optimized needlessly.
fn words(code: &str) -> impl Iterator<Item = &str> {
    code.split(|sign: char| !sign.is_alphanumeric() && sign != '_')
}

/// Returns whether code may run some of its lines more than once.
fn repeats(code: &str) -> bool {
    // A function that takes a closure may call it any number of times.
    code.contains('|') || words(code).any(|word| word.contains("iter") || REPEATING_WORDS.contains(&word))
}

fn defines_function(code: &str) -> bool {
    words(code).any(|word| ["fn", "macro_rules"].contains(&word))
}

/// Returns whether the name of a function that the code defines occurs a second time.
fn is_recursive(code: &str) -> bool {
    let words: Vec<&str> = words(code).filter(|word| !word.is_empty()).collect();
    let mut defined = words.windows(2).filter(|pair| pair[0] == "fn").map(|pair| pair[1]);
    defined.any(|name| words.iter().filter(|word| **word == name).count() > 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_without_repetition_are_built_quickly() {
        let session = tempfile::tempdir().unwrap();
        let mut heuristic = OptLevelHeuristic::new(session.path());
        let mut is_quick = |code| {
            heuristic.choose(code);
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
        let mut heuristic = OptLevelHeuristic::new(session.path());
        heuristic.choose("fn fib(n: u64) -> u64 { if n < 2 { n } else { fib(n - 1) + fib(n - 2) } }");
        heuristic.choose("fib(40)");
        assert!(!is_quick(session.path()));
    }
}
