//! What a long preparation tells the person who waits for it: each step, what it is at, and the time it took.

use std::io::IsTerminal as _;
use std::time::{Duration, Instant};

use anyhow::Result;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Does one step, which tells of its progress by calling what it is given; says the time that it took.
pub(crate) fn step<T>(name: &str, work: impl FnOnce(&dyn Fn(&str)) -> Result<T>) -> Result<T> {
    let started = Instant::now();
    let bar = if std::io::stderr().is_terminal() {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        if let Ok(style) = ProgressStyle::with_template("  {spinner} {prefix}  {elapsed:.dim}  {wide_msg:.dim}") {
            bar.set_style(style);
        }
        bar.set_prefix(name.to_owned());
        bar.enable_steady_tick(Duration::from_millis(120));
        bar
    } else {
        eprintln!("  … {name}");
        ProgressBar::hidden()
    };
    let done = work(&|now| bar.set_message(now.to_owned()));
    bar.finish_and_clear();
    let mark = if done.is_ok() { '✓' } else { '✗' };
    eprintln!("  {mark} {name}  {:.1} s", started.elapsed().as_secs_f64());
    done
}

/// Says that a step had been done before.
pub(crate) fn already(name: &str) {
    eprintln!("  ✓ {name}");
}
