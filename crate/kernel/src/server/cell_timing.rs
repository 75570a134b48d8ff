//! The times of a cell, for `:timing`.

use std::time::{Duration, Instant};

use notebook_engine::messages::{CompileTimes, Event, RunTimes};

/// The times of a cell.
pub(super) struct CellTiming {
    start: Instant,
    compile: Option<CompileTimes>,
    run: Option<RunTimes>,
}

impl CellTiming {
    /// Starts to measure a cell that is about to be compiled.
    pub(super) fn start() -> Self {
        Self { start: Instant::now(), compile: None, run: None }
    }

    /// Records the times of the compilation.
    pub(super) fn set_compile_times(&mut self, times: Option<CompileTimes>) {
        self.compile = times;
    }

    /// Records the times of the run, if the event reports its end.
    pub(super) fn record(&mut self, event: &Event) {
        if let Event::Done { times: Some(times), .. } = event {
            self.run = Some(*times);
        }
    }

    /// Returns the line for the page, or `None` if nothing was compiled.
    pub(super) fn summary(&self) -> Option<String> {
        self.compile.map(|compile| format_times(compile, self.run, self.start.elapsed()))
    }
}

fn format_times(compile: CompileTimes, run: Option<RunTimes>, total: Duration) -> String {
    let mut times = vec![("type inference", compile.type_inference), ("compile", compile.compile)];
    times.extend(run.iter().flat_map(|run| [("load", run.load), ("run", run.run)]));
    times.push(("total", total));
    let times: Vec<_> = times.iter().map(|(name, time)| format!("{name} {:.2} s", time.as_secs_f64())).collect();
    format!("{}\n", times.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn summary_has_all_times_in_one_line() {
        let ms = Duration::from_millis;
        let compile = CompileTimes { type_inference: ms(50), compile: ms(310) };
        let run = RunTimes { load: ms(10), run: ms(20) };
        assert_eq!(
            format_times(compile, Some(run), ms(410)),
            "type inference 0.05 s, compile 0.31 s, load 0.01 s, run 0.02 s, total 0.41 s\n"
        );
        assert_eq!(format_times(compile, None, ms(400)), "type inference 0.05 s, compile 0.31 s, total 0.40 s\n");
        assert_eq!(CellTiming::start().summary(), None);
    }
}
