//! Progress of the setup on the terminal: each step, its current state, and its time.

use std::io::IsTerminal as _;
use std::time::{Duration, Instant};

use anyhow::Result;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Runs a step and prints its time. `work` reports its state by calling the function that it receives.
pub(crate) fn run_step<T>(name: &str, work: impl FnOnce(&dyn Fn(&str)) -> Result<T>) -> Result<T> {
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
    let result = work(&|state| bar.set_message(state.to_owned()));
    bar.finish_and_clear();
    let mark = if result.is_ok() { '✓' } else { '✗' };
    eprintln!("  {mark} {name}  {:.1} s", started.elapsed().as_secs_f64());
    result
}

/// Prints that a step was done earlier.
pub(crate) fn skip_step(name: &str) {
    eprintln!("  ✓ {name}");
}
