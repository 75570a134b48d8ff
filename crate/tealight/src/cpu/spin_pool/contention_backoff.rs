//! When a team is better off without its helpers.
//!
//! On a machine whose cores are all in use, a helper may lose its core in the middle of its part, and get it back only
//! after some milliseconds: longer than a dozen steps take. Two trainings at once on two cores would each wait for the other
//! most of the time. One thread each loses nothing. So a team that waits for its helpers longer than it would take to do
//! their parts works alone for a while, a longer one each time that it finds the cores still in use. A helper that loses its
//! core now and then, as on a machine that is shared with others, is no reason: the team together is faster all the same.
//! What is computed is the same: who does a part has no part in it.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// How long a team works alone at first, and at most.
const MIN_BACKOFF: Duration = Duration::from_millis(10);
const MAX_BACKOFF: Duration = Duration::from_millis(640);
/// Waits that are shorter altogether say nothing yet.
const MIN_SAMPLE: Duration = Duration::from_millis(2);
/// How much of the past counts: what is older than this counts half.
const HALF_LIFE: Duration = Duration::from_millis(50);

/// What a team remembers of its waits.
pub(super) struct ContentionBackoff {
    start: Instant,
    /// Microseconds from the start up to which the team works alone.
    until: AtomicU64,
    /// How long it will be alone the next time, in microseconds.
    span: AtomicU64,
    /// Nanoseconds of work, and of waiting for helpers after it.
    worked: AtomicU64,
    waited: AtomicU64,
}

impl ContentionBackoff {
    pub(super) fn new() -> Self {
        Self {
            start: Instant::now(),
            until: AtomicU64::new(0),
            span: AtomicU64::new(MIN_BACKOFF.as_micros() as u64),
            worked: AtomicU64::new(0),
            waited: AtomicU64::new(0),
        }
    }

    /// Whether the team works alone now.
    pub(super) fn is_active(&self) -> bool {
        let until = self.until.load(Ordering::Relaxed);
        until > 0 && self.elapsed() < until
    }

    /// A task took so long, and then so many helpers were waited for so long.
    pub(super) fn record(&self, worked: Duration, waited: Duration, workers: usize) {
        let add = |sum: &AtomicU64, more: Duration| sum.load(Ordering::Relaxed) + more.as_nanos() as u64;
        let (mut worked, mut waited) = (add(&self.worked, worked), add(&self.waited, waited));
        if waited > MIN_SAMPLE.as_nanos() as u64 && waited > worked * workers as u64 {
            let span = self.span.load(Ordering::Relaxed);
            self.until.store(self.elapsed() + span, Ordering::Relaxed);
            self.span.store((2 * span).min(MAX_BACKOFF.as_micros() as u64), Ordering::Relaxed);
            (worked, waited) = (0, 0);
        } else if worked + waited > HALF_LIFE.as_nanos() as u64 {
            // The cores are free again.
            self.span.store(MIN_BACKOFF.as_micros() as u64, Ordering::Relaxed);
            (worked, waited) = (worked / 2, waited / 2);
        }
        self.worked.store(worked, Ordering::Relaxed);
        self.waited.store(waited, Ordering::Relaxed);
    }

    fn elapsed(&self) -> u64 {
        self.start.elapsed().as_micros() as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHORT: Duration = Duration::from_micros(50);
    const STALL: Duration = Duration::from_millis(4);

    /// Whether the team ever chose to work alone: that time may be over before a busy machine looks at it.
    fn chosen(backoff: &ContentionBackoff) -> bool {
        backoff.until.load(Ordering::Relaxed) > 0
    }

    #[test]
    fn a_team_that_waits_more_than_it_works_is_alone_for_a_while_and_longer_each_time() {
        let backoff = ContentionBackoff::new();
        assert!(!backoff.is_active());
        let until =
            |backoff: &ContentionBackoff| backoff.until.load(Ordering::Relaxed).saturating_sub(backoff.elapsed());
        backoff.record(SHORT, STALL, 1);
        assert!(chosen(&backoff));
        let first = until(&backoff);
        for _ in 0..20 {
            backoff.record(SHORT, STALL, 1);
        }
        assert!(until(&backoff) > 10 * first && until(&backoff) <= MAX_BACKOFF.as_micros() as u64);
        for _ in 0..2_000 {
            backoff.record(SHORT, Duration::from_micros(1), 1);
        }
        assert_eq!(backoff.span.load(Ordering::Relaxed), MIN_BACKOFF.as_micros() as u64);
    }

    #[test]
    fn a_core_that_is_lost_now_and_then_is_no_reason_to_be_alone() {
        let backoff = ContentionBackoff::new();
        for step in 1..10_000 {
            backoff.record(SHORT, if step % 200 == 0 { STALL } else { Duration::from_micros(2) }, 1);
            assert!(!chosen(&backoff), "after {step} tasks");
        }
    }

    #[test]
    fn three_helpers_may_be_waited_for_three_times_as_long() {
        let after = |workers: usize| {
            let backoff = ContentionBackoff::new();
            (0..40).for_each(|_| backoff.record(SHORT, 2 * SHORT, workers));
            chosen(&backoff)
        };
        assert!(after(1) && !after(3));
    }
}
