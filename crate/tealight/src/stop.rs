//! The *stop* button.
//!
//! Under the tealight kernel a file (`notebook_protocol::stop_file`) exists from the press of *stop* to the end of the cell.
//! Elsewhere there is no such file, and an interrupt has the effect that the program defines.

use std::path::PathBuf;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::{Error, ErrorKind};

/// The interval between two checks for the file. A check takes as long as a small training step; reading the clock takes almost no
/// time.
const CHECK_INTERVAL: Duration = Duration::from_millis(20);

/// Returns whether the user has pressed *stop* for the running cell. The file system is checked at most every 20 ms, so a loop
/// can call this function in each step.
///
/// Long work of the library stops by itself: a [`fit`](crate::Model::fit) ends as it would after its last epoch, and other work
/// fails with an error of kind [`ErrorKind::Interrupted`]. Call this function in your own loops, so that they can stop and keep
/// their variables. Outside of the tealight kernel it always returns false.
///
/// After a stop, the cell fails with the error `Interrupted`, so that *Run All* ends there, and all variables are kept. A cell for
/// which this function, or [`History::interrupted`](crate::History::interrupted), has returned true has handled the stop: it does
/// not fail, and *Run All* continues.
///
/// ```
/// let mut steps = 0;
/// while steps < 1000 && !tealight::notebook::stop_requested() {
///     steps += 1;
/// }
/// assert_eq!(steps, 1000);
/// ```
pub fn requested() -> bool {
    let requested = is_requested();
    if requested {
        mark_handled();
    }
    requested
}

/// Returns whether the user has pressed *stop*, without handling the stop. For the library's own work.
pub(crate) fn is_requested() -> bool {
    STOP.get_or_init(|| Stop::new(notebook_protocol::stop_file())).is_requested(Instant::now())
}

/// Marks a stop, if there is one, as handled by the code of the cell, so that the kernel does not add an error.
pub(crate) fn mark_handled() {
    if is_requested()
        && let Some(file) = notebook_protocol::stop_file()
    {
        // If this fails, the cell ends with an error.
        let _ = std::fs::write(notebook_protocol::stop_handled_file(&file), "");
    }
}

static STOP: OnceLock<Stop> = OnceLock::new();

/// Returns the error of work that the user stopped. `done` says how much was done.
pub(crate) fn interrupted(place: &str, done: impl std::fmt::Display) -> Error {
    let message =
        format!("{place}: stopped by you {done}. All variables are as they were; run the cell again to repeat it.");
    Error::new(ErrorKind::Interrupted, message)
}

/// The stop file and the result of the last check.
struct Stop {
    file: Option<PathBuf>,
    start: Instant,
    /// Microseconds from the start to the next check, times 2, plus 1 if the last check found the file.
    next: AtomicU64,
}

impl Stop {
    fn new(file: Option<PathBuf>) -> Self {
        Self { file, start: Instant::now(), next: AtomicU64::new(0) }
    }

    fn is_requested(&self, now: Instant) -> bool {
        let Some(file) = &self.file else { return false };
        let now = now.saturating_duration_since(self.start).as_micros() as u64;
        let next = self.next.load(Ordering::Relaxed);
        if now < next >> 1 {
            return next & 1 == 1;
        }
        let found = file.exists();
        let next = now + CHECK_INTERVAL.as_micros() as u64;
        self.next.store(next << 1 | u64::from(found), Ordering::Relaxed);
        found
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_stop_is_requested_while_the_file_exists() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("stop");
        let stop = Stop::new(Some(file.clone()));
        let later = |milliseconds| stop.start + Duration::from_millis(milliseconds);
        assert!(!stop.is_requested(later(0)));
        std::fs::write(&file, "").unwrap();
        assert!(!stop.is_requested(later(19)), "the file is not checked in each step");
        assert!(stop.is_requested(later(20)));
        std::fs::remove_file(&file).unwrap();
        assert!(stop.is_requested(later(39)));
        assert!(!stop.is_requested(later(40)));
        assert!(!Stop::new(None).is_requested(Instant::now()));
    }

    #[test]
    fn the_error_of_a_stop_says_what_was_stopped() {
        let error = interrupted("Model::evaluate", "after 3 of 40 batches");
        assert_eq!(error.kind(), ErrorKind::Interrupted);
        assert_eq!(
            error.to_string(),
            "Model::evaluate: stopped by you after 3 of 40 batches. All variables are as they were; run the cell again to \
             repeat it."
        );
    }
}
