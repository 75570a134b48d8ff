//! Conversion of process ids: `u32` in the standard library, [`Pid`] for signals.

use rustix::process::Pid;

/// Converts a process id, or returns `None` if it is not a valid one.
pub(crate) fn from_u32(id: u32) -> Option<Pid> {
    i32::try_from(id).ok().and_then(Pid::from_raw)
}
