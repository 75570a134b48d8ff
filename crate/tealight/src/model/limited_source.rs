//! A file in memory with a limited read budget, so that a hostile file cannot keep a reader busy forever.
//!
//! HDF5 is a graph of addresses. In a crafted file both branches of each node lead to the same next node, so that 40 nodes
//! have 2⁴⁰ paths; a leaf names the same list of names 65,535 times; a header continues where it began. A sound file says
//! everything once. So each request has a read budget, and all requests together have another. The length of names is
//! limited too: many names could be one long text, which is copied for each of them.

use hdf5_pure::{FormatError, Source};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// The budget of one request for structure: enough for the names and addresses of tens of thousands of layers.
const STRUCTURE_BYTES: u64 = 4 << 20;
/// The budget of all requests together: each name is searched among all, so that twice the layers need four times as much.
const TOTAL_BYTES: u64 = 8 << 30;
/// The minimum cost of a read: the work around it, and what is kept of it.
const MIN_READ_COST: u64 = 64;
/// The maximum length of a name.
const MAX_NAME_BYTES: usize = 1 << 10;

/// How many bytes may still be read.
pub(super) struct ReadBudget {
    /// Of numbers, in this request.
    numbers: AtomicU64,
    /// Of structure, in this request.
    structure: AtomicU64,
    /// Of structure, in all requests.
    total: AtomicU64,
}

/// The bytes of a file, with a read budget.
pub(super) struct LimitedSource {
    bytes: Vec<u8>,
    budget: Arc<ReadBudget>,
}

impl LimitedSource {
    pub(super) fn new(bytes: Vec<u8>) -> (Self, Arc<ReadBudget>) {
        let budget = ReadBudget { numbers: 0.into(), structure: 0.into(), total: TOTAL_BYTES.into() };
        let budget = Arc::new(budget);
        budget.reset(bytes.len() as u64);
        (Self { bytes, budget: budget.clone() }, budget)
    }

    /// Returns `length` bytes from `offset` on.
    fn slice(&self, offset: u64, length: usize) -> Result<&[u8], FormatError> {
        let from = usize::try_from(offset).unwrap_or(usize::MAX);
        let end = from.saturating_add(length);
        let available = self.bytes.len();
        self.bytes.get(from..end).ok_or(FormatError::UnexpectedEof { expected: end, available })
    }
}

impl ReadBudget {
    /// Resets the budget for the next request, which reads at most this many bytes of numbers.
    pub(super) fn reset(&self, numbers: u64) {
        self.numbers.store(numbers, Ordering::Relaxed);
        self.structure.store(STRUCTURE_BYTES, Ordering::Relaxed);
    }
}

/// Spends `bytes` of a budget.
fn spend(from: &AtomicU64, bytes: u64) -> Result<(), FormatError> {
    let left = from.try_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(bytes));
    left.map(drop).map_err(|_| FormatError::Source("its structure is cyclic".to_owned()))
}

impl Source for LimitedSource {
    fn len(&self) -> u64 {
        self.bytes.len() as u64
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<(), FormatError> {
        let bytes = self.slice(offset, buffer.len())?;
        spend(&self.budget.numbers, bytes.len() as u64)?;
        spend(&self.budget.structure, MIN_READ_COST)?;
        buffer.copy_from_slice(bytes);
        Ok(())
    }

    fn read_metadata_at(&self, offset: u64, length: usize) -> Result<Vec<u8>, FormatError> {
        let bytes = self.slice(offset, length)?;
        let cost = (length as u64).max(MIN_READ_COST);
        spend(&self.budget.structure, cost)?;
        spend(&self.budget.total, cost)?;
        // Names end in a zero byte, and data that is not a name is full of zero bytes.
        if bytes.split(|&byte| byte == 0).any(|name| name.len() > MAX_NAME_BYTES) {
            return Err(FormatError::Source(format!("a name in it has more than {MAX_NAME_BYTES} bytes")));
        }
        Ok(bytes.to_vec())
    }
}
