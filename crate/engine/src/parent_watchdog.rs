//! Ends a process when its parent ends.
//!
//! Jupyter may kill a kernel with SIGKILL, which can't be handled. Each process below the kernel therefore watches its
//! parent and ends after it; a cell in an endless loop would otherwise run forever.

use std::time::Duration;

/// The time between two looks at the parent.
const POLL_INTERVAL: Duration = Duration::from_millis(500);

/// Ends this process soon after its parent has ended.
pub(crate) fn end_with_parent() {
    let parent = std::os::unix::process::parent_id();
    std::thread::spawn(move || {
        while std::os::unix::process::parent_id() == parent {
            std::thread::sleep(POLL_INTERVAL);
        }
        // Not `exit`: its handlers would wait for locks that a running cell holds.
        std::process::abort();
    });
}

/// Ends this process when its parent ends, at once if the system supports it: a cell can allocate a lot in half a second.
pub(crate) fn end_at_once_with_parent() {
    if let Err(error) = rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL)) {
        tracing::debug!(%error, "the system can't signal the death of the parent; polling for it");
    }
    end_with_parent();
}
