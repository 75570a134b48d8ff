//! Mismatched types.

use super::numbers::{as_type, is_float, is_number, is_whole};
use super::{Case, Hint, alone};

pub(super) fn hint(case: &Case<'_>) -> Option<Hint> {
    match case.code() {
        "E0308" => mismatched(case),
        "E0605" | "E0606" | "E0604"
            if case.error.message.contains("str`") || case.error.message.contains("String`") =>
        {
            let value = case.at().split(" as ").next().unwrap_or("text").to_owned();
            alone(format!("a number is read from a string with `{value}.parse::<f64>()?`"))
        }
        "E0614" => alone("Rust has no `**`: write `x.powi(2)` for a float, `x.pow(2)` for a whole number"),
        _ => None,
    }
}

fn mismatched(case: &Case<'_>) -> Option<Hint> {
    let (expected, found) = case.expected_and_found()?;
    let value = case.at();
    let at = case.text.token_at(case.error.place()?.start)?;
    if at > 0 && case.text.is(at - 1, "return") && !case.is_in_function() {
        return alone("`return` ends a function, and this cell is none: to show a value, end the cell with it");
    }
    let last = |of: &str| of.rsplit("::").next().unwrap_or(of).to_owned();
    let found_number = if found == "integer" {
        "{integer}"
    } else if found == "floating-point number" {
        "{float}"
    } else {
        found.as_str()
    };
    let is_short = value.len() < 40 && !value.contains('\n');
    if is_number(&expected) && is_number(found_number) {
        let fixed = if is_float(found_number) && is_whole(&expected) && is_literal(value) {
            value.split('.').next().unwrap_or(value).to_owned()
        } else {
            as_type(value, &expected)
        };
        return alone(if is_short {
            format!("write `{fixed}`: `1.0` is a float, `1` is a whole number, and `x as {expected}` converts")
        } else {
            format!("`x as {expected}` converts a number")
        });
    }
    if is_number(&expected) && matches!(found.as_str(), "&str" | "String") {
        return alone(format!(
            "`{expected}` is a number and {value} is a string: write a number, or read one with `{value}.parse::<{expected}>()?`"
        ));
    }
    if expected == "bool" && is_number(found_number) {
        return alone(format!("a condition must be `true` or `false`: write `{value} != 0`"));
    }
    if let Some(inner) = expected.strip_prefix('&')
        && (inner == found || last(inner) == last(&found))
    {
        return alone(if is_short {
            format!("this takes a reference: write `&{value}`")
        } else {
            "this takes a reference: write `&` before the value".to_owned()
        });
    }
    if let Some(inner) = expected.strip_prefix("&mut ")
        && (last(inner) == last(&found) || found.trim_start_matches('&') == inner)
    {
        return alone(format!("this changes the value: write `&mut {}`", value.trim_start_matches('&')));
    }
    if expected.starts_with("&mut Vec")
        && case.at_label("method").is_none()
        && case.text.tokens.iter().enumerate().any(|(at, _)| case.text.is(at, "append"))
    {
        return alone(format!("`push` adds one value: write `.push({value})`"));
    }
    if (expected.starts_with("[_; 2]") || expected.starts_with("[usize; 2]") || expected.ends_with("; 2]"))
        && is_whole(found_number)
    {
        return alone(format!("give height and width: write `[{value}, {value}]`"));
    }
    if expected.contains("String") && found == "&str" {
        return alone(format!("write `{value}.to_string()`"));
    }
    if expected == "&str" && found.ends_with("String") {
        return alone(format!("write `&{value}`"));
    }
    if found.starts_with("Option<") && !expected.starts_with("Option<") {
        return alone(format!(
            "this is an `Option`, whose value may be missing: write `{value}.unwrap()`, or `if let Some(x) = {value} {{ … }}`"
        ));
    }
    None
}

fn is_literal(value: &str) -> bool {
    !value.is_empty()
        && value.trim_start_matches('-').bytes().all(|byte| byte.is_ascii_digit() || byte == b'.' || byte == b'_')
}
