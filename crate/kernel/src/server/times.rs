//! How long a cell takes, for a user who wants to know.

use std::time::Instant;

use notebook_engine::messages::Event;

/// The times of a cell.
pub(super) struct Times {
    begun: Instant,
    /// From when to when it ran.
    ran: Option<(Instant, Instant)>,
}

impl Times {
    /// The cell is about to be compiled.
    pub(super) fn begin() -> Self {
        Self { begun: Instant::now(), ran: None }
    }

    /// Notes when the cell begins to run and when it has ended.
    pub(super) fn note(&mut self, event: &Event) {
        let now = Instant::now();
        match (event, &mut self.ran) {
            (Event::Running, ran) => *ran = Some((now, now)),
            (Event::Done { .. }, Some((_, end))) => *end = now,
            _ => {}
        }
    }

    /// What is said of them; nothing where no code ran.
    pub(super) fn words(&self) -> Option<String> {
        let (from, to) = self.ran?;
        let seconds = |from: Instant, to: Instant| to.saturating_duration_since(from).as_secs_f64();
        Some(format!("compiled in {:.2} s, ran in {:.2} s\n", seconds(self.begun, from), seconds(from, to)))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn the_times_are_those_of_the_last_run() {
        let mut times = Times::begin();
        assert_eq!(times.words(), None);
        let at = |seconds| times.begun + Duration::from_millis(seconds);
        times.ran = Some((at(250), at(1750)));
        assert_eq!(times.words().unwrap(), "compiled in 0.25 s, ran in 1.50 s\n");
    }
}
