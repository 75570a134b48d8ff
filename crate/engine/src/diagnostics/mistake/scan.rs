//! Finds the ends of tokens in a cell's text.

use crate::lexer::{raw_string, string};

/// The kind of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenKind {
    Word,
    Number,
    /// A string literal of Rust.
    Text,
    /// Python's `'text'`.
    Quoted,
    /// A character literal.
    Char,
    Lifetime,
    Sign,
}

pub(super) fn is_word_start(c: char) -> bool {
    c == '_' || c.is_alphabetic()
}

pub(super) fn is_word(c: char) -> bool {
    is_word_start(c) || (c.is_alphanumeric() && !"²³¹⁰⁴⁵⁶⁷⁸⁹".contains(c))
}

/// Returns whether a character is a space that Rust does not accept.
pub(super) fn is_strange_space(c: char) -> bool {
    let of_rust = matches!(c, '\t'..='\r' | ' ' | '\u{85}' | '\u{200e}' | '\u{200f}' | '\u{2028}' | '\u{2029}');
    let invisible = matches!(c, '\u{200b}' | '\u{200c}' | '\u{200d}' | '\u{2060}' | '\u{feff}' | '\u{ad}');
    invisible || (c.is_whitespace() && !of_rust)
}

pub(super) fn is_attribute(after: &str) -> bool {
    after.trim_start().starts_with(['[', '!'])
}

/// Returns the length of a string's prefix, before its quote or the `#` of a raw string, or `None` if no string begins here.
pub(super) fn text_prefix(rest: &str) -> Option<usize> {
    let prefix = rest.find(|c: char| !c.is_ascii_lowercase()).unwrap_or(rest.len());
    if !matches!(&rest[..prefix], "" | "b" | "c" | "r" | "br" | "cr") {
        return None;
    }
    let after = &rest[prefix..];
    let is_raw = rest[..prefix].ends_with('r');
    if is_raw && after.trim_start_matches('#').starts_with('"') {
        // The `r` belongs to the raw string.
        return Some(prefix - 1);
    }
    after.starts_with('"').then_some(prefix)
}

/// Returns the length of a string that begins with its quote, or with the `r` of a raw string.
pub(super) fn text(text: &str) -> Option<usize> {
    raw_string(text).unwrap_or_else(|| string(text))
}

/// Returns the kind and length of a token that begins with a single quote: a character, a lifetime, or Python's string.
pub(super) fn quoted(text: &str, before: Option<&str>) -> (TokenKind, usize) {
    let line = &text[..text.find('\n').unwrap_or(text.len())];
    let inside = &line[1..];
    if inside.starts_with('\\') {
        // The escaped character may be a quote.
        let closing = inside.char_indices().skip(2).find(|(_, c)| *c == '\'');
        let end = closing.map_or(line.len(), |(at, _)| at + 2);
        let is_long = inside[..end.saturating_sub(2)].chars().count() > 2
            && !inside.starts_with("\\u")
            && !inside.starts_with("\\x");
        return (if is_long { TokenKind::Quoted } else { TokenKind::Char }, end);
    }
    let first = inside.chars().next();
    if let Some(first) = first
        && first != '\''
        && inside[first.len_utf8()..].starts_with('\'')
    {
        return (TokenKind::Char, 2 + first.len_utf8());
    }
    let name = inside.find(|c: char| !is_word(c)).unwrap_or(inside.len());
    let closing = inside.find('\'');
    let begins_value =
        matches!(before, Some("(" | "[" | "," | "=" | "+" | ":" | "{" | "in" | "print" | "return" | "==") | None);
    match (closing, first) {
        // 'name' and ''.
        (Some(end), _) if end == name => (TokenKind::Quoted, end + 2),
        // 'two words', but not <'a, 'b>.
        (Some(end), first)
            if begins_value
                && (!first.is_some_and(is_word_start) || !inside[name..].starts_with([',', '>', ':', '+'])) =>
        {
            (TokenKind::Quoted, end + 2)
        }
        (_, Some(first)) if is_word_start(first) => (TokenKind::Lifetime, 1 + name),
        (Some(end), _) => (TokenKind::Quoted, end + 2),
        _ => (TokenKind::Quoted, line.len()),
    }
}

/// Returns the length of a number: `1_000`, `1.5e-3`, `0xff`, `2.0f32`, not the dots of `0..5` or of `1.max(2)`.
pub(super) fn number(text: &str) -> usize {
    let run = |from: usize| text[from..].find(|c: char| !is_word(c)).map_or(text.len(), |length| from + length);
    let mut end = run(0);
    if text[end..].starts_with('.') && !text[end + 1..].starts_with(|c: char| c == '.' || is_word_start(c)) {
        end = run(end + 1);
    }
    let is_exponent = !text.starts_with("0x") && text[..end].ends_with(['e', 'E']);
    if is_exponent && text[end..].starts_with(['-', '+']) {
        end = run(end + 1);
    }
    end
}
