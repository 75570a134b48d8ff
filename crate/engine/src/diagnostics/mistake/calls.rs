//! Calls as Python makes them: arguments with names, names in quotes, functions that are methods here.

use std::ops::Range;

use super::Finding;
use super::keras;
use super::options::{constructor, is_named, keras_path, named_arguments, receiver};
use super::statements::instead_of_module;
use super::text::{Text, TokenKind};
use super::translate::{argument, builtin, inside, is_text, rust};
use crate::diagnostics::defined_names::DefinedNames;

/// What is wrong with the call whose name is this token.
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
        && matches!(
            name,
            "np" | "pd" | "plt" | "tf" | "keras" | "torch" | "math" | "random" | "sns" | "layers" | "console"
        )
    {
        return Some(module(text, at).because(&format!("`{name}`")));
    }
    if name == "mnist" && text.is(at + 1, ".") && !known.has(name) {
        let sentence = "`mnist` is a module: write `let (train, test) = mnist::load()?;`";
        return Some(Finding::new(text.bytes(at..at + 3), sentence).because("`mnist`"));
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
    if keras::UNITS.contains(&name) && parts.is_empty() {
        return Some(
            Finding::new(text.bytes(whole), format!("`{name}` takes no arguments: write `{name}` without parentheses"))
                .because(&format!("`{name}`")),
        );
    }
    if keras::MADE.contains(&name) {
        return Some(
            Finding::new(
                text.bytes(at..at + 1),
                format!("`{name}` is created with `new`: write `{}`", constructor(text, at, &parts)),
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
        "display" | "show" => {
            format!("show!({})", parts.first().map_or(String::new(), |part| rust(text, part.clone())))
        }
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
    let write = if name == "print" { shown(&write, known) } else { write };
    let ending = if name == "print" && !text.is(closing + 1, ";") { ";" } else { "" };
    Some(Finding::new(text.bytes(whole), format!("write `{write}{ending}`")).because(&cause))
}

/// A `println!` in which lists are printed with `{:?}`.
fn shown(print: &str, known: &DefinedNames) -> String {
    let is_list = |of: &str| of.starts_with(['[', '(']) || of.contains("Vec<") || of.contains("Option<");
    let lists = known.variables.iter().filter(|(_, of)| is_list(of));
    lists.fold(print.to_owned(), |print, (name, _)| print.replace(&format!("{{{name}}}"), &format!("{{{name}:?}}")))
}

/// NameHistory of Keras's in quotes, given to a method.
fn names_in_quotes(text: &Text<'_>, at: usize, parts: &[Range<usize>]) -> Option<Finding> {
    let name = text.word(at);
    let takes = matches!(
        name,
        "compile"
            | "activation"
            | "padding"
            | "mode"
            | "kernel_initializer"
            | "bias_initializer"
            | "kernel_regularizer"
            | "bias_regularizer"
            | "add"
    );
    if !takes {
        return None;
    }
    let is_quoted = |part: &Range<usize>| {
        part.len() == 1 && is_text(text, part.start) && keras::named(inside(text.word(part.start)), name).is_some()
    };
    let quoted = parts.iter().find(|part| {
        is_quoted(part)
            || (text.is(part.start, "[")
                && (part.start..part.end)
                    .any(|index| is_text(text, index) && keras::named(inside(text.word(index)), name).is_some()))
    })?;
    let made: Vec<_> = parts.iter().map(|part| argument(text, name, part.clone())).collect();
    let call = if name == "compile" {
        format!("{}.compile({})?", receiver(text, at), made.join(", "))
    } else {
        format!(".{name}({})", made.join(", "))
    };
    Some(
        Finding::new(text.bytes(quoted.clone()), format!("names are written without quotes: `{call}`")).because("&str"),
    )
}

/// `np.array(…)` and its like.
fn module(text: &Text<'_>, at: usize) -> Finding {
    let (module, method) = (text.word(at), text.word(at + 2));
    let arguments = (text.is(at + 3, "(")).then(|| text.closing(at + 3)).flatten().map(|closing| at + 4..closing);
    let made: Vec<String> =
        arguments.map_or(Vec::new(), |inside| text.parts(inside).into_iter().map(|part| rust(text, part)).collect());
    if let Some(last) = keras_path(text, at)
        && let Some(closing) = text.closing(last + 1)
    {
        let sentence = format!("there is no `{module}` here: write `{}`", rust(text, last..closing + 1));
        return Finding::new(text.bytes(at..last + 1), sentence);
    }
    let write = match (module, method, made.as_slice()) {
        ("console", "log", _) => text.closing(at + 3).and_then(|closing| builtin(text, "print", at + 4..closing)),
        ("np", "array", [list]) => Some(format!("vec!{list}")),
        ("pd", "read_csv", [path, ..]) => Some(format!("Table::read_csv({path})?")),
        ("plt", "plot", [y]) => Some(format!("Plot::new(\"title\").line(\"name\", 0..{y}.len(), {y}.clone())")),
        ("plt", "plot", [x, y, ..]) => Some(format!("Plot::new(\"title\").line(\"name\", {x}.clone(), {y}.clone())")),
        ("plt", "scatter", [x, y, ..]) => {
            Some(format!("Plot::new(\"title\").scatter(\"name\", {x}.clone(), {y}.clone())"))
        }
        ("plt", "hist", [values, ..]) => Some(format!("Histogram::new(\"title\").values(\"name\", {values}.clone())")),
        ("plt", "show", _) => {
            return Finding::new(
                text.bytes(at..at + 3),
                "a figure is shown when a cell ends with it: delete `plt.show()`".to_owned(),
            );
        }
        ("math" | "np", function, [_]) => {
            text.closing(at + 3).and_then(|closing| builtin(text, function, at + 4..closing))
        }
        ("math" | "np", "pi", _) => Some("std::f64::consts::PI".to_owned()),
        _ => None,
    };
    let instead = instead_of_module(module).unwrap_or("Keras's names are already available");
    let sentence = match write {
        Some(write) => format!("there is no `{module}` here: write `{write}`"),
        None => format!("there is no `{module}` here: {instead}"),
    };
    Finding::new(text.bytes(at..at + 3), sentence)
}

/// What Python writes as a string in single quotes.
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
