//! The kernel: the process that Jupyter starts, talks to and ends.
//!
//! Three processes serve a notebook, and each may crash without the one before it. The *kernel* speaks Jupyter's protocol
//! and is always there to answer. The [engine](notebook_engine) compiles cells. The process that runs them holds the
//! notebook's variables; a *supervisor* in front of it passes its output to the kernel while it runs.

#![cfg(target_os = "linux")]

mod abilities;
mod backlog;
mod cell;
pub mod completeness;
mod config;
mod deadline;
mod engine_process;
mod history;
mod interrupt;
pub mod message;
mod pid;
mod place;
mod prelude;
mod server;
mod sockets;

use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context as _, Result};
use notebook_engine::{Host, Session};
use tokio::signal::unix::{SignalKind, signal};

pub use config::KernelConfig;
use server::Server;
use sockets::Sockets;

/// So long after its start a kernel has run its user's first cells, most likely, and the user reads.
const UNTIL_IDLE: Duration = Duration::from_secs(20);

/// Serves a kernel on the ports of a connection file, until it is shut down or told to terminate.
pub fn serve(config: &KernelConfig, connection_file: &Path) -> Result<ExitCode> {
    // One thread for all sockets. With more, zeromq 0.7 forgets a message that one thread publishes in the very moment in
    // which another has sent the one before, until there is a further one (1 in 60,000): and a cell whose last message that
    // is runs for ever.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let code = runtime.block_on(run(config, connection_file));
    // A task that waits for a file or a lock would be waited for.
    runtime.shutdown_timeout(Duration::from_millis(100));
    code
}

async fn run(config: &KernelConfig, connection_file: &Path) -> Result<ExitCode> {
    let connection = std::fs::read(connection_file)
        .with_context(|| format!("reading the connection file {}", connection_file.display()))?;
    let connection = serde_json::from_slice(&connection)
        .with_context(|| format!("reading the connection file {}", connection_file.display()))?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hang_up = signal(SignalKind::hangup())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    // First the sockets: a client may ask who is there while the session's folder is copied.
    let sockets = Sockets::bind(&connection).await?;
    let host = config.host.clone();
    let session = tokio::task::spawn_blocking(move || Session::new(&host)).await??;
    notebook_engine::log::start_in_kernel(&config.host, session.folder())?;
    let (server, stops) = Server::new(config, &session, sockets)?;
    let parent = std::os::unix::process::parent_id();
    let mut look = tokio::time::interval(Duration::from_secs(1));
    let next = tokio::time::sleep(UNTIL_IDLE);
    let serving = server.serve();
    tokio::pin!(serving, next);
    let mut prepared = false;
    let served = loop {
        tokio::select! {
            served = &mut serving => break served,
            _ = terminate.recv() => break Ok(()),
            _ = hang_up.recv() => break Ok(()),
            _ = interrupt.recv() => stops.ask(),
            () = &mut next, if !prepared => {
                prepared = true;
                prepare_next(config.host.clone());
            }
            // Without the server that started it, nothing would ever end it.
            _ = look.tick() => if std::os::unix::process::parent_id() != parent { break Ok(()) },
        }
    };
    // However it ends: a cell in an endless loop ends with it, and nothing writes to the folder that is removed next.
    stops.end_processes();
    served.map(|()| ExitCode::SUCCESS)
}

/// Copies a folder for the next kernel, in a thread that gives way to others and that nobody waits for.
fn prepare_next(host: Host) {
    std::thread::spawn(move || {
        let _ = rustix::process::nice(19);
        // Without it the next kernel copies its own.
        let _ = Session::prepare_next(&host);
    });
}
