//! Python's calls: named arguments, names in quotes, functions that are methods in Rust.

use std::ops::Range;

use super::Finding;
use super::statements::instead_of_module;
use super::text::{Text, TokenKind};
use super::translate::{
    argument, builtin, constructor, inside, is_named, is_text, named_arguments, parse_call, receiver, rust,
    type_in_python_path,
};
use crate::diagnostics::defined_names::DefinedNames;
use crate::diagnostics::host_hints::{ModuleAdvice, PythonUse};

/// Python modules that cells try to use.
const PYTHON_MODULES: [&str; 8] = ["np", "pd", "plt", "torch", "math", "random", "sns", "console"];

/// Finds the mistake in the call whose name is this token.
pub(super) fn find(text: &Text<'_>, at: usize, known: &DefinedNames) -> Option<Finding> {
    if !text.is_name(at) || matches!(text.word(at), "if" | "while" | "for" | "match" | "return" | "in" | "let" | "else")
    {
        return None;
    }
    let name = text.word(at);
    let is_method = at > 0 && text.is(at - 1, ".");
    let is_path = at > 1 && text.is(at - 1, ":") && text.is(at - 2, ":");
    if !is_method
        && !is_path
        && text.is(at + 1, ".")
        && !known.has(name)
        && (PYTHON_MODULES.contains(&name) || text.hints.python_modules().contains(&name))
    {
        return Some(module(text, at).because(&format!("`{name}`")));
    }
    if text.is(at + 1, ".")
        && !known.has(name)
        && let Some(sentence) = text.hints.python_name_advice(name, PythonUse::Module)
    {
        return Some(Finding::new(text.bytes(at..at + 3), sentence).because(&format!("`{name}`")));
    }
    if !text.is(at + 1, "(") || text.is(at.wrapping_sub(1), "fn") || known.has(name) {
        return None;
    }
    let closing = text.closing(at + 1)?;
    let parts = text.parts(at + 2..closing);
    let whole = at..closing + 1;
    if let Some(named) = parts.iter().find(|part| is_named(text, part)) {
        return Some(
            Finding::new(text.bytes(named.start..named.start + 1), named_arguments(text, at, &parts))
                .because(&format!("`{}`", text.word(named.start))),
        );
    }
    if is_method || is_path {
        return names_in_quotes(text, at, &parts);
    }
    if text.hints.is_unit_type(name) && parts.is_empty() {
        return Some(
            Finding::new(text.bytes(whole), format!("`{name}` takes no arguments: write `{name}` without parentheses"))
                .because(&format!("`{name}`")),
        );
    }
    if text.hints.is_builder_type(name) {
        return Some(
            Finding::new(
                text.bytes(at..at + 1),
                format!("`{name}` is created with `new`: write `{}`", constructor(text, at, name)?),
            )
            .because(&format!("`{name}`")),
        );
    }
    if text.is(at.wrapping_sub(1), "!") {
        return None;
    }
    let cause = format!("`{name}`");
    let write = match name {
        "help" | "dir" => {
            let thing = parts.first().map_or(String::new(), |part| text.source(part.clone()).to_owned());
            let sentence = if name == "help" {
                format!("for help on `{thing}`, put the cursor in its name and press Shift-Tab")
            } else {
                format!("to see what `{thing}` has, type `{thing}.` and press Tab")
            };
            return Some(Finding::new(text.bytes(whole), sentence).because(&cause));
        }
        "type" => {
            let thing = parts.first().map_or(String::new(), |part| text.source(part.clone()).to_owned());
            return Some(Finding::new(
                text.bytes(whole),
                format!(
                    "for the type of `{thing}`, put the cursor in its name and press Shift-Tab; `:vars` lists all variables with their types"
                ),
            ));
        }
        "exit" | "quit" => {
            return Some(
                Finding::new(
                    text.bytes(whole),
                    "a cell can't end the kernel: choose Shut Down Kernel in the menu Kernel",
                )
                .because(&cause),
            );
        }
        "input" => "let mut line = String::new(); std::io::stdin().read_line(&mut line)?;".to_owned(),
        "open" => format!(
            "std::fs::read_to_string({})?",
            parts.first().map_or(String::new(), |part| rust(text, part.clone()))
        ),
        "isinstance" => {
            return Some(
                Finding::new(
                    text.bytes(whole),
                    "a Rust variable always has one type, so there is nothing to check: delete this",
                )
                .because(&cause),
            );
        }
        "format" | "vec" | "println" | "assert" | "panic" | "assert_eq" => {
            format!("{name}!({})", text.source(at + 2..closing))
        }
        _ => builtin(text, name, at + 2..closing)?,
    };
    let write = if name == "print" { with_debug_lists(&write, known) } else { write };
    let ending = if name == "print" && !text.is(closing + 1, ";") { ";" } else { "" };
    Some(Finding::new(text.bytes(whole), format!("write `{write}{ending}`")).because(&cause))
}

/// Returns a `println!` in which lists are printed with `{:?}`.
fn with_debug_lists(print: &str, known: &DefinedNames) -> String {
    let is_list = |of: &str| of.starts_with(['[', '(']) || of.contains("Vec<") || of.contains("Option<");
    let lists = known.variables.iter().filter(|(_, of)| is_list(of));
    lists.fold(print.to_owned(), |print, (name, _)| print.replace(&format!("{{{name}}}"), &format!("{{{name}:?}}")))
}

/// Finds names in quotes that are given to a method.
fn names_in_quotes(text: &Text<'_>, at: usize, parts: &[Range<usize>]) -> Option<Finding> {
    let name = text.word(at);
    if !text.hints.methods_with_names().contains(&name) {
        return None;
    }
    let is_quoted = |part: &Range<usize>| {
        part.len() == 1
            && is_text(text, part.start)
            && text.hints.named_value(inside(text.word(part.start)), name).is_some()
    };
    let quoted = parts.iter().find(|part| {
        is_quoted(part)
            || (text.is(part.start, "[")
                && (part.start..part.end).any(|index| {
                    is_text(text, index) && text.hints.named_value(inside(text.word(index)), name).is_some()
                }))
    })?;
    let statement = parse_call(text, at).and_then(|call| text.hints.translate_statement(&call));
    let call = match statement {
        Some(code) => format!("{}.{code}", receiver(text, at)),
        None => {
            let made: Vec<_> = parts.iter().map(|part| argument(text, name, part.clone())).collect();
            format!(".{name}({})", made.join(", "))
        }
    };
    Some(
        Finding::new(text.bytes(quoted.clone()), format!("names are written without quotes: `{call}`")).because("&str"),
    )
}

/// Returns the finding for a call such as `np.array(…)`.
fn module(text: &Text<'_>, at: usize) -> Finding {
    let (module, method) = (text.word(at), text.word(at + 2));
    let arguments = (text.is(at + 3, "(")).then(|| text.closing(at + 3)).flatten().map(|closing| at + 4..closing);
    let made: Vec<String> =
        arguments.map_or(Vec::new(), |inside| text.parts(inside).into_iter().map(|part| rust(text, part)).collect());
    if let Some(last) = type_in_python_path(text, at)
        && let Some(closing) = text.closing(last + 1)
    {
        let sentence = format!("there is no `{module}` here: write `{}`", rust(text, last..closing + 1));
        return Finding::new(text.bytes(at..last + 1), sentence);
    }
    let advice = text.hints.translate_module_call(module, method, &made);
    let translated = match advice {
        Some(ModuleAdvice::Sentence(sentence)) => return Finding::new(text.bytes(at..at + 3), sentence),
        Some(ModuleAdvice::Write(code)) => Some(code),
        None => None,
    };
    let write = translated.or_else(|| match (module, method, made.as_slice()) {
        ("console", "log", _) => text.closing(at + 3).and_then(|closing| builtin(text, "print", at + 4..closing)),
        ("np", "array", [list]) => Some(format!("vec!{list}")),
        ("math" | "np", function, [_]) => {
            text.closing(at + 3).and_then(|closing| builtin(text, function, at + 4..closing))
        }
        ("math" | "np", "pi", _) => Some("std::f64::consts::PI".to_owned()),
        _ => None,
    });
    let instead = instead_of_module(text.hints, module)
        .or(text.hints.available_names())
        .unwrap_or("a Rust crate is added with `:dep`");
    let sentence = match write {
        Some(write) => format!("there is no `{module}` here: write `{write}`"),
        None => format!("there is no `{module}` here: {instead}"),
    };
    Finding::new(text.bytes(at..at + 3), sentence)
}

/// Finds a string in single quotes.
pub(super) fn quotes(text: &Text<'_>, at: usize) -> Option<Finding> {
    if text.kind(at) != Some(TokenKind::Quoted) {
        return None;
    }
    let range = text.bytes(at..at + 1);
    let is_closed = text.word(at).len() > 1 && text.word(at).ends_with('\'');
    let sentence = if is_closed {
        format!("a string needs double quotes: write `{}`", rust(text, at..at + 1))
    } else {
        "a string needs double quotes, `\"…\"`, and this one is not closed".to_owned()
    };
    Some(Finding::new(range, sentence))
}
