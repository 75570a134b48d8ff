//! How often something may be drawn.

use std::time::{Duration, Instant};

/// Drawing gets at most one part in so many of the time.
const SHARE: u32 = 200;
/// A drawing counts as no more than so many times the one before it: a machine that is busy with something else for a
/// moment, or the first drawing, which reads fonts, would otherwise keep the next one back for seconds.
const MORE: u32 = 4;
/// What the drawing before the first one is taken to have cost, and every one at least.
const USUAL: Duration = Duration::from_millis(1);

/// Says when the next drawing is due, so that all of them together take half a hundredth of the time at most.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pace {
    between: Duration,
    next: Instant,
    /// What the last drawing cost.
    cost: Duration,
}

impl Pace {
    /// Nothing before `wait` is over; then one drawing each `between` at most.
    pub(crate) fn new(now: Instant, wait: Duration, between: Duration) -> Self {
        Self { between, next: now + wait, cost: USUAL }
    }

    pub(crate) fn is_due(&self, now: Instant) -> bool {
        now >= self.next
    }

    /// A drawing took from `start` to `end`.
    pub(crate) fn drew(&mut self, start: Instant, end: Instant) {
        let took = end.saturating_duration_since(start);
        let counted = took.min(MORE * self.cost);
        self.cost = counted.max(USUAL);
        self.next = end + self.between.saturating_sub(took).max(counted.saturating_mul(SHARE));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many drawings fit into an hour, and the time that they take together, where each takes `took`.
    fn hour(took: Duration) -> (u32, Duration) {
        let start = Instant::now();
        let mut pace = Pace::new(start, Duration::from_millis(200), Duration::from_millis(100));
        let (mut now, mut drawn) = (start, 0);
        while now < start + Duration::from_secs(3_600) {
            if pace.is_due(now) {
                assert!(now >= start + Duration::from_millis(200));
                pace.drew(now, now + took);
                now += took;
                drawn += 1;
            } else {
                now += Duration::from_millis(1);
            }
        }
        (drawn, took * drawn)
    }

    #[test]
    fn quick_drawings_come_ten_times_a_second_and_slow_ones_take_no_more_of_the_time() {
        let (drawn, _) = hour(Duration::from_micros(20));
        assert!((35_600..=35_990).contains(&drawn), "{drawn} drawings");
        for took in [1, 5, 40].map(Duration::from_millis) {
            let (drawn, all) = hour(took);
            assert!(drawn > 0 && all <= Duration::from_secs(18), "{drawn} drawings of {took:?}");
        }
    }

    #[test]
    fn one_slow_drawing_keeps_the_next_back_for_less_than_a_second() {
        let start = Instant::now();
        let mut pace = Pace::new(start, Duration::ZERO, Duration::from_millis(100));
        for took in [20, 0, 0, 300].map(Duration::from_millis) {
            pace.drew(start, start + took);
            assert!(pace.is_due(start + took + Duration::from_millis(800)), "{took:?}");
        }
    }
}
