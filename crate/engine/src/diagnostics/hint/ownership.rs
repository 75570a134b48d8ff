//! Moved, borrowed and immutable values.

use super::{Case, Hint, alone, also};
use crate::diagnostics::mistake::line_of;

pub(super) fn hint(case: &Case<'_>) -> Option<Hint> {
    let name =
        case.error.name().map(|name| name.split(['.', '[']).next().unwrap_or(name).trim_start_matches('*').to_owned());
    match case.code() {
        "E0382" => {
            let name = name?;
            let moved = case.error.labels.iter().find(|label| label.words.contains("value moved here"));
            let place = moved.map_or_else(
                || "before".to_owned(),
                |label| format!("on line {}", line_of(case.cell, label.range.start)),
            );
            alone(format!("`{name}` was moved away {place}: pass `&{name}` or `{name}.clone()` there"))
        }
        "E0384" | "E0596" | "E0594" => {
            let name = name.filter(|name| name.chars().all(|c| c.is_alphanumeric() || c == '_'));
            let name = name.unwrap_or_else(|| "name".to_owned());
            let is_here = (1..case.text.tokens.len()).any(|at| case.text.is(at, &name) && case.text.is(at - 1, "let"));
            if is_here {
                return alone(format!("only a `mut` variable can change: write `let mut {name} = …;`"));
            }
            alone(format!(
                "only a `mut` variable can change: write `let mut {name} = …;` in the cell that defines it, and run that cell again"
            ))
        }
        "E0373" => {
            let closure = case.at();
            let head = closure
                .trim_start_matches("move ")
                .split('|')
                .nth(1)
                .map_or_else(|| "|…|".to_owned(), |names| format!("|{names}|"));
            alone(format!("the closure must own its variables: write `move {head}`"))
        }
        "E0597" | "E0716" | "E0505" | "E0515" | "E0506" => also(
            "a variable that outlives its cell can't borrow from another one. Keep the owned value (`.to_owned()`, `.clone()`), or put the lines that borrow in one { block }",
        ),
        "E0507" => alone("the value is part of another: write `&` before it, or `.clone()` after it"),
        "E0499" | "E0502" => {
            alone("the value is borrowed while it changes: finish the first use before the second, or use a `.clone()`")
        }
        _ => None,
    }
}
