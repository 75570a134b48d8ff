//! Parses a cell into a tree of words, punctuation and bracketed groups, from which its items are recognized.

use crate::lexer::{comment, raw_string};

/// A token, with the bytes at which it begins and ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A name or a keyword.
    Word(String),
    Sign(char),
    /// The tokens in brackets, after the opening bracket.
    Group(char, Vec<Token>),
    /// A string, a number or a lifetime.
    Other(String),
}

impl Token {
    pub(crate) fn word(&self) -> Option<&str> {
        match &self.kind {
            Kind::Word(word) => Some(word),
            _ => None,
        }
    }

    pub(crate) fn is_word(&self, wanted: &str) -> bool {
        self.word() == Some(wanted)
    }

    pub(crate) fn is_sign(&self, wanted: char) -> bool {
        self.kind == Kind::Sign(wanted)
    }

    pub(crate) fn is_block(&self) -> bool {
        matches!(self.kind, Kind::Group('{', _))
    }
}

/// Parses code from the byte `from` on. Returns `None` if a bracket or a string is not closed.
pub(crate) fn parse(code: &str, from: usize) -> Option<Vec<Token>> {
    let mut open: Vec<(char, usize, Vec<Token>)> = Vec::new();
    let mut tokens = Vec::new();
    let mut at = from;
    while let Some(first) = code[at..].chars().next() {
        let rest = &code[at..];
        let start = at;
        at += first.len_utf8();
        let kind = match first {
            _ if first.is_whitespace() => continue,
            '/' if rest.starts_with("//") => {
                at = start + rest.find('\n').unwrap_or(rest.len());
                continue;
            }
            '/' if rest.starts_with("/*") => {
                at = start + comment(rest)?;
                continue;
            }
            '(' | '[' | '{' => {
                open.push((first, start, std::mem::take(&mut tokens)));
                continue;
            }
            ')' | ']' | '}' => {
                let (opening, start, before) = open.pop()?;
                if !matches!((opening, first), ('(', ')') | ('[', ']') | ('{', '}')) {
                    return None;
                }
                let inside = std::mem::replace(&mut tokens, before);
                tokens.push(Token { kind: Kind::Group(opening, inside), start, end: at });
                continue;
            }
            _ if literal(rest).is_some() => {
                at = start + literal(rest)??;
                Kind::Other(code[start..at].to_owned())
            }
            _ if first.is_alphanumeric() || first == '_' => {
                at = start + rest.find(|sign: char| !sign.is_alphanumeric() && sign != '_').unwrap_or(rest.len());
                let word = code[start..at].to_owned();
                if first.is_ascii_digit() { Kind::Other(word) } else { Kind::Word(word) }
            }
            _ => Kind::Sign(first),
        };
        tokens.push(Token { kind, start, end: at });
    }
    open.is_empty().then_some(tokens)
}

/// Returns the length of the string, character or lifetime at the beginning, or `Some(None)` if it does not end.
fn literal(rest: &str) -> Option<Option<usize>> {
    let prefix = ["br", "cr", "b", "c", "r", ""].into_iter().find(|prefix| {
        let behind = rest.strip_prefix(prefix).unwrap_or("");
        let hashes = behind.trim_start_matches('#');
        behind.starts_with('"')
            || (prefix.ends_with('r') && hashes.len() < behind.len() && hashes.starts_with('"'))
            || (behind.starts_with('\'') && matches!(*prefix, "b" | ""))
    })?;
    let behind = &rest[prefix.len()..];
    if let Some(before) = prefix.strip_suffix('r') {
        return Some(raw_string(&rest[before.len()..])?.map(|length| before.len() + length));
    }
    let quote = behind.chars().next()?;
    let mut is_escaped = false;
    for (at, sign) in behind.char_indices().skip(1) {
        if quote == '\'' && at == 1 && sign != '\\' && !behind[1 + sign.len_utf8()..].starts_with('\'') {
            // A lifetime. Its name is a separate word.
            return Some(Some(prefix.len() + 1));
        }
        match sign {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            _ if sign == quote => return Some(Some(prefix.len() + at + 1)),
            _ => {}
        }
    }
    Some(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(code: &str) -> Vec<String> {
        let text = |token: Token| match token.kind {
            Kind::Word(word) | Kind::Other(word) => word,
            Kind::Sign(sign) => sign.to_string(),
            Kind::Group(opening, inside) => format!("{opening}{}", inside.len()),
        };
        parse(code, 0).unwrap().into_iter().map(text).collect()
    }

    #[test]
    fn strings_and_comments_hide_their_content() {
        assert_eq!(
            words("a /* } /* b */ */ \"} \\\" {\" // {\n r#\"\"}\"# b'}' '{' 'é' 'a"),
            ["a", "\"} \\\" {\"", "r#\"\"}\"#", "b'}'", "'{'", "'é'", "'", "a"]
        );
        assert_eq!(words("f(a, [b]) { c } 1.5e3 r2"), ["f", "(3", "{1", "1", ".", "5e3", "r2"]);
        assert_eq!(words("'\\'' x"), ["'\\''", "x"]);
    }

    #[test]
    fn unclosed_code_has_no_tokens() {
        for code in ["(", "}", "(]", "\"", "/*", "r#\"\""] {
            assert_eq!(parse(code, 0), None, "{code}");
        }
    }
}
