//! Completion: what could stand at a place in a cell.
//!
//! rust-analyzer knows what could; here it becomes names, as what is accepted is put into the cell as it is, in the
//! [order](Rank) in which they are likely to be meant.

use std::collections::HashSet;

use evcxr::CommandContext;

use super::messages::{Choice, Reply};
use super::public_source::Index;
use super::{enclosing, session};

/// The steps of working with a network, which come before all else.
const STEPS: [&str; 10] =
    ["new", "add", "build", "compile", "fit", "evaluate", "predict", "predict_classes", "summary", "history"];
/// What every type has by traits of the standard library, which comes last.
const OF_EVERY_TYPE: [&str; 28] = [
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

/// Types of the language itself.
const PRIMITIVE: [&str; 19] = [
    "bool", "char", "f16", "f32", "f64", "f128", "i8", "i16", "i32", "i64", "i128", "isize", "str", "u8", "u16", "u32",
    "u64", "u128", "usize",
];

/// What could stand at byte `at` of the cell `code`.
pub(super) fn complete(context: &mut CommandContext, code: &str, at: usize) -> Reply {
    // Half-written code is the usual case, so an error means no choices.
    let Ok(completions) = context.completions(code, at) else {
        return Reply::Completed { choices: Vec::new(), start: at, end: at };
    };
    let (start, end) = (completions.start_offset, completions.end_offset);
    let index = session::of_this_process().map(|session| Index::of(&session)).unwrap_or_default();
    let place = Place::of(code.get(..start).unwrap_or_default());
    let found = completions.completions.into_iter();
    let found = found.filter_map(|found| choice(found.code, &found.label, found.kind));
    Reply::Completed { choices: sorted(found.collect(), &place, &index), start, end }
}

/// What is before the name that is completed.
#[derive(Debug, PartialEq, Eq)]
enum Place<'a> {
    /// A value and a dot.
    Member,
    /// A path that ends in `::`.
    Path(&'a str),
    /// Anything else, in the parentheses of this function.
    Expression(Option<&'a str>),
}

impl<'a> Place<'a> {
    fn of(before: &'a str) -> Self {
        if let Some(path) = before.strip_suffix("::") {
            let from = path.rfind(|c: char| !c.is_alphanumeric() && c != '_' && c != ':').map_or(0, |at| at + 1);
            return Self::Path(path.get(from..).unwrap_or(path));
        }
        if before.ends_with('.') && !before.ends_with("..") {
            return Self::Member;
        }
        Self::Expression(enclosing::call(before).map(|(from, to)| &before[from..to]))
    }
}

/// One of rust-analyzer's completions as a name; none where it is more than that, or evcxr's own.
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

/// The name that a label begins with: with its `!` where it is a macro, and with its `::` where it is a path.
fn name(label: &str) -> Option<&str> {
    let raw = if label.starts_with("r#") { 2 } else { 0 };
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let end = label[raw..].find(|c: char| !is_part(c)).map_or(label.len(), |end| raw + end);
    let more = ["!", "::"].iter().find(|more| label[end..].starts_with(**more)).map_or(0, |more| more.len());
    let name = &label[..end + more];
    name[raw..].starts_with(|c: char| c.is_alphabetic() || c == '_').then_some(name)
}

fn sorted(choices: Vec<Choice>, place: &Place<'_>, index: &Index) -> Vec<Choice> {
    let mut seen = HashSet::new();
    let mut ranked: Vec<(Rank, Choice)> = choices
        .into_iter()
        .filter(|choice| !(*place == Place::Path("tealight") && is_private_module(choice, index)))
        .filter(|choice| seen.insert(choice.name.clone()))
        .map(|choice| (Rank::of(&choice, place, index), choice))
        .collect();
    // Equals stay in the order in which the source has them.
    ranked.sort_by_key(|(rank, _)| *rank);
    ranked.into_iter().map(|(_, choice)| choice).collect()
}

fn is_private_module(choice: &Choice, index: &Index) -> bool {
    choice.kind == "module" && index.private_modules.contains(choice.name.trim_end_matches("::"))
}

/// Where a name comes among the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    /// What the function takes in whose parentheses it stands.
    Fitting(usize),
    /// One of the [`STEPS`].
    Step(usize),
    Variable,
    Method,
    Field,
    Item,
    OfATrait,
    OfEveryType(usize),
    Keyword,
    /// `self::` and the like, which notebooks hardly need.
    Prefix,
}

impl Rank {
    fn of(choice: &Choice, place: &Place<'_>, index: &Index) -> Self {
        let name = choice.name.as_str();
        let position = |names: &[&str]| names.iter().position(|listed| *listed == name);
        if let Place::Expression(call) = place {
            let fitting = call.and_then(|call| index.fitting.get(call));
            let fitting = fitting.and_then(|names| names.iter().position(|listed| listed == name));
            return match fitting {
                Some(position) => Self::Fitting(position),
                None if ["self::", "crate::", "super::"].contains(&name) => Self::Prefix,
                None if choice.kind == "keyword" || PRIMITIVE.contains(&name) => Self::Keyword,
                None if choice.kind == "instance" && name.starts_with(char::is_lowercase) => Self::Variable,
                None => Self::Item,
            };
        }
        match choice.kind.as_str() {
            "function" => match (position(&STEPS), position(&OF_EVERY_TYPE)) {
                (Some(step), _) => Self::Step(step),
                (None, Some(position)) => Self::OfEveryType(position),
                (None, None) if index.of_traits.contains(name) && !index.methods.contains(name) => Self::OfATrait,
                (None, None) => Self::Method,
            },
            "keyword" => Self::Keyword,
            "instance" if *place == Place::Member => Self::Field,
            _ => Self::Item,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(found: &[(&str, &str, &str)], before: &str, index: &Index) -> Vec<String> {
        let choices = found.iter().filter_map(|(code, label, kind)| choice((*code).to_owned(), label, kind)).collect();
        sorted(choices, &Place::of(before), index).into_iter().map(|choice| choice.name).collect()
    }

    fn set(names: &[&str]) -> std::collections::BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn a_choice_is_a_name_and_nothing_to_fill_in() {
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
    fn steps_come_first_then_methods_fields_and_traits() {
        let index = Index { methods: set(&["network", "fit"]), of_traits: set(&["call", "into"]), ..Index::default() };
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
    fn what_a_function_takes_comes_first_in_its_parentheses() {
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
    fn private_modules_of_tealight_are_left_out() {
        let index = Index { private_modules: set(&["layers"]), ..Index::default() };
        let found = [("layers::", "layers::", "module"), ("prelude::", "prelude::", "module")];
        assert_eq!(names(&found, "use tealight::", &index), ["prelude::"]);
        assert_eq!(names(&found, "mine::", &index).len(), 2);
    }
}
