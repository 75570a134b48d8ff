//! What hostile input must not do: panic, hang, or take more memory than ten times its size and a constant.
//!
//! Each [`Target`] is a reader of tealight's, and a function that gives it one input. The tests of this package run all of
//! them over the kept inputs in `tests/fuzz/corpus` and over changes of these, the same at each run; the fuzzer in
//! `tests/fuzz` looks for inputs that go other ways through the code, as long as one lets it.

#![allow(clippy::panic, reason = "what is wrong with a reader is told by a panic")]

mod engine;
mod files;
mod kernel;
mod memory;
mod models;

use std::fmt;

/// A reader, and what it may use.
#[derive(Clone, Copy)]
pub struct Target {
    /// The name of its folder in the corpus, and of its fuzzer.
    pub name: &'static str,
    /// Reads one input. The value is its size in bytes: more than its length, where it is compressed.
    pub read: fn(&[u8]) -> usize,
    /// So many times its size may an input take.
    pub times: usize,
    /// The bytes of memory that it may use however small the input is.
    pub constant: usize,
}

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

const KIB: usize = 1 << 10;
const MIB: usize = 1 << 20;

/// All readers.
pub const TARGETS: [Target; 13] = [
    Target { name: "idx", read: files::idx, times: 10, constant: 4 * MIB },
    Target { name: "npy", read: files::npy, times: 10, constant: 4 * MIB },
    // An archive may unpack to a thousand times its length before it turns out to hold no numbers.
    Target { name: "npz", read: files::npz, times: 10, constant: 16 * MIB },
    // As a picture, which is then turned, put on paper and brought to another size.
    Target { name: "image_loader", read: files::image_loader, times: 10, constant: 800 * MIB },
    Target { name: "csv_dataset", read: files::csv_dataset, times: 10, constant: 4 * MIB },
    Target { name: "csv_table", read: files::csv_table, times: 10, constant: 4 * MIB },
    // A picture may unpack to 192 MiB, which a short file can promise; it is made twice where its transparency is dropped,
    // and a progressive JPEG has its coefficients beside it, two bytes for each.
    Target { name: "picture", read: files::picture, times: 10, constant: 600 * MIB },
    Target { name: "model_file", read: models::file, times: 10, constant: 8 * MIB },
    Target { name: "model_description", read: models::description, times: 10, constant: 8 * MIB },
    Target { name: "keras_file", read: models::keras, times: 10, constant: 4 * MIB },
    Target { name: "output", read: engine::output, times: 10, constant: 64 * KIB },
    Target { name: "message", read: kernel::message, times: 10, constant: 64 * KIB },
    // Code of up to 8 KiB is parsed, into a tree that may be a hundred times its size.
    Target { name: "completeness", read: kernel::completeness, times: 10, constant: 4 * MIB },
];

impl Target {
    /// The reader of this name.
    ///
    /// # Panics
    /// Where there is none.
    #[must_use]
    pub fn called(name: &str) -> Self {
        let found = TARGETS.into_iter().find(|target| target.name == name);
        found.unwrap_or_else(|| panic!("no target is called {name:?}; there are {TARGETS:?}"))
    }

    /// Reads an input, which is seldom sound, and gives the bytes of memory that were in use at once, and its size.
    #[must_use]
    pub fn measure(&self, input: &[u8]) -> (usize, usize) {
        memory::peak(|| (self.read)(input))
    }

    /// Reads an input.
    ///
    /// # Panics
    /// Where the reader does, or where it used too much memory.
    pub fn check(&self, input: &[u8]) {
        let (used, size) = self.measure(input);
        let allowed = self.times * size + self.constant;
        assert!(used <= allowed, "{self:?} used {used} bytes of memory for {size} bytes of input, more than {allowed}");
    }
}
