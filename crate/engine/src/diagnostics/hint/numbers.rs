//! Arithmetic between values of different types.

use super::results::is_arithmetic;
use super::{Case, Hint, alone};

const WHOLE: [&str; 13] =
    ["{integer}", "i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16", "u32", "u64", "u128", "usize"];
const FLOATS: [&str; 3] = ["{float}", "f32", "f64"];

pub(super) fn is_whole(of: &str) -> bool {
    WHOLE.contains(&of.trim_start_matches('&'))
}

pub(super) fn is_float(of: &str) -> bool {
    FLOATS.contains(&of.trim_start_matches('&'))
}

pub(super) fn is_number(of: &str) -> bool {
    is_whole(of) || is_float(of)
}

pub(super) fn hint(case: &Case<'_>) -> Option<Hint> {
    let message = &case.error.message;
    let is_compared = message.starts_with("can't compare");
    if !matches!(case.code(), "E0277" | "E0369") || !(is_arithmetic(message) || is_compared) {
        return None;
    }
    let types: Vec<_> = crate::diagnostics::diagnostic::quoted(message).collect();
    let [first, second, ..] = types.as_slice() else { return None };
    // "cannot add `b` to `a`", "cannot subtract `b` from `a`", "cannot multiply `a` by `b`".
    let turned = message.starts_with("cannot add") || message.starts_with("cannot subtract");
    let (left, right) = if turned { (*second, *first) } else { (*first, *second) };
    let operands = case.operands();
    if is_number(left) && is_number(right) {
        return alone(mixed(left, right, operands));
    }
    let (a, operator, b) = operands?;
    if is_list(left) && is_number(right) {
        return alone(format!(
            "arithmetic does not work on a whole list: write `{a}.iter().map(|x| x {operator} {b}).collect::<Vec<_>>()`"
        ));
    }
    if is_list(right) && is_number(left) {
        return alone(format!(
            "arithmetic does not work on a whole list: write `{b}.iter().map(|x| {a} {operator} x).collect::<Vec<_>>()`"
        ));
    }
    if is_list(left) && is_list(right) {
        if operator == "+" {
            return alone(format!(
                "`[&{a}[..], &{b}[..]].concat()` joins lists, and to add number by number write `{a}.iter().zip(&{b}).map(|(a, b)| a + b).collect::<Vec<_>>()`"
            ));
        }
        return alone(format!("write `{a}.iter().zip(&{b}).map(|(a, b)| a {operator} b).collect::<Vec<_>>()`"));
    }
    if is_words(left) || is_words(right) {
        if operator == "+" && (is_words(left) || left == "String") {
            let place = |value: &str| {
                if value.starts_with('"') {
                    value.trim_matches('"').to_owned()
                } else if value.chars().all(|c| c.is_alphanumeric() || c == '_') {
                    format!("{{{value}}}")
                } else {
                    "{}".to_owned()
                }
            };
            let value = |value: &str| if place(value) == "{}" { format!(", {value}") } else { String::new() };
            return alone(format!(
                "strings are joined with `format!(\"{}{}\"{}{})`",
                place(&a),
                place(&b),
                value(&a),
                value(&b)
            ));
        }
        if operator == "*" && is_number(right) {
            return alone(format!("a string is repeated with `{a}.repeat({b})`"));
        }
        if is_compared {
            return alone(format!(
                "a string is not a number: write `{}.parse::<f64>()?`",
                if is_words(left) { &a } else { &b }
            ));
        }
    }
    None
}

fn is_list(of: &str) -> bool {
    let of = of.trim_start_matches('&');
    of.starts_with("Vec<") || of.starts_with('[')
}

fn is_words(of: &str) -> bool {
    matches!(of.trim_start_matches('&'), "str" | "String" | "std::string::String")
}

/// Returns the sentence for two types of numbers, with what to write for these operands.
fn mixed(left: &str, right: &str, operands: Option<(String, String, String)>) -> String {
    let Some((a, operator, b)) = operands else {
        return "numbers of two types don't mix: `x as f64` makes a float of a whole number".to_owned();
    };
    let (new_a, new_b) = if is_float(left) && is_whole(right) {
        (a, as_type(&b, left))
    } else if is_whole(left) && is_float(right) {
        (as_type(&a, right), b)
    } else {
        let b = as_type(&b, left);
        (a, b)
    };
    format!("numbers of two types don't mix: write `{new_a} {operator} {new_b}`")
}

/// Converts a number to another type.
pub(super) fn as_type(value: &str, of: &str) -> String {
    let of = of.trim_start_matches('&');
    let of = if of == "{float}" { "f64" } else { of };
    let is_literal =
        !value.is_empty() && value.trim_start_matches('-').bytes().all(|byte| byte.is_ascii_digit() || byte == b'_');
    if is_literal && is_float(of) {
        return format!("{value}.0");
    }
    let is_one = value.chars().all(|c| c.is_alphanumeric() || "_.()[]:?".contains(c));
    if is_one { format!("{value} as {of}") } else { format!("({value}) as {of}") }
}
