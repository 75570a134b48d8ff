//! The progress that a fit shows: nothing, a line for each epoch, or a progress bar.

mod live;

use std::fmt::Display;
use std::io::Write;
use std::time::{Duration, Instant};

use super::verbose::Verbose;
use crate::format;
use crate::history::History;
use crate::progress::{ProgressGuard, ProgressTarget, format_duration};
use live::Live;

/// The length of a fit, and its start.
#[derive(Clone, Copy, Debug)]
pub(super) struct FitInfo {
    pub(super) epochs: usize,
    pub(super) steps: usize,
    pub(super) start: Instant,
}

/// Shows the progress of a fit.
pub(super) struct FitProgress {
    info: FitInfo,
    sink: ProgressSink,
    /// Keeps an evaluation in a callback from drawing a second bar.
    _guard: ProgressGuard,
}

enum ProgressSink {
    Silent,
    Lines,
    Live(Box<Live>),
}

impl FitProgress {
    pub(super) fn new(verbose: Verbose, epochs: usize, steps: usize) -> Self {
        let info = FitInfo { epochs, steps, start: Instant::now() };
        let sink = match verbose {
            Verbose::Silent => ProgressSink::Silent,
            Verbose::Lines => ProgressSink::Lines,
            Verbose::Auto | Verbose::Live => ProgressTarget::detect()
                .map_or(ProgressSink::Lines, |target| ProgressSink::Live(Box::new(Live::new(target)))),
        };
        Self { info, sink, _guard: ProgressGuard::acquire() }
    }

    /// Shows that `done` steps of the epoch are done, with the means so far.
    pub(super) fn step(&mut self, epoch: usize, done: usize, values: impl FnOnce() -> Vec<(String, f64)>) {
        if let ProgressSink::Live(live) = &mut self.sink {
            live.step(&self.info, epoch, done, values);
        }
    }

    /// Shows that this fraction of the epoch's validation is done.
    pub(super) fn validating(&mut self, epoch: usize, fraction: f64) {
        if let ProgressSink::Live(live) = &mut self.sink {
            live.validating(&self.info, epoch, fraction);
        }
    }

    /// Shows the epoch that the history has just recorded: it took `total`, and `training` without the validation.
    pub(super) fn epoch(&mut self, history: &History, total: Duration, training: Duration, values: &[(String, f64)]) {
        let line = |info: &FitInfo| info.line(history.epochs(), total, training, values);
        match &mut self.sink {
            ProgressSink::Silent => {}
            ProgressSink::Lines => print(&line(&self.info)),
            ProgressSink::Live(live) => live.epoch(history, values, || line(&self.info)),
        }
    }

    /// Prints a line of a callback.
    pub(super) fn log(&self, text: &dyn Display) {
        match &self.sink {
            ProgressSink::Silent => {}
            ProgressSink::Lines => print(&text.to_string()),
            ProgressSink::Live(live) => live.log(&text.to_string()),
        }
    }

    /// Shows the final state, and why the training ended before its last epoch if it did. An error is reported by the fit
    /// itself.
    pub(super) fn end(&mut self, history: &History, failed: bool) {
        let stopped = history.stopped().filter(|_| !failed).map(ToString::to_string);
        match &mut self.sink {
            ProgressSink::Silent => {}
            ProgressSink::Lines => stopped.iter().for_each(|stopped| print(stopped)),
            ProgressSink::Live(live) => live.end(&self.info, history, stopped),
        }
    }
}

impl FitInfo {
    /// Formats the line of an epoch.
    fn line(&self, epoch: usize, total: Duration, training: Duration, values: &[(String, f64)]) -> String {
        let Self { epochs, steps, .. } = self;
        let width = epochs.to_string().len();
        let a_step = format_duration(training.div_f64(*steps as f64));
        // Short, so that a line does not wrap beside the file browser of JupyterLab.
        let (total, values) = (format_duration(total), format_values(values));
        format!("Epoch {epoch:>width$}/{epochs} {steps}/{steps} {total} {a_step}/step - {values}")
    }
}

/// Formats values by name: `accuracy: 0.9642 loss: 0.1159`.
fn format_values(values: &[(String, f64)]) -> String {
    values.iter().map(|(name, value)| format!("{name}: {}", format::metric(*value))).collect::<Vec<_>>().join(" ")
}

/// Prints a line and flushes it.
fn print(line: &str) {
    let mut out = std::io::stdout().lock();
    // A failed write cannot be reported anywhere, and must not end the training.
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn epoch_line_is_formatted_as_in_keras() {
        let info = FitInfo { epochs: 20, steps: 1875, start: Instant::now() };
        let values = [("accuracy", 0.96424), ("loss", 0.11588), ("val_accuracy", 0.9732), ("val_loss", 0.0000826)];
        let values = values.map(|(name, value)| (name.to_owned(), value));
        assert_eq!(
            info.line(3, Duration::from_millis(1420), Duration::from_millis(1310), &values),
            "Epoch  3/20 1875/1875 1.4s 0.7ms/step - accuracy: 0.9642 loss: 0.1159 val_accuracy: 0.9732 val_loss: 8.2600e-05"
        );
    }
}
