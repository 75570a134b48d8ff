//! The guard that keeps nested work from drawing a second progress bar.

use std::sync::atomic::{AtomicUsize, Ordering};

static GUARDS: AtomicUsize = AtomicUsize::new(0);

/// While a guard lives, other work draws no bar, such as an evaluation in a callback of a training.
pub(crate) struct ProgressGuard(());

impl ProgressGuard {
    /// Returns a guard if no other exists.
    pub(crate) fn try_acquire() -> Option<Self> {
        GUARDS.compare_exchange(0, 1, Ordering::Relaxed, Ordering::Relaxed).ok().map(|_| Self(()))
    }

    /// Returns a guard even if another exists.
    pub(crate) fn acquire() -> Self {
        GUARDS.fetch_add(1, Ordering::Relaxed);
        Self(())
    }
}

impl Drop for ProgressGuard {
    fn drop(&mut self) {
        GUARDS.fetch_sub(1, Ordering::Relaxed);
    }
}
