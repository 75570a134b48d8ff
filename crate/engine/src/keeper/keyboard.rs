//! What the user types, on its way to the cell.
//!
//! The standard input of a cell is a pipe that nobody writes to until the cell reads from it. Whether it does, the system
//! says: each of the cell's threads has a file in `/proc` with the call that it waits in. So the input box opens when the cell
//! wants a line, and not before. Where the system does not say it, the pipe has no other end, and the cell finds the input at
//! its end.

use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::Result;
use rustix::fs::{Mode, OFlags};

/// How often it is looked whether the cell reads.
const INTERVAL: Duration = Duration::from_millis(100);
/// So long after the end of the input a read finds the end once more. A cell that asks until it gets an answer would ask for
/// ever; after this time, a read is an error.
const PATIENCE: Duration = Duration::from_secs(5);
/// How many threads are looked at.
const MOST_THREADS: usize = 64;
/// The numbers of the calls that read.
#[cfg(target_arch = "x86_64")]
const READING: [&str; 2] = ["0", "19"];
#[cfg(not(target_arch = "x86_64"))]
const READING: [&str; 2] = ["63", "65"];

/// The keyboard of a process that runs cells.
pub(super) struct Keyboard {
    path: PathBuf,
    /// The calls of the process's threads.
    threads: PathBuf,
    /// Both ends, so that a read waits.
    pipe: Option<File>,
    /// When to look next.
    due: Option<Instant>,
    /// When reading becomes an error.
    unplugs: Option<Instant>,
}

impl Keyboard {
    /// The keyboard of this process, at this path.
    pub(super) fn new(path: PathBuf, process: u32) -> Self {
        // It may be there already.
        let _ = rustix::fs::mkfifoat(rustix::fs::CWD, &path, Mode::RUSR | Mode::WUSR);
        Self { path, threads: PathBuf::from(format!("/proc/{process}/task")), pipe: None, due: None, unplugs: None }
    }

    /// A cell is about to run. What was typed for one before is not for it.
    pub(super) fn begin(&mut self) {
        let is_visible = fs::read_dir(&self.threads).is_ok_and(|mut threads| {
            threads.next().is_some_and(|thread| thread.is_ok_and(|one| call(&one.path()).is_some()))
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
            self.due = Some(Instant::now() + INTERVAL);
        }
    }

    /// The input is at its end.
    pub(super) fn end(&mut self) {
        self.pipe = None;
        self.due = Some(Instant::now() + PATIENCE);
        self.unplugs = self.due;
    }

    /// Whether reading is to be an error from now on.
    pub(super) fn is_unplugged(&mut self, now: Instant) -> bool {
        let is_unplugged = self.unplugs.is_some_and(|unplugs| now >= unplugs);
        if is_unplugged {
            self.rest();
        }
        is_unplugged
    }

    /// The cell has ended.
    pub(super) fn rest(&mut self) {
        self.due = None;
        self.unplugs = None;
    }

    /// When to look whether the cell reads.
    pub(super) fn due(&self) -> Option<Instant> {
        self.due
    }

    /// Looks, if it is time to: whether the cell waits for something to be typed.
    pub(super) fn is_wanted(&mut self, now: Instant) -> bool {
        if self.pipe.is_none() || self.due.is_none_or(|due| now < due) {
            return false;
        }
        self.due = Some(now + INTERVAL);
        let Some(pipe) = &self.pipe else { return false };
        // What was typed and is not read yet is read next.
        if super::is_ready(pipe, Duration::ZERO).unwrap_or(true) {
            return false;
        }
        let Ok(threads) = fs::read_dir(&self.threads) else { return false };
        threads.flatten().take(MOST_THREADS).any(|thread| call(&thread.path()).is_some_and(|call| reads(&call)))
    }

    /// Types this for the cell.
    pub(super) fn give(&mut self, text: &str) -> Result<()> {
        let Some(pipe) = &mut self.pipe else { return Ok(()) };
        let mut rest = text.as_bytes();
        while !rest.is_empty() {
            match pipe.write(rest) {
                Ok(written) => rest = &rest[written..],
                // More than fits: the cell reads it.
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {
                    std::thread::sleep(Duration::from_millis(1));
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }
}

/// The call that a thread waits in, as the system writes it: number, arguments.
fn call(thread: &Path) -> Option<String> {
    fs::read_to_string(thread.join("syscall")).ok()
}

/// Whether a call reads from the standard input.
fn reads(call: &str) -> bool {
    let mut words = call.split(' ');
    words.next().is_some_and(|number| READING.contains(&number)) && words.next() == Some("0x0")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_read_from_the_standard_input_is_told_from_others() {
        assert!(reads(&format!("{} 0x0 0x7ffc0df7a1ef 0x1 0x8 0x2 0x1 0x7ffc0df7a1b8 0x7f87b1de42ad\n", READING[0])));
        assert!(!reads(&format!("{} 0x3 0x7ffc0df7a1ef 0x1\n", READING[0])));
        assert!(!reads("running\n"));
        assert!(!reads("202 0x0 0x80 0x0\n"));
    }
}
