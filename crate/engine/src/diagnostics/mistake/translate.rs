//! Translates Python's expressions to Rust, to show what to write.
//!
//! Unknown parts stay as they are: the reader sees the shape of the line, with the names that were typed.

mod call;
mod print;

use std::ops::Range;

use super::text::{Text, TokenKind};
pub(super) use call::{
    constructor, is_named, method_with_named_arguments, named_arguments, parse_call, receiver, type_in_python_path,
};
use print::{call_macro, format_string, print};

/// Translates tokens to Rust.
pub(super) fn rust(text: &Text<'_>, tokens: Range<usize>) -> String {
    if let Some(condition) = text.find(tokens.start + 1..tokens.end, "if")
        && let Some(otherwise) = text.find(condition..tokens.end, "else")
        && !text.is(condition + 1, "let")
        && !text.source(condition..otherwise).contains('{')
        && text.ends_value(condition - 1)
    {
        let [value, condition, other] =
            [tokens.start..condition, condition + 1..otherwise, otherwise + 1..tokens.end].map(|part| rust(text, part));
        return format!("if {condition} {{ {value} }} else {{ {other} }}");
    }
    if text.is(tokens.start, "lambda")
        && let Some(colon) = text.find(tokens.clone(), ":")
    {
        let names = text.source(tokens.start + 1..colon);
        return format!("|{names}| {}", rust(text, colon + 1..tokens.end));
    }
    let mut out = String::new();
    let mut at = tokens.start;
    while at < tokens.end {
        if at > tokens.start && !text.touches(at) && !out.is_empty() && !out.ends_with(' ') {
            out.push(' ');
        }
        at = one(text, at, tokens.clone(), &mut out);
    }
    out.trim_end().to_owned()
}

/// Translates the expression that begins at a token, and returns the token after it.
fn one(text: &Text<'_>, at: usize, all: Range<usize>, out: &mut String) -> usize {
    let (word, is_value_before) = (text.word(at), at > all.start && text.ends_value(at - 1));
    let closing = || text.closing(at).filter(|&closing| closing < all.end);
    // It is translated once, because such calls may be deep.
    if at > all.start
        && text.is(at - 1, ".")
        && text.is(at + 1, "(")
        && let (Some(call), Some(closing)) = (method_with_named_arguments(text, at), text.closing(at + 1))
    {
        out.push_str(&call);
        return closing + 1;
    }
    match (text.kind(at), word) {
        (Some(TokenKind::Word), "f" | "F") if text.touches(at + 1) && is_text(text, at + 1) => {
            let (format, values) = format_string(text, text.word(at + 1));
            out.push_str(&call_macro("format!", &format, &values));
            return at + 2;
        }
        (Some(TokenKind::Quoted), _) => out.push_str(&double(word)),
        (Some(TokenKind::Word), "True") => out.push_str("true"),
        (Some(TokenKind::Word), "False") => out.push_str("false"),
        (Some(TokenKind::Word), "and") if is_value_before => out.push_str("&&"),
        (Some(TokenKind::Word), "or") if is_value_before => out.push_str("||"),
        (Some(TokenKind::Word), "not") => {
            out.push('!');
            return match text.word(at + 1) {
                "" => at + 1,
                _ => one(text, at + 1, all, out),
            };
        }
        (Some(TokenKind::Word), "is") if is_value_before && text.is(at + 1, "None") => {
            append_method(out, ".is_none()");
            return at + 2;
        }
        (Some(TokenKind::Word), "is") if is_value_before && text.is(at + 1, "not") && text.is(at + 2, "None") => {
            append_method(out, ".is_some()");
            return at + 3;
        }
        (Some(TokenKind::Word), "np")
            if text.is(at + 1, ".") && text.is(at + 2, "array") && text.is(at + 3, "(") && text.is(at + 4, "[") =>
        {
            if let Some(closing) = text.closing(at + 3).filter(|&closing| closing < all.end) {
                out.push_str(&format!("vec!{}", rust(text, at + 4..closing)));
                return closing + 1;
            }
            out.push_str(word);
        }
        (Some(TokenKind::Word), _) if type_in_python_path(text, at).is_some_and(|last| last < all.end) => {
            if let Some(last) = type_in_python_path(text, at)
                && let Some(closing) = text.closing(last + 1).filter(|&closing| closing < all.end)
                && let Some(made) = builtin(text, text.word(last), last + 2..closing)
            {
                out.push_str(&made);
                return closing + 1;
            }
            out.push_str(word);
        }
        (Some(TokenKind::Word), name) if text.is(at + 1, "(") && !(at > all.start && text.is(at - 1, ".")) => {
            if let Some(closing) = text.closing(at + 1).filter(|&closing| closing < all.end)
                && let Some(call) = builtin(text, name, at + 2..closing)
            {
                out.push_str(&call);
                return closing + 1;
            }
            out.push_str(name);
        }
        (_, "*") if is_value_before && text.is(at + 1, "*") && text.touches(at + 1) && at + 2 < all.end => {
            let power = text.word(at + 2);
            out.truncate(out.trim_end().len());
            let is_whole_base = text.kind(at - 1) == Some(TokenKind::Number) && !text.word(at - 1).contains('.');
            let is_whole = power.bytes().all(|byte| byte.is_ascii_digit());
            match (is_whole_base, is_whole) {
                (true, true) => out.push_str(&format!("_i64.pow({power})")),
                (false, true) => out.push_str(&format!(".powi({power})")),
                _ => out.push_str(&format!(".powf({power})")),
            }
            return at + 3;
        }
        (_, "[") => {
            if let Some(closing) = closing() {
                let inside = at + 1..closing;
                let made = if is_value_before { index(text, at - 1, inside) } else { list(text, inside) };
                out.push_str(&made);
                return closing + 1;
            }
            out.push_str(word);
        }
        (_, "{") if !is_value_before && is_text(text, at + 1) && text.is(at + 2, ":") && closing().is_some() => {
            let closing = closing().unwrap_or(at);
            out.push_str(&dictionary(text, at + 1..closing));
            return closing + 1;
        }
        (_, "(" | "{") => {
            if let Some(closing) = closing() {
                let parts: Vec<_> = text.parts(at + 1..closing).into_iter().map(|part| rust(text, part)).collect();
                out.push_str(&format!("{word}{}{}", parts.join(", "), text.word(closing)));
                return closing + 1;
            }
            out.push_str(word);
        }
        _ => out.push_str(word),
    }
    at + 1
}

/// Appends a method call to a value.
fn append_method(out: &mut String, method: &str) {
    out.truncate(out.trim_end().len());
    out.push_str(method);
}

/// Translates `{"a": 1}`.
pub(super) fn dictionary(text: &Text<'_>, inside: Range<usize>) -> String {
    let pair = |part: Range<usize>| {
        let colon = text.find(part.clone(), ":")?;
        Some(format!("({}, {})", rust(text, part.start..colon), rust(text, colon + 1..part.end)))
    };
    let pairs: Vec<_> = text.parts(inside).into_iter().filter_map(pair).collect();
    format!("std::collections::HashMap::from([{}])", pairs.join(", "))
}

/// Translates `[a, b]`, or a list comprehension.
fn list(text: &Text<'_>, inside: Range<usize>) -> String {
    if let Some(made) = comprehension(text, inside.clone()) {
        return format!("{made}.collect::<Vec<_>>()");
    }
    let parts: Vec<_> = text.parts(inside).into_iter().map(|part| rust(text, part)).collect();
    format!("[{}]", parts.join(", "))
}

/// Translates `value for name in things if condition` to an iterator.
pub(super) fn comprehension(text: &Text<'_>, inside: Range<usize>) -> Option<String> {
    let begin = text.find(inside.clone(), "for").filter(|&begin| begin > inside.start)?;
    let things = text.find(begin..inside.end, "in")?;
    let condition = text.find(things..inside.end, "if");
    let (value, name) = (rust(text, inside.start..begin), text.source(begin + 1..things));
    let name = if name.contains(',') { format!("({name})") } else { name.to_owned() };
    let source = iterated(text, things + 1..condition.unwrap_or(inside.end));
    let source = if source.contains("..") {
        format!("({source})")
    } else {
        let source = source.trim_start_matches('&').to_owned();
        if source.contains("iter()") { source } else { format!("{source}.iter()") }
    };
    let filter =
        condition.map_or_else(String::new, |at| format!(".filter(|{name}| {})", rust(text, at + 1..inside.end)));
    Some(format!("{source}{filter}.map(|{name}| {value})"))
}

/// Translates the values after `in` to something that a Rust loop accepts.
pub(super) fn iterated(text: &Text<'_>, tokens: Range<usize>) -> String {
    let inside = tokens.start + 2..tokens.end.saturating_sub(1);
    if text.is(tokens.start + 1, "(") && text.closing(tokens.start + 1) == Some(tokens.end.saturating_sub(1)) {
        let parts: Vec<_> = text.parts(inside.clone()).into_iter().map(|part| rust(text, part)).collect();
        match (text.word(tokens.start), parts.as_slice()) {
            ("enumerate", [things]) => return format!("{}.iter().enumerate()", operand(things)),
            ("zip", [first, second]) => return format!("{}.iter().zip(&{})", operand(first), operand(second)),
            ("reversed", [things]) => return format!("{}.iter().rev()", operand(things)),
            _ => {}
        }
    }
    let is_name = tokens.len() == 1 && text.is_name(tokens.start);
    let source = rust(text, tokens);
    if is_name { format!("&{source}") } else { source }
}

/// Translates the index `[i]` after a value.
fn index(text: &Text<'_>, value: usize, inside: Range<usize>) -> String {
    if let Some(colon) = text.find(inside.clone(), ":") {
        return format!("[{}..{}]", rust(text, inside.start..colon), rust(text, colon + 1..inside.end));
    }
    if text.is(inside.start, "-") && inside.len() == 2 && text.is_name(value) {
        return format!("[{}.len() - {}]", text.word(value), text.word(inside.start + 1));
    }
    let parts: Vec<_> = text.parts(inside).into_iter().map(|part| rust(text, part)).collect();
    format!("[{}]", parts.join("]["))
}

/// Translates a built-in function of Python's, or the construction of a type of the library's.
pub(super) fn builtin(text: &Text<'_>, name: &str, inside: Range<usize>) -> Option<String> {
    // Types are translated by themselves, because their arguments may be deep.
    if text.hints.is_unit_type(name) {
        return Some(name.to_owned());
    }
    if text.hints.is_builder_type(name) {
        return constructor(text, inside.start - 2, name);
    }
    let parts = text.parts(inside.clone());
    let made: Vec<String> = parts.iter().map(|part| rust(text, part.clone())).collect();
    if let Some(code) = text.hints.translate_function(name, &made) {
        return Some(code);
    }
    let iterator = |things: &str| match comprehension(text, inside.clone()) {
        Some(made) => made,
        None => format!("{}.iter()", operand(things)),
    };
    let is_whole = |part: &Range<usize>| part.len() == 1 && text.kind(part.start) == Some(TokenKind::Number);
    Some(match (name, made.as_slice()) {
        ("print", _) => print(text, &parts),
        ("len", [things]) => format!("{}.len()", operand(things)),
        ("range", [end]) => format!("0..{}", operand(end)),
        ("range", [start, end]) => format!("{}..{}", operand(start), operand(end)),
        ("range", [start, end, step]) if parts.get(2).is_some_and(is_whole) => {
            format!("({}..{}).step_by({step})", operand(start), operand(end))
        }
        ("str", [value]) => format!("{}.to_string()", operand(value)),
        ("int", [value]) if parts.first().is_some_and(|part| is_text(text, part.start)) => {
            format!("{value}.parse::<i64>()?")
        }
        ("float", [value]) if parts.first().is_some_and(|part| is_text(text, part.start)) => {
            format!("{value}.parse::<f64>()?")
        }
        ("int", [value]) => format!("{} as i64", operand(value)),
        ("float", [value]) => format!("{} as f64", operand(value)),
        ("abs", [value]) => format!("{}.abs()", operand(value)),
        ("round", [value]) => format!("{}.round()", operand(value)),
        ("sqrt" | "exp" | "sin" | "cos" | "tan", [value]) => format!("{}.{name}()", operand(&float(value))),
        ("log", [value]) => format!("{}.ln()", operand(&float(value))),
        ("sum", [things]) => format!("{}.sum::<f64>()", iterator(things)),
        ("max" | "min", [things]) => format!("{}.{name}()", iterator(things)),
        ("max" | "min", [one, other]) => format!("{}.{name}({other})", operand(one)),
        ("sorted", [things]) => format!("{{ let mut sorted = {}.clone(); sorted.sort(); sorted }}", operand(things)),
        ("list", [range]) if range.contains("..") && !range.contains('(') => format!("({range}).collect::<Vec<_>>()"),
        ("list", [things]) => format!("{}.collect::<Vec<_>>()", iterator(things)),
        ("any" | "all", [_]) if comprehension(text, inside.clone()).is_some() => {
            format!("{}.{name}(|x| x)", iterator(""))
        }
        _ => return None,
    })
}

fn float(value: &str) -> String {
    let is_whole = value.bytes().all(|byte| byte.is_ascii_digit());
    if is_whole { format!("{value}.0_f64") } else { value.to_owned() }
}

/// Translates a string literal.
fn double(literal: &str) -> String {
    let text = inside(literal);
    let text = if literal.starts_with('\'') { text.replace("\\'", "'").replace('"', "\\\"") } else { text.to_owned() };
    format!("\"{text}\"")
}

/// Returns the text between the quotes.
pub(super) fn inside(literal: &str) -> &str {
    literal.get(1..literal.len().saturating_sub(1)).unwrap_or("")
}

pub(super) fn is_text(text: &Text<'_>, index: usize) -> bool {
    matches!(text.kind(index), Some(TokenKind::Text | TokenKind::Quoted | TokenKind::Char))
}

/// Returns a value in parentheses, unless a method can be called on it as it is.
pub(super) fn operand(value: &str) -> String {
    let is_one = value.chars().all(|c| c.is_alphanumeric() || "_.()[]:\"&?!".contains(c)) && !value.starts_with('&');
    if is_one { value.to_owned() } else { format!("({value})") }
}

/// Translates the value of an argument, in which a string may be a name of the library's. `option` is the argument's name.
pub(super) fn argument(text: &Text<'_>, option: &str, value: Range<usize>) -> String {
    if value.len() == 1
        && is_text(text, value.start)
        && let Some(named) = text.hints.named_value(inside(text.word(value.start)), option)
    {
        return named.to_owned();
    }
    if text.is(value.start, "[") && text.closing(value.start) == Some(value.end - 1) {
        let parts = text.parts(value.start + 1..value.end - 1);
        let parts: Vec<_> = parts.into_iter().map(|part| argument(text, option, part)).collect();
        if parts.iter().any(|part| part.starts_with(char::is_uppercase)) {
            return format!("[{}]", parts.join(", "));
        }
    }
    rust(text, value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn translated(code: &str) -> String {
        let text = Text::parse(code);
        rust(&text, 0..text.tokens.len())
    }

    #[test]
    fn python_s_expressions_become_rust_s() {
        for (python, wanted) in [
            ("[x * 2 for x in xs]", "xs.iter().map(|x| x * 2).collect::<Vec<_>>()"),
            ("[i for i in range(5) if i > 2]", "(0..5).filter(|i| i > 2).map(|i| i).collect::<Vec<_>>()"),
            ("x ** 2 + y", "x.powi(2) + y"),
            ("2 ** 10", "2_i64.pow(10)"),
            ("not done and True", "!done && true"),
            ("f\"{a} and {b:.2f} {c + 1}\"", "format!(\"{a} and {b:.2} {}\", c + 1)"),
            ("'it'", "\"it\""),
            ("len(xs) - 1", "xs.len() - 1"),
            ("xs[-1]", "xs[xs.len() - 1]"),
            ("xs[1:3]", "xs[1..3]"),
            ("1 if x > 2 else 0", "if x > 2 { 1 } else { 0 }"),
            ("lambda a, b: a + b", "|a, b| a + b"),
            ("x is not None", "x.is_some()"),
            ("print(\"x\", x, y + 1)", "println!(\"x {x} {}\", y + 1)"),
            ("print(f\"{x}\")", "println!(\"{x}\")"),
            ("print('a {}'.format(n))", "println!(\"a {}\", n)"),
            ("sum(x for x in xs)", "xs.iter().map(|x| x).sum::<f64>()"),
        ] {
            assert_eq!(translated(python), wanted, "{python}");
        }
    }
}
