use super::options::Verbose;
use crate::history::number;
use std::io::Write;
use std::time::Duration;

/// Prints how the training goes.
pub(super) struct Progress {
    verbose: Verbose,
    epochs: usize,
    steps: usize,
}

impl Progress {
    pub(super) fn new(verbose: Verbose, epochs: usize, steps: usize) -> Self {
        Self { verbose, epochs, steps }
    }

    /// An epoch has ended: after `total`, of which `training` without the validation.
    pub(super) fn epoch(&self, epoch: usize, total: Duration, training: Duration, values: &[(String, f64)]) {
        if self.speaks() {
            print(&self.line(epoch, total, training, values));
        }
    }

    /// Prints a line about the training as a whole.
    pub(super) fn note(&self, text: impl std::fmt::Display) {
        if self.speaks() {
            print(&text.to_string());
        }
    }

    /// Whether anything is to be printed.
    pub(super) fn speaks(&self) -> bool {
        self.verbose == Verbose::Lines
    }

    fn line(&self, epoch: usize, total: Duration, training: Duration, values: &[(String, f64)]) -> String {
        let Self { epochs, steps, .. } = self;
        let width = epochs.to_string().len();
        let a_step = duration(training.div_f64(*steps as f64));
        // Narrow, so that a line is not broken in two beside the file browser of JupyterLab.
        let values = values.iter().map(|(name, value)| format!(" {name}: {}", number(*value))).collect::<String>();
        format!("Epoch {:>width$}/{epochs} {steps}/{steps} {} {a_step}/step -{values}", epoch + 1, duration(total))
    }
}

/// Prints a line at once.
pub(super) fn print(line: &str) {
    let mut out = std::io::stdout().lock();
    // A line that can't be written has nowhere to say so, and must not end the training.
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

/// `1.4s`, `0.7ms`, `12µs`.
fn duration(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    match seconds {
        0.1.. => format!("{seconds:.1}s"),
        1e-4.. => format!("{:.1}ms", seconds * 1e3),
        _ => format!("{:.0}µs", seconds * 1e6),
    }
}

#[cfg(test)]
mod tests {
    use super::{Progress, Verbose};
    use std::time::Duration;

    #[test]
    fn a_line_is_one_that_keras_users_know() {
        let progress = Progress::new(Verbose::Lines, 20, 1875);
        let values = [("accuracy", 0.96424), ("loss", 0.11588), ("val_accuracy", 0.9732), ("val_loss", 0.0000826)];
        let values = values.map(|(name, value)| (name.to_owned(), value));
        assert_eq!(
            progress.line(2, Duration::from_millis(1420), Duration::from_millis(1310), &values),
            "Epoch  3/20 1875/1875 1.4s 0.7ms/step - accuracy: 0.9642 loss: 0.1159 val_accuracy: 0.9732 val_loss: 8.2600e-05"
        );
    }
}
