//! Long work that is no training.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::{Bar, Busy, Pace, Screen, time_left};
use crate::model::thousands;
use crate::{Result, stop};

/// Work that is done sooner shows no bar.
const PATIENCE: Duration = Duration::from_millis(500);
const BETWEEN_BARS: Duration = Duration::from_millis(100);

/// Work of many equal parts, done by any number of threads: it shows a bar where it takes long, which is gone at the end,
/// and ends with an error where the user stops it.
pub(crate) struct Task {
    place: &'static str,
    unit: &'static str,
    total: usize,
    done: AtomicUsize,
    start: Instant,
    drawn: Mutex<Drawn>,
}

struct Drawn {
    pace: Pace,
    screen: Option<(Screen, Busy)>,
}

impl Task {
    /// The work of `place`, such as `"Model::evaluate"`, on `total` things called `unit`.
    pub(crate) fn new(place: &'static str, unit: &'static str, total: usize) -> Self {
        let start = Instant::now();
        let drawn = Drawn { pace: Pace::new(start, PATIENCE, BETWEEN_BARS), screen: None };
        Self { place, unit, total, done: AtomicUsize::new(0), start, drawn: Mutex::new(drawn) }
    }

    /// So many more are done. An error where the user wants the work to stop.
    pub(crate) fn add(&self, count: usize) -> Result<()> {
        let done = self.done.fetch_add(count, Ordering::Relaxed) + count;
        // Where another thread is drawing, or a panic left this undone, nothing needs to be drawn.
        if let Ok(mut drawn) = self.drawn.try_lock() {
            self.draw(&mut drawn, done);
        }
        match stop::is_asked() {
            true => Err(stop::interrupted(self.place, self.so_far(done))),
            false => Ok(()),
        }
    }

    fn draw(&self, drawn: &mut Drawn, done: usize) {
        let now = Instant::now();
        if !drawn.pace.is_due(now) {
            return;
        }
        if drawn.screen.is_none() {
            drawn.screen = Busy::first().and_then(|busy| Some((Screen::here()?, busy)));
        }
        if let Some((screen, _)) = &mut drawn.screen {
            screen.draw(&self.bar(done, now - self.start));
        }
        drawn.pace.drew(now, Instant::now());
    }

    fn bar(&self, done: usize, elapsed: Duration) -> Bar {
        let share = (done as f64 / self.total.max(1) as f64).min(1.0);
        let Self { place, unit, total, .. } = self;
        let line = format!(
            "{place} - {} of {} {unit} - {}",
            thousands(done.min(*total)),
            thousands(*total),
            time_left(share, elapsed)
        );
        Bar { share, lines: vec![line] }
    }

    /// "after 512 of 60,000 images".
    fn so_far(&self, done: usize) -> String {
        format!("after {} of {} {}", thousands(done.min(self.total)), thousands(self.total), self.unit)
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        if let Ok(drawn) = self.drawn.get_mut()
            && let Some((screen, _)) = &mut drawn.screen
        {
            screen.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_says_how_far_it_is() {
        let task = Task::new("Dataset::augment", "images", 60_000);
        assert!(task.add(15_000).is_ok());
        let bar = task.bar(15_000, Duration::from_secs(3));
        assert_eq!(bar.share, 0.25);
        assert_eq!(bar.lines, ["Dataset::augment - 15,000 of 60,000 images - 9 s left"]);
        assert_eq!(task.so_far(15_000), "after 15,000 of 60,000 images");
    }
}
