//! Splits Rust source into the few kinds of tokens that are needed to tell items apart.

use crate::lexer::{comment, raw_string, string};

/// A token: its kind, and the bytes where it begins and ends.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// The kind of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A name or a keyword.
    Word,
    /// A number, a string, a character or a lifetime.
    Literal,
    /// A `///` or `/** */` comment, which documents what follows.
    Doc,
    /// An opening bracket, with the index of the token that closes it.
    Open(u8, usize),
    /// A closing bracket.
    Close(u8),
    /// Any other sign.
    Sign(u8),
}

/// Returns the tokens of a source file, or `None` if its brackets do not match.
pub(super) fn tokens(source: &str) -> Option<Vec<Token>> {
    let bytes = source.as_bytes();
    let mut tokens: Vec<Token> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        let kind = match bytes[at] {
            byte if byte.is_ascii_whitespace() => {
                at += 1;
                continue;
            }
            b'/' if bytes.get(at + 1) == Some(&b'/') => {
                at = line_end(bytes, at);
                let is_doc = bytes[start..].starts_with(b"///") && bytes.get(start + 3) != Some(&b'/');
                if !is_doc {
                    continue;
                }
                Kind::Doc
            }
            b'/' if bytes.get(at + 1) == Some(&b'*') => {
                at += comment(&source[at..])?;
                let is_doc = bytes[start..].starts_with(b"/**") && at - start > 4 && bytes[start + 3] != b'*';
                if !is_doc {
                    continue;
                }
                Kind::Doc
            }
            b'"' => {
                at += string(&source[at..])?;
                Kind::Literal
            }
            b'\'' => {
                at = quote_end(source, at)?;
                Kind::Literal
            }
            byte if is_word(byte) => {
                at = word_end(bytes, at);
                match literal_after_prefix(source, start, at) {
                    Some(end) => {
                        at = end?;
                        Kind::Literal
                    }
                    None if byte.is_ascii_digit() => Kind::Literal,
                    None => Kind::Word,
                }
            }
            bracket @ (b'(' | b'[' | b'{') => {
                open.push(tokens.len());
                at += 1;
                Kind::Open(bracket, 0)
            }
            bracket @ (b')' | b']' | b'}') => {
                let opened = open.pop()?;
                let here = tokens.len();
                match &mut tokens[opened].kind {
                    Kind::Open(opening, partner) if closes(*opening, bracket) => *partner = here,
                    _ => return None,
                }
                at += 1;
                Kind::Close(bracket)
            }
            sign => {
                at += 1;
                Kind::Sign(sign)
            }
        };
        tokens.push(Token { kind, start, end: at });
    }
    open.is_empty().then_some(tokens)
}

fn closes(opening: u8, closing: u8) -> bool {
    matches!((opening, closing), (b'(', b')') | (b'[', b']') | (b'{', b'}'))
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

fn word_end(bytes: &[u8], at: usize) -> usize {
    at + bytes[at..].iter().take_while(|&&byte| is_word(byte)).count()
}

fn line_end(bytes: &[u8], at: usize) -> usize {
    at + bytes[at..].iter().take_while(|&&byte| byte != b'\n').count()
}

/// Returns where a character or a lifetime ends.
fn quote_end(source: &str, at: usize) -> Option<usize> {
    let bytes = source.as_bytes();
    let first = source.get(at + 1..)?.chars().next()?;
    let after = at + 1 + first.len_utf8();
    if first == '\\' {
        let mut end = at + 3;
        while *bytes.get(end)? != b'\'' {
            end += 1;
        }
        return Some(end + 1);
    }
    if bytes.get(after) == Some(&b'\'') {
        return Some(after + 1);
    }
    Some(word_end(bytes, at + 1))
}

/// Returns where a literal ends whose prefix is the word from `start` to `end`, as in `r"…"`, `b'…'` and `br#"…"#`. The outer
/// value is `None` if the word is not a prefix, the inner one if the literal does not end.
fn literal_after_prefix(source: &str, start: usize, end: usize) -> Option<Option<usize>> {
    let bytes = source.as_bytes();
    let prefix = &bytes[start..end];
    let next = *bytes.get(end)?;
    match (prefix, next) {
        (b"b" | b"c", b'"') => Some(string(&source[end..]).map(|length| end + length)),
        (b"b", b'\'') => {
            let escaped = bytes.get(end + 1) == Some(&b'\\');
            let from = end + if escaped { 3 } else { 2 };
            let closing = bytes.get(from..)?.iter().position(|&byte| byte == b'\'');
            Some(closing.map(|closing| from + closing + 1))
        }
        // It may also be a raw identifier, which is not a literal.
        (b"r" | b"br" | b"cr", b'"' | b'#') => Some(raw_string(&source[end - 1..])?.map(|length| end - 1 + length)),
        // The fraction of a number.
        (_, b'.') if prefix[0].is_ascii_digit() && bytes.get(end + 1).is_some_and(u8::is_ascii_digit) => {
            Some(Some(word_end(bytes, end + 1)))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(source: &str) -> Vec<&str> {
        tokens(source).unwrap().iter().map(|token| &source[token.start..token.end]).collect()
    }

    #[test]
    fn literals_and_comments_hide_brackets() {
        let source = r##"let a = "}\"("; /* ( /* [ */ */ let b = '{'; let c = b'\''; // }
            let d: &'static str = r#"")"#; 1.5f32; x.0; r#type"##;
        let texts = texts(source);
        for literal in [r#""}\"(""#, "'{'", r"b'\''", "'static", "r#\"\")\"#", "1.5f32", "0"] {
            assert!(texts.contains(&literal), "{literal} in {texts:?}");
        }
    }

    #[test]
    fn documentation_is_kept_apart_from_other_comments() {
        let source = "//! inner\n/// doc\n//// rule\n/** doc */ /*** rule ***/ /**/ fn";
        assert_eq!(texts(source), ["/// doc", "/** doc */", "fn"]);
    }

    #[test]
    fn brackets_know_their_partners() {
        let tokens_of_it = tokens("f({ [1] })").unwrap();
        assert_eq!(tokens_of_it[1].kind, Kind::Open(b'(', 7));
        assert_eq!(tokens_of_it[2].kind, Kind::Open(b'{', 6));
        assert!(tokens("f(]").is_none() && tokens("f(").is_none() && tokens(")").is_none());
        assert!(tokens("\"open").is_none() && tokens("/* open").is_none());
    }
}
