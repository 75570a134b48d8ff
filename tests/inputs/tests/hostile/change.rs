//! Changes of inputs, drawn from a seed.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// What readers look for, or stumble over.
const WORDS: [&[u8]; 28] = [
    b"\0\0\0\0",
    b"\xff\xff\xff\xff",
    b"\x7f\xff\xff\xff",
    b"\xff\xff\xff\xff\xff\xff\xff\x7f",
    b"\xc3",
    b"\xef\xbb\xbf",
    b"\r\n",
    b"\n",
    b"\"",
    b"\\",
    b"'\\",
    b",",
    b"[",
    b"{",
    b"}",
    b"null",
    b"-1",
    b"1e308",
    b"1e400",
    b"NaN",
    b"0.0",
    b"18446744073709551615",
    b"18446744073709551616",
    b"9223372036854775807",
    b"\x1etealight ",
    b"EVCXR_",
    b"<IDS|MSG>",
    b"/*",
];

/// Inputs without end.
pub(crate) struct Changes {
    kept: Vec<Vec<u8>>,
    random: ChaCha8Rng,
}

impl Changes {
    /// Changes of these, drawn from a seed for the reader of this name.
    pub(crate) fn new(name: &str, kept: Vec<Vec<u8>>, seed: u64) -> Self {
        let seed = name.bytes().fold(seed, |seed, byte| seed.wrapping_mul(31).wrapping_add(u64::from(byte)));
        Self { kept, random: ChaCha8Rng::seed_from_u64(seed) }
    }

    /// A number below `end`, or 0.
    fn below(&mut self, end: usize) -> usize {
        (self.random.next_u64() % end.max(1) as u64) as usize
    }

    fn any(&mut self) -> Vec<u8> {
        let index = self.below(self.kept.len());
        self.kept[index].clone()
    }

    fn change(&mut self, input: &mut Vec<u8>) {
        let at = self.below(input.len() + 1);
        let end = at + self.below((input.len() - at).min(64) + 1);
        match self.below(10) {
            0 if at < input.len() => input[at] ^= 1 << self.below(8),
            1 if at < input.len() => input[at] = self.below(256) as u8,
            2 => drop(input.drain(at..end)),
            3 => input.truncate(at),
            // A part of it once more, or many times.
            4 => {
                let times = if self.below(8) == 0 { 200 } else { 1 };
                let part = input[at..end].repeat(times);
                input.splice(at..at, part);
            }
            // A part of another one.
            5 => {
                let other = self.any();
                let from = self.below(other.len() + 1);
                let to = from + self.below((other.len() - from).min(256) + 1);
                input.splice(at..end, other[from..to].iter().copied());
            }
            6 => input.insert(at, self.below(256) as u8),
            // A digit more or less.
            7 => {
                let digits: Vec<usize> = (0..input.len()).filter(|&at| input[at].is_ascii_digit()).collect();
                if !digits.is_empty() {
                    let at = digits[self.below(digits.len())];
                    let digit = b'0' + self.below(10) as u8;
                    if self.below(3) == 0 { input.insert(at, digit) } else { input[at] = digit }
                }
            }
            _ => {
                let word = WORDS[self.below(WORDS.len())];
                let end = if self.below(2) == 0 { at } else { (at + word.len()).min(input.len()) };
                input.splice(at..end, word.iter().copied());
            }
        }
    }
}

impl Iterator for Changes {
    type Item = Vec<u8>;

    fn next(&mut self) -> Option<Vec<u8>> {
        let mut input = self.any();
        for _ in 0..=self.below(6) {
            self.change(&mut input);
        }
        Some(input)
    }
}
