//! How often something may be drawn.

use std::time::{Duration, Instant};

/// Drawing gets at most one part in so many of the time.
const SHARE: u32 = 200;
/// No drawing keeps the next one back for longer. It takes a busy machine for one to last a hundredth of that, and one that
/// waited for its turn has cost nothing.
const LONGEST: Duration = Duration::from_secs(1);

/// Says when the next drawing is due, so that all of them together take half a hundredth of the time at most, if each takes
/// five milliseconds at most.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pace {
    between: Duration,
    next: Instant,
}

impl Pace {
    /// Nothing before `wait` is over; then one drawing each `between` at most.
    pub(crate) fn new(now: Instant, wait: Duration, between: Duration) -> Self {
        Self { between, next: now + wait }
    }

    pub(crate) fn is_due(&self, now: Instant) -> bool {
        now >= self.next
    }

    /// A drawing took from `start` to `end`.
    pub(crate) fn drew(&mut self, start: Instant, end: Instant) {
        let took = end.saturating_duration_since(start);
        self.next = end + self.between.saturating_sub(took).max(took.saturating_mul(SHARE).min(LONGEST));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many drawings fit into a minute, and the time that they take together, where each takes `took`.
    fn minute(took: Duration) -> (u32, Duration) {
        let start = Instant::now();
        let mut pace = Pace::new(start, Duration::from_millis(200), Duration::from_millis(100));
        let (mut now, mut drawn) = (start, 0);
        while now < start + Duration::from_secs(60) {
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
    fn quick_drawings_come_ten_times_a_second_and_slower_ones_take_no_more_of_the_time() {
        assert_eq!(minute(Duration::from_micros(20)).0.abs_diff(594), 4);
        for took in [1, 2, 5].map(Duration::from_millis) {
            let (drawn, all) = minute(took);
            assert!(drawn > 0 && all <= Duration::from_millis(305), "{drawn} drawings of {took:?}");
        }
    }

    #[test]
    fn slow_drawings_still_come_once_a_second() {
        for took in [20, 40, 300].map(Duration::from_millis) {
            let (drawn, _) = minute(took);
            assert!((46..=59).contains(&drawn), "{drawn} drawings of {took:?}");
        }
    }
}
