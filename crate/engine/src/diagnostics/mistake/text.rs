//! The tokens of a cell's text, which need not be Rust.

use std::ops::Range;

pub(crate) use super::scan::TokenKind;
use super::scan::{is_attribute, is_strange_space, is_word, is_word_start, number, quoted, text, text_prefix};
use crate::diagnostics::host_hints::{HostHints, NoHints};
use crate::lexer::comment;

/// A token: its kind and its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) kind: TokenKind,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

/// Why the text can't be split into tokens any further.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// A string without its closing quote.
    OpenText,
    /// A `/*` without its `*/`.
    OpenComment,
    /// A character that is not allowed in code.
    Strange(char),
}

/// The text of a cell, split into tokens. Lines with evcxr's commands count as blank.
pub(crate) struct Text<'a> {
    pub(crate) code: &'a str,
    /// The hints of the host, for translations.
    pub(crate) hints: &'a dyn HostHints,
    pub(crate) tokens: Vec<Token>,
    /// Comments that begin with `//` or `/*`.
    pub(crate) comments: Vec<Range<usize>>,
    /// Comments that begin with `#`.
    pub(crate) hash_comments: Vec<Range<usize>>,
    /// For each token, the bracket that it is in, or `None` at the top level.
    inside: Vec<Option<u8>>,
    /// The first fault, with its bytes. The text after it is ignored.
    pub(crate) fault: Option<(Range<usize>, Fault)>,
}

impl<'a> Text<'a> {
    /// Splits a cell into tokens, without the hints of a host.
    pub(crate) fn parse(code: &'a str) -> Self {
        Self::with_hints(code, &NoHints)
    }

    /// Splits a cell into tokens.
    pub(crate) fn with_hints(code: &'a str, hints: &'a dyn HostHints) -> Self {
        let mut text = Self {
            code,
            hints,
            tokens: Vec::new(),
            comments: Vec::new(),
            hash_comments: Vec::new(),
            inside: Vec::new(),
            fault: None,
        };
        let mut at = after_commands(code);
        while at < code.len() {
            match text.read_token(at) {
                Ok(end) => at = end,
                Err(fault) => {
                    text.fault = Some(fault);
                    break;
                }
            }
        }
        text.nest();
        text
    }

    /// Records the bracket that each token is in.
    fn nest(&mut self) {
        let mut open = Vec::new();
        self.inside = (0..self.tokens.len())
            .map(|index| {
                let around = open.last().copied();
                match self.word(index).as_bytes() {
                    [bracket @ (b'(' | b'[' | b'{')] => open.push(*bracket),
                    [b')' | b']' | b'}'] => drop(open.pop()),
                    _ => {}
                }
                around
            })
            .collect();
    }

    /// Returns whether a statement can begin with this token: it is not in a round or square bracket.
    pub(crate) fn is_in_block(&self, index: usize) -> bool {
        self.inside.get(index).is_none_or(|around| matches!(around, None | Some(b'{')))
    }

    /// Reads the token or comment at `at`, and returns its end.
    fn read_token(&mut self, at: usize) -> Result<usize, (Range<usize>, Fault)> {
        let rest = &self.code[at..];
        let Some(first) = rest.chars().next() else { return Ok(self.code.len()) };
        let before = self.tokens.last().map(|token| &self.code[token.start..token.end]);
        let mut push = |kind, length: usize| {
            self.tokens.push(Token { kind, start: at, end: at + length });
            Ok(at + length)
        };
        if first.is_whitespace() && !is_strange_space(first) {
            return Ok(at + first.len_utf8());
        }
        if rest.starts_with("//") {
            let end = at + rest.find('\n').unwrap_or(rest.len());
            self.comments.push(at..end);
            return Ok(end);
        }
        if rest.starts_with("/*") {
            let length = comment(rest).ok_or((at..at + 2, Fault::OpenComment))?;
            self.comments.push(at..at + length);
            return Ok(at + length);
        }
        if let Some(prefix) = text_prefix(rest) {
            let length = text(&rest[prefix..]).ok_or((at..at + prefix + 1, Fault::OpenText))?;
            return push(TokenKind::Text, prefix + length);
        }
        if first == '\'' || rest.starts_with("b'") {
            let prefix = usize::from(first == 'b');
            let (kind, length) = quoted(&rest[prefix..], before);
            return push(kind, prefix + length);
        }
        if is_word_start(first) {
            let raw = if rest.starts_with("r#") { 2 } else { 0 };
            let length = rest[raw..].find(|c: char| !is_word(c)).map_or(rest.len(), |length| raw + length);
            return push(TokenKind::Word, length.max(1));
        }
        if first.is_ascii_digit() {
            return push(TokenKind::Number, number(rest));
        }
        if first == '#' && !is_attribute(&rest[1..]) {
            let end = at + rest.find('\n').unwrap_or(rest.len());
            self.hash_comments.push(at..end);
            return Ok(end);
        }
        if "()[]{}<>+-*/%^!&|=.,;:?@#$~_".contains(first) {
            return push(TokenKind::Sign, 1);
        }
        Err((at..at + first.len_utf8(), Fault::Strange(first)))
    }

    /// Returns the text of a token, or an empty text.
    pub(crate) fn word(&self, index: usize) -> &'a str {
        self.tokens.get(index).map_or("", |token| &self.code[token.start..token.end])
    }

    pub(crate) fn is(&self, index: usize, word: &str) -> bool {
        self.word(index) == word
    }

    pub(crate) fn kind(&self, index: usize) -> Option<TokenKind> {
        self.tokens.get(index).map(|token| token.kind)
    }

    pub(crate) fn is_name(&self, index: usize) -> bool {
        self.kind(index) == Some(TokenKind::Word)
    }

    /// Returns whether a token directly follows the one before it.
    pub(crate) fn touches(&self, index: usize) -> bool {
        index > 0 && self.tokens.get(index).is_some_and(|token| self.tokens[index - 1].end == token.start)
    }

    /// Returns whether a token is the first of its line.
    pub(crate) fn begins_line(&self, index: usize) -> bool {
        let Some(token) = self.tokens.get(index) else { return false };
        index == 0 || self.code[self.tokens[index - 1].end..token.start].contains('\n')
    }

    /// Returns the token after the line that contains this token.
    pub(crate) fn line_end(&self, index: usize) -> usize {
        (index + 1..self.tokens.len()).find(|&next| self.begins_line(next)).unwrap_or(self.tokens.len())
    }

    /// Returns the token after the statement whose first line contains this token. It continues while a bracket is open.
    pub(crate) fn statement_end(&self, index: usize) -> usize {
        let end = self.line_end(index);
        let open = (index..end).find_map(|at| self.closing(at).filter(|&closing| closing >= end && !self.is(at, "{")));
        open.map_or(end, |closing| self.line_end(closing))
    }

    /// Returns the bracket that closes the one at `open`.
    pub(crate) fn closing(&self, open: usize) -> Option<usize> {
        if !matches!(self.word(open), "(" | "[" | "{") {
            return None;
        }
        let mut depth = 0_usize;
        for index in open..self.tokens.len() {
            if self.kind(index) == Some(TokenKind::Sign) {
                match self.word(index) {
                    "(" | "[" | "{" => depth += 1,
                    ")" | "]" | "}" => {
                        depth = depth.checked_sub(1)?;
                        if depth == 0 {
                            return Some(index);
                        }
                    }
                    _ => {}
                }
            }
        }
        None
    }

    /// Splits tokens at commas outside of brackets.
    pub(crate) fn parts(&self, tokens: Range<usize>) -> Vec<Range<usize>> {
        let mut parts = Vec::new();
        let (mut start, mut at) = (tokens.start, tokens.start);
        while at < tokens.end {
            match self.word(at) {
                "(" | "[" | "{" => at = self.closing(at).unwrap_or(tokens.end).min(tokens.end),
                "," => {
                    parts.push(start..at);
                    start = at + 1;
                }
                _ => {}
            }
            at += 1;
        }
        if start < tokens.end {
            parts.push(start..tokens.end);
        }
        parts
    }

    /// Returns the first of these tokens with this text outside of brackets.
    pub(crate) fn find(&self, tokens: Range<usize>, word: &str) -> Option<usize> {
        let mut at = tokens.start;
        while at < tokens.end {
            if self.is(at, word) {
                return Some(at);
            }
            if matches!(self.word(at), "(" | "[" | "{") {
                at = self.closing(at)?;
            }
            at += 1;
        }
        None
    }

    /// Returns the bytes of tokens.
    pub(crate) fn bytes(&self, tokens: Range<usize>) -> Range<usize> {
        match (self.tokens.get(tokens.start), self.tokens.get(tokens.end.wrapping_sub(1))) {
            (Some(first), Some(last)) if tokens.start < tokens.end => first.start..last.end,
            _ => 0..0,
        }
    }

    /// Returns the source of tokens.
    pub(crate) fn source(&self, tokens: Range<usize>) -> &'a str {
        &self.code[self.bytes(tokens)]
    }

    /// Returns whether a value ends with this token, so that an operator or an index may follow.
    pub(crate) fn ends_value(&self, index: usize) -> bool {
        match self.kind(index) {
            Some(TokenKind::Word) => !KEYWORDS.contains(&self.word(index)),
            Some(TokenKind::Number | TokenKind::Text | TokenKind::Quoted | TokenKind::Char) => true,
            Some(TokenKind::Sign) => matches!(self.word(index), ")" | "]" | "?"),
            _ => false,
        }
    }
}

/// Words after which a value begins.
const KEYWORDS: [&str; 18] = [
    "let", "in", "if", "while", "match", "return", "mut", "else", "break", "move", "and", "or", "not", "is", "elif",
    "const", "static", "print",
];

/// Returns the line of a byte, counted from 1.
pub(crate) fn line_of(code: &str, at: usize) -> usize {
    code.bytes().take(at).filter(|&byte| byte == b'\n').count() + 1
}

/// Returns the byte at which the code after evcxr's commands begins.
fn after_commands(code: &str) -> usize {
    let mut at = 0;
    for line in code.split_inclusive('\n') {
        let bare = line.trim();
        let is_command = line.starts_with('!') || bare.starts_with(':');
        if !is_command && !bare.is_empty() && !line.starts_with("//") {
            break;
        }
        at += line.len();
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(code: &str) -> Vec<(TokenKind, &str)> {
        let text = Text::parse(code);
        assert_eq!(text.fault, None, "{code}");
        text.tokens.iter().map(|token| (token.kind, &code[token.start..token.end])).collect()
    }

    #[test]
    fn rust_is_cut_into_its_tokens() {
        use TokenKind::{Char, Lifetime, Number, Sign, Text, Word};
        assert_eq!(
            tokens("let x = 1.5e-3; // no\n0..5"),
            [
                (Word, "let"),
                (Word, "x"),
                (Sign, "="),
                (Number, "1.5e-3"),
                (Sign, ";"),
                (Number, "0"),
                (Sign, "."),
                (Sign, "."),
                (Number, "5"),
            ]
        );
        assert_eq!(tokens("'a' '\\'' '\\u{e9}' 'é'").iter().map(|token| token.0).collect::<Vec<_>>(), [Char; 4]);
        assert_eq!(tokens("&'a str")[1], (Lifetime, "'a"));
        assert_eq!(tokens("<'a, 'b>").iter().filter(|token| token.0 == Lifetime).count(), 2);
        assert_eq!(tokens("'outer: loop {}")[0], (Lifetime, "'outer"));
        assert_eq!(
            tokens("r#\"a\"b\"# b\"x\" br\"y\" r#type \"\\\"\"").iter().map(|token| token.0).collect::<Vec<_>>(),
            [Text, Text, Text, Word, Text]
        );
        assert_eq!(tokens("1.max(2)")[0], (Number, "1"));
        assert_eq!(tokens(":dep a = '\n// b\nx"), [(Word, "x")]);
        assert_eq!(tokens("#[derive(Clone)] struct A;").len(), 10);
    }

    #[test]
    fn python_s_texts_and_comments_are_known() {
        assert_eq!(tokens("print('hello world')")[2], (TokenKind::Quoted, "'hello world'"));
        assert_eq!(tokens("x = 'text'")[2], (TokenKind::Quoted, "'text'"));
        assert_eq!(tokens("f('a', 'bc')")[4], (TokenKind::Quoted, "'bc'"));
        let text = Text::parse("x = 1 # one\n# two's");
        assert_eq!((text.tokens.len(), text.hash_comments.len()), (3, 2));
    }

    #[test]
    fn a_fault_ends_the_tokens() {
        let fault = |code| Text::parse(code).fault.unwrap();
        assert_eq!(fault("f(\"a"), (2..3, Fault::OpenText));
        assert_eq!(fault("x /* y"), (2..4, Fault::OpenComment));
        assert_eq!(fault("f(…)"), (2..5, Fault::Strange('…')));
        assert_eq!(fault("x\u{a0}= 1"), (1..3, Fault::Strange('\u{a0}')));
    }

    #[test]
    fn parts_stop_at_the_commas_between_brackets() {
        let text = Text::parse("f(a, [b, c], g(d, e))");
        let parts: Vec<_> = text.parts(2..text.tokens.len() - 1).into_iter().map(|part| text.source(part)).collect();
        assert_eq!(parts, ["a", "[b, c]", "g(d, e)"]);
    }
}
