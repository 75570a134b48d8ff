//! What a fit says of how it goes: nothing, a line for each epoch, or a bar that moves.

mod live;

use std::fmt::Display;
use std::io::Write;
use std::time::{Duration, Instant};

use super::options::Verbose;
use crate::history::{History, number};
use crate::progress::{ProgressGuard, ProgressTarget, format_duration};
use live::Live;

/// How far a fit is, and how fast.
#[derive(Clone, Copy, Debug)]
pub(super) struct Run {
    pub(super) epochs: usize,
    pub(super) steps: usize,
    pub(super) start: Instant,
}

/// Says how the training goes.
pub(super) struct Progress {
    run: Run,
    voice: Voice,
    /// What a callback evaluates draws no bar beside this one.
    _guard: ProgressGuard,
}

enum Voice {
    Silent,
    Lines,
    Live(Box<Live>),
}

impl Progress {
    pub(super) fn new(verbose: Verbose, epochs: usize, steps: usize) -> Self {
        let run = Run { epochs, steps, start: Instant::now() };
        let voice = match verbose {
            Verbose::Silent => Voice::Silent,
            Verbose::Lines => Voice::Lines,
            Verbose::Auto | Verbose::Live => {
                ProgressTarget::detect().map_or(Voice::Lines, |screen| Voice::Live(Box::new(Live::new(screen))))
            }
        };
        Self { run, voice, _guard: ProgressGuard::acquire() }
    }

    /// A step of the training has ended, the `done`th of its epoch; `values` are its means so far.
    pub(super) fn step(&mut self, epoch: usize, done: usize, values: impl FnOnce() -> Vec<(String, f64)>) {
        if let Voice::Live(live) = &mut self.voice {
            live.step(&self.run, epoch, done, values);
        }
    }

    /// An epoch is being validated, and this share of it is done.
    pub(super) fn validating(&mut self, epoch: usize, share: f64) {
        if let Voice::Live(live) = &mut self.voice {
            live.validating(&self.run, epoch, share);
        }
    }

    /// The history has recorded one more epoch: after `total`, of which `training` without the validation.
    pub(super) fn epoch(&mut self, history: &History, total: Duration, training: Duration, values: &[(String, f64)]) {
        let line = |run: &Run| run.line(history.epochs(), total, training, values);
        match &mut self.voice {
            Voice::Silent => {}
            Voice::Lines => print(&line(&self.run)),
            Voice::Live(live) => live.epoch(history, values, || line(&self.run)),
        }
    }

    /// A line from a callback.
    pub(super) fn say(&self, text: &dyn Display) {
        match &self.voice {
            Voice::Silent => {}
            Voice::Lines => print(&text.to_string()),
            Voice::Live(live) => live.say(&text.to_string()),
        }
    }

    /// The training is over, with this history. What stays is said, and why it ended before its last epoch, if it did; of
    /// an error the user hears from the error.
    pub(super) fn end(&mut self, history: &History, failed: bool) {
        let stopped = history.stopped().filter(|_| !failed).map(ToString::to_string);
        match &mut self.voice {
            Voice::Silent => {}
            Voice::Lines => stopped.iter().for_each(|stopped| print(stopped)),
            Voice::Live(live) => live.end(&self.run, history, stopped),
        }
    }
}

impl Run {
    fn line(&self, epoch: usize, total: Duration, training: Duration, values: &[(String, f64)]) -> String {
        let Self { epochs, steps, .. } = self;
        let width = epochs.to_string().len();
        let a_step = format_duration(training.div_f64(*steps as f64));
        // Narrow, so that a line is not broken in two beside the file browser of JupyterLab.
        let (total, values) = (format_duration(total), in_words(values));
        format!("Epoch {epoch:>width$}/{epochs} {steps}/{steps} {total} {a_step}/step - {values}")
    }
}

/// `accuracy: 0.9642 loss: 0.1159`.
fn in_words(values: &[(String, f64)]) -> String {
    values.iter().map(|(name, value)| format!("{name}: {}", number(*value))).collect::<Vec<_>>().join(" ")
}

/// Prints a line at once.
fn print(line: &str) {
    let mut out = std::io::stdout().lock();
    // A line that can't be written has nowhere to say so, and must not end the training.
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_one_that_keras_users_know() {
        let run = Run { epochs: 20, steps: 1875, start: Instant::now() };
        let values = [("accuracy", 0.96424), ("loss", 0.11588), ("val_accuracy", 0.9732), ("val_loss", 0.0000826)];
        let values = values.map(|(name, value)| (name.to_owned(), value));
        assert_eq!(
            run.line(3, Duration::from_millis(1420), Duration::from_millis(1310), &values),
            "Epoch  3/20 1875/1875 1.4s 0.7ms/step - accuracy: 0.9642 loss: 0.1159 val_accuracy: 0.9732 val_loss: 8.2600e-05"
        );
    }
}
