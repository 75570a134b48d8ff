//! Missing methods and fields, and calls with wrong arguments.

use super::{Case, Hint, alone, also};

pub(super) fn hint(case: &Case<'_>) -> Option<Hint> {
    match case.code() {
        "E0599" => method(case),
        "E0061" | "E0057" => arguments(case),
        "E0560" | "E0609" => {
            let name = case.error.name().unwrap_or("");
            if let Some(hint) = of_python(name, "") {
                return alone(hint);
            }
            if case.error.advises("similar name") {
                None
            } else {
                also("press Tab after the dot to see the fields and methods that there are")
            }
        }
        "E0610" => alone(format!("a number has no field `{}`", case.at())),
        "E0615" => {
            let name = case.at().to_owned();
            alone(format!("`{name}` is a method: write `.{name}()`"))
        }
        "E0616" => {
            let name = case.at().to_owned();
            also(format!(
                "this field is private: if there is a method of that name, write `.{name}()`; Tab after the dot shows the methods"
            ))
        }
        "E0618" => {
            let called = case.cell.get(case.error.place()?).unwrap_or("");
            let name = called.split('(').next().unwrap_or(called);
            if case.error.says("Vec<") || case.error.says("[") {
                let index = called.split_once('(').map_or("0", |(_, rest)| rest.trim_end_matches(')'));
                return alone(format!("an index is written in square brackets: `{name}[{index}]`"));
            }
            alone(format!("`{name}` is a value, not a function: delete the parentheses, or write the missing operator"))
        }
        "E0119" | "E0592" => alone(
            "an earlier cell has this `impl` already: put the type and its `impl` into one cell, restart the kernel once, and run that cell",
        ),
        _ => None,
    }
}

fn method(case: &Case<'_>) -> Option<Hint> {
    let message = &case.error.message;
    let name = case.error.name()?.to_owned();
    let on = message.rsplit_once(" found for ").map_or("", |(_, on)| on);
    if name == "new"
        && let Some(of) = crate::diagnostics::diagnostic::quoted(on).next()
    {
        let of = of.rsplit("::").next().unwrap_or(of);
        return alone(format!("`{of}` has no options: write `{of}` without `::new()`"));
    }
    if on.starts_with("array `[") && matches!(name.as_str(), "push" | "append" | "pop" | "extend" | "insert" | "remove")
    {
        return alone(format!(
            "an array keeps its length: make it a list, `let mut name = vec![…]`, and `.{}(…)` works",
            if name == "append" { "push" } else { &name }
        ));
    }
    if let Some(hint) = of_python(&name, on) {
        return alone(hint);
    }
    if case.error.advises("similar name") || case.error.advises("with a similar") {
        return None;
    }
    if let Some(row) = case.host.hints.advice_for_name(&name) {
        return alone(row);
    }
    also(
        "press Tab after the dot to see what there is. If the value is a `Result`, write `?` after the call that made it",
    )
}

/// Returns what to write for a method of Python's.
fn of_python(name: &str, on: &str) -> Option<String> {
    let is_list = on.contains("Vec<") || on.contains('[');
    let write = match name {
        "append" => "`.push(value)` adds a value",
        "extend_from" => "`.extend(values)` adds values",
        "upper" => "write `.to_uppercase()`",
        "lower" => "write `.to_lowercase()`",
        "strip" => "write `.trim()`",
        "lstrip" => "write `.trim_start()`",
        "rstrip" => "write `.trim_end()`",
        "startswith" => "write `.starts_with(…)`",
        "endswith" => "write `.ends_with(…)`",
        "items" => "write `.iter()`",
        "size" | "length" | "count" if is_list => "write `.len()`",
        "sum" if is_list => "write `.iter().sum::<f64>()`",
        "max" | "min" | "map" | "filter" | "enumerate" | "zip" | "any" | "all" | "fold" if is_list => {
            return Some(format!("this is a method of iterators: write `.iter().{name}(…)`"));
        }
        "mean" if is_list => "write `.iter().sum::<f64>() / list.len() as f64`",
        "copy" => "write `.clone()`",
        "astype" => "write `as f64` after a number",
        "shape" if is_list => "write `.len()`",
        _ => return None,
    };
    Some(write.to_owned())
}

fn arguments(case: &Case<'_>) -> Option<Hint> {
    let signature = case.error.signature.as_deref()?;
    let signature = signature
        .replace("(&mut self, ", "(")
        .replace("(&self, ", "(")
        .replace("(self, ", "(")
        .replace("(mut self, ", "(")
        .replace("(&mut self)", "()")
        .replace("(&self)", "()");
    alone(format!("its declaration is `{signature}`"))
}
