//! How fast networks of the lessons train, beside what the processor could do.
//!
//! `cargo bench -p tealight --bench training` prints the machine, its measured peak of multiply-adds, and for each of the
//! workloads A–E the seconds of an epoch with validation on the 10,000 test images, the dense arithmetic in that time, its
//! share of the peak, the seconds that it takes to [read and write](state) the parameters and the optimizer's state once for
//! each step, and the peak memory. Each workload runs in a process of its own, since memory is a process's.
//!
//! The arithmetic is dense-equivalent: all that the matrix products of the networks come to as if no factor were 0,
//! whatever of it is really done. Four of five pixels of MNIST are 0, and a library may skip them; with `--dense` the
//! images are normalized, so that no pixel is 0, and the figures hold for data that cannot be skipped.
//!
//! Behind `--`: names of workloads, `--epochs N`, `--dense`, `--candle` to train with plain candle as well. The
//! comparison with Keras and PyTorch is `benches/peers/compare.py`.

mod candle;
#[path = "../machine.rs"]
mod machine;
#[path = "../median.rs"]
mod median;
mod ours;
mod peak;
mod state;
mod table;
mod workload;

use anyhow::{Context, Result, bail};
use clap::Parser;
use median::median;
use serde::{Deserialize, Serialize};
use std::process::{Command, Stdio};
use table::Table;
use workload::Workload;

/// How fast networks of the lessons train.
#[derive(Parser)]
struct Options {
    /// Workloads to run, such as A or C; without any, all.
    names: Vec<String>,
    /// Epochs to measure, after one that is not.
    #[arg(long, default_value_t = 5)]
    epochs: usize,
    /// Train with plain candle as well.
    #[arg(long)]
    candle: bool,
    /// Normalize the images, so that no pixel is 0.
    #[arg(long)]
    dense: bool,
    /// Train with this, in this very process, and print but a line of JSON for each workload, as the peers do.
    #[arg(long)]
    alone: Option<Peer>,
    /// What cargo passes to every bench.
    #[arg(long, hide = true)]
    bench: bool,
}

/// Who trains.
#[derive(Clone, Copy, Debug, PartialEq, clap::ValueEnum)]
enum Peer {
    Tealight,
    Candle,
}

/// What a run measured, in the form that the other peers print, too.
#[derive(Serialize, Deserialize)]
struct Report {
    /// What ran.
    versions: String,
    /// The seconds of each epoch with its validation, the first included.
    seconds: Vec<f64>,
    /// On the test images, after the last epoch.
    accuracy: f64,
    /// The most memory that the process has held, where the system tells.
    peak_mb: Option<f64>,
}

impl Report {
    /// The median of the seconds of the epochs but the first, which warms up.
    fn epoch(&self) -> Option<f64> {
        median(self.seconds.get(1..)?)
    }
}

fn main() -> Result<()> {
    let options = Options::parse();
    let all = workload::all()?;
    let names = options.names.iter().map(|name| name.to_uppercase()).collect::<Vec<_>>();
    if let Some(name) = names.iter().find(|name| all.iter().all(|workload| workload.name != **name)) {
        let known = all.iter().map(|workload| workload.name.as_str()).collect::<Vec<_>>().join(", ");
        bail!("no workload {name}; there are {known}");
    }
    let chosen = all.iter().filter(|workload| names.is_empty() || names.contains(&workload.name));
    if let Some(peer) = options.alone {
        for workload in chosen {
            println!("{}", serde_json::to_string(&run(peer, workload, &options)?)?);
        }
        return Ok(());
    }
    let peers = if options.candle { vec![Peer::Tealight, Peer::Candle] } else { vec![Peer::Tealight] };
    machine::print();
    let peak = peak::measure()?;
    let pixels = if options.dense { "normalized, none is 0" } else { "from 0 to 1, most are 0" };
    println!("{peak}\npixels: {pixels}; arithmetic: dense-equivalent, as if no factor were 0\n");
    let table = Table::new(options.candle, peak.all);
    for workload in chosen {
        let reports = peers.iter().map(|&peer| in_its_process(peer, workload, &options));
        table.row(workload, &reports.collect::<Result<Vec<_>>>()?)?;
    }
    Ok(())
}

fn run(peer: Peer, workload: &Workload, options: &Options) -> Result<Report> {
    let (epochs, dense) = (options.epochs + 1, options.dense);
    let (versions, (seconds, accuracy)) = match peer {
        Peer::Tealight => (concat!("tealight ", env!("CARGO_PKG_VERSION")), ours::train(workload, epochs, dense)?),
        Peer::Candle => ("candle 0.11", candle::train(workload, epochs, dense)?),
    };
    Ok(Report { versions: versions.to_owned(), seconds, accuracy, peak_mb: machine::peak_memory() })
}

/// Runs this program once more, for one workload.
fn in_its_process(peer: Peer, workload: &Workload, options: &Options) -> Result<Report> {
    let peer = format!("{peer:?}").to_lowercase();
    let mut command = Command::new(std::env::current_exe()?);
    command.args([&workload.name, "--epochs", &options.epochs.to_string(), "--alone", &peer]);
    command.args(options.dense.then_some("--dense")).stderr(Stdio::inherit());
    let output = command.output()?;
    if !output.status.success() {
        bail!("workload {} with {peer} failed: {}", workload.name, output.status);
    }
    let line = String::from_utf8(output.stdout)?;
    serde_json::from_str(&line).with_context(|| format!("not a report: {line}"))
}
