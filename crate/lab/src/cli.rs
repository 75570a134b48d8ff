//! The command line: its arguments and subcommands.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};
use notebook_runner::RunArgs;

use crate::installation::Installation;
use crate::jupyter::server;
use crate::{doctor, host, setup};

/// Learn and teach neural networks in Rust notebooks.
///
/// Without a command, installs whatever is missing and opens JupyterLab on the lessons, like `lab`.
#[derive(Parser)]
#[command(name = "tealight", version, args_conflicts_with_subcommands = true)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    lab: Lab,
}

#[derive(Subcommand)]
enum Command {
    /// Install whatever is missing, and open JupyterLab on the lessons
    Lab(Lab),
    /// Install whatever is missing, without opening anything
    Setup,
    /// Run notebooks from top to bottom, and store their outputs
    Run(RunArgs),
    /// Check the installation: what works, what is missing, and how to get it
    Doctor,
    /// Serve a kernel (what Jupyter calls)
    #[command(hide = true)]
    Kernel {
        /// The file with the ports and the key, which Jupyter writes
        connection_file: PathBuf,
    },
}

#[derive(clap::Args)]
struct Lab {
    /// Don't open a browser; print the address instead
    #[arg(long)]
    no_browser: bool,
    /// The port to listen on; only this machine can connect [default: 8888, or the next free one]
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..))]
    port: Option<u16>,
}

pub(crate) fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run_command(arguments.command.unwrap_or(Command::Lab(arguments.lab))) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run_command(command: Command) -> Result<ExitCode> {
    let installation = Installation::find()?;
    match command {
        Command::Lab(lab) => {
            setup::set_up_all(&installation)?;
            match server::open(&installation, lab.port, !lab.no_browser)? {}
        }
        Command::Setup => {
            setup::set_up_all(&installation)?;
            eprintln!("Ready: cargo run --release");
            Ok(ExitCode::SUCCESS)
        }
        Command::Run(notebooks) => {
            notebook_runner::run_notebooks(notebooks, host::kernel_command()?, || setup::set_up_kernel(&installation))
        }
        Command::Doctor => Ok(doctor::run_checks(&installation)),
        Command::Kernel { connection_file } => {
            notebook_kernel::serve(&host::kernel_config(&installation), &connection_file)
        }
    }
}
