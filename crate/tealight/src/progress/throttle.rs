//! A limit on how often something is drawn.

use std::time::{Duration, Instant};

/// A drawing that took some time is followed by a pause of this many times as long.
const PAUSE_FACTOR: u32 = 200;
/// The longest pause after a slow drawing. A drawing takes a hundredth of that only on a busy machine, and time that it spent
/// waiting for the CPU cost nothing.
const MAX_PAUSE: Duration = Duration::from_secs(1);

/// Decides when the next drawing is due. All drawings together take at most 0.5 % of the time if each takes at most five
/// milliseconds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Throttle {
    interval: Duration,
    next: Instant,
}

impl Throttle {
    /// Allows no drawing before `delay` is over, then at most one in each `interval`.
    pub(crate) fn new(now: Instant, delay: Duration, interval: Duration) -> Self {
        Self { interval, next: now + delay }
    }

    pub(crate) fn is_due(&self, now: Instant) -> bool {
        now >= self.next
    }

    /// Records that a drawing took from `start` to `end`.
    pub(crate) fn record_draw(&mut self, start: Instant, end: Instant) {
        let took = end.saturating_duration_since(start);
        self.next = end + self.interval.saturating_sub(took).max(took.saturating_mul(PAUSE_FACTOR).min(MAX_PAUSE));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns how many drawings fit into a minute, and the time they take together, if each takes `took`.
    fn minute(took: Duration) -> (u32, Duration) {
        let start = Instant::now();
        let mut throttle = Throttle::new(start, Duration::from_millis(200), Duration::from_millis(100));
        let (mut now, mut drawn) = (start, 0);
        while now < start + Duration::from_secs(60) {
            if throttle.is_due(now) {
                assert!(now >= start + Duration::from_millis(200));
                throttle.record_draw(now, now + took);
                now += took;
                drawn += 1;
            } else {
                now += Duration::from_millis(1);
            }
        }
        (drawn, took * drawn)
    }

    #[test]
    fn drawings_come_ten_times_a_second_and_take_little_time() {
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
