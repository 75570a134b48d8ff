//! Values inside a `Result`, and `?` in wrong places.

use super::{Case, Hint, alone};
use crate::diagnostics::diagnostic::quoted;

pub(super) fn hint(case: &Case<'_>) -> Option<Hint> {
    match case.code() {
        "E0308" => mismatched(case),
        "E0599"
            if case.error.message.contains("Result<")
                || case.error.says("in `Result<")
                || case.error.message.contains("enum `Result") =>
        {
            let made = made_by(case);
            alone(match made {
                Some(call) => {
                    format!("the value is inside a `Result`: write `?` after the call that made it, `{call}?`")
                }
                None => "the value is inside a `Result`: write `?` after the call that made it".to_owned(),
            })
        }
        "E0277" if is_arithmetic(&case.error.message) && case.error.message.contains("Result<") => arithmetic(case),
        "E0369" | "E0600" if case.error.message.contains("Result<") => arithmetic(case),
        "E0614" if case.error.message.contains("Result<") => {
            alone("the value is inside a `Result`: write `?` after the call that made it")
        }
        "E0608" | "E0609" | "E0610" if case.error.message.contains("Result<") => {
            alone("the value is inside a `Result`: write `?` after the call that made it")
        }
        "E0277" if case.error.message.contains("is not an iterator") && case.error.message.contains("Result<") => {
            alone(format!("`{0}` gives a `Result`: write `{0}?`", case.at()))
        }
        "E0277" if case.error.message.contains("Result<") && case.error.message.contains("trait bound") => {
            alone(format!("`{0}` gives a `Result`: write `{0}?`", case.at()))
        }
        "E0277" if case.error.message.contains("couldn't convert the error") => {
            let boxed = "let the function return `std::result::Result<(), Box<dyn std::error::Error>>`";
            alone(match case.host.hints.error_conversion() {
                Some(convert) => format!("{convert}, or {boxed}"),
                None => boxed.to_owned(),
            })
        }
        "E0277" if case.error.message.contains("`?` operator can only be used in") => alone(
            "`?` works in a cell, and in a function that returns a `Result`: `fn name(…) -> Result<f64> { … Ok(value) }`",
        ),
        "E0277" if case.error.message.contains("`?` operator can only be applied") => {
            let value = case.at().trim_end_matches('?');
            alone(format!("`{value}` is not a `Result`: delete the `?`"))
        }
        _ => None,
    }
}

pub(super) fn is_arithmetic(message: &str) -> bool {
    [
        "cannot add",
        "cannot subtract",
        "cannot multiply",
        "cannot divide",
        "cannot calculate",
        "cannot mul",
        "cannot sub",
        "cannot div",
    ]
    .iter()
    .any(|words| message.contains(words))
}

fn mismatched(case: &Case<'_>) -> Option<Hint> {
    let (expected, found) = case.expected_and_found()?;
    let is_result = |kind: &str| kind.starts_with("Result<") || kind.contains("::Result<");
    if is_result(&expected) && !is_result(&found) {
        // let (a, b) = call(), whose pattern is no Result.
        if let Some(call) = case.at_label("this expression has type") {
            return alone(format!("`{call}` gives a `Result`: write `?` after the call, `{call}?`"));
        }
        return alone(format!("the function returns a `Result`: write `Ok({})`", case.at()));
    }
    if is_result(&found) && !is_result(&expected) {
        let value = case.at();
        let is_call = value.ends_with(')') && !value.contains([' ', '*', '+', '/'])
            || value.chars().all(|c| c.is_alphanumeric() || c == '_');
        let fixed = if is_call { format!("{value}?") } else { format!("({value})?") };
        let short = fixed.chars().count() <= 60 && !fixed.contains('\n');
        return alone(if short {
            format!("the value is inside a `Result`: write `{fixed}`")
        } else {
            "the value is inside a `Result`: add `?` after it".to_owned()
        });
    }
    None
}

/// Returns the hint for arithmetic with a `Result`, as in `tensor.sum(1)? - x + 1.0`, whose difference is one.
fn arithmetic(case: &Case<'_>) -> Option<Hint> {
    let message = &case.error.message;
    let place = case.error.place()?;
    let is_operator = case.at().len() <= 2;
    if !is_operator {
        return alone("one side is inside a `Result`: put it in parentheses and add `?`, as in `(a - b)? + c`");
    }
    let at = case.text.token_at(place.start)?;
    let operator = case.at();
    // "cannot add `b` to `a`", "cannot subtract `b` from `a`", "cannot multiply `a` by `b`".
    let types: Vec<_> = quoted(message).collect();
    let is_turned = message.starts_with("cannot add") || message.starts_with("cannot subtract");
    let left_type = if is_turned { types.get(1) } else { types.first() };
    let is_left = left_type.is_some_and(|of| of.contains("Result<"));
    let begin = expression_start(case, at);
    let right = case.text.value_after(at + 1);
    let (left, right) = (case.text.source(begin..at), case.text.source(right));
    if left.is_empty() || right.is_empty() || left.contains('\n') {
        return alone("one side is inside a `Result`: put it in parentheses and add `?`, as in `(a - b)? + c`");
    }
    let is_whole = left.starts_with('(') && case.text.closing(begin) == Some(at - 1);
    let left_fixed = if is_whole || !left.contains(' ') { format!("{left}?") } else { format!("({left})?") };
    alone(if is_left {
        format!("`{left}` is a `Result`: write `{left_fixed} {operator} {right}`")
    } else {
        format!("`{right}` is a `Result`: write `{right}?`")
    })
}

/// Returns the token that begins the expression around a token.
fn expression_start(case: &Case<'_>, at: usize) -> usize {
    let mut start = at;
    while let Some(before) = start.checked_sub(1) {
        match case.text.word(before) {
            ")" | "]" | "}" => match case.text.opening(before) {
                Some(open) => start = open,
                None => return start,
            },
            "=" | ";" | "," | "{" | "(" | "[" | "return" => return start,
            _ => start = before,
        }
    }
    start
}

/// Returns the call that defines the variable whose method is missing.
fn made_by<'a>(case: &'a Case<'_>) -> Option<&'a str> {
    let at = case.text.token_at(case.error.place()?.start)?;
    let receiver = case.text.value_before(at.checked_sub(1)?);
    if receiver.len() > 1 {
        let source = case.text.source(receiver);
        return (source.len() < 60 && !source.contains('\n')).then_some(source);
    }
    let name = case.text.word(receiver.start);
    let made =
        (1..at).rev().find(|&index| case.text.is(index, name) && matches!(case.text.word(index - 1), "let" | "mut"))?;
    let equal = case.text.find(made..case.text.tokens.len(), "=")?;
    let end = case.text.find(equal..case.text.tokens.len(), ";")?;
    let source = case.text.source(equal + 1..end);
    (source.len() < 60 && !source.contains('\n')).then_some(source)
}
