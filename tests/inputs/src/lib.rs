//! Hostile inputs: none may cause a panic, a hang, or memory use of more than ten times its size plus a constant.
//!
//! Each [`Target`] is a reader with a function that gives it one input. The tests of this package run all targets on the
//! [corpus] and on mutations of it, which are the same at each run. The fuzzer in `tests/fuzz` searches for inputs that take
//! other paths through the code:
//!
//! ```text
//! cargo run --release -p tealight-hostile-inputs --example corpus -- unpack
//! cd tests/fuzz && READER=idx cargo +nightly fuzz run reader corpus/idx
//! cargo run --release -p tealight-hostile-inputs --example corpus -- pack
//! ```

#![allow(clippy::panic, reason = "a failure of a reader is reported by a panic")]

pub mod corpus;
mod engine;
mod files;
mod kernel;
mod memory;
mod models;

use std::fmt;

/// A reader and its memory limit.
#[derive(Clone, Copy)]
pub struct Target {
    /// The name of its folder in the corpus, and of its fuzzer.
    pub name: &'static str,
    /// Reads one input and returns its size in bytes, which is larger than its length if it is compressed.
    pub read: fn(&[u8]) -> usize,
    /// How many times its size an input may take in memory.
    pub memory_factor: usize,
    /// The bytes of memory that any input may take in addition.
    pub base_memory: usize,
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
    Target { name: "idx", read: files::idx, memory_factor: 10, base_memory: 4 * MIB },
    Target { name: "npy", read: files::npy, memory_factor: 10, base_memory: 4 * MIB },
    // An archive may unpack to a thousand times its length before it turns out to hold no numbers.
    Target { name: "npz", read: files::npz, memory_factor: 10, base_memory: 16 * MIB },
    // A picture, which is then rotated, flattened and resized.
    Target { name: "image_loader", read: files::image_loader, memory_factor: 10, base_memory: 800 * MIB },
    Target { name: "csv_dataset", read: files::csv_dataset, memory_factor: 10, base_memory: 4 * MIB },
    Target { name: "csv_table", read: files::csv_table, memory_factor: 10, base_memory: 4 * MIB },
    // A short file can decode to a picture of 192 MiB. It is copied if its transparency is removed, and a progressive JPEG needs
    // two bytes for each coefficient in addition.
    Target { name: "picture", read: files::picture, memory_factor: 10, base_memory: 600 * MIB },
    Target { name: "model_file", read: models::file, memory_factor: 10, base_memory: 8 * MIB },
    Target { name: "model_description", read: models::description, memory_factor: 10, base_memory: 8 * MIB },
    Target { name: "keras_file", read: models::keras, memory_factor: 10, base_memory: 4 * MIB },
    Target { name: "output", read: engine::output, memory_factor: 10, base_memory: 64 * KIB },
    Target { name: "message", read: kernel::message, memory_factor: 10, base_memory: 64 * KIB },
    // Code of up to 8 KiB is parsed into a tree that may be a hundred times its size.
    Target { name: "completeness", read: kernel::completeness, memory_factor: 10, base_memory: 4 * MIB },
];

impl Target {
    /// Returns the target with this name.
    ///
    /// # Panics
    /// Panics if there is none.
    #[must_use]
    pub fn by_name(name: &str) -> Self {
        let found = TARGETS.into_iter().find(|target| target.name == name);
        found.unwrap_or_else(|| panic!("no target is called {name:?}; there are {TARGETS:?}"))
    }

    /// Reads an input. Returns the peak of the memory in use, in bytes, and the size of the input.
    #[must_use]
    pub fn measure(&self, input: &[u8]) -> (usize, usize) {
        memory::measure_peak(|| (self.read)(input))
    }

    /// Reads an input and checks its memory use.
    ///
    /// # Panics
    /// Panics if the reader does, or if it used too much memory.
    pub fn check(&self, input: &[u8]) {
        let (used, size) = self.measure(input);
        let allowed = self.memory_factor * size + self.base_memory;
        assert!(used <= allowed, "{self:?} used {used} bytes of memory for {size} bytes of input, more than {allowed}");
    }
}
