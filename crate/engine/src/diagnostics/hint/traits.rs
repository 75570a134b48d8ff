//! Types that don't implement a required trait.

use super::numbers::{as_type, is_float, is_whole};
use super::{Case, Hint, alone, also};

pub(super) fn hint(case: &Case<'_>) -> Option<Hint> {
    if case.code() != "E0277" {
        return None;
    }
    let message = case.error.message.as_str();
    let value = case.at();
    if message.contains("IntoCount` is not satisfied") || message.contains("is not a whole number") {
        let is_literal =
            value.trim_start_matches('-').bytes().all(|byte| byte.is_ascii_digit() || byte == b'.' || byte == b'_');
        if message.contains("{float}") && is_literal {
            let whole = value.trim_end_matches('0').trim_end_matches('.');
            let whole = if whole.contains('.') { whole.split('.').next().unwrap_or(whole) } else { whole };
            let whole = value.split('.').next().filter(|whole| !whole.is_empty()).unwrap_or(whole);
            return alone(format!("this takes a whole number: write `{whole}`"));
        }
        if message.contains("f64") || message.contains("f32") || message.contains("{float}") {
            return alone(format!("this takes a whole number: write `{}`", as_type(value, "usize")));
        }
        return alone(format!("this takes a whole number, and `{value}` is not one"));
    }
    // the trait bound `A: From<B>` is not satisfied
    if let Some((wanted, given)) = bound(message) {
        return conversion(case, wanted, given);
    }
    if message.contains("is not a number") && (message.contains("&str") || message.contains("String")) {
        return alone(format!(
            "this takes a number, and {value} is a string: write a number, or `{value}.parse::<f64>()?`"
        ));
    }
    if let Some(advice) =
        case.error.advice.as_ref().filter(|_| message.contains(" is not a") || message.contains("does not say"))
    {
        let row = value.strip_prefix('"').and_then(|name| case.host.hints.advice_for_name(name.trim_end_matches('"')));
        return alone(row.unwrap_or_else(|| advice.clone()));
    }
    if message.contains("doesn't implement `") && message.contains("Display`") {
        return alone(format!("this type is printed with `{{:?}}`: write `{}`", debug(value)));
    }
    if message.contains("doesn't implement `") && message.contains("Debug`") {
        return alone("add `#[derive(Debug)]` above the type's definition");
    }
    if message.contains("is not an iterator") {
        let of = case.error.name().unwrap_or("");
        if is_whole(of) {
            return alone(format!("`for` needs a range or a list: write `0..{value}`"));
        }
        return None;
    }
    if message.contains("cannot be indexed by") {
        let index = crate::diagnostics::diagnostic::quoted(message).nth(1).unwrap_or("");
        if is_whole(index) || is_float(index) {
            return alone(format!("an index must be a `usize`: write `{}`", as_type(value, "usize")));
        }
        if message.contains("`str`") || message.contains("String`") {
            return alone("a string has no index: `text.chars().nth(0)` gives a letter, and `&text[0..2]` a part");
        }
    }
    None
}

/// Returns the wanted and the given type of a bound on `From`.
fn bound(message: &str) -> Option<(&str, &str)> {
    let (wanted, rest) = message.strip_prefix("the trait bound `")?.split_once(": From<")?;
    let given = rest.strip_suffix(">` is not satisfied")?;
    Some((wanted, given))
}

fn conversion(case: &Case<'_>, wanted: &str, given: &str) -> Option<Hint> {
    let value = case.at();
    let kind = wanted.rsplit("::").next().unwrap_or(wanted);
    match given {
        "{integer}" | "i32" | "i64" | "usize" | "u32" if kind == "Vec<usize>" || kind.starts_with("Vec<") => {
            alone(format!("this takes a list: write `[{value}]`"))
        }
        "{integer}" | "i32" | "i64" | "usize" | "u32" => {
            alone(format!("this takes a float: write `{}`", as_type(value, "f64")))
        }
        "{float}" | "f64" if kind == "Vec<usize>" => alone("this takes a list of whole numbers, such as `[28, 28]`"),
        "&str" | "String" => {
            let name = value.strip_prefix('"').and_then(|rest| rest.split('"').next());
            if let Some(row) = name.and_then(|name| case.host.hints.advice_for_name(name)) {
                return alone(row);
            }
            alone(format!("this takes a `{kind}`, not a string"))
        }
        "Vec<f64>" | "[f64; _]" if kind == "Vec<f32>" => {
            alone(format!("this takes `f32` numbers: write `{value}.iter().map(|&x| x as f32).collect::<Vec<_>>()`"))
        }
        _ if given.starts_with('(') && kind == "Vec<usize>" => alone(format!(
            "a shape is written in square brackets: write `[{}]`",
            value.trim_matches(['(', ')']).trim_end_matches(',')
        )),
        _ => also(format!("this takes a `{kind}`: type `{kind}::` and press Tab to see how to create one")),
    }
}

/// Returns the placeholder of a value with `{:?}`.
fn debug(value: &str) -> String {
    match value.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
        Some(name) => format!("{{{}:?}}", name.trim_end_matches(':')),
        None => "{:?}".to_owned(),
    }
}
