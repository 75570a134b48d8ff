//! The `tealight` command: opens JupyterLab on the lessons, runs notebooks, and is the kernel behind both.

mod cli;
mod deadline;
mod doctor;
mod engine;
mod home;
mod jupyter;
mod kernel;
mod pid;
mod run;
mod setup;
mod steps;

use std::process::ExitCode;

fn main() -> ExitCode {
    match engine::Part::of_this_process() {
        Some(part) => part.play(),
        None => cli::main(),
    }
}
