//! The `tealight` command: opens JupyterLab on the lessons, runs notebooks, and is the kernel behind both.
//!
//! Its processes talk over named pipes that are open at both ends, end with their parents, and load what was compiled through
//! `LD_LIBRARY_PATH`: that is Linux's. Elsewhere the command says what works there all the same.

#[cfg(target_os = "linux")]
mod cli;
#[cfg(target_os = "linux")]
mod doctor;
#[cfg(target_os = "linux")]
mod hints;
#[cfg(target_os = "linux")]
mod home;
#[cfg(target_os = "linux")]
mod host;
#[cfg(target_os = "linux")]
mod jupyter;
#[cfg(target_os = "linux")]
mod setup;
#[cfg(target_os = "linux")]
mod steps;

use std::process::ExitCode;

#[cfg(target_os = "linux")]
fn main() -> ExitCode {
    match notebook_engine::ProcessRole::of_this_process() {
        Some(role) => role.run(|| Ok(host::host(&home::Home::find()?))),
        None => cli::main(),
    }
}

#[cfg(not(target_os = "linux"))]
fn main() -> ExitCode {
    eprintln!(
        "The tealight command, which is the notebook's kernel too, works on Linux; on Windows, in WSL. On this system the \
         library works: cargo test --release -p tealight, or in a program of your own: cargo add tealight --path {}",
        concat!(env!("CARGO_MANIFEST_DIR"), "/../tealight")
    );
    ExitCode::FAILURE
}
