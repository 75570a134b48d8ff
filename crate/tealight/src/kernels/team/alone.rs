//! When a team is better off without its helpers.
//!
//! On a machine whose cores are all in use, a helper may lose its core in the middle of its part, and get it back only
//! after some milliseconds: longer than a dozen steps take. Two trainings at once on two cores would each wait for the other
//! most of the time. One thread each loses nothing. So a team that had to wait for a helper works alone for a while, a longer
//! one each time that it finds the cores still in use. What is computed is the same: who does a part has no part in it.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// A wait for helpers that is longer than this, and than the work itself, is one for a core.
const STALL: Duration = Duration::from_micros(250);
/// How long a team works alone at first, and at most.
const SHORTEST: Duration = Duration::from_millis(10);
const LONGEST: Duration = Duration::from_millis(640);
/// After so many tasks without a stall the cores are free again.
const CALM: u32 = 2_000;

/// What a team remembers of its waits.
pub(super) struct Alone {
    start: Instant,
    /// Microseconds from the start up to which the team works alone.
    until: AtomicU64,
    /// How long it will be alone after the next stall, in microseconds.
    span: AtomicU64,
    /// Tasks since the last stall.
    calm: AtomicU32,
}

impl Alone {
    pub(super) fn new() -> Self {
        let span = AtomicU64::new(SHORTEST.as_micros() as u64);
        Self { start: Instant::now(), until: AtomicU64::new(0), span, calm: AtomicU32::new(0) }
    }

    /// Whether the team works alone now.
    pub(super) fn now(&self) -> bool {
        let until = self.until.load(Ordering::Relaxed);
        until > 0 && self.elapsed() < until
    }

    /// A task took so long, and then the helpers were waited for so long.
    pub(super) fn learn(&self, worked: Duration, waited: Duration) {
        if waited > STALL && waited > worked {
            let span = self.span.load(Ordering::Relaxed);
            self.until.store(self.elapsed() + span, Ordering::Relaxed);
            self.span.store((2 * span).min(LONGEST.as_micros() as u64), Ordering::Relaxed);
            self.calm.store(0, Ordering::Relaxed);
        } else if self.calm.fetch_add(1, Ordering::Relaxed) == CALM {
            self.span.store(SHORTEST.as_micros() as u64, Ordering::Relaxed);
        }
    }

    fn elapsed(&self) -> u64 {
        self.start.elapsed().as_micros() as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_team_that_waited_for_a_core_is_alone_for_a_while_and_longer_each_time() {
        let alone = Alone::new();
        assert!(!alone.now());
        alone.learn(Duration::from_micros(50), Duration::from_micros(200));
        alone.learn(Duration::from_millis(5), Duration::from_millis(4));
        assert!(!alone.now(), "a wait that is no longer than a part");
        let until = |alone: &Alone| alone.until.load(Ordering::Relaxed) - alone.elapsed();
        alone.learn(Duration::from_micros(50), Duration::from_millis(3));
        assert!(alone.now());
        let first = until(&alone);
        for _ in 0..20 {
            alone.learn(Duration::from_micros(50), Duration::from_millis(3));
        }
        assert!(until(&alone) > 10 * first && until(&alone) <= LONGEST.as_micros() as u64);
        for _ in 0..=CALM {
            alone.learn(Duration::from_micros(50), Duration::from_micros(1));
        }
        assert_eq!(alone.span.load(Ordering::Relaxed), SHORTEST.as_micros() as u64);
    }
}
