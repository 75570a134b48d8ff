//! The progress bar of a fit, and the curves below it, which grow with every epoch.

use std::time::{Duration, Instant};

use super::{FitInfo, format_values, print};
use crate::history::History;
use crate::notebook::LiveOutput;
use crate::progress::{Bar, ProgressTarget, Throttle, format_duration, format_time_left, html_lines};

/// A fit that ends sooner shows no bar.
const INITIAL_DELAY: Duration = Duration::from_millis(200);
/// Each redraw also costs other processes: passing it on and rendering it takes about 1 ms of CPU time from the training.
const BAR_INTERVAL: Duration = Duration::from_millis(200);
/// Curves take longer to draw, and to read, than a line of numbers.
const CURVES_INTERVAL: Duration = Duration::from_millis(800);
/// The maximum size of the finished curves in all MIME types together; beyond it the PNG, which few readers need, is left
/// out.
const MAX_FINAL_BYTES: usize = 58_000;

pub(super) struct Live {
    target: ProgressTarget,
    bars: Throttle,
    curves: Throttle,
    /// The curves, as a separate output: they are large, and change seldom.
    curves_output: Option<LiveOutput>,
    /// The bar as last drawn or about to be drawn.
    bar: Bar,
    epoch_start: Instant,
    /// The validation values of the last epoch: `epoch 3: val_accuracy: 0.9732`.
    last_validation: Option<String>,
    ended: bool,
}

impl Live {
    pub(super) fn new(target: ProgressTarget) -> Self {
        let now = Instant::now();
        Self {
            target,
            bars: Throttle::new(now, INITIAL_DELAY, BAR_INTERVAL),
            curves: Throttle::new(now, INITIAL_DELAY, CURVES_INTERVAL),
            curves_output: None,
            bar: Bar::default(),
            epoch_start: now,
            last_validation: None,
            ended: false,
        }
    }

    pub(super) fn step(
        &mut self,
        info: &FitInfo,
        epoch: usize,
        done: usize,
        values: impl FnOnce() -> Vec<(String, f64)>,
    ) {
        let now = Instant::now();
        if done <= 1 {
            self.epoch_start = now;
        }
        if !self.bars.is_due(now) {
            return;
        }
        let FitInfo { epochs, steps, start } = *info;
        let fraction = (epoch as f64 + done as f64 / steps as f64) / epochs as f64;
        // The first step of an epoch is not timed: `epoch_start` is after it.
        let timed = done.saturating_sub(1).max(1) as f64;
        let mut line = format!("Epoch {}/{epochs} - step {done}/{steps}", epoch + 1);
        if done > 1 {
            line += &format!(" - {}/step", format_duration((now - self.epoch_start).div_f64(timed)));
        }
        line += &format!(" - {}", format_time_left(fraction, now - start));
        let mut values = values();
        // In the same order as the lines and tables of whole epochs.
        values.sort_by(|(a, _), (b, _)| a.cmp(b));
        self.bar = Bar { fraction, lines: vec![line, self.with_last(&values)] };
        self.draw(now);
    }

    pub(super) fn validating(&mut self, info: &FitInfo, epoch: usize, fraction: f64) {
        let now = Instant::now();
        if self.bars.is_due(now) {
            let line = format!("Epoch {}/{} - validating: {:.0} %", epoch + 1, info.epochs, 100.0 * fraction);
            self.bar.fraction = (epoch + 1) as f64 / info.epochs as f64;
            self.bar.lines.truncate(0);
            self.bar.lines.push(line);
            self.bar.lines.extend(self.last_validation.clone());
            self.draw(now);
        }
    }

    pub(super) fn epoch(&mut self, history: &History, values: &[(String, f64)], line: impl FnOnce() -> String) {
        let measured = values.iter().filter(|(name, _)| name.starts_with("val_")).cloned().collect::<Vec<_>>();
        self.last_validation =
            (!measured.is_empty()).then(|| format!("epoch {}: {}", history.epochs(), format_values(&measured)));
        match &self.target {
            ProgressTarget::Terminal(_) => self.log(&line()),
            ProgressTarget::Page(_) => {
                let now = Instant::now();
                // The curves are displayed below the bar, so they have to be created after it.
                if history.epochs() > 1 && self.curves.is_due(now) && !self.bar.lines.is_empty() {
                    self.draw_curves(history, false);
                    self.curves.record_draw(now, Instant::now());
                }
            }
        }
    }

    /// Prints a line that stays.
    pub(super) fn log(&self, text: &str) {
        match &self.target {
            // Above the bar.
            ProgressTarget::Terminal(line) => line.suspend(|| print(text)),
            ProgressTarget::Page(_) => print(text),
        }
    }

    pub(super) fn end(&mut self, info: &FitInfo, history: &History, stopped: Option<String>) {
        self.ended = true;
        match &mut self.target {
            ProgressTarget::Terminal(line) => {
                line.finish_and_clear();
                stopped.iter().for_each(|stopped| print(stopped));
            }
            ProgressTarget::Page(output) => {
                let lines = final_lines(history, info.start.elapsed(), stopped);
                output.update(&[("text/html", &html_lines(&lines)), ("text/plain", &lines.join("\n"))]);
                // A single epoch is not a curve.
                if history.epochs() > 1 {
                    self.draw_curves(history, true);
                }
            }
        }
    }

    fn draw(&mut self, start: Instant) {
        self.target.draw(&self.bar);
        self.bars.record_draw(start, Instant::now());
    }

    /// Draws the curves. A figure that cannot be drawn, such as one of NaN only, is left out: the history has the numbers.
    fn draw_curves(&mut self, history: &History, finished: bool) {
        let Ok(figure) = history.plot().figure() else { return };
        let mut bundle = figure.mime_bundle_within(if finished { MAX_FINAL_BYTES } else { 0 });
        let bundle = bundle.iter_mut().map(|(mime_type, content)| (*mime_type, content.as_str())).collect::<Vec<_>>();
        self.curves_output.get_or_insert_default().update(&bundle);
    }

    /// Formats the means so far, and the validation values of the last epoch.
    fn with_last(&self, values: &[(String, f64)]) -> String {
        let last = self.last_validation.iter().map(|last| format!(" - {last}"));
        last.fold(format_values(values), |line, last| line + &last)
    }
}

impl Drop for Live {
    /// If a panic of a callback ends the training, the bar must not look as if it were still running.
    fn drop(&mut self) {
        if !self.ended {
            match &mut self.target {
                ProgressTarget::Terminal(line) => line.finish_and_clear(),
                ProgressTarget::Page(output) => {
                    let mut lines = vec!["The training did not end.".to_owned()];
                    lines.append(&mut self.bar.lines);
                    output.update(&[("text/html", &html_lines(&lines)), ("text/plain", &lines.join("\n"))]);
                }
            }
        }
    }
}

/// Returns what remains of the bar: the number of epochs and their time, the values of the last, and why the training ended
/// early if it did.
fn final_lines(history: &History, elapsed: Duration, stopped: Option<String>) -> Vec<String> {
    let epochs = history.epochs();
    let count = if epochs == 1 { "1 epoch".to_owned() } else { format!("{epochs} epochs") };
    let mut lines = Vec::new();
    lines.extend((epochs > 0).then(|| format!("{count} in {}", format_duration(elapsed))));
    let values = history.values(epochs.saturating_sub(1));
    lines.extend((!values.is_empty()).then(|| format_values(&values)));
    lines.extend(stopped);
    lines
}
