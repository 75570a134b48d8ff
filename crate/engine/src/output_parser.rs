//! Parses the standard output of the process that runs cells.
//!
//! It contains four things: the text of cells, the displays of the [protocol](notebook_protocol), the values that evcxr's generated
//! code prints, and the signals (`signal_lines.rs`) of that code. Text is passed on as it comes, even if a line is incomplete.
//! The possible beginning of something else is held back.

use notebook_protocol::{DISPLAY_PREFIX, DisplayMessage};

use crate::signal_lines::{BEGINS, CHANGED_TYPE, COMPLETE, ERROR_LINE, INPUT, PANIC, REASSIGNED, RETURNED, UNFINISHED};

/// A part of the output.
#[derive(Debug, PartialEq, Eq)]
pub enum Token {
    /// Text of the cell.
    Text(Vec<u8>),
    /// A display.
    Display(DisplayMessage),
    /// The library has written out buffered text on request.
    Flushed,
    /// One representation of a value: MIME type and content.
    Content(String, String),
    /// A line for the engine, without its newline.
    Signal(String),
}

/// The prefix of every line of evcxr's.
const EVCXR_PREFIX: &[u8] = b"EVCXR_";
/// Signals that are a line, and those that begin one.
const PLAIN_SIGNALS: [&str; 5] = [COMPLETE, PANIC, RETURNED, BEGINS, REASSIGNED];
const SIGNALS_WITH_CONTENT: [&str; 4] = [CHANGED_TYPE, INPUT, ERROR_LINE, UNFINISHED];
/// evcxr's lines around a value.
const CONTENT_BEGIN: &str = "EVCXR_BEGIN_CONTENT ";
const CONTENT_END: &str = "EVCXR_END_CONTENT";

/// Parses output as it comes.
#[derive(Default)]
pub struct OutputParser {
    /// Bytes that may be the beginning of something else than text.
    held: Vec<u8>,
    /// The value that is being read: its MIME type and its lines so far.
    content: Option<(String, Vec<u8>)>,
}

impl OutputParser {
    /// Parses more of the output, and calls `emit` with the tokens that are complete.
    pub fn parse(&mut self, bytes: &[u8], mut emit: impl FnMut(Token)) {
        // The end of a line is searched in the new bytes only.
        let mut from = self.held.len();
        self.held.extend_from_slice(bytes);
        let held = std::mem::take(&mut self.held);
        let mut begin = 0;
        while let Some(end) = held[from..].iter().position(|&byte| byte == b'\n').map(|at| from + at + 1) {
            self.parse_line(&held[begin..end], &mut emit);
            (begin, from) = (end, end);
        }
        // The part of an incomplete line that can't be the beginning of something else is text.
        let rest = &held[begin..];
        let text = if self.content.is_some() { 0 } else { special_start(rest).unwrap_or(rest.len()) };
        if text > 0 {
            emit(Token::Text(rest[..text].to_vec()));
        }
        self.held = held;
        self.held.drain(..begin + text);
    }

    fn parse_line(&mut self, line: &[u8], emit: &mut impl FnMut(Token)) {
        let bare = line.strip_suffix(b"\n").unwrap_or(line);
        if let Some((mime_type, mut content)) = self.content.take() {
            // A panic within a value ends it.
            if bare == CONTENT_END.as_bytes() || bare == PANIC.as_bytes() {
                content.pop();
                emit(Token::Content(mime_type, String::from_utf8_lossy(&content).into_owned()));
                if bare == PANIC.as_bytes() {
                    emit(Token::Signal(PANIC.to_owned()));
                }
            } else {
                content.extend_from_slice(line);
                self.content = Some((mime_type, content));
            }
            return;
        }
        // The UTF-8 end of the line is found once, even if the line consists of marks.
        let (mut from, mut end) = (0, None);
        while let Some(at) = special_start(&bare[from..]).map(|at| from + at) {
            let (start, text) = *end.get_or_insert_with(|| utf8_end(bare));
            let rest = at.checked_sub(start).and_then(|at| text.get(at..));
            if let Some(special) = rest.and_then(|rest| self.parse_special(rest)) {
                if at > 0 {
                    emit(Token::Text(bare[..at].to_vec()));
                }
                if let Some(special) = special {
                    emit(special);
                }
                return;
            }
            from = at + 1;
        }
        emit(Token::Text(line.to_vec()));
    }

    /// Parses the rest of a line. The outer value is `None` if it is text, the inner one if it is the beginning of a value.
    fn parse_special(&mut self, line: &str) -> Option<Option<Token>> {
        if let Some(mime_type) = line.strip_prefix(CONTENT_BEGIN) {
            self.content = Some((mime_type.to_owned(), Vec::new()));
            return Some(None);
        }
        if line == notebook_protocol::FLUSHED_LINE {
            return Some(Some(Token::Flushed));
        }
        if let Some(display) = DisplayMessage::parse_line(line) {
            return display.ok().map(|display| Some(Token::Display(display)));
        }
        let signal = PLAIN_SIGNALS.contains(&line) || SIGNALS_WITH_CONTENT.iter().any(|begin| line.starts_with(begin));
        signal.then(|| Some(Token::Signal(line.to_owned())))
    }
}

/// Returns the longest end of a line that is UTF-8, and where it begins.
fn utf8_end(line: &[u8]) -> (usize, &str) {
    let (mut start, mut text) = (0, "");
    for chunk in line.utf8_chunks() {
        (start, text) = match chunk.invalid().len() {
            0 => (start, chunk.valid()),
            foreign => (start + chunk.valid().len() + foreign, ""),
        };
    }
    (start, text)
}

/// Returns where something else than text may begin.
fn special_start(bytes: &[u8]) -> Option<usize> {
    let mark = DISPLAY_PREFIX.as_bytes();
    (0..bytes.len()).find(|&at| {
        let rest = &bytes[at..];
        [EVCXR_PREFIX, mark].iter().any(|special| rest.starts_with(special) || special.starts_with(rest))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Parses an output that comes in chunks, and joins neighboring texts.
    fn tokens(chunks: &[&[u8]]) -> Vec<Token> {
        let mut output = OutputParser::default();
        let mut tokens: Vec<Token> = Vec::new();
        for chunk in chunks {
            output.parse(chunk, |token| match (tokens.last_mut(), token) {
                (Some(Token::Text(before)), Token::Text(more)) => before.extend(more),
                (_, token) => tokens.push(token),
            });
        }
        tokens
    }

    fn text(text: &str) -> Token {
        Token::Text(text.as_bytes().to_vec())
    }

    #[test]
    fn tokens_do_not_depend_on_the_chunks() {
        let display = DisplayMessage::Show(notebook_protocol::Output::new([("text/plain", "a\nb")]));
        let output = format!(
            "one\nhalf{}two EVCXR_ no\nEVCXR_BEGIN_CONTENT text/plain\n1\n2\nEVCXR_END_CONTENT\ntailEVCXR_EXECUTION_COMPLETE\n",
            display.to_line()
        );
        let expected = [
            text("one\nhalf"),
            Token::Display(display),
            text("two EVCXR_ no\n"),
            Token::Content("text/plain".to_owned(), "1\n2".to_owned()),
            text("tail"),
            Token::Signal(COMPLETE.to_owned()),
        ];
        assert_eq!(tokens(&[output.as_bytes()]), expected);
        let bytes: Vec<&[u8]> = output.as_bytes().chunks(1).collect();
        assert_eq!(tokens(&bytes), expected);
    }

    #[test]
    fn an_incomplete_line_is_passed_on_at_once() {
        let mut output = OutputParser::default();
        let mut tokens = Vec::new();
        output.parse(b"50 %\r", |token| tokens.push(token));
        assert_eq!(tokens, [text("50 %\r")]);
    }

    #[test]
    fn an_unreadable_display_is_text() {
        let line = format!("{DISPLAY_PREFIX}{{\"do\":\"dance\"}}\n");
        assert_eq!(tokens(&[line.as_bytes()]), [text(&line)]);
    }

    #[test]
    fn a_display_after_invalid_utf8_is_found() {
        let display = DisplayMessage::Clear { wait: false };
        let line = [b"\xffEVCXR_\xc3\x28 half", display.to_line().as_bytes()].concat();
        let before = Token::Text(b"\xffEVCXR_\xc3\x28 half".to_vec());
        assert_eq!(tokens(&[&line]), [before, Token::Display(display)]);
    }

    #[test]
    fn a_panic_within_a_value_ends_it() {
        let output = b"EVCXR_BEGIN_CONTENT text/plain\nhalf\nEVCXR_PANIC_NOTIFICATION\n";
        let content = Token::Content("text/plain".to_owned(), "half".to_owned());
        assert_eq!(tokens(&[output]), [content, Token::Signal(PANIC.to_owned())]);
    }

    #[test]
    fn lines_that_resemble_signals_are_text() {
        for line in ["EVCXR_EXECUTION_COMPLETED\n", "EVCXR_PANIC\n", "\u{1e}bell\n", "é EVCXR\n"] {
            assert_eq!(tokens(&[line.as_bytes()]), [text(line)]);
        }
    }
}
