//! The history of a session's names: why one that a cell defines is missing.

use std::collections::HashMap;

use super::defined_names::DefinedNames;
use super::mistake::text::Text;

/// Why a name that a cell defines is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MissingReason {
    /// A cell moved it away.
    Moved,
    /// The process that held it has ended, or the user has entered `:clear`.
    Lost,
    /// The cell that would have defined it does not compile.
    Refused,
    /// The cell that defines it has failed while it ran, or has moved it itself.
    NotKept,
}

/// The outcome of a cell, as far as the engine knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CellOutcome {
    /// It has run, with or without an error.
    Ran,
    /// It does not compile.
    Refused,
    /// The process that held the variables has ended.
    LostAll,
}

/// The names of a session.
#[derive(Debug, Default)]
pub(crate) struct NameHistory {
    /// The names that exist now.
    pub(crate) defined: DefinedNames,
    missing: HashMap<String, MissingReason>,
}

impl NameHistory {
    /// Records the outcome of a cell. `defined` are the names that exist now.
    pub(crate) fn record(&mut self, code: &str, defined: DefinedNames, outcome: CellOutcome) {
        let reason = if outcome == CellOutcome::LostAll || code.contains(":clear") {
            MissingReason::Lost
        } else {
            MissingReason::Moved
        };
        for (name, _) in &self.defined.variables {
            self.missing.insert(name.clone(), reason);
        }
        let reason = if outcome == CellOutcome::Refused { MissingReason::Refused } else { MissingReason::NotKept };
        if outcome != CellOutcome::LostAll {
            self.missing.extend(top_level_names(code).into_iter().map(|name| (name, reason)));
        }
        self.missing.retain(|name, _| !defined.has(name));
        self.defined = defined;
    }

    /// Records that the cell that ran last has failed. `defined` are the names that exist now.
    pub(crate) fn record_failure(&mut self, defined: DefinedNames) {
        for (name, _) in &self.defined.variables {
            if !defined.is_variable(name) {
                self.missing.insert(name.clone(), MissingReason::NotKept);
            }
        }
        self.missing.retain(|name, _| !defined.has(name));
        self.defined = defined;
    }

    /// Returns why a name that a cell of this session defines is missing.
    pub(crate) fn missing_reason(&self, name: &str) -> Option<MissingReason> {
        self.missing.get(name).copied()
    }
}

/// Returns the names that a cell defines at its top level.
fn top_level_names(code: &str) -> Vec<String> {
    let text = Text::parse(code);
    let mut names = Vec::new();
    let mut depth = 0_usize;
    let mut at = 0;
    while at < text.tokens.len() {
        match text.word(at) {
            "{" => depth += 1,
            "}" => depth = depth.saturating_sub(1),
            "let" if depth == 0 => {
                // The names of the pattern, up to the type or the value.
                let mut end = at + 1;
                while end < text.tokens.len() && !matches!(text.word(end), "=" | ":" | ";") {
                    let is_binding =
                        text.is_name(end) && !matches!(text.word(end), "mut" | "ref" | "_") && !text.is(end + 1, "(");
                    if is_binding {
                        names.push(text.word(end).to_owned());
                    }
                    end += 1;
                }
            }
            "fn" | "struct" | "enum" | "trait" | "type" | "const" | "static" | "mod"
                if depth == 0 && text.is_name(at + 1) =>
            {
                names.push(text.word(at + 1).to_owned());
            }
            _ => {}
        }
        at += 1;
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(names: &[&str]) -> DefinedNames {
        DefinedNames {
            variables: names.iter().map(|&name| (name.to_owned(), "i32".to_owned())).collect(),
            items: Vec::new(),
        }
    }

    #[test]
    fn only_names_at_the_top_level_count() {
        let code = "let (a, mut b) = f()?;\nlet c: i32 = { let inner = 1; inner };\nfn g(x: f64) { let y = x; }\nstruct S { z: i32 }";
        assert_eq!(top_level_names(code), ["a", "b", "c", "g", "S"]);
    }

    #[test]
    fn the_reason_why_a_name_is_missing_is_known() {
        let mut names = NameHistory::default();
        names.record("let a = 1; let b = 2;", known(&["a", "b"]), CellOutcome::Ran);
        assert_eq!(names.missing_reason("a"), None);
        names.record("let c = nowhere;", known(&["a", "b"]), CellOutcome::Refused);
        assert_eq!(names.missing_reason("c"), Some(MissingReason::Refused));
        names.record("let d = f()?;", known(&["a", "b"]), CellOutcome::Ran);
        assert_eq!(names.missing_reason("d"), Some(MissingReason::NotKept));
        names.record("let e = f()?;", known(&["a", "b", "e"]), CellOutcome::Ran);
        names.record_failure(known(&["a", "b"]));
        assert_eq!(names.missing_reason("e"), Some(MissingReason::NotKept));
        names.record("drop(a);", known(&["b"]), CellOutcome::Ran);
        assert_eq!((names.missing_reason("a"), names.missing_reason("b")), (Some(MissingReason::Moved), None));
        names.record("let c = 3;", known(&["b", "c"]), CellOutcome::Ran);
        assert_eq!(names.missing_reason("c"), None);
        names.record("std::process::exit(1)", known(&[]), CellOutcome::LostAll);
        assert_eq!(
            (names.missing_reason("b"), names.missing_reason("c")),
            (Some(MissingReason::Lost), Some(MissingReason::Lost))
        );
    }
}
