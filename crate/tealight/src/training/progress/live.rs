//! The bar of a fit, and the curves below it, which grow with every epoch.

use std::time::{Duration, Instant};

use super::{Run, in_words, print};
use crate::history::History;
use crate::notebook::LiveOutput as Output;
use crate::progress::{Bar, ProgressTarget, Throttle, format_duration, format_time_left, html_lines};

/// A fit that is done sooner shows no bar.
const PATIENCE: Duration = Duration::from_millis(200);
/// Each drawing has work behind it that is not this process's: what passes it on and shows it takes the cores from the
/// training, some 1 ms for each.
const BETWEEN_BARS: Duration = Duration::from_millis(200);
/// Curves are drawn, and read, more slowly than a line of numbers.
const BETWEEN_CURVES: Duration = Duration::from_millis(800);
/// Forms of the finished curves that take more than so many bytes together go without the picture, which few readers need.
const LIGHT: usize = 58_000;

pub(super) struct Live {
    screen: ProgressTarget,
    bars: Throttle,
    curves: Throttle,
    /// The curves, as an output of their own: they are heavy, and change seldom.
    below: Option<Output>,
    /// How far the training is, as last drawn or about to be.
    bar: Bar,
    epoch_start: Instant,
    /// What the last epoch measured beyond its training: `epoch 3: val_accuracy: 0.9732`.
    last: Option<String>,
    ended: bool,
}

impl Live {
    pub(super) fn new(screen: ProgressTarget) -> Self {
        let now = Instant::now();
        Self {
            screen,
            bars: Throttle::new(now, PATIENCE, BETWEEN_BARS),
            curves: Throttle::new(now, PATIENCE, BETWEEN_CURVES),
            below: None,
            bar: Bar::default(),
            epoch_start: now,
            last: None,
            ended: false,
        }
    }

    pub(super) fn step(&mut self, run: &Run, epoch: usize, done: usize, values: impl FnOnce() -> Vec<(String, f64)>) {
        let now = Instant::now();
        if done <= 1 {
            self.epoch_start = now;
        }
        if !self.bars.is_due(now) {
            return;
        }
        let Run { epochs, steps, start } = *run;
        let share = (epoch as f64 + done as f64 / steps as f64) / epochs as f64;
        // The first step of an epoch is not timed: the clock starts after it.
        let timed = done.saturating_sub(1).max(1) as f64;
        let mut line = format!("Epoch {}/{epochs} - step {done}/{steps}", epoch + 1);
        if done > 1 {
            line += &format!(" - {}/step", format_duration((now - self.epoch_start).div_f64(timed)));
        }
        line += &format!(" - {}", format_time_left(share, now - start));
        let mut values = values();
        // In the order of the lines and tables that speak of whole epochs.
        values.sort_by(|(a, _), (b, _)| a.cmp(b));
        self.bar = Bar { fraction: share, lines: vec![line, self.with_last(&values)] };
        self.draw(now);
    }

    pub(super) fn validating(&mut self, run: &Run, epoch: usize, share: f64) {
        let now = Instant::now();
        if self.bars.is_due(now) {
            let of_epoch = format!("Epoch {}/{} - validating: {:.0} %", epoch + 1, run.epochs, 100.0 * share);
            self.bar.fraction = (epoch + 1) as f64 / run.epochs as f64;
            self.bar.lines.truncate(0);
            self.bar.lines.push(of_epoch);
            self.bar.lines.extend(self.last.clone());
            self.draw(now);
        }
    }

    pub(super) fn epoch(&mut self, history: &History, values: &[(String, f64)], line: impl FnOnce() -> String) {
        let measured = values.iter().filter(|(name, _)| name.starts_with("val_")).cloned().collect::<Vec<_>>();
        self.last = (!measured.is_empty()).then(|| format!("epoch {}: {}", history.epochs(), in_words(&measured)));
        match &self.screen {
            ProgressTarget::Terminal(_) => self.say(&line()),
            ProgressTarget::Page(_) => {
                let now = Instant::now();
                // The curves come below the bar, so after it.
                if history.epochs() > 1 && self.curves.is_due(now) && !self.bar.lines.is_empty() {
                    self.draw_curves(history, false);
                    self.curves.record_draw(now, Instant::now());
                }
            }
        }
    }

    /// A line that stays.
    pub(super) fn say(&self, text: &str) {
        match &self.screen {
            // Above the bar.
            ProgressTarget::Terminal(line) => line.suspend(|| print(text)),
            ProgressTarget::Page(_) => print(text),
        }
    }

    pub(super) fn end(&mut self, run: &Run, history: &History, stopped: Option<String>) {
        self.ended = true;
        match &mut self.screen {
            ProgressTarget::Terminal(line) => {
                line.finish_and_clear();
                stopped.iter().for_each(|stopped| print(stopped));
            }
            ProgressTarget::Page(output) => {
                let lines = final_lines(history, run.start.elapsed(), stopped);
                output.update(&[("text/html", &html_lines(&lines)), ("text/plain", &lines.join("\n"))]);
                // One epoch makes no curve.
                if history.epochs() > 1 {
                    self.draw_curves(history, true);
                }
            }
        }
    }

    fn draw(&mut self, start: Instant) {
        self.screen.draw(&self.bar);
        self.bars.record_draw(start, Instant::now());
    }

    /// What can't be drawn, as where every value is NaN, is left out: the numbers are in the history all the same.
    fn draw_curves(&mut self, history: &History, finished: bool) {
        let Ok(figure) = history.plot().figure() else { return };
        let mut forms = figure.mime_bundle_within(if finished { LIGHT } else { 0 });
        let forms = forms.iter_mut().map(|(mime_type, content)| (*mime_type, content.as_str())).collect::<Vec<_>>();
        self.below.get_or_insert_default().update(&forms);
    }

    /// The means so far, and what the epoch before measured.
    fn with_last(&self, values: &[(String, f64)]) -> String {
        let last = self.last.iter().map(|last| format!(" - {last}"));
        last.fold(in_words(values), |line, last| line + &last)
    }
}

impl Drop for Live {
    /// Where a panic of a callback ends the training, the bar must not stand as if it still went on.
    fn drop(&mut self) {
        if !self.ended {
            match &mut self.screen {
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

/// What is left of the bar: how many epochs took how long, what the last of them measured, and why there were no more.
fn final_lines(history: &History, elapsed: Duration, stopped: Option<String>) -> Vec<String> {
    let epochs = history.epochs();
    let count = if epochs == 1 { "1 epoch".to_owned() } else { format!("{epochs} epochs") };
    let mut lines = Vec::new();
    lines.extend((epochs > 0).then(|| format!("{count} in {}", format_duration(elapsed))));
    let values = history.values(epochs.saturating_sub(1));
    lines.extend((!values.is_empty()).then(|| in_words(&values)));
    lines.extend(stopped);
    lines
}
