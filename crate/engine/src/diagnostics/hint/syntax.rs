//! Errors of the parser, which have no code.

use super::{Case, Hint, alone};
use crate::diagnostics::mistake::line_of;

pub(super) fn hint(case: &Case<'_>) -> Option<Hint> {
    let message = case.error.message.as_str();
    if message.starts_with("expected `;`") || message.starts_with("expected one of `!`, `.`, `::`, `;`") {
        return semicolon(case);
    }
    if message.contains("format argument must be a string literal") {
        let value = case.at();
        let is_name = value.chars().all(|c| c.is_alphanumeric() || c == '_');
        return alone(if is_name {
            format!("write `println!(\"{{{value}}}\")`, or end the cell with `{value}` to show it")
        } else {
            format!("write `println!(\"{{}}\", {value})`, or end the cell with `{value}` to show it")
        });
    }
    if message.starts_with("expected one of `:`, `@`, or `|`") {
        let line = case.cell.lines().nth(line_of(case.cell, case.error.place()?.start) - 1)?;
        if line.contains("fn ") {
            return alone("each parameter of a function needs its type: write `name: f64`");
        }
    }
    if message.contains("negative integers cannot be used to index") {
        return alone("an index can't be negative: the last value of `list` is `list[list.len() - 1]`");
    }
    None
}

/// Returns the hint for a line without its `;`.
fn semicolon(case: &Case<'_>) -> Option<Hint> {
    let place = case.error.place()?;
    let line = case.cell.lines().nth(line_of(case.cell, place.start) - 1)?.trim_end();
    let at_end = case.cell[..place.start].ends_with(line.trim_start())
        || case.cell[place.start..].trim_start_matches([' ', '\t']).starts_with(['\n'])
        || case.cell[place.start..].trim().is_empty();
    at_end.then(|| alone(format!("a statement ends with `;`: write `{};`", line.trim()))).flatten()
}
