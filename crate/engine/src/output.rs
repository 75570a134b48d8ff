//! Takes apart what the process that runs cells writes to its standard output.
//!
//! It holds four things: the cell's own text, the displays of tealight's protocol, the values that evcxr's generated code
//! shows, and lines by which that code tells the engine how the cell ends. Text is passed on as it comes, also half a line
//! of it; of what may yet become one of the others, the beginning is held back.

use notebook_protocol::{DISPLAY_PREFIX, DisplayMessage};

use super::signals::{BEGINS, CHANGED_TYPE, COMPLETE, INPUT, PANIC, PLACE, REASSIGNED, RETURNED, UNFINISHED};

/// What a part of the output turned out to be.
#[derive(Debug, PartialEq, Eq)]
pub enum Piece {
    /// Text of the cell.
    Text(Vec<u8>),
    /// A display of the library's.
    Display(DisplayMessage),
    /// The library has written out what it held back, as it was asked to.
    Flushed,
    /// One form of a value: MIME type and content.
    Content(String, String),
    /// A line for the engine, without its newline.
    Signal(String),
}

/// The first characters of every line of evcxr's.
const EVCXR: &[u8] = b"EVCXR_";
/// Signals that are a line, and those that begin one.
const LINES: [&str; 5] = [COMPLETE, PANIC, RETURNED, BEGINS, REASSIGNED];
const WITH_CONTENT: [&str; 4] = [CHANGED_TYPE, INPUT, PLACE, UNFINISHED];
/// evcxr's lines around a value.
const BEGIN: &str = "EVCXR_BEGIN_CONTENT ";
const END: &str = "EVCXR_END_CONTENT";

/// Reads output as it comes.
#[derive(Default)]
pub struct Output {
    /// What is not yet known to be text.
    held: Vec<u8>,
    /// The value that is being shown: its MIME type and its lines so far.
    content: Option<(String, Vec<u8>)>,
}

impl Output {
    /// Takes more of the output and gives what it is known to hold.
    pub fn take(&mut self, bytes: &[u8], mut piece: impl FnMut(Piece)) {
        // Of a long line, only what is new is looked through.
        let mut from = self.held.len();
        self.held.extend_from_slice(bytes);
        let held = std::mem::take(&mut self.held);
        let mut begin = 0;
        while let Some(end) = held[from..].iter().position(|&byte| byte == b'\n').map(|at| from + at + 1) {
            self.take_line(&held[begin..end], &mut piece);
            (begin, from) = (end, end);
        }
        // Half a line: all that can't be the beginning of something else is text.
        let rest = &held[begin..];
        let text = if self.content.is_some() { 0 } else { begin_of_special(rest).unwrap_or(rest.len()) };
        if text > 0 {
            piece(Piece::Text(rest[..text].to_vec()));
        }
        self.held = held;
        self.held.drain(..begin + text);
    }

    fn take_line(&mut self, line: &[u8], piece: &mut impl FnMut(Piece)) {
        let bare = line.strip_suffix(b"\n").unwrap_or(line);
        if let Some((mime_type, mut content)) = self.content.take() {
            // A panic in the middle of a display ends it.
            if bare == END.as_bytes() || bare == PANIC.as_bytes() {
                content.pop();
                piece(Piece::Content(mime_type, String::from_utf8_lossy(&content).into_owned()));
                if bare == PANIC.as_bytes() {
                    piece(Piece::Signal(PANIC.to_owned()));
                }
            } else {
                content.extend_from_slice(line);
                self.content = Some((mime_type, content));
            }
            return;
        }
        // A line of marks alone must not be looked through for each of them.
        let (mut from, mut end) = (0, None);
        while let Some(at) = begin_of_special(&bare[from..]).map(|at| from + at) {
            let (start, text) = *end.get_or_insert_with(|| last_text(bare));
            let rest = at.checked_sub(start).and_then(|at| text.get(at..));
            if let Some(special) = rest.and_then(|rest| self.special(rest)) {
                if at > 0 {
                    piece(Piece::Text(bare[..at].to_vec()));
                }
                if let Some(special) = special {
                    piece(special);
                }
                return;
            }
            from = at + 1;
        }
        piece(Piece::Text(line.to_vec()));
    }

    /// What a line from here on stands for; nothing where it is text after all.
    fn special(&mut self, line: &str) -> Option<Option<Piece>> {
        if let Some(mime_type) = line.strip_prefix(BEGIN) {
            self.content = Some((mime_type.to_owned(), Vec::new()));
            return Some(None);
        }
        if line == notebook_protocol::FLUSHED_LINE {
            return Some(Some(Piece::Flushed));
        }
        if let Some(display) = DisplayMessage::parse_line(line) {
            return display.ok().map(|display| Some(Piece::Display(display)));
        }
        let signal = LINES.contains(&line) || WITH_CONTENT.iter().any(|begin| line.starts_with(begin));
        signal.then(|| Some(Piece::Signal(line.to_owned())))
    }
}

/// The end of a line that is UTF-8, and where it begins.
fn last_text(line: &[u8]) -> (usize, &str) {
    let (mut start, mut text) = (0, "");
    for chunk in line.utf8_chunks() {
        (start, text) = match chunk.invalid().len() {
            0 => (start, chunk.valid()),
            foreign => (start + chunk.valid().len() + foreign, ""),
        };
    }
    (start, text)
}

/// Where something else than text may begin.
fn begin_of_special(bytes: &[u8]) -> Option<usize> {
    let mark = DISPLAY_PREFIX.as_bytes();
    (0..bytes.len()).find(|&at| {
        let rest = &bytes[at..];
        [EVCXR, mark].iter().any(|special| rest.starts_with(special) || special.starts_with(rest))
    })
}

#[cfg(test)]
mod tests {

    use super::*;

    /// The pieces of an output that came in chunks, with neighbouring texts joined.
    fn pieces(chunks: &[&[u8]]) -> Vec<Piece> {
        let mut output = Output::default();
        let mut pieces: Vec<Piece> = Vec::new();
        for chunk in chunks {
            output.take(chunk, |piece| match (pieces.last_mut(), piece) {
                (Some(Piece::Text(before)), Piece::Text(more)) => before.extend(more),
                (_, piece) => pieces.push(piece),
            });
        }
        pieces
    }

    fn text(text: &str) -> Piece {
        Piece::Text(text.as_bytes().to_vec())
    }

    #[test]
    fn everything_is_told_apart_however_it_is_cut() {
        let display = DisplayMessage::Show(notebook_protocol::Output::new([("text/plain", "a\nb")]));
        let output = format!(
            "one\nhalf{}two EVCXR_ no\nEVCXR_BEGIN_CONTENT text/plain\n1\n2\nEVCXR_END_CONTENT\ntailEVCXR_EXECUTION_COMPLETE\n",
            display.to_line()
        );
        let expected = [
            text("one\nhalf"),
            Piece::Display(display),
            text("two EVCXR_ no\n"),
            Piece::Content("text/plain".to_owned(), "1\n2".to_owned()),
            text("tail"),
            Piece::Signal(COMPLETE.to_owned()),
        ];
        assert_eq!(pieces(&[output.as_bytes()]), expected);
        let bytes: Vec<&[u8]> = output.as_bytes().chunks(1).collect();
        assert_eq!(pieces(&bytes), expected);
    }

    #[test]
    fn half_a_line_is_passed_on_at_once() {
        let mut output = Output::default();
        let mut pieces = Vec::new();
        output.take(b"50 %\r", |piece| pieces.push(piece));
        assert_eq!(pieces, [text("50 %\r")]);
    }

    #[test]
    fn a_display_that_cannot_be_read_is_shown_as_text() {
        let line = format!("{DISPLAY_PREFIX}{{\"do\":\"dance\"}}\n");
        assert_eq!(pieces(&[line.as_bytes()]), [text(&line)]);
    }

    #[test]
    fn a_display_behind_bytes_that_are_no_text_is_found() {
        let display = DisplayMessage::Clear { wait: false };
        let line = [b"\xffEVCXR_\xc3\x28 half", display.to_line().as_bytes()].concat();
        let before = Piece::Text(b"\xffEVCXR_\xc3\x28 half".to_vec());
        assert_eq!(pieces(&[&line]), [before, Piece::Display(display)]);
    }

    #[test]
    fn a_panic_in_the_middle_of_a_display_is_a_panic() {
        let output = b"EVCXR_BEGIN_CONTENT text/plain\nhalf\nEVCXR_PANIC_NOTIFICATION\n";
        let content = Piece::Content("text/plain".to_owned(), "half".to_owned());
        assert_eq!(pieces(&[output]), [content, Piece::Signal(PANIC.to_owned())]);
    }

    #[test]
    fn words_that_only_look_like_signals_are_text() {
        for line in ["EVCXR_EXECUTION_COMPLETED\n", "EVCXR_PANIC\n", "\u{1e}bell\n", "é EVCXR\n"] {
            assert_eq!(pieces(&[line.as_bytes()]), [text(line)]);
        }
    }
}
