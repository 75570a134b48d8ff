//! What the session's cells have defined, what failed cells would have, and what was lost.

use std::collections::HashMap;

use evcxr::CommandContext;

use super::mistake::Known;
use super::mistake::text::Text;

/// Why a name that a cell defines is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Gone {
    /// A cell moved it away.
    Moved,
    /// The process that held it ended, or `:clear` was asked for.
    Lost,
    /// The cell that would have defined it does not compile.
    Refused,
    /// The cell that defined it has failed while it ran, or has given it away itself.
    NotKept,
}

/// How a cell has ended, as far as the engine knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// It has run, with or without an error.
    Ran,
    /// It does not compile.
    Refused,
    /// The process that holds the variables is gone.
    LostAll,
}

/// The names of a session.
#[derive(Debug, Default)]
pub(crate) struct Names {
    pub(crate) known: Known,
    gone: HashMap<String, Gone>,
}

impl Known {
    /// What there is in evcxr's session.
    pub(crate) fn of(context: &CommandContext) -> Self {
        Self {
            variables: context.variables_and_types().map(|(name, of)| (name.to_owned(), of.to_owned())).collect(),
            items: context.defined_item_names().map(str::to_owned).collect(),
        }
    }
}

impl Names {
    /// Notes how a cell has ended. `known` is what there is now.
    pub(crate) fn ended(&mut self, code: &str, known: Known, ending: Ending) {
        let why = if ending == Ending::LostAll || code.contains(":clear") { Gone::Lost } else { Gone::Moved };
        for (name, _) in &self.known.variables {
            self.gone.insert(name.clone(), why);
        }
        let why = if ending == Ending::Refused { Gone::Refused } else { Gone::NotKept };
        if ending != Ending::LostAll {
            self.gone.extend(defined(code).into_iter().map(|name| (name, why)));
        }
        self.gone.retain(|name, _| !known.has(name));
        self.known = known;
    }

    /// Notes that the cell that ran last has failed: `known` is what there is now.
    pub(crate) fn failed(&mut self, known: Known) {
        for (name, _) in &self.known.variables {
            if !known.is_variable(name) {
                self.gone.insert(name.clone(), Gone::NotKept);
            }
        }
        self.gone.retain(|name, _| !known.has(name));
        self.known = known;
    }

    /// Why a name that a cell of this session defines is not there.
    pub(crate) fn gone(&self, name: &str) -> Option<Gone> {
        self.gone.get(name).copied()
    }
}

/// The names that a cell defines at its top level.
fn defined(code: &str) -> Vec<String> {
    let text = Text::of(code);
    let mut names = Vec::new();
    let mut depth = 0_usize;
    let mut at = 0;
    while at < text.tokens.len() {
        match text.word(at) {
            "{" => depth += 1,
            "}" => depth = depth.saturating_sub(1),
            "let" if depth == 0 => {
                // The names of the pattern: up to the type or the value.
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

    fn known(names: &[&str]) -> Known {
        Known { variables: names.iter().map(|&name| (name.to_owned(), "i32".to_owned())).collect(), items: Vec::new() }
    }

    #[test]
    fn the_names_of_a_cell_are_those_of_its_top_level() {
        let code = "let (a, mut b) = f()?;\nlet c: i32 = { let inner = 1; inner };\nfn g(x: f64) { let y = x; }\nstruct S { z: i32 }";
        assert_eq!(defined(code), ["a", "b", "c", "g", "S"]);
    }

    #[test]
    fn it_is_known_why_a_name_is_not_there() {
        let mut names = Names::default();
        names.ended("let a = 1; let b = 2;", known(&["a", "b"]), Ending::Ran);
        assert_eq!(names.gone("a"), None);
        names.ended("let c = nowhere;", known(&["a", "b"]), Ending::Refused);
        assert_eq!(names.gone("c"), Some(Gone::Refused));
        names.ended("let d = f()?;", known(&["a", "b"]), Ending::Ran);
        assert_eq!(names.gone("d"), Some(Gone::NotKept));
        names.ended("let e = f()?;", known(&["a", "b", "e"]), Ending::Ran);
        names.failed(known(&["a", "b"]));
        assert_eq!(names.gone("e"), Some(Gone::NotKept));
        names.ended("drop(a);", known(&["b"]), Ending::Ran);
        assert_eq!((names.gone("a"), names.gone("b")), (Some(Gone::Moved), None));
        names.ended("let c = 3;", known(&["b", "c"]), Ending::Ran);
        assert_eq!(names.gone("c"), None);
        names.ended("std::process::exit(1)", known(&[]), Ending::LostAll);
        assert_eq!((names.gone("b"), names.gone("c")), (Some(Gone::Lost), Some(Gone::Lost)));
    }
}
