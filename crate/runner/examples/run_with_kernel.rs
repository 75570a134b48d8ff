//! Runs notebooks with any kernel.
//!
//! ```text
//! cargo run --release -p notebook-runner --example run_with_kernel -- KERNEL_PROGRAM NOTEBOOK...
//! ```
//!
//! The kernel program receives the path of the connection file as its last argument.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use notebook_runner::{KernelCommand, RunArgs};

#[derive(Parser)]
struct Arguments {
    /// The program that serves the kernel
    kernel: PathBuf,
    #[command(flatten)]
    run: RunArgs,
}

fn main() -> anyhow::Result<ExitCode> {
    let Arguments { kernel, run } = Arguments::parse();
    let kernel = KernelCommand { program: kernel, arguments: Vec::new() };
    notebook_runner::run_notebooks(run, kernel, || Ok(()))
}
