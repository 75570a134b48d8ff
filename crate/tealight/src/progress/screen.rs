//! Where a bar is drawn.

use std::sync::atomic::{AtomicUsize, Ordering};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::bar::Bar;
use crate::notebook::{Live, Reader};

/// So finely a terminal's bar is divided.
const PARTS: u64 = 1000;

/// A place for one bar, which is drawn in place of the one before.
pub(crate) enum Screen {
    /// An output of a cell.
    Page(Live),
    /// The last line of a terminal.
    Terminal(ProgressBar),
}

impl Screen {
    /// The place where this process can draw a bar that moves; none where its output is a file or the stock kernel's.
    pub(crate) fn here() -> Option<Self> {
        match Reader::here() {
            Reader::Live => Some(Self::Page(Live::new())),
            Reader::Terminal => Some(Self::Terminal(line())),
            Reader::Stock | Reader::File => None,
        }
    }

    pub(crate) fn draw(&mut self, bar: &Bar) {
        match self {
            Self::Page(live) => live.update(&[("text/html", &bar.html()), ("text/plain", &bar.text())]),
            Self::Terminal(line) => {
                line.set_position((bar.share * PARTS as f64) as u64);
                line.set_message(bar.lines.join(" - "));
            }
        }
    }

    /// Takes the bar away.
    pub(crate) fn clear(&mut self) {
        match self {
            Self::Page(live) => live.clear(),
            Self::Terminal(line) => line.finish_and_clear(),
        }
    }
}

/// A bar in the last line of the terminal, cut where the terminal is narrow.
fn line() -> ProgressBar {
    let line = ProgressBar::with_draw_target(Some(PARTS), ProgressDrawTarget::stdout());
    // The template is sound; were it not, the usual style would do.
    let style = ProgressStyle::with_template("[{bar:20}] {wide_msg}");
    line.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()).progress_chars("#>."));
    line
}

static BUSY: AtomicUsize = AtomicUsize::new(0);

/// While this lives, other work draws no bar of its own: the evaluation in a training's callback.
pub(crate) struct Busy(());

impl Busy {
    /// Whether this work may draw: no other does.
    pub(crate) fn first() -> Option<Self> {
        BUSY.compare_exchange(0, 1, Ordering::Relaxed, Ordering::Relaxed).ok().map(|_| Self(()))
    }

    /// Draws whatever others do.
    pub(crate) fn claim() -> Self {
        BUSY.fetch_add(1, Ordering::Relaxed);
        Self(())
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        BUSY.fetch_sub(1, Ordering::Relaxed);
    }
}
