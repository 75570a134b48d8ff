//! The times of a task, and the line that is printed of them.

use super::median::median;
use anyhow::{Context, Result};
use std::hint::black_box;
use std::time::Instant;

/// Does `work` so many times and prints the median in seconds, milliseconds or microseconds, with the shortest and the
/// longest. What `work` gives is dropped off the clock.
pub(crate) fn measure<T>(task: &str, what: &str, runs: usize, mut work: impl FnMut() -> Result<T>) -> Result<()> {
    let mut seconds = Vec::with_capacity(runs);
    for _ in 0..runs {
        let start = Instant::now();
        let result = black_box(work()?);
        seconds.push(start.elapsed().as_secs_f64());
        drop(result);
    }
    let typical = median(&seconds).context("no run")?;
    let (unit, factor) = [("s", 1.0), ("ms", 1e3)].into_iter().find(|(_, f)| typical * f >= 1.0).unwrap_or(("µs", 1e6));
    let shortest = seconds.iter().copied().fold(f64::INFINITY, f64::min);
    let longest = seconds.iter().copied().fold(0.0, f64::max);
    let [typical, shortest, longest] = [typical, shortest, longest].map(|seconds| seconds * factor);
    println!("{task:<8} {typical:>7.2} {unit:<2}  ({shortest:.2} to {longest:.2}, {runs} runs)   {what}");
    Ok(())
}
