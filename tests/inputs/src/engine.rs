//! The engine's parser of the output of the process that runs cells.

use notebook_engine::output_parser::{OutputParser, Token};

/// Parses an input whole and in chunks, whose size is the first byte plus one. Both must give the same text.
pub(crate) fn output(input: &[u8]) -> usize {
    let Some((&first, rest)) = input.split_first() else { return 0 };
    let mut whole = Parsed::default();
    whole.parse(rest, rest.len().max(1));
    let mut in_chunks = Parsed::default();
    in_chunks.parse(rest, usize::from(first) + 1);
    assert_eq!(whole.text, in_chunks.text, "the text depends on the chunks");
    assert_eq!(whole.others, in_chunks.others, "the other tokens depend on the chunks");
    input.len()
}

#[derive(Default)]
struct Parsed {
    output: OutputParser,
    text: Vec<u8>,
    others: usize,
}

impl Parsed {
    fn parse(&mut self, bytes: &[u8], chunk_size: usize) {
        for chunk in bytes.chunks(chunk_size) {
            self.output.parse(chunk, |token| match token {
                Token::Text(text) => self.text.extend(text),
                Token::Display(_) | Token::Flushed | Token::Content(..) | Token::Signal(_) => self.others += 1,
            });
        }
    }
}
