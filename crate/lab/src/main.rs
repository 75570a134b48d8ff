//! The `tealight` command: it opens JupyterLab on the lessons, runs notebooks, and serves the kernel for both.
//!
//! It configures three crates with tealight as the [host](host) library: notebook-engine, notebook-kernel and notebook-runner.
//! These need Linux: their processes communicate over named pipes that are open at both ends, end with their parents, and load
//! compiled cells through `LD_LIBRARY_PATH`. On other systems the command only explains what works there.

#[cfg(target_os = "linux")]
mod cli;
#[cfg(target_os = "linux")]
mod doctor;
#[cfg(target_os = "linux")]
mod hints;
#[cfg(target_os = "linux")]
mod host;
#[cfg(target_os = "linux")]
mod installation;
#[cfg(target_os = "linux")]
mod jupyter;
#[cfg(target_os = "linux")]
mod progress;
#[cfg(target_os = "linux")]
mod setup;

use std::process::ExitCode;

#[cfg(target_os = "linux")]
fn main() -> ExitCode {
    match notebook_engine::ProcessRole::of_this_process() {
        Some(role) => role.run(|| Ok(host::host(&installation::Installation::find()?))),
        None => cli::main(),
    }
}

#[cfg(not(target_os = "linux"))]
fn main() -> ExitCode {
    eprintln!(
        "The tealight command, which is also the notebook kernel, works on Linux, and on Windows in WSL. On this system you can \
         use the library: cargo test --release -p tealight, or in your own program: cargo add tealight --path {}",
        concat!(env!("CARGO_MANIFEST_DIR"), "/../tealight")
    );
    ExitCode::FAILURE
}
