//! What the command line offers.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};
use notebook_runner::RunArgs;

use crate::home::Home;
use crate::jupyter::server;
use crate::{doctor, host, setup};

/// Learn and teach neural networks in Rust notebooks.
///
/// Without a command: makes ready whatever is missing and opens JupyterLab on the lessons, as `lab` does.
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
    /// Make ready whatever is missing, and open JupyterLab on the lessons
    Lab(Lab),
    /// Make ready whatever is missing, without opening anything
    Setup,
    /// Run notebooks from top to bottom, and store their outputs
    Run(RunArgs),
    /// Say what is there, what is missing, and how to get it
    Doctor,
    /// Serve a kernel (what Jupyter calls)
    #[command(hide = true)]
    Kernel {
        /// The file with the ports and the key, from Jupyter
        connection_file: PathBuf,
    },
}

#[derive(clap::Args)]
struct Lab {
    /// Don't open a browser; the address to open is printed
    #[arg(long)]
    no_browser: bool,
    /// The port to listen on, of this machine only [default: 8888, or the next free one]
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..))]
    port: Option<u16>,
}

pub(crate) fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(arguments.command.unwrap_or(Command::Lab(arguments.lab))) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<ExitCode> {
    let home = Home::find()?;
    match command {
        Command::Lab(lab) => {
            setup::everything(&home)?;
            match server::open(&home, lab.port, !lab.no_browser)? {}
        }
        Command::Setup => {
            setup::everything(&home)?;
            eprintln!("Ready: cargo run --release");
            Ok(ExitCode::SUCCESS)
        }
        Command::Run(notebooks) => {
            notebook_runner::run_notebooks(notebooks, host::kernel_command()?, || setup::kernel(&home))
        }
        Command::Doctor => Ok(doctor::examine(&home)),
        Command::Kernel { connection_file } => notebook_kernel::serve(&host::kernel(&home), &connection_file),
    }
}
