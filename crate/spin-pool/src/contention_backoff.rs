//! When a pool runs jobs without its workers.
//!
//! On a machine whose cores are all in use, a worker may lose its core in the middle of its part of a job and get it back only
//! milliseconds later, which is longer than a dozen training steps. Two trainings at once on two cores would each wait for the
//! other most of the time, whereas with one thread each they lose nothing. So a pool that waits for its workers longer than their
//! parts would take runs jobs on the calling thread alone for a while. That while doubles each time that the cores are still in
//! use afterwards. A worker that loses its core only now and then is no reason to stop using it. The result is the same in any
//! case: it does not depend on which thread computes which part.

use std::time::{Duration, Instant};

/// The shortest and the longest time that a pool works without its workers.
const MIN_BACKOFF: Duration = Duration::from_millis(10);
const MAX_BACKOFF: Duration = Duration::from_millis(640);
/// A total waiting time below this is too short to decide.
const MIN_SAMPLE: Duration = Duration::from_millis(2);
/// The measurements are halved after this much time, so that old ones lose weight.
const HALF_LIFE: Duration = Duration::from_millis(50);

/// The waiting times of a pool, and the decision that follows from them.
pub(crate) struct ContentionBackoff {
    /// Until when the pool works without its workers.
    until: Option<Instant>,
    /// How long the next backoff will last.
    span: Duration,
    /// The time of work, and the time of waiting for workers after it.
    worked: Duration,
    waited: Duration,
}

impl ContentionBackoff {
    pub(crate) fn new() -> Self {
        Self { until: None, span: MIN_BACKOFF, worked: Duration::ZERO, waited: Duration::ZERO }
    }

    /// Returns whether the pool should work without its workers now.
    pub(crate) fn is_active(&self) -> bool {
        // A loom model must not depend on the clock.
        !cfg!(loom) && self.until.is_some_and(|until| Instant::now() < until)
    }

    /// Records a job: the calling thread worked for `worked` and then waited for `workers` workers for `waited`.
    pub(crate) fn record(&mut self, worked: Duration, waited: Duration, workers: usize) {
        self.worked += worked;
        self.waited += waited;
        if self.waited > MIN_SAMPLE && self.waited > self.worked * workers as u32 {
            self.until = Some(Instant::now() + self.span);
            self.span = (2 * self.span).min(MAX_BACKOFF);
            (self.worked, self.waited) = (Duration::ZERO, Duration::ZERO);
        } else if self.worked + self.waited > HALF_LIFE {
            // The cores are free again.
            self.span = MIN_BACKOFF;
            self.worked /= 2;
            self.waited /= 2;
        }
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    const SHORT: Duration = Duration::from_micros(50);
    const STALL: Duration = Duration::from_millis(4);

    #[test]
    fn long_waits_start_a_backoff_that_doubles() {
        let mut backoff = ContentionBackoff::new();
        assert!(!backoff.is_active());
        let remaining = |backoff: &ContentionBackoff| {
            backoff.until.map_or(Duration::ZERO, |until| until.saturating_duration_since(Instant::now()))
        };
        backoff.record(SHORT, STALL, 1);
        assert!(backoff.until.is_some());
        let first = remaining(&backoff);
        for _ in 0..20 {
            backoff.record(SHORT, STALL, 1);
        }
        assert!(remaining(&backoff) > 10 * first && remaining(&backoff) <= MAX_BACKOFF);
        for _ in 0..2_000 {
            backoff.record(SHORT, Duration::from_micros(1), 1);
        }
        assert_eq!(backoff.span, MIN_BACKOFF);
    }

    #[test]
    fn rare_stalls_start_no_backoff() {
        let mut backoff = ContentionBackoff::new();
        for job in 1..10_000 {
            backoff.record(SHORT, if job % 200 == 0 { STALL } else { Duration::from_micros(2) }, 1);
            assert!(backoff.until.is_none(), "after {job} jobs");
        }
    }

    #[test]
    fn three_workers_may_take_three_times_as_long() {
        let backs_off = |workers: usize| {
            let mut backoff = ContentionBackoff::new();
            (0..40).for_each(|_| backoff.record(SHORT, 2 * SHORT, workers));
            backoff.until.is_some()
        };
        assert!(backs_off(1) && !backs_off(3));
    }
}
