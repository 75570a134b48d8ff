//! Unclosed brackets, and brackets that close nothing.

use super::Finding;
use super::text::{Text, TokenKind, line_of};

/// Finds the first bracket without a partner.
pub(super) fn find(text: &Text<'_>) -> Option<Finding> {
    let mut open: Vec<usize> = Vec::new();
    // A brace whose partner has another indentation: a brace between them may be missing.
    let mut suspect = None;
    for (index, token) in text.tokens.iter().enumerate() {
        if token.kind != TokenKind::Sign {
            continue;
        }
        match text.word(index) {
            "(" | "[" | "{" => open.push(index),
            ";" => {
                if let Some(&opened) = open.last().filter(|&&opened| text.is(opened, "(")) {
                    return Some(unclosed(text, opened, Some(index)));
                }
            }
            closing @ (")" | "]" | "}") => {
                let Some(opened) = open.pop() else {
                    let sentence = format!(
                        "this `{closing}` closes nothing: delete it, or add the missing `{}`",
                        partner(closing)
                    );
                    return Some(Finding::new(token.start..token.end, sentence));
                };
                if partner(text.word(opened)) != closing {
                    return Some(unclosed(text, opened, Some(index)));
                }
                if suspect.is_none()
                    && closing == "}"
                    && text.begins_line(index)
                    && indent(text, opened) != indent(text, index)
                {
                    suspect = Some(opened);
                }
            }
            _ => {}
        }
    }
    let innermost = *open.last()?;
    let is_brace = text.is(innermost, "{");
    Some(unclosed(text, if is_brace { suspect.unwrap_or(innermost) } else { innermost }, None))
}

/// Returns the finding for a bracket that is open where another one closes, or at the end of the cell.
fn unclosed(text: &Text<'_>, opened: usize, closed: Option<usize>) -> Finding {
    let (bracket, line) = (text.word(opened), line_of(text.code, text.tokens[opened].start));
    let partner = partner(bracket);
    let instead = match closed {
        Some(index) if line_of(text.code, text.tokens[index].start) == line => {
            format!(", before the `{}`", text.word(index))
        }
        Some(index) => {
            let other = line_of(text.code, text.tokens[index].start);
            format!(", before the `{}` on line {other}", text.word(index))
        }
        None => String::new(),
    };
    let sentence = format!("the `{bracket}` on line {line} is never closed: add the missing `{partner}`{instead}");
    let token = text.tokens[opened];
    Finding::new(token.start..token.end, sentence)
}

fn partner(bracket: &str) -> &'static str {
    match bracket {
        "(" => ")",
        "[" => "]",
        "{" => "}",
        ")" => "(",
        "]" => "[",
        _ => "{",
    }
}

/// Returns the indentation of the line of a token.
fn indent(text: &Text<'_>, index: usize) -> usize {
    let start = text.tokens[index].start;
    let line = text.code[..start].rfind('\n').map_or(0, |at| at + 1);
    text.code[line..].len() - text.code[line..].trim_start().len()
}
