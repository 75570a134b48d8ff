//! Mutations of inputs, drawn from a seed.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// Byte sequences that readers look for or handle specially.
const TOKENS: [&[u8]; 28] = [
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

/// An endless iterator of mutated inputs.
pub(crate) struct Mutations {
    kept: Vec<Vec<u8>>,
    random: ChaCha8Rng,
}

impl Mutations {
    /// Creates the mutations of these inputs for the target with this name.
    pub(crate) fn new(name: &str, kept: Vec<Vec<u8>>, seed: u64) -> Self {
        let seed = name.bytes().fold(seed, |seed, byte| seed.wrapping_mul(31).wrapping_add(u64::from(byte)));
        Self { kept, random: ChaCha8Rng::seed_from_u64(seed) }
    }

    /// Returns a random number below `end`, or 0.
    fn below(&mut self, end: usize) -> usize {
        (self.random.next_u64() % end.max(1) as u64) as usize
    }

    fn random_input(&mut self) -> Vec<u8> {
        let index = self.below(self.kept.len());
        self.kept[index].clone()
    }

    fn mutate(&mut self, input: &mut Vec<u8>) {
        let at = self.below(input.len() + 1);
        let end = at + self.below((input.len() - at).min(64) + 1);
        match self.below(10) {
            0 if at < input.len() => input[at] ^= 1 << self.below(8),
            1 if at < input.len() => input[at] = self.below(256) as u8,
            2 => drop(input.drain(at..end)),
            3 => input.truncate(at),
            // Repeat a part once, or many times.
            4 => {
                let times = if self.below(8) == 0 { 200 } else { 1 };
                let part = input[at..end].repeat(times);
                input.splice(at..at, part);
            }
            // Insert a part of another input.
            5 => {
                let other = self.random_input();
                let from = self.below(other.len() + 1);
                let to = from + self.below((other.len() - from).min(256) + 1);
                input.splice(at..end, other[from..to].iter().copied());
            }
            6 => input.insert(at, self.below(256) as u8),
            // Insert or replace a digit.
            7 => {
                let digits: Vec<usize> = (0..input.len()).filter(|&at| input[at].is_ascii_digit()).collect();
                if !digits.is_empty() {
                    let at = digits[self.below(digits.len())];
                    let digit = b'0' + self.below(10) as u8;
                    if self.below(3) == 0 { input.insert(at, digit) } else { input[at] = digit }
                }
            }
            _ => {
                let token = TOKENS[self.below(TOKENS.len())];
                let end = if self.below(2) == 0 { at } else { (at + token.len()).min(input.len()) };
                input.splice(at..end, token.iter().copied());
            }
        }
    }
}

impl Iterator for Mutations {
    type Item = Vec<u8>;

    fn next(&mut self) -> Option<Vec<u8>> {
        let mut input = self.random_input();
        for _ in 0..=self.below(6) {
            self.mutate(&mut input);
        }
        Some(input)
    }
}
