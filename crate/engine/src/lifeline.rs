//! No process outlives the one that started it.
//!
//! Jupyter may kill a kernel with SIGKILL, which no one can answer. Each process below the kernel therefore watches its
//! parent, and ends when that is gone: a cell in an endless loop would otherwise run on for ever.

use std::time::Duration;

/// How often the parent is looked for.
const INTERVAL: Duration = Duration::from_millis(500);

/// Ends this process soon after its parent has ended.
pub(crate) fn end_with_parent() {
    let parent = std::os::unix::process::parent_id();
    std::thread::spawn(move || {
        while std::os::unix::process::parent_id() == parent {
            std::thread::sleep(INTERVAL);
        }
        // Not `exit`: its handlers would wait for locks that a running cell holds.
        std::process::abort();
    });
}

/// The same, at once where the system can see to it: what a cell allocates in half a second may be a lot.
pub(crate) fn end_at_once_with_parent() {
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL));
    end_with_parent();
}
