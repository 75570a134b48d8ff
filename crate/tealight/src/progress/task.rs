//! Long work other than training.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::{Bar, ProgressGuard, ProgressTarget, Throttle, format_time_left};
use crate::format::thousands;
use crate::{Result, stop};

/// Work that finishes sooner shows no bar.
const BAR_DELAY: Duration = Duration::from_millis(500);
const BAR_INTERVAL: Duration = Duration::from_millis(100);

/// Work of many equal parts, done by any number of threads. It shows a progress bar if it takes long, removes the bar at the
/// end, and fails if the user stops it.
pub(crate) struct ProgressTask {
    place: &'static str,
    unit: &'static str,
    total: usize,
    done: AtomicUsize,
    start: Instant,
    display: Mutex<BarDisplay>,
}

struct BarDisplay {
    throttle: Throttle,
    target: Option<(ProgressTarget, ProgressGuard)>,
}

impl ProgressTask {
    /// Begins the work of `place`, such as `"Model::evaluate"`, on `total` things called `unit`.
    pub(crate) fn new(place: &'static str, unit: &'static str, total: usize) -> Self {
        let start = Instant::now();
        let display = BarDisplay { throttle: Throttle::new(start, BAR_DELAY, BAR_INTERVAL), target: None };
        Self { place, unit, total, done: AtomicUsize::new(0), start, display: Mutex::new(display) }
    }

    /// Records that `count` more things are done.
    ///
    /// # Errors
    /// If the user wants the work to stop.
    pub(crate) fn add(&self, count: usize) -> Result<()> {
        let done = self.done.fetch_add(count, Ordering::Relaxed) + count;
        // Nothing needs to be drawn if another thread is drawing or has panicked.
        if let Ok(mut display) = self.display.try_lock() {
            self.draw(&mut display, done);
        }
        match stop::is_requested() {
            true => Err(stop::interrupted(self.place, self.so_far(done))),
            false => Ok(()),
        }
    }

    fn draw(&self, display: &mut BarDisplay, done: usize) {
        let now = Instant::now();
        if !display.throttle.is_due(now) {
            return;
        }
        if display.target.is_none() {
            display.target = ProgressGuard::try_acquire().and_then(|guard| Some((ProgressTarget::detect()?, guard)));
        }
        if let Some((target, _)) = &mut display.target {
            target.draw(&self.bar(done, now - self.start));
        }
        display.throttle.record_draw(now, Instant::now());
    }

    fn bar(&self, done: usize, elapsed: Duration) -> Bar {
        let fraction = (done as f64 / self.total.max(1) as f64).min(1.0);
        let Self { place, unit, total, .. } = self;
        let line = format!(
            "{place} - {} of {} {unit} - {}",
            thousands(done.min(*total)),
            thousands(*total),
            format_time_left(fraction, elapsed)
        );
        Bar { fraction, lines: vec![line] }
    }

    /// Formats how much is done: "after 512 of 60,000 images".
    fn so_far(&self, done: usize) -> String {
        format!("after {} of {} {}", thousands(done.min(self.total)), thousands(self.total), self.unit)
    }
}

impl Drop for ProgressTask {
    fn drop(&mut self) {
        if let Ok(display) = self.display.get_mut()
            && let Some((target, _)) = &mut display.target
        {
            target.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_progress_bar_of_a_task_says_how_much_is_done() {
        let task = ProgressTask::new("Dataset::augment", "images", 60_000);
        assert!(task.add(15_000).is_ok());
        let bar = task.bar(15_000, Duration::from_secs(3));
        assert_eq!(bar.fraction, 0.25);
        assert_eq!(bar.lines, ["Dataset::augment - 15,000 of 60,000 images - 9 s left"]);
        assert_eq!(task.so_far(15_000), "after 15,000 of 60,000 images");
    }
}
