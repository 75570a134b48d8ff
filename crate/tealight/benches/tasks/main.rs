//! How long a lesson waits for what is not training: reading data, augmenting it, predicting; and the headline, which is
//! a whole lesson.
//!
//! `cargo bench -p tealight --bench tasks` prints the machine and for each task the median of several runs, with the
//! shortest and the longest. Behind `--`: names of tasks. `headline` takes minutes and runs only by name.
//!
//! The same in Python lies in `benches/peers`: `pandas_csv.py`, `keras_augment.py` and `keras_predict.py`.

mod augment;
mod csv;
mod headline;
mod load;
#[path = "../machine.rs"]
mod machine;
#[path = "../median.rs"]
mod median;
mod network;
mod predict;
mod times;

use anyhow::Result;
use clap::{Parser, ValueEnum};

/// How long a lesson waits for what is not training.
#[derive(Parser)]
struct Options {
    /// Tasks to run; without any, all but the headline.
    tasks: Vec<Task>,
    /// Networks of the headline, by hidden layers and nodes, such as 2x100,5x200; without it, all six.
    #[arg(long, value_delimiter = ',')]
    networks: Vec<String>,
    /// Epochs for each network of the headline.
    #[arg(long, default_value_t = 10)]
    epochs: usize,
    /// What cargo passes to every bench.
    #[arg(long, hide = true)]
    bench: bool,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Task {
    /// MNIST from its files to tensors.
    Load,
    /// A table like Kaggle's `train.csv`.
    Csv,
    /// 302,400 images from 33,600.
    Augment,
    /// The outputs for 10,000 images.
    Predict,
    /// The outputs for one image.
    Latency,
    /// Six networks, ten epochs each, on 336,000 images.
    Headline,
}

fn main() -> Result<()> {
    let options = Options::parse();
    machine::print();
    let all = [Task::Load, Task::Csv, Task::Augment, Task::Predict, Task::Latency];
    for &task in if options.tasks.is_empty() { &all[..] } else { &options.tasks } {
        match task {
            Task::Load => load::run()?,
            Task::Csv => csv::run()?,
            Task::Augment => augment::run()?,
            Task::Predict => predict::many()?,
            Task::Latency => predict::one()?,
            Task::Headline => headline::run(&options.networks, options.epochs)?,
        }
    }
    Ok(())
}
