//! A file in memory of which only so much is read: what is hostile in it cannot lead a reader on for ever.
//!
//! HDF5 is a web of addresses. In a crafted file both branches of each node lead to the same next one, so that 40 nodes
//! have 2⁴⁰ ways through them; a leaf names one list of names 65,535 times; a header goes on where it began. A sound
//! file says everything once. So each thing that is asked of a file may read a ration of it, and all of them together
//! another. Names are bounded too: many could be one long text, which is copied for each.

use hdf5_pure::{FormatError, Source};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// What one question may read of the structure: enough for the names and addresses of tens of thousands of layers.
const STRUCTURE: u64 = 4 << 20;
/// What all questions together may: each name is looked for among all, so that twice the layers need four times as much.
const ALL: u64 = 8 << 30;
/// What a read costs at least: the work around it, and what is kept of it.
const LEAST: u64 = 64;
/// No name is longer.
const LONGEST_NAME: usize = 1 << 10;

/// How much may still be read.
pub(super) struct Ration {
    numbers: AtomicU64,
    structure: AtomicU64,
    all: AtomicU64,
}

/// The bytes of a file, read within a ration.
pub(super) struct Rationed {
    bytes: Vec<u8>,
    ration: Arc<Ration>,
}

impl Rationed {
    pub(super) fn new(bytes: Vec<u8>) -> (Self, Arc<Ration>) {
        let ration = Ration { numbers: 0.into(), structure: 0.into(), all: ALL.into() };
        let ration = Arc::new(ration);
        ration.renew(bytes.len() as u64);
        (Self { bytes, ration: ration.clone() }, ration)
    }

    fn at(&self, offset: u64, length: usize) -> Result<&[u8], FormatError> {
        let from = usize::try_from(offset).unwrap_or(usize::MAX);
        let end = from.saturating_add(length);
        let available = self.bytes.len();
        self.bytes.get(from..end).ok_or(FormatError::UnexpectedEof { expected: end, available })
    }
}

impl Ration {
    /// For the next question, which reads numbers of at most so many bytes.
    pub(super) fn renew(&self, numbers: u64) {
        self.numbers.store(numbers, Ordering::Relaxed);
        self.structure.store(STRUCTURE, Ordering::Relaxed);
    }
}

fn take(from: &AtomicU64, bytes: u64) -> Result<(), FormatError> {
    let left = from.try_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(bytes));
    left.map(drop).map_err(|_| FormatError::Source("what it says leads round in circles".to_owned()))
}

impl Source for Rationed {
    fn len(&self) -> u64 {
        self.bytes.len() as u64
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<(), FormatError> {
        let bytes = self.at(offset, buffer.len())?;
        take(&self.ration.numbers, bytes.len() as u64)?;
        take(&self.ration.structure, LEAST)?;
        buffer.copy_from_slice(bytes);
        Ok(())
    }

    fn read_metadata_at(&self, offset: u64, length: usize) -> Result<Vec<u8>, FormatError> {
        let bytes = self.at(offset, length)?;
        let cost = (length as u64).max(LEAST);
        take(&self.ration.structure, cost)?;
        take(&self.ration.all, cost)?;
        // Names end in a zero, and what is no name is full of them.
        if bytes.split(|&byte| byte == 0).any(|name| name.len() > LONGEST_NAME) {
            return Err(FormatError::Source(format!("a name in it has more than {LONGEST_NAME} bytes")));
        }
        Ok(bytes.to_vec())
    }
}
