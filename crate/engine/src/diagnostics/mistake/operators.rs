//! Python's operators and words in expressions.

use super::Finding;
use super::text::{Text, TokenKind};
use super::translate::{comprehension, dictionary, is_text, rust};
use crate::diagnostics::defined_names::DefinedNames;

/// Finds the Python expression at this token.
pub(super) fn find(text: &Text<'_>, at: usize, known: &DefinedNames) -> Option<Finding> {
    find_word(text, at, known).or_else(|| find_sign(text, at)).or_else(|| find_misspelled_type(text, at, known))
}

/// Finds a word of Python's in an expression.
fn find_word(text: &Text<'_>, at: usize, known: &DefinedNames) -> Option<Finding> {
    let word = text.word(at);
    let is_value_before = at > 0 && text.ends_value(at - 1);
    let found = |end: usize, sentence: String| Some(Finding::new(text.bytes(at..end), sentence));
    match word {
        "f" | "F" | "rf" | "fr" if text.touches(at + 1) && is_text(text, at + 1) => {
            let written = rust(text, at..at + 2);
            let filled = written.strip_prefix("format!(").and_then(|rest| rest.strip_suffix(')')).unwrap_or(&written);
            if at > 1 && text.is(at - 1, "(") && text.is(at - 2, "!") {
                return found(at + 2, format!("Rust needs no `f` here: write `{filled}`"));
            }
            found(at + 2, format!("Rust has no f-strings: write `{written}`"))
        }
        "True" | "False" if !known.has(word) => {
            let small = word.to_ascii_lowercase();
            found(at + 1, format!("`{word}` is lowercase in Rust: write `{small}`"))
                .map(|finding| finding.because(&format!("`{word}`")))
        }
        "and" | "or" if is_value_before => {
            found(at + 1, format!("Rust has no `{word}`: write `{}`", if word == "and" { "&&" } else { "||" }))
        }
        "not" if !is_value_before && !known.has("not") && (text.is_name(at + 1) || text.is(at + 1, "(")) => {
            found(at + 1, format!("Rust has no `not`: write `!{}`", rust(text, at + 1..at + 2)))
        }
        "not" if is_value_before && text.is(at + 1, "in") => contains(text, at, at + 2, "!"),
        "in" if is_value_before && !in_for(text, at) => contains(text, at, at + 1, ""),
        "is" if is_value_before => {
            let (negated, value) = if text.is(at + 1, "not") { (true, at + 2) } else { (false, at + 1) };
            let write = match (text.word(value), negated) {
                ("None", false) => "call `.is_none()` on the value".to_owned(),
                ("None", true) => "call `.is_some()` on the value".to_owned(),
                (_, false) => "write `==`".to_owned(),
                (_, true) => "write `!=".to_owned(),
            };
            found(value, format!("Rust has no `is`: {write}"))
        }
        "lambda" => {
            let end = (at + 1..text.line_end(at))
                .find(|&index| matches!(text.word(index), ";" | ")"))
                .unwrap_or(text.line_end(at));
            found(at + 1, format!("a `lambda` is a closure in Rust: `{}`", rust(text, at..end)))
        }
        "None"
            if text.is(at.wrapping_sub(1), "=")
                && !text.is(at.wrapping_sub(2), "=")
                && text.is_name(at.wrapping_sub(2))
                && text.is(at.wrapping_sub(3), "let") =>
        {
            let name = text.word(at - 2);
            found(
                at + 1,
                format!("`None` needs the type of the value it may hold: write `let {name}: Option<f64> = None;`"),
            )
        }
        "if" if is_value_before && !text.begins_line(at) => {
            let end = (at..text.line_end(at)).find(|&index| text.is(index, ";")).unwrap_or(text.line_end(at));
            text.find(at..end, "else")?;
            if text.source(at..end).contains('{') {
                return None;
            }
            let begin = (0..at)
                .rev()
                .find(|&index| matches!(text.word(index), "=" | "(" | "," | "return"))
                .map_or(at - 1, |index| index + 1);
            found(at + 1, format!("write `{}`", rust(text, begin..end)))
        }
        _ => None,
    }
}

/// Finds an operator or bracket of another language.
fn find_sign(text: &Text<'_>, at: usize) -> Option<Finding> {
    let word = text.word(at);
    let is_value_before = at > 0 && text.ends_value(at - 1);
    let found = |end: usize, sentence: String| Some(Finding::new(text.bytes(at..end), sentence));
    match word {
        "*" if is_value_before && text.is(at + 1, "*") && text.touches(at + 1) && text.tokens.get(at + 2).is_some() => {
            let written = rust(text, at - 1..at + 3);
            let other = written.replace(".powi(", ".pow(");
            let whole =
                if other == written { String::new() } else { format!(" for a float, `{other}` for a whole number") };
            Some(
                Finding::new(text.bytes(at - 1..at + 3), format!("Rust has no `**`: write `{written}`{whole}"))
                    .because("dereferenced"),
            )
        }
        "+" | "-"
            if is_value_before
                && text.is_name(at - 1)
                && text.is(at + 1, word)
                && text.touches(at + 1)
                && !begins_operand(text, at + 2) =>
        {
            let name = text.word(at - 1);
            Some(Finding::new(
                text.bytes(at - 1..at + 2),
                format!("Rust has no `{word}{word}`: write `{name} {word}= 1;`"),
            ))
        }
        "=" if text.is(at + 1, "=") && text.is(at + 2, "=") && text.touches(at + 1) && text.touches(at + 2) => {
            found(at + 3, "Rust has no `===`: write `==`".to_owned())
        }
        "<" if text.is(at + 1, ">")
            && text.touches(at + 1)
            && is_value_before
            && text.kind(at + 2) == Some(TokenKind::Number) =>
        {
            found(at + 2, "Rust has no `<>`: write `!=`".to_owned())
        }
        "[" => brackets(text, at, is_value_before),
        "{" if !is_value_before && is_text(text, at + 1) && text.is(at + 2, ":") => {
            let end = text.closing(at)?;
            found(end + 1, format!("Rust has no dictionary literal: write `{}`", dictionary(text, at + 1..end)))
        }
        "?" if is_value_before
            && text
                .find(at..text.line_end(at), ":")
                .is_some_and(|colon| !text.is(colon + 1, ":") && !text.is(colon - 1, ":"))
            && !text.is(at + 1, ".")
            && !text.is(at + 1, ";") =>
        {
            let colon = text.find(at..text.line_end(at), ":")?;
            let end = (colon..text.line_end(at)).find(|&index| text.is(index, ";")).unwrap_or(text.line_end(at));
            let (value, other) = (rust(text, at + 1..colon), rust(text, colon + 1..end));
            found(at + 1, format!("Rust has no `? :`: write `if … {{ {value} }} else {{ {other} }}`"))
        }
        _ if text.kind(at) == Some(TokenKind::Text)
            && text.word(at) == "\"\""
            && text.kind(at + 1) == Some(TokenKind::Text)
            && text.touches(at + 1) =>
        {
            Some(Finding::new(
                text.bytes(at..at + 2),
                "Rust has no triple quotes: `\"…\"` may span several lines".to_owned(),
            ))
        }
        _ => None,
    }
}

/// Finds the `new` of a type whose name differs from one of the library's only in case and underscores.
fn find_misspelled_type(text: &Text<'_>, at: usize, known: &DefinedNames) -> Option<Finding> {
    let is_new = text.is(at, ":") && text.is(at + 1, ":") && text.is(at + 2, "new") && at > 0 && text.is_name(at - 1);
    if !is_new {
        return None;
    }
    let name = text.word(at - 1);
    let spelled = text.hints.spelling(name).filter(|spelled| *spelled != name)?;
    if known.has(name) {
        return None;
    }
    let rest = if text.hints.is_unit_type(spelled) { spelled.to_owned() } else { format!("{spelled}::new") };
    Some(
        Finding::new(text.bytes(at - 1..at), format!("the name is `{spelled}`: write `{rest}`"))
            .because(&format!("`{name}`")),
    )
}

/// Returns the finding for `x in xs`.
fn contains(text: &Text<'_>, at: usize, things: usize, negated: &str) -> Option<Finding> {
    let (value, things) = (text.word(at - 1), text.word(things));
    let value = if matches!(text.kind(at - 1), Some(TokenKind::Word | TokenKind::Number)) {
        format!("&{value}")
    } else {
        value.to_owned()
    };
    Some(Finding::new(text.bytes(at..at + 1), format!("write `{negated}{things}.contains({value})`")))
}

/// Returns whether this `in` belongs to a `for`.
fn in_for(text: &Text<'_>, at: usize) -> bool {
    (at.saturating_sub(12)..at).rev().any(|index| text.is(index, "for"))
}

fn begins_operand(text: &Text<'_>, at: usize) -> bool {
    !text.begins_line(at)
        && (matches!(text.kind(at), Some(TokenKind::Word | TokenKind::Number | TokenKind::Text | TokenKind::Char))
            || text.is(at, "("))
}

/// Finds a list comprehension, a negative index or a slice.
fn brackets(text: &Text<'_>, at: usize, is_value_before: bool) -> Option<Finding> {
    let closing = text.closing(at)?;
    let inside = at + 1..closing;
    if !is_value_before {
        comprehension(text, inside.clone())?;
        return Some(Finding::new(
            text.bytes(at..closing + 1),
            format!("Rust has no list comprehensions: write `{}`", rust(text, at..closing + 1)),
        ));
    }
    if text.is(inside.start, "-") && inside.len() == 2 && text.kind(inside.start + 1) == Some(TokenKind::Number) {
        return Some(
            Finding::new(text.bytes(at..closing + 1), from_the_end(text, at, text.word(inside.start + 1)))
                .because("index"),
        );
    }
    let colon = text.find(inside.clone(), ":")?;
    if text.is(colon + 1, ":") || text.is(colon - 1, ":") {
        return None;
    }
    let name = if text.is_name(at - 1) { text.word(at - 1) } else { "" };
    Some(Finding::new(
        text.bytes(at..closing + 1),
        format!("a slice is written with `..`: `&{name}{}`", part(text, at, closing)),
    ))
}

fn part(text: &Text<'_>, at: usize, closing: usize) -> String {
    let written = rust(text, at - 1..closing + 1);
    written.find('[').map_or(written.clone(), |from| written[from..].to_owned())
}

/// Returns the sentence for a negative index, as in `xs[-1]` and `history.get("loss")?[-1]`.
fn from_the_end(text: &Text<'_>, at: usize, count: &str) -> String {
    if count == "1"
        && text.is(at - 1, "?")
        && text.is(at.wrapping_sub(2), ")")
        && let Some(open) = (0..at).rev().find(|&index| text.closing(index) == Some(at - 2))
        && open > 2
        && text.is_name(open - 3)
        && let Some(last) =
            text.hints.last_value_of(text.word(open - 3), text.word(open - 1), text.source(open + 1..at - 2))
    {
        return format!("an index can't be negative: the last value is `{last}`");
    }
    if text.is_name(at - 1) && !text.is(at.wrapping_sub(2), ".") {
        let name = text.word(at - 1);
        return format!("an index can't be negative: write `{name}[{name}.len() - {count}]`");
    }
    "an index can't be negative: keep the list in a variable and write `list[list.len() - 1]`"
        .replace("- 1]", &format!("- {count}]"))
}

/// Finds a `//` that was meant to divide: `7 // 2`.
pub(super) fn division(text: &Text<'_>, comment: &std::ops::Range<usize>) -> Option<Finding> {
    let before = text.tokens.iter().rposition(|token| token.end <= comment.start)?;
    let words = text.code[comment.clone()].trim_start_matches('/').trim_end().trim_end_matches(';');
    let is_one = !words.trim().is_empty() && words.trim().chars().all(|c| c.is_alphanumeric() || c == '_');
    let is_same_line = !text.code[text.tokens[before].end..comment.start].contains('\n');
    let is_number = words.trim().bytes().all(|byte| byte.is_ascii_digit());
    if !text.ends_value(before)
        || !is_one
        || !is_same_line
        || !(is_number || text.code[comment.clone()].trim_end().ends_with(';'))
    {
        return None;
    }
    let value = text.word(before);
    Some(Finding::new(
        comment.clone(),
        format!("`//` begins a comment: `/` divides whole numbers, `{value} / {}`", words.trim()),
    ))
}

/// Returns the finding for a comment that begins with `#`.
pub(super) fn hash_comment(text: &Text<'_>, range: &std::ops::Range<usize>) -> Finding {
    let words = text.code[range.clone()].trim_start_matches('#').trim();
    Finding::new(range.clone(), format!("a comment begins with `//`: `// {words}`"))
}
