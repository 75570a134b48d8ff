//! A Jupyter kernel for Rust on [`notebook_engine`].
//!
//! Three processes serve a notebook, and the crash of one does not take down those before it. The *kernel* (this crate) speaks
//! Jupyter's protocol and always answers. The [*engine*](notebook_engine) compiles cells. The *runtime* loads and runs them and
//! holds the notebook's variables; a supervisor in front of it forwards its output to the kernel while it runs.
//!
//! # Example
//!
//! One program plays all roles. It starts with the roles that the engine starts it for, then serves a kernel:
//!
//! ```no_run
//! use std::path::{Path, PathBuf};
//! use std::process::ExitCode;
//!
//! use notebook_engine::{Folders, Host, NoHints, ProcessRole};
//! use notebook_kernel::KernelConfig;
//!
//! fn main() -> ExitCode {
//!     let folder = PathBuf::from("/var/tmp/plain-rust");
//!     let folders = Folders {
//!         sessions: folder.join("sessions"),
//!         logs: folder.join("logs"),
//!         engine: folder.join("engine"),
//!         is_writable: true,
//!     };
//!     // Plain Rust: no library is loaded before the first cell.
//!     let host = Host { name: "plain-rust", folders, log_variable: "PLAIN_RUST_LOG", library: None, hints: &NoHints };
//!     if let Some(role) = ProcessRole::of_this_process() {
//!         return role.run(|| Ok(host));
//!     }
//!     let config = KernelConfig {
//!         host,
//!         version: "1.0.0",
//!         banner: "Rust notebooks",
//!         doctor: None,
//!         history_file: folder.join("history.jsonl"),
//!     };
//!     let connection_file = std::env::args_os().nth(1).expect("Jupyter passes the connection file");
//!     notebook_kernel::serve(&config, Path::new(&connection_file)).unwrap_or(ExitCode::FAILURE)
//! }
//! ```

#![cfg(target_os = "linux")]

mod backlog;
mod cell_run;
pub mod completeness;
mod config;
mod deadline;
mod engine_process;
mod failure_report;
mod history;
mod interrupt;
mod kernel_info;
mod loaded_lines;
pub mod message;
mod pid;
mod server;
mod sockets;
mod source_line;

use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context as _, Result};
use notebook_engine::{Host, Session};
use tokio::signal::unix::{SignalKind, signal};

pub use config::KernelConfig;
use server::Server;
use sockets::Sockets;

/// The time after which the user has most likely run the first cells and the machine is idle.
const STANDBY_DELAY: Duration = Duration::from_secs(20);

/// Serves a kernel on the ports of a connection file until it is shut down or receives a termination signal.
///
/// # Errors
/// Returns an error if the connection file cannot be read, a port cannot be bound, the session's folder cannot be created, or the
/// engine cannot be started.
pub fn serve(config: &KernelConfig, connection_file: &Path) -> Result<ExitCode> {
    // One thread for all sockets. With several threads, zeromq 0.7 delays a message that is published at the moment when another
    // thread has sent the previous one, until a further message follows (1 in 60,000). If it is the last message of a cell, the
    // cell appears to run for ever.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let code = runtime.block_on(run_server(config, connection_file));
    // Without the limit, the shutdown would wait for tasks that are blocked on a file or a lock.
    runtime.shutdown_timeout(Duration::from_millis(100));
    code
}

async fn run_server(config: &KernelConfig, connection_file: &Path) -> Result<ExitCode> {
    let connection = std::fs::read(connection_file)
        .with_context(|| format!("reading the connection file {}", connection_file.display()))?;
    let connection = serde_json::from_slice(&connection)
        .with_context(|| format!("reading the connection file {}", connection_file.display()))?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hang_up = signal(SignalKind::hangup())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    // The sockets come first: a client may connect while the session's folder is copied.
    let sockets = Sockets::bind(&connection).await?;
    let host = config.host.clone();
    let session = tokio::task::spawn_blocking(move || Session::new(&host)).await??;
    notebook_engine::log::start_in_kernel(&config.host, session.folder())?;
    let (server, interrupts) = Server::new(config, &session, sockets)?;
    let parent = std::os::unix::process::parent_id();
    let mut parent_check = tokio::time::interval(Duration::from_secs(1));
    let standby = tokio::time::sleep(STANDBY_DELAY);
    let serving = server.serve();
    tokio::pin!(serving, standby);
    let mut standby_started = false;
    let served = loop {
        tokio::select! {
            served = &mut serving => break served,
            _ = terminate.recv() => break Ok(()),
            _ = hang_up.recv() => break Ok(()),
            _ = interrupt.recv() => interrupts.interrupt(),
            () = &mut standby, if !standby_started => {
                standby_started = true;
                prepare_next_session(config.host.clone());
            }
            // The server that started this kernel is gone, and nothing else would end the kernel.
            _ = parent_check.tick() => if std::os::unix::process::parent_id() != parent { break Ok(()) },
        }
    };
    // A cell in an endless loop ends here, too, and nothing writes to the folder that is removed next.
    interrupts.kill_processes();
    served.map(|()| ExitCode::SUCCESS)
}

/// Copies a folder for the next kernel in a detached thread of low priority.
fn prepare_next_session(host: Host) {
    std::thread::spawn(move || {
        let _ = rustix::process::nice(19);
        // If this fails, the next kernel makes its own copy.
        let _ = Session::prepare_next(&host);
    });
}
