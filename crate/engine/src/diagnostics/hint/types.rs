//! Values of another type than the one that is needed.

use super::numbers::{as_type, is_float, is_number, is_whole};
use super::{Case, Hint, alone};

const METRICS: [&str; 8] =
    ["Accuracy", "BinaryAccuracy", "Precision", "Recall", "F1Score", "TopKAccuracy", "MeanAbsoluteError", "Metric"];

pub(super) fn hint(case: &Case<'_>) -> Option<Hint> {
    match case.code() {
        "E0308" => mismatched(case),
        "E0605" | "E0606" | "E0604"
            if case.error.message.contains("str`") || case.error.message.contains("String`") =>
        {
            let value = case.at().split(" as ").next().unwrap_or("text").to_owned();
            alone(format!("a number is read from a string with `{value}.parse::<f64>()?`"))
        }
        "E0605" | "E0606" if case.error.message.contains("Tensor`") => {
            let value = case.at().split(" as ").next().unwrap_or("tensor").to_owned();
            alone(format!("a tensor of one number becomes a number with `{value}.to_scalar::<f32>()?`"))
        }
        "E0608" => {
            let of = case.error.message.rsplit('`').nth(1).unwrap_or("");
            if of.ends_with("Tensor") {
                return alone(
                    "a tensor has no `[ ]`: `tensor.get(0)?` gives a part, and `tensor.to_vec1::<f32>()?` all numbers",
                );
            }
            None
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
    if expected.ends_with("Dataset") && found.starts_with("(_, _)") {
        return alone("images and labels are one data set: write `let (train, test) = mnist::load()?;`");
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
    if METRICS.contains(&last(&expected).as_str()) && METRICS.contains(&last(&found).as_str()) {
        let list = (0..at)
            .rev()
            .find(|&open| case.text.is(open, "[") && case.text.closing(open).is_some_and(|close| close > at))?;
        let inside = case.text.source(list + 1..case.text.closing(list)?);
        return alone(format!("metrics of several types stand in parentheses: write `({inside})`"));
    }
    if expected.ends_with("Padding") && found == "&str" {
        return alone("write `Padding::Same` or `Padding::Valid`");
    }
    if expected.ends_with("Mode") && found == "&str" {
        return alone("write `Mode::Min`, `Mode::Max` or `Mode::Auto`");
    }
    if expected.ends_with("Verbose") && is_whole(found_number) {
        return alone("write `Verbose::Silent` for 0, `Verbose::Live` for 1 and `Verbose::Lines` for 2");
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
