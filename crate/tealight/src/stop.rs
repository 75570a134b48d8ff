//! Whether the user wants what runs to stop.
//!
//! Under the tealight kernel a file says so (see `notebook_protocol::stop_file`): it is there from the press of *stop* to
//! the end of the cell. Elsewhere nothing says so: an interrupt keeps the meaning that the program gives it.

use std::path::PathBuf;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::{Error, ErrorKind};

/// To look for a file takes as long as a small step of training; to look at the clock takes next to nothing.
const BETWEEN_LOOKS: Duration = Duration::from_millis(20);

/// Whether the user has pressed *stop* for the cell that runs. It is looked up at most every 20 ms, so that a loop can ask
/// in each of its steps.
///
/// What the library does for long stops by itself: a [`fit`](crate::Model::fit) ends as it would after its last epoch, and
/// other work with an error of kind [`ErrorKind::Interrupted`]. A loop of your own can ask, too, so that its variables stay
/// alive; outside of the tealight kernel the answer is always no.
///
/// After a stop, the cell ends with the error `Interrupted`, so that *Run All* ends there, and all variables are kept. A cell
/// that asks here, or asks [`History::interrupted`](crate::History::interrupted), and hears yes has handled the stop itself:
/// it ends without that error, and *Run All* goes on.
///
/// ```
/// let mut steps = 0;
/// while steps < 1000 && !tealight::notebook::stop_asked() {
///     steps += 1;
/// }
/// assert_eq!(steps, 1000);
/// ```
pub fn asked() -> bool {
    let asked = is_asked();
    if asked {
        handle();
    }
    asked
}

/// Whether the user wants what runs to stop, for the library's own work.
pub(crate) fn is_asked() -> bool {
    STOP.get_or_init(|| Stop::new(notebook_protocol::stop_file())).asked(Instant::now())
}

/// The code of the cell knows that the user wants it to stop, if the user does: the kernel adds no error of its own.
pub(crate) fn handle() {
    if is_asked()
        && let Some(file) = notebook_protocol::stop_file()
    {
        // Without it, the cell ends with an error.
        let _ = std::fs::write(notebook_protocol::stop_handled_file(&file), "");
    }
}

static STOP: OnceLock<Stop> = OnceLock::new();

/// The error of work that ended because the user stopped it; `done` says how far it was.
pub(crate) fn interrupted(place: &str, done: impl std::fmt::Display) -> Error {
    let message =
        format!("{place}: stopped by you {done}. All variables are as they were; run the cell again to repeat it.");
    Error::new(ErrorKind::Interrupted, message)
}

/// The file, and what the last look at it found.
struct Stop {
    file: Option<PathBuf>,
    start: Instant,
    /// Microseconds from the start to the next look, doubled; the lowest bit is what the last look found.
    next: AtomicU64,
}

impl Stop {
    fn new(file: Option<PathBuf>) -> Self {
        Self { file, start: Instant::now(), next: AtomicU64::new(0) }
    }

    fn asked(&self, now: Instant) -> bool {
        let Some(file) = &self.file else { return false };
        let now = now.saturating_duration_since(self.start).as_micros() as u64;
        let next = self.next.load(Ordering::Relaxed);
        if now < next >> 1 {
            return next & 1 == 1;
        }
        let found = file.exists();
        let next = now + BETWEEN_LOOKS.as_micros() as u64;
        self.next.store(next << 1 | u64::from(found), Ordering::Relaxed);
        found
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn it_is_asked_as_long_as_the_file_is_there() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("stop");
        let stop = Stop::new(Some(file.clone()));
        let later = |milliseconds| stop.start + Duration::from_millis(milliseconds);
        assert!(!stop.asked(later(0)));
        std::fs::write(&file, "").unwrap();
        assert!(!stop.asked(later(19)), "the file is not looked for at each step");
        assert!(stop.asked(later(20)));
        std::fs::remove_file(&file).unwrap();
        assert!(stop.asked(later(39)));
        assert!(!stop.asked(later(40)));
        assert!(!Stop::new(None).asked(Instant::now()));
    }

    #[test]
    fn the_error_says_what_was_stopped_and_that_nothing_is_lost() {
        let error = interrupted("Model::evaluate", "after 3 of 40 batches");
        assert_eq!(error.kind(), ErrorKind::Interrupted);
        assert_eq!(
            error.to_string(),
            "Model::evaluate: stopped by you after 3 of 40 batches. All variables are as they were; run the cell again to \
             repeat it."
        );
    }
}
