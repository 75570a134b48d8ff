//! The number of a process, as the standard library gives it and as signals need it.

use rustix::process::Pid;

/// The process with this number; none where no process can have it.
pub(crate) fn of(id: u32) -> Option<Pid> {
    i32::try_from(id).ok().and_then(Pid::from_raw)
}
