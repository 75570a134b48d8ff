//! Values in a cell's text: the operands of an operator.

use std::ops::Range;

use super::text::{Text, TokenKind};

impl Text<'_> {
    /// Returns the bracket that the one at `close` closes.
    pub(crate) fn opening(&self, close: usize) -> Option<usize> {
        (0..close).rev().find(|&open| self.closing(open) == Some(close))
    }

    /// Returns the token that contains a byte.
    pub(crate) fn token_at(&self, at: usize) -> Option<usize> {
        self.tokens.iter().position(|token| token.start <= at && at < token.end)
    }

    /// Returns the value that ends before a token: `list.len()`, `f(x)?`, `2`.
    pub(crate) fn value_before(&self, end: usize) -> Range<usize> {
        let mut start = end;
        while start > 0 {
            let last = start - 1;
            match self.word(last) {
                ")" | "]" => match self.opening(last) {
                    Some(open) => start = open,
                    None => break,
                },
                "." | ":" | "?" => start = last,
                _ if self.ends_value(last)
                    && (start == end || matches!(self.word(start), "." | ":" | "?" | "(" | "[")) =>
                {
                    start = last
                }
                _ => break,
            }
        }
        start..end
    }

    /// Returns the value that begins with a token.
    pub(crate) fn value_after(&self, start: usize) -> Range<usize> {
        let mut end = start;
        while matches!(self.word(end), "-" | "&" | "*" | "!") {
            end += 1;
        }
        while end < self.tokens.len() {
            match self.word(end) {
                "(" | "[" if end == start || self.ends_value(end - 1) => match self.closing(end) {
                    Some(closing) => end = closing + 1,
                    None => break,
                },
                "." | ":" | "?" => end += 1,
                _ if self.kind(end) != Some(TokenKind::Sign) && (end == start || !self.ends_value(end - 1)) => end += 1,
                _ => break,
            }
        }
        start..end
    }
}
