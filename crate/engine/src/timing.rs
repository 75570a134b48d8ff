//! The times of the compilation of a cell.
//!
//! evcxr infers the types of a cell's variables, calls cargo (which is [this program](crate::shims)) once or several times, and
//! then runs the cell. So cargo's shim writes down when it starts and ends, and the engine derives the times from that.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::layout;
use crate::messages::CompileTimes;

/// The file in a session's folder with a line for each call of cargo: its start and its end, in microseconds.
const BUILD_TIMES_FILE: &str = "build-times";

/// Measures a call of cargo until it is dropped.
pub(crate) struct BuildTimer {
    file: Option<PathBuf>,
    start: u128,
}

impl BuildTimer {
    /// Starts to measure.
    pub(crate) fn start() -> Self {
        Self { file: layout::session_of_this_process().map(|session| session.join(BUILD_TIMES_FILE)), start: now() }
    }
}

impl Drop for BuildTimer {
    fn drop(&mut self) {
        let Some(file) = &self.file else { return };
        let line = format!("{} {}\n", self.start, now());
        let opened = fs::File::options().create(true).append(true).open(file);
        if let Err(error) = opened.and_then(|mut file| file.write_all(line.as_bytes())) {
            tracing::debug!(%error, "the time of a build could not be written");
        }
    }
}

/// Measures the compilation of one cell.
pub(crate) struct CompileTimer {
    file: PathBuf,
    start: u128,
}

impl CompileTimer {
    /// Starts to measure a cell of the session in this folder.
    pub(crate) fn start(session: &Path) -> Self {
        let file = session.join(BUILD_TIMES_FILE);
        // It need not exist.
        let _ = fs::remove_file(&file);
        Self { file, start: now() }
    }

    /// Returns the times so far, or `None` if cargo was not called.
    pub(crate) fn times(&self) -> Option<CompileTimes> {
        times(self.start, &fs::read_to_string(&self.file).ok()?)
    }
}

/// Returns the times of a cell that began at `start`, from the calls of cargo.
fn times(start: u128, calls: &str) -> Option<CompileTimes> {
    let calls = calls.lines().filter_map(|line| {
        let (start, end) = line.split_once(' ')?;
        Some((start.parse::<u128>().ok()?, end.parse::<u128>().ok()?))
    });
    let (first, last) = calls.fold(None, |range: Option<(u128, u128)>, (start, end)| {
        let (first, last) = range.unwrap_or((start, end));
        Some((first.min(start), last.max(end)))
    })?;
    let duration =
        |from: u128, to: u128| Duration::from_micros(u64::try_from(to.saturating_sub(from)).unwrap_or(u64::MAX));
    Some(CompileTimes { type_inference: duration(start, first), compile: duration(first, last) })
}

/// Returns the microseconds since 1970. Processes compare these, so it is not an `Instant`.
fn now() -> u128 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_micros())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_inferred_before_the_first_build_and_all_builds_count() {
        let times = times(1_000_000, "1_0\n1200000 1500000\n1500000 1900000\n").unwrap();
        assert_eq!(times.type_inference, Duration::from_millis(200));
        assert_eq!(times.compile, Duration::from_millis(700));
        assert_eq!(super::times(1, ""), None);
    }
}
