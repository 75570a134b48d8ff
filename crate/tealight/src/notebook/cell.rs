//! The number of the current cell.

use std::sync::atomic::{AtomicU64, Ordering};

static CELL: AtomicU64 = AtomicU64::new(0);

/// Returns a number that changes when a new cell begins. In a program it never changes.
pub(crate) fn current_cell() -> u64 {
    CELL.load(Ordering::Relaxed)
}

/// Begins a new cell.
pub(crate) fn begin_cell() {
    CELL.fetch_add(1, Ordering::Relaxed);
}
