//! Characters that are not allowed in Rust, and unclosed strings and comments.

use super::Finding;
use super::scan::is_strange_space;
use super::text::{Fault, Text, TokenKind, line_of};

/// Returns the finding for the fault of the text.
pub(super) fn find(text: &Text<'_>) -> Option<Finding> {
    let (range, fault) = text.fault.clone()?;
    match fault {
        Fault::OpenText => Some(open_text(text, range.start)),
        Fault::OpenComment => Some(Finding::new(range, "this comment has no end: write `*/` after it")),
        Fault::Strange(character) => Some(Finding::new(range, strange(character))),
    }
}

/// Returns the finding for a missing quote. If an earlier string spans several lines, its quote is missing, because strings rarely
/// do.
fn open_text(text: &Text<'_>, last: usize) -> Finding {
    let is_long = |range: &std::ops::Range<usize>| text.code[range.clone()].contains('\n');
    let texts = text.tokens.iter().filter(|token| token.kind == TokenKind::Text).map(|token| token.start..token.end);
    let start = texts.into_iter().find(is_long).map_or(last, |range| range.start);
    let line = &text.code[start..start + text.code[start..].find('\n').unwrap_or(text.code.len() - start)];
    let place = line_of(text.code, start);
    let sentence = format!("the string on line {place} has no closing `\"`: add it after the text");
    Finding::new(start..start + line.trim_end().len().max(1), sentence)
}

fn strange(character: char) -> String {
    let write = match character {
        '“' | '”' | '„' | '«' | '»' | '″' => "\"",
        '‘' | '’' | '‚' | '´' | '`' | '′' => "'",
        '–' | '—' | '−' | '‐' | '‑' => "-",
        '×' | '·' | '∗' | '⋅' => "*",
        '÷' => "/",
        '≤' => "<=",
        '≥' => ">=",
        '≠' => "!=",
        '→' => "->",
        '⇒' => "=>",
        '，' | '、' => ",",
        '；' => ";",
        '：' => ":",
        '（' => "(",
        '）' => ")",
        '²' => ".powi(2)",
        '³' => ".powi(3)",
        '√' => ".sqrt()",
        '…' => {
            return "`…` is not Rust: write the arguments in its place, or `..` for a range".to_owned();
        }
        '\\' => return "a statement may go on in the next line without `\\`: delete it".to_owned(),
        _ if is_strange_space(character) => {
            let code = u32::from(character);
            return format!(
                "this is not an ordinary space but U+{code:04X}, which copied text may contain: type a space instead"
            );
        }
        _ => return format!("`{character}` is not allowed outside strings and comments: delete it"),
    };
    let source = if matches!(write, "\"" | "'" | "-") { " from copied text" } else { "" };
    format!("`{character}`{source} is not Rust: write `{write}`")
}
