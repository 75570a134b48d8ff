//! What the bench prints: a line for each workload, as soon as it is measured.

use super::workload::Workload;
use super::{Report, state};
use anyhow::{Context, Result};

/// A table with columns for plain candle, or without.
pub(crate) struct Table {
    peak: f64,
}

impl Table {
    /// Prints the head. `peak` is that of all cores, in operations a second.
    pub(crate) fn new(candle: bool, peak: f64) -> Self {
        let own = format!(
            "{:<8} {:>9} {:>8} {:>6} {:>8} {:>7} {:>9}",
            "workload", "s/epoch", "GFLOP/s", "peak", "state s", "MB", "accuracy"
        );
        let other =
            if candle { format!(" {:>9} {:>6} {:>9}", "candle s", "ratio", "candle MB") } else { String::new() };
        println!("{own}{other}");
        Self { peak }
    }

    /// Prints what tealight measured and, behind it, candle.
    pub(crate) fn row(&self, workload: &Workload, reports: &[Report]) -> Result<()> {
        let epoch = |report: &Report| report.epoch().context("no epoch was measured: give --epochs 1 or more");
        let memory = |report: &Report| report.peak_mb.map_or("?".to_owned(), |megabytes| format!("{megabytes:.0}"));
        let (own, others) = reports.split_first().context("nothing ran")?;
        let seconds = epoch(own)?;
        let rate = workload.operations() / seconds;
        print!(
            "{:<8} {seconds:>9.3} {:>8.0} {:>5.0}% {:>8.3} {:>7} {:>9.4}",
            workload.name,
            rate / 1e9,
            100.0 * rate / self.peak,
            workload.steps() as f64 * state::pass(workload.parameters(), workload.optimizer)?,
            memory(own),
            own.accuracy
        );
        for other in others {
            let other_seconds = epoch(other)?;
            print!(" {other_seconds:>9.3} {:>6.2} {:>9}", other_seconds / seconds, memory(other));
        }
        println!("   {workload}");
        Ok(())
    }
}
