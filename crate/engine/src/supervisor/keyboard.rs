//! The keyboard: the standard input of cells.
//!
//! It is a pipe that is empty until the cell reads from it. The system tells whether the cell does: each of its threads has a file
//! in `/proc` with the system call that it waits in. So the input box opens when the cell reads a line, and not before. If the
//! system does not tell, the pipe has no writer, and the cell reads the end of the input.

use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::Result;
use rustix::fs::{Mode, OFlags};

/// The time between two looks whether the cell reads.
const POLL_INTERVAL: Duration = Duration::from_millis(100);
/// The time after the end of the input in which further reads find the end. Later reads are errors: a cell that asks until it
/// gets an answer would ask forever.
const UNPLUG_DELAY: Duration = Duration::from_secs(5);
/// The number of threads that are looked at.
const MAX_THREADS: usize = 64;
/// The numbers of the system calls `read` and `readv`.
#[cfg(target_arch = "x86_64")]
const READ_CALLS: [&str; 2] = ["0", "19"];
#[cfg(not(target_arch = "x86_64"))]
const READ_CALLS: [&str; 2] = ["63", "65"];

/// The keyboard of a process that runs cells.
pub(super) struct Keyboard {
    path: PathBuf,
    /// The folder with the threads of the process.
    threads: PathBuf,
    /// Both ends of the pipe, so that a read waits.
    pipe: Option<File>,
    /// When to look next whether the cell reads.
    due: Option<Instant>,
    /// When reads become errors.
    unplugs: Option<Instant>,
}

impl Keyboard {
    /// Creates the keyboard of a process at this path.
    pub(super) fn new(path: PathBuf, process: u32) -> Self {
        // It may exist.
        let _ = rustix::fs::mkfifoat(rustix::fs::CWD, &path, Mode::RUSR | Mode::WUSR);
        Self { path, threads: PathBuf::from(format!("/proc/{process}/task")), pipe: None, due: None, unplugs: None }
    }

    /// Prepares for a cell that is about to run, and discards what was typed for an earlier one.
    pub(super) fn begin(&mut self) {
        let is_visible = fs::read_dir(&self.threads).is_ok_and(|mut threads| {
            threads.next().is_some_and(|thread| thread.is_ok_and(|one| system_call(&one.path()).is_some()))
        });
        self.unplugs = None;
        if !is_visible {
            self.pipe = None;
            self.due = None;
            return;
        }
        if self.pipe.is_none() {
            let opened = rustix::fs::open(&self.path, OFlags::RDWR | OFlags::NONBLOCK | OFlags::CLOEXEC, Mode::empty());
            self.pipe = opened.ok().map(File::from);
        }
        if let Some(pipe) = &mut self.pipe {
            let mut old = [0; 4096];
            while pipe.read(&mut old).is_ok_and(|read| read > 0) {}
            self.due = Some(Instant::now() + POLL_INTERVAL);
        }
    }

    /// Ends the input.
    pub(super) fn end(&mut self) {
        self.pipe = None;
        self.due = Some(Instant::now() + UNPLUG_DELAY);
        self.unplugs = self.due;
    }

    /// Returns whether reads are to be errors from now on.
    pub(super) fn is_unplugged(&mut self, now: Instant) -> bool {
        let is_unplugged = self.unplugs.is_some_and(|unplugs| now >= unplugs);
        if is_unplugged {
            self.stop_looking();
        }
        is_unplugged
    }

    /// Stops looking after the cell has ended.
    pub(super) fn stop_looking(&mut self) {
        self.due = None;
        self.unplugs = None;
    }

    /// Returns when to look whether the cell reads.
    pub(super) fn due(&self) -> Option<Instant> {
        self.due
    }

    /// Looks, if it is time to, and returns whether the cell waits for input.
    pub(super) fn is_wanted(&mut self, now: Instant) -> bool {
        if self.pipe.is_none() || self.due.is_none_or(|due| now < due) {
            return false;
        }
        self.due = Some(now + POLL_INTERVAL);
        let Some(pipe) = &self.pipe else { return false };
        // The cell reads typed text first.
        if super::is_ready(pipe, Duration::ZERO).unwrap_or(true) {
            return false;
        }
        let Ok(threads) = fs::read_dir(&self.threads) else { return false };
        threads
            .flatten()
            .take(MAX_THREADS)
            .any(|thread| system_call(&thread.path()).is_some_and(|call| reads_stdin(&call)))
    }

    /// Writes text for the cell.
    pub(super) fn type_text(&mut self, text: &str) -> Result<()> {
        let Some(pipe) = &mut self.pipe else { return Ok(()) };
        let mut rest = text.as_bytes();
        while !rest.is_empty() {
            match pipe.write(rest) {
                Ok(written) => rest = &rest[written..],
                // The pipe is full until the cell reads.
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {
                    std::thread::sleep(Duration::from_millis(1));
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }
}

/// Returns the system call that a thread waits in: its number and arguments.
fn system_call(thread: &Path) -> Option<String> {
    fs::read_to_string(thread.join("syscall")).ok()
}

/// Returns whether a system call reads from standard input.
fn reads_stdin(call: &str) -> bool {
    let mut words = call.split(' ');
    words.next().is_some_and(|number| READ_CALLS.contains(&number)) && words.next() == Some("0x0")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_read_from_standard_input_is_recognized() {
        assert!(reads_stdin(&format!(
            "{} 0x0 0x7ffc0df7a1ef 0x1 0x8 0x2 0x1 0x7ffc0df7a1b8 0x7f87b1de42ad\n",
            READ_CALLS[0]
        )));
        assert!(!reads_stdin(&format!("{} 0x3 0x7ffc0df7a1ef 0x1\n", READ_CALLS[0])));
        assert!(!reads_stdin("running\n"));
        assert!(!reads_stdin("202 0x0 0x80 0x0\n"));
    }
}
