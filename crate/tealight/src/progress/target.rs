//! Where a progress bar is drawn.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::bar::Bar;
use crate::notebook::{LiveOutput, OutputSink};

/// The resolution of a bar in a terminal.
const TERMINAL_STEPS: u64 = 1000;

/// A place for one bar; each drawing replaces the previous one.
pub(crate) enum ProgressTarget {
    /// An output of a cell.
    Page(LiveOutput),
    /// The last line of a terminal.
    Terminal(ProgressBar),
}

impl ProgressTarget {
    /// Returns the place where this process can draw a moving bar; `None` if the output goes to a file or to the stock evcxr
    /// kernel.
    pub(crate) fn detect() -> Option<Self> {
        match OutputSink::detect() {
            OutputSink::TealightKernel => Some(Self::Page(LiveOutput::new())),
            OutputSink::Terminal => Some(Self::Terminal(terminal_bar())),
            OutputSink::EvcxrKernel | OutputSink::File => None,
        }
    }

    pub(crate) fn draw(&mut self, bar: &Bar) {
        match self {
            Self::Page(output) => output.update(&[("text/html", &bar.html()), ("text/plain", &bar.text())]),
            Self::Terminal(line) => {
                line.set_position((bar.fraction * TERMINAL_STEPS as f64) as u64);
                line.set_message(bar.lines.join(" - "));
            }
        }
    }

    /// Removes the bar.
    pub(crate) fn clear(&mut self) {
        match self {
            Self::Page(output) => output.clear(),
            Self::Terminal(line) => line.finish_and_clear(),
        }
    }
}

/// Returns a bar in the last line of the terminal, truncated in a narrow terminal.
#[expect(clippy::expect_used, reason = "the template is a constant")]
fn terminal_bar() -> ProgressBar {
    let line = ProgressBar::with_draw_target(Some(TERMINAL_STEPS), ProgressDrawTarget::stdout());
    let style = ProgressStyle::with_template("[{bar:20}] {wide_msg}").expect("the template is valid");
    line.set_style(style.progress_chars("#>."));
    line
}

#[cfg(test)]
mod tests {
    use super::terminal_bar;

    #[test]
    fn the_template_of_a_terminal_progress_bar_is_valid() {
        assert_eq!(terminal_bar().length(), Some(super::TERMINAL_STEPS));
    }
}
