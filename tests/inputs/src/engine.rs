//! What the engine takes apart: the output of the process that runs cells.

use notebook_engine::output_parser::{OutputParser, Token};

/// The first byte says in which pieces the rest comes. However that is, no byte of it is lost that is text.
pub(crate) fn output(input: &[u8]) -> usize {
    let Some((&first, rest)) = input.split_first() else { return 0 };
    let mut whole = Taken::default();
    whole.take(rest, rest.len().max(1));
    let mut in_pieces = Taken::default();
    in_pieces.take(rest, usize::from(first) + 1);
    assert_eq!(whole.text, in_pieces.text, "the text hangs on how the output is cut");
    assert_eq!(whole.others, in_pieces.others, "what is no text hangs on how the output is cut");
    input.len()
}

#[derive(Default)]
struct Taken {
    output: OutputParser,
    text: Vec<u8>,
    others: usize,
}

impl Taken {
    fn take(&mut self, bytes: &[u8], piece: usize) {
        for chunk in bytes.chunks(piece) {
            self.output.parse(chunk, |token| match token {
                Token::Text(text) => self.text.extend(text),
                Token::Display(_) | Token::Flushed | Token::Content(..) | Token::Signal(_) => self.others += 1,
            });
        }
    }
}
