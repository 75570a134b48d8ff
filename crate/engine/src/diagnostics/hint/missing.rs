//! Missing names.

use super::{Case, Hint, alone, also};
use crate::diagnostics::name_history::MissingReason;

pub(super) fn hint(case: &Case<'_>) -> Option<Hint> {
    match case.code() {
        "E0423"
            if case.error.message.contains("found attribute macro")
                || case.error.message.contains("found built-in attribute")
                || case.error.message.contains("found derive macro") =>
        {
            let name = last_name(case)?;
            value(case, &name)
        }
        "E0423" if case.error.message.contains("found macro") => {
            let name = last_name(case)?;
            let place = case.error.place()?;
            if case.cell[place.end..].trim_start().starts_with('(') {
                return alone(format!("`{name}` is a macro: write `{name}!(…)`"));
            }
            value(case, &name)
        }
        "E0423" if case.error.message.contains("found struct") && !case.error.message.contains("function") => None,
        "E0425" => {
            let name = case.error.name()?.to_owned();
            if case.error.message.contains("cannot find type") || case.error.message.contains("cannot find trait") {
                return of_type(case);
            }
            if case.error.message.contains("cannot find function") { function(case, &name) } else { value(case, &name) }
        }
        "E0412" | "E0422" | "E0405" | "E0531" | "E0574" | "E0433" | "E0432" => of_type(case),
        "E0434" => {
            let name = case.at().to_owned();
            alone(parameter(case, &name))
        }
        _ => None,
    }
}

/// Returns the name in the last backticks, as in "found attribute macro `test`".
fn last_name(case: &Case<'_>) -> Option<String> {
    let name = crate::diagnostics::diagnostic::quoted(&case.error.message).last()?;
    Some(name.to_owned())
}

/// Returns the hint for a missing variable.
fn value(case: &Case<'_>, name: &str) -> Option<Hint> {
    if case.names.defined.is_variable(name) || case.is_in_function() && is_local(case, name) {
        return alone(parameter(case, name));
    }
    if let Some(hint) = of_session(case, name) {
        return alone(hint);
    }
    if case.error.advises("similar name")
        || case.error.advises("you may want")
        || case.error.advises("consider importing")
    {
        return None;
    }
    if case.error.advises("introduce a new binding") {
        return alone(format!("there is no variable `{name}` yet: write `let {name} = …;`"));
    }
    if let Some(row) =
        case.host.hints.advice_for_name(name).filter(|_| name.chars().next().is_some_and(char::is_uppercase))
    {
        return alone(row);
    }
    alone(format!(
        "no cell that has run since the kernel started defines `{name}`. If the name is right, run the cells from the top: Run, Run All Above Selected Cell"
    ))
}

/// Returns why a name that a cell of the session defines is missing.
fn of_session(case: &Case<'_>, name: &str) -> Option<String> {
    match case.names.missing_reason(name)? {
        MissingReason::Refused => Some(format!(
            "the cell that defines `{name}` has an error, so none of it ran: correct that cell and run it first"
        )),
        MissingReason::NotKept => Some(format!(
            "the cell that defines `{name}` failed, or moved it away, so there is no `{name}` now: correct that cell and run it again"
        )),
        MissingReason::Moved => Some(format!(
            "an earlier cell moved `{name}` away. Pass `&{name}` or `{name}.clone()` there, then run the cell that defines `{name}` again"
        )),
        MissingReason::Lost => Some(format!("`{name}` was lost when the process ended: run the cells from the top")),
    }
}

fn function(case: &Case<'_>, name: &str) -> Option<Hint> {
    if let Some(hint) = of_session(case, name) {
        return alone(hint);
    }
    if case.error.advises("similar name")
        || case.error.advises("consider importing")
        || case.error.advises("to call the method")
        || case.error.advises("use the `.` operator")
    {
        return None;
    }
    if let Some(row) = case.host.hints.advice_for_name(name) {
        return alone(row);
    }
    alone(format!(
        "no cell that has run since the kernel started defines the function `{name}`. If the name is right, run the cells from the top: Run, Run All Above Selected Cell"
    ))
}

/// Returns the hint for a missing type, trait, module or crate.
fn of_type(case: &Case<'_>) -> Option<Hint> {
    let message = &case.error.message;
    let name = crate::diagnostics::diagnostic::quoted(message).next()?.to_owned();
    let is_import = case.code() == "E0432";
    let first = name.split("::").next().unwrap_or("").to_owned();
    let root = if is_import { first.as_str() } else { name.as_str() };
    if let Some(hint) = of_session(case, root) {
        return alone(hint);
    }
    if let Some(row) =
        case.host.hints.advice_for_name(root).filter(|_| root.chars().next().is_some_and(char::is_uppercase))
    {
        return alone(row);
    }
    let here = match root {
        "int" | "integer" | "long" => Some("`i64`, a whole number"),
        "float" | "double" | "number" => Some("`f64`, a float"),
        "string" | "text" => Some("`String`, or `&str` for a text in quotes"),
        "boolean" => Some("`bool`"),
        "list" | "array" | "List" => Some("`Vec<f64>`, a list of floats"),
        "dict" | "map" => Some("`std::collections::HashMap<String, f64>`"),
        _ => None,
    };
    if let Some(here) = here.filter(|_| case.code() == "E0425" || case.code() == "E0412") {
        return alone(format!("the type is {here}"));
    }
    let is_crate = message.contains("module or crate")
        || message.contains("unlinked crate")
        || (is_import && case.error.says("unlinked crate"))
        || (is_import && !name.contains("::"));
    if is_crate && case.error.advises("similar name") {
        return None;
    }
    if is_crate
        && root.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        && !matches!(root, "std" | "core" | "alloc" | "self" | "crate" | "super")
        && case.host.library != Some(root)
    {
        return alone(format!("to use the crate `{root}`, put `:dep {root} = \"*\"` on the first line of the cell"));
    }
    if case.error.advises("similar name") || case.error.advises("consider importing") || is_import {
        return None;
    }
    also(format!(
        "no cell that has run since the kernel started defines `{root}`. If the name is right, run the cells from the top: Run, Run All Above Selected Cell"
    ))
}

/// Returns the sentence for a function that uses a variable of the notebook.
fn parameter(case: &Case<'_>, name: &str) -> String {
    let of = case.names.defined.type_of(name).filter(|of| of.len() < 40);
    let without_path = |of: &'_ str| {
        let path = case.host.short_paths.iter().find(|path| of.starts_with(**path));
        of[path.map_or(0, |path| path.len())..].to_owned()
    };
    let of = of.map_or_else(|| "f64".to_owned(), without_path);
    let of = match of.as_str() {
        "String" => "&str".to_owned(),
        of if of.starts_with(char::is_uppercase) || of.contains("::") => format!("&{of}"),
        of => of.to_owned(),
    };
    format!("a function sees only its parameters: add `{name}: {of}` to them, and pass the value in each call")
}

/// Returns whether a `let` of the cell defines this name.
fn is_local(case: &Case<'_>, name: &str) -> bool {
    (1..case.text.tokens.len()).any(|at| case.text.is(at, name) && matches!(case.text.word(at - 1), "let" | "mut"))
}
