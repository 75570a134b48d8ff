//! Translates Python's `print` and f-strings to Rust's format strings.

use std::ops::Range;

use super::{inside, is_text, rust};
use crate::diagnostics::mistake::text::{Text, TokenKind};

/// Translates `print(a, "b", f"{c}")` to `println!`.
pub(crate) fn print(text: &Text<'_>, parts: &[Range<usize>]) -> String {
    let (mut words, mut values, mut name) = (Vec::new(), Vec::new(), "println!");
    for part in parts {
        let start = part.start;
        if text.is(start + 1, "=") && !text.is(start + 2, "=") {
            if text.is(start, "end") {
                name = "print!";
            }
            continue;
        }
        if part.len() == 1 && is_text(text, start) {
            words.push(inside(text.word(start)).replace('{', "{{").replace('}', "}}"));
        } else if part.len() == 1 && text.kind(start) == Some(TokenKind::Number) {
            words.push(text.word(start).to_owned());
        } else if part.len() == 2 && text.is(start, "f") && is_text(text, start + 1) {
            let (format, more) = format_string(text, text.word(start + 1));
            words.push(format);
            values.extend(more);
        } else if is_text(text, start)
            && text.is(start + 1, ".")
            && text.is(start + 2, "format")
            && text.is(start + 3, "(")
        {
            words.push(inside(text.word(start)).to_owned());
            let given = start + 4..part.end - 1;
            values.extend(text.parts(given).into_iter().map(|part| rust(text, part)));
        } else if part.len() == 1
            && text.is_name(start)
            && !matches!(text.word(start), "True" | "False" | "None" | "self")
        {
            words.push(format!("{{{}}}", text.word(start)));
        } else {
            words.push("{}".to_owned());
            values.push(rust(text, part.clone()));
        }
    }
    call_macro(name, &words.join(" "), &values)
}

pub(crate) fn call_macro(name: &str, format: &str, values: &[String]) -> String {
    let values: String = values.iter().map(|value| format!(", {value}")).collect();
    if format.is_empty() && values.is_empty() { format!("{name}()") } else { format!("{name}(\"{format}\"{values})") }
}

/// Translates an f-string to a format string, and returns the values of its placeholders that are not names.
pub(crate) fn format_string(text: &Text<'_>, literal: &str) -> (String, Vec<String>) {
    let (mut format, mut values) = (String::new(), Vec::new());
    let mut rest = inside(literal);
    while let Some(open) = rest.find('{') {
        format.push_str(&rest[..open]);
        rest = &rest[open..];
        if rest.starts_with("{{") {
            format.push_str("{{");
            rest = &rest[2..];
            continue;
        }
        let close = rest.find('}').unwrap_or(rest.len());
        let place = &rest[1..close];
        let (value, form) = match place.rsplit_once(':') {
            Some((value, form)) if !value.ends_with(':') => (value, form.trim_end_matches(['f', 'd', 's'])),
            _ => (place, ""),
        };
        let (value, form) = match value.strip_suffix("!r") {
            Some(value) => (value, "?"),
            None => (value, form),
        };
        let is_name = !value.is_empty() && value.chars().all(|c| c.is_alphanumeric() || c == '_');
        let form = if form.is_empty() { String::new() } else { format!(":{form}") };
        if is_name {
            format.push_str(&format!("{{{value}{form}}}"));
        } else {
            format.push_str(&format!("{{{form}}}"));
            let inner = Text::with_hints(value, text.hints);
            values.push(rust(&inner, 0..inner.tokens.len()));
        }
        rest = rest.get(close + 1..).unwrap_or("");
    }
    format.push_str(rest);
    (format, values)
}
