//! Completion: the names that fit at a place in a cell.
//!
//! rust-analyzer finds them. They are reduced to names, because an accepted completion is inserted as it is, and
//! [sorted](Rank) by how likely they are.

use std::collections::HashSet;

use evcxr::CommandContext;

use crate::analyzer::public_source::Index;
use crate::host_library::HostLibrary;
use crate::messages::{Choice, Reply};
use crate::{cursor, layout};

/// Methods that every type has by traits of the standard library, which come last.
const UNIVERSAL_METHODS: [&str; 28] = [
    "to_string",
    "clone",
    "default",
    "from",
    "try_from",
    "from_iter",
    "max",
    "min",
    "clamp",
    "cmp",
    "partial_cmp",
    "eq",
    "ne",
    "lt",
    "le",
    "gt",
    "ge",
    "as_ref",
    "as_mut",
    "hash",
    "fmt",
    "to_owned",
    "clone_from",
    "clone_into",
    "into",
    "try_into",
    "borrow",
    "borrow_mut",
];

/// The primitive types.
const PRIMITIVE_TYPES: [&str; 19] = [
    "bool", "char", "f16", "f32", "f64", "f128", "i8", "i16", "i32", "i64", "i128", "isize", "str", "u8", "u16", "u32",
    "u64", "u128", "usize",
];

/// Returns the completions at byte `at` of the cell `code`.
pub(crate) fn complete(context: &mut CommandContext, code: &str, at: usize, library: Option<&HostLibrary>) -> Reply {
    // Incomplete code is the usual case, so an error means that there are no completions.
    let Ok(completions) = context.completions(code, at) else {
        return Reply::Completed { choices: Vec::new(), start: at, end: at };
    };
    let (start, end) = (completions.start_offset, completions.end_offset);
    let index = layout::session_of_this_process().map(|session| Index::read(&session)).unwrap_or_default();
    let place = Place::before(code.get(..start).unwrap_or_default());
    let found = completions.completions.into_iter();
    let found = found.filter_map(|found| choice(found.code, &found.label, found.kind));
    let sorter = Sorter { place, index, library };
    Reply::Completed { choices: sorter.sorted(found.collect()), start, end }
}

/// The code before the name that is completed.
#[derive(Debug, PartialEq, Eq)]
enum Place<'a> {
    /// A value and a dot.
    Member,
    /// A path that ends with `::`.
    Path(&'a str),
    /// Anything else, in the parentheses of this function if there is one.
    Expression(Option<&'a str>),
}

impl<'a> Place<'a> {
    fn before(before: &'a str) -> Self {
        if let Some(path) = before.strip_suffix("::") {
            let from = path.rfind(|c: char| !c.is_alphanumeric() && c != '_' && c != ':').map_or(0, |at| at + 1);
            return Self::Path(path.get(from..).unwrap_or(path));
        }
        if before.ends_with('.') && !before.ends_with("..") {
            return Self::Member;
        }
        Self::Expression(cursor::enclosing_call(before).map(|(from, to)| &before[from..to]))
    }
}

/// Reduces a completion of rust-analyzer's to a name. Returns `None` if it is more than a name, or one of evcxr's.
fn choice(code: String, label: &str, kind: &str) -> Option<Choice> {
    let is_command = code.starts_with(':');
    let name = if is_command { code.as_str() } else { name(label)? };
    if name.to_lowercase().starts_with("evcxr") {
        return None;
    }
    // The label says `evaluate(…)`, and the code `evaluate(data)`.
    let signature = match code.strip_prefix(name) {
        Some(rest) if rest.starts_with('(') && kind == "function" => rest.to_owned(),
        _ => String::new(),
    };
    Some(Choice { name: name.to_owned(), signature, kind: kind.to_owned() })
}

/// Returns the name at the beginning of a label, with the `!` of a macro and the `::` of a path.
fn name(label: &str) -> Option<&str> {
    let raw = if label.starts_with("r#") { 2 } else { 0 };
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let end = label[raw..].find(|c: char| !is_part(c)).map_or(label.len(), |end| raw + end);
    let more = ["!", "::"].iter().find(|more| label[end..].starts_with(**more)).map_or(0, |more| more.len());
    let name = &label[..end + more];
    name[raw..].starts_with(|c: char| c.is_alphabetic() || c == '_').then_some(name)
}

/// Sorts completions by rank.
struct Sorter<'a> {
    place: Place<'a>,
    index: Index,
    library: Option<&'a HostLibrary>,
}

impl Sorter<'_> {
    fn sorted(&self, choices: Vec<Choice>) -> Vec<Choice> {
        let mut seen = HashSet::new();
        let mut ranked: Vec<(Rank, Choice)> = choices
            .into_iter()
            .filter(|choice| !self.is_private_module(choice))
            .filter(|choice| seen.insert(choice.name.clone()))
            .map(|choice| (self.rank(&choice), choice))
            .collect();
        // Completions of the same rank stay in the order of the source.
        ranked.sort_by_key(|(rank, _)| *rank);
        ranked.into_iter().map(|(_, choice)| choice).collect()
    }

    /// Returns whether a completion is a private module of the library.
    fn is_private_module(&self, choice: &Choice) -> bool {
        self.library.is_some_and(|library| self.place == Place::Path(library.name))
            && choice.kind == "module"
            && self.index.private_modules.contains(choice.name.trim_end_matches("::"))
    }

    fn rank(&self, choice: &Choice) -> Rank {
        let name = choice.name.as_str();
        let position = |names: &[&str]| names.iter().position(|listed| *listed == name);
        if let Place::Expression(call) = &self.place {
            let fitting = call.and_then(|call| self.index.fitting.get(call));
            let fitting = fitting.and_then(|names| names.iter().position(|listed| listed == name));
            return match fitting {
                Some(position) => Rank::Fitting(position),
                None if ["self::", "crate::", "super::"].contains(&name) => Rank::Prefix,
                None if choice.kind == "keyword" || PRIMITIVE_TYPES.contains(&name) => Rank::Keyword,
                None if choice.kind == "instance" && name.starts_with(char::is_lowercase) => Rank::Variable,
                None => Rank::Item,
            };
        }
        let first_methods = self.library.map_or(&[][..], |library| library.first_methods);
        match choice.kind.as_str() {
            "function" => match (position(first_methods), position(&UNIVERSAL_METHODS)) {
                (Some(step), _) => Rank::FirstMethod(step),
                (None, Some(position)) => Rank::UniversalMethod(position),
                (None, None) if self.index.trait_functions.contains(name) && !self.index.methods.contains(name) => {
                    Rank::TraitMethod
                }
                (None, None) => Rank::Method,
            },
            "keyword" => Rank::Keyword,
            "instance" if self.place == Place::Member => Rank::Field,
            _ => Rank::Item,
        }
    }
}

/// The rank of a name among the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    /// An argument of the function in whose parentheses it is.
    Fitting(usize),
    /// One of the methods that the library lists as first.
    FirstMethod(usize),
    Variable,
    Method,
    Field,
    Item,
    TraitMethod,
    UniversalMethod(usize),
    Keyword,
    /// `self::` and the like, which notebooks rarely need.
    Prefix,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host_library::test_library;

    fn names(found: &[(&str, &str, &str)], before: &str, index: &Index) -> Vec<String> {
        let library = test_library();
        let choices = found.iter().filter_map(|(code, label, kind)| choice((*code).to_owned(), label, kind)).collect();
        let sorter = Sorter { place: Place::before(before), index: index.clone(), library: Some(&library) };
        sorter.sorted(choices).into_iter().map(|choice| choice.name).collect()
    }

    fn set(names: &[&str]) -> std::collections::BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn a_completion_is_a_name_without_placeholders() {
        let one = |code: &str, label, kind| {
            choice(code.to_owned(), label, kind).map(|choice| (choice.name, choice.signature))
        };
        let named = |name: &str, signature: &str| Some((name.to_owned(), signature.to_owned()));
        assert_eq!(one("evaluate(data)", "evaluate(…)", "function"), named("evaluate", "(data)"));
        assert_eq!(one("println!()", "println!(…)", "function"), named("println!", "()"));
        assert_eq!(one("for $1 in $2 {\n}", "for", "keyword"), named("for", ""));
        assert_eq!(one("self::", "self::", "keyword"), named("self::", ""));
        assert_eq!(one(":vars", ":vars", "magic"), named(":vars", ""));
        assert_eq!(one("r#type", "r#type", "instance"), named("r#type", ""));
        assert_eq!(one("evcxr_display()", "evcxr_display()", "function"), None);
        assert_eq!(one("EvcxrUserCodeError", "EvcxrUserCodeError", "class"), None);
        assert_eq!(one("(1, 2)", "(1, 2)", "instance"), None);
    }

    #[test]
    fn first_methods_come_before_methods_fields_and_traits() {
        let index =
            Index { methods: set(&["network", "fit"]), trait_functions: set(&["call", "into"]), ..Index::default() };
        let found = [
            ("into()", "into()", "function"),
            ("call()", "call()", "function"),
            ("x", "x", "instance"),
            ("network()", "network()", "function"),
            ("mine()", "mine()", "function"),
            ("fit(data, options)", "fit(…)", "function"),
            ("compile(a)", "compile(…)", "function"),
        ];
        let expected = ["compile", "fit", "network", "mine", "x", "call", "into"];
        assert_eq!(names(&found, "model.", &index), expected);
        let found = [("ne(&self, other)", "ne(…)", "function"), ("new(shape)", "new(…)", "function")];
        assert_eq!(names(&found, "Sequential::", &index), ["new", "ne"]);
    }

    #[test]
    fn arguments_of_a_function_come_first_in_its_parentheses() {
        let fitting = ["Linear", "Relu"].map(str::to_owned).to_vec();
        let index = Index { fitting: [("activation".to_owned(), fitting)].into(), ..Index::default() };
        let found = [
            ("self::", "self::", "keyword"),
            ("f64", "f64", "instance"),
            ("Adam", "Adam", "class"),
            ("Relu", "Relu", "class"),
            ("model", "model", "instance"),
            ("if $1 {}", "if", "keyword"),
        ];
        let expected = ["Relu", "model", "Adam", "f64", "if", "self::"];
        assert_eq!(names(&found, "Dense::new(10).activation(", &index), expected);
        assert_eq!(names(&found, "", &index)[0], "model");
    }

    #[test]
    fn private_modules_of_the_library_are_left_out() {
        let index = Index { private_modules: set(&["layers"]), ..Index::default() };
        let found = [("layers::", "layers::", "module"), ("prelude::", "prelude::", "module")];
        assert_eq!(names(&found, "use nets::", &index), ["prelude::"]);
        assert_eq!(names(&found, "mine::", &index).len(), 2);
    }
}
