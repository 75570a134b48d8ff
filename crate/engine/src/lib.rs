//! Compiles and runs the cells of a Rust notebook: evcxr as a library, in processes of its own.
//!
//! # Processes
//!
//! One program plays every role. Its `main` asks [`ProcessRole::of_this_process`] first:
//!
//! - The *kernel*, which is not part of this crate, creates a [`Session`] and starts the engine by [`engine_command`].
//! - The *engine* compiles cells with evcxr. It reads [`Request`](messages::Request)s and writes [`Reply`](messages::Reply)s.
//! - The *supervisor* is what evcxr starts to run cells. It starts the runtime and splits its output: evcxr's signals go to the
//!   engine, and [`Event`](messages::Event)s go to the kernel while the cell runs.
//! - The *runtime* loads compiled cells and calls them. It holds the notebook's variables.
//! - The *shims* stand in for cargo, rustup and rustc below the engine.
//! - The *prebuild* process fills the [workspace](PrebuiltWorkspace) from which sessions are copied.
//!
//! # Modules
//!
//! Three folders contain workarounds for the tools that the engine is built on; docs/evcxr-assumptions.md lists what they
//! assume and which test fails when that changes.
//!
//! - `patch`: changes of the program that **evcxr** generates around a cell.
//! - `shims`: stand-ins for **cargo** and rustc.
//! - `analyzer`: what **rust-analyzer** reads.
//!
//! `diagnostics` turns errors into messages for people who know Python. The other modules are one concept each.
//!
//! # Example
//!
//! A program that is its own engine, for plain Rust notebooks:
//!
//! ```no_run
//! use std::path::PathBuf;
//! use std::process::{ExitCode, Stdio};
//!
//! use notebook_engine::{Folders, Host, NoHints, ProcessRole, Session, SessionPipes, engine_command};
//!
//! fn host() -> anyhow::Result<Host> {
//!     let folder = PathBuf::from("/var/tmp/plain-rust");
//!     let folders = Folders {
//!         sessions: folder.join("sessions"),
//!         logs: folder.join("logs"),
//!         engine: folder,
//!         is_writable: true,
//!     };
//!     Ok(Host { name: "plain-rust", folders, log_variable: "PLAIN_RUST_LOG", library: None, hints: &NoHints })
//! }
//!
//! fn main() -> anyhow::Result<ExitCode> {
//!     if let Some(role) = ProcessRole::of_this_process() {
//!         return Ok(role.run(host));
//!     }
//!     let host = host()?;
//!     let session = Session::new(&host)?;
//!     let pipes = SessionPipes::create(session.folder())?;
//!     let mut engine = engine_command(&host, &session, &pipes)?;
//!     let engine = engine.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
//!     // Write requests to its standard input, read replies from its standard output and events from `pipes.events()`.
//!     drop(engine);
//!     Ok(ExitCode::SUCCESS)
//! }
//! ```

#![cfg(target_os = "linux")]

mod analyzer;
mod completion;
mod cursor;
mod diagnostics;
mod engine;
mod engine_command;
mod environment;
pub mod file_lock;
mod host;
mod host_library;
mod layout;
pub mod lexer;
pub mod log;
pub mod messages;
mod opt_level;
pub mod output_parser;
mod parent_watchdog;
mod patch;
mod pipes;
mod prebuilt;
mod runtime;
mod session;
mod shims;
mod signal_lines;
mod supervisor;
mod timing;
mod token_tree;
mod tooltip;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;

use prebuilt::prebuild;
use shims::Shim;

pub use diagnostics::{
    CompileError, HostHints, ModuleAdvice, NoHints, PythonArgument, PythonCall, PythonUse, Translation,
    mistakes_in_refused_lines, mistakes_in_text,
};
pub use engine_command::engine_command;
pub use host::{Folders, Host};
pub use host_library::HostLibrary;
pub use pipes::SessionPipes;
pub use prebuilt::PrebuiltWorkspace;
pub use session::Session;

/// The role of a process that the engine, or the kernel for it, has started.
#[derive(Debug)]
pub struct ProcessRole(Role);

#[derive(Debug)]
enum Role {
    /// Compiles cells for the kernel.
    Engine,
    /// Supervises the process that runs cells, with the folder of its pipes to the kernel.
    Supervisor(PathBuf),
    /// Loads and runs compiled cells.
    Runtime,
    /// Stands in for a program of the toolchain.
    Shim(Shim),
    /// Fills the prebuilt workspace.
    Prebuild,
}

impl ProcessRole {
    /// Returns the role of this process, or `None` if it is the host's own.
    #[must_use]
    pub fn of_this_process() -> Option<Self> {
        Role::of_this_process().map(Self)
    }

    /// Does the work of this role until it ends. `host` is called by the roles that need the host.
    #[must_use]
    pub fn run(self, host: impl FnOnce() -> Result<Host>) -> ExitCode {
        match self.0.run(host) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                tracing::error!(error = format!("{error:#}"), "the process has failed");
                eprintln!("{error:#}");
                ExitCode::FAILURE
            }
        }
    }
}

impl Role {
    fn of_this_process() -> Option<Self> {
        if let Some(shim) = Shim::of_this_process() {
            return Some(Self::Shim(shim));
        }
        if std::env::var_os("EVCXR_IS_RUNTIME").is_some() {
            let is_supervised = std::env::var_os(pipes::SUPERVISED_VARIABLE).is_some();
            return Some(match std::env::var_os(pipes::FOLDER_VARIABLE) {
                Some(pipes) if !is_supervised => Self::Supervisor(pipes.into()),
                _ => Self::Runtime,
            });
        }
        match std::env::args_os().nth(1)?.to_str()? {
            engine_command::ARGUMENT => Some(Self::Engine),
            prebuild::ARGUMENT => Some(Self::Prebuild),
            _ => None,
        }
    }

    /// The name of the role in the log.
    fn name(&self) -> &'static str {
        match self {
            Self::Engine => "engine",
            Self::Supervisor(_) => "supervisor",
            Self::Runtime => "runtime",
            Self::Shim(Shim::Cargo) => "cargo",
            Self::Shim(Shim::Rustc) => "rustc",
            Self::Shim(Shim::Rustup) => "rustup",
            Self::Prebuild => "prebuild",
        }
    }

    fn run(self, host: impl FnOnce() -> Result<Host>) -> Result<()> {
        log::start_below_kernel(self.name());
        match self {
            Self::Engine => {
                parent_watchdog::end_with_parent();
                engine::run(host()?)
            }
            Self::Supervisor(pipes) => {
                // Signals to the engine's group, which stop a compiler, must not reach it.
                if let Err(error) = rustix::process::setpgid(None, None) {
                    tracing::warn!(%error, "the supervisor stays in the engine's process group");
                }
                parent_watchdog::end_with_parent();
                supervisor::run(&pipes)
            }
            Self::Runtime => {
                parent_watchdog::end_at_once_with_parent();
                if std::env::var_os(pipes::SUPERVISED_VARIABLE).is_some() {
                    runtime::run()
                } else {
                    evcxr::runtime_hook();
                    Ok(())
                }
            }
            Self::Shim(shim) => shim.run(host),
            Self::Prebuild => {
                parent_watchdog::end_with_parent();
                prebuild::run(&host()?)
            }
        }
    }
}
