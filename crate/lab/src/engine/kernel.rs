//! The kernel: the process that Jupyter starts, talks to through the engine below it, and ends.

use std::path::Path;
use std::process::{ExitCode, Stdio};

use anyhow::{Context as _, Result};
use tokio::process::Command;
use tokio::signal::unix::{SignalKind, signal};

use super::session::Session;
use crate::home::Home;

/// Serves a kernel on the ports of a connection file, until it is shut down or told to terminate.
pub(crate) fn serve(connection_file: &Path) -> Result<ExitCode> {
    let session = Session::new(&Home::find()?)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let code = runtime.block_on(run_engine(&session, connection_file));
    // The folder goes when the engine is gone.
    drop(session);
    code
}

async fn run_engine(session: &Session, connection_file: &Path) -> Result<ExitCode> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hang_up = signal(SignalKind::hangup())?;
    // A Ctrl-C in the terminal of JupyterLab is for JupyterLab.
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut engine = Command::new(std::env::current_exe().context("finding this program")?)
        .arg("--control_file")
        .arg(connection_file)
        .envs(session.environment())
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .context("starting the evcxr engine")?;
    let parent = std::os::unix::process::parent_id();
    let mut look = tokio::time::interval(std::time::Duration::from_secs(1));
    loop {
        tokio::select! {
            status = engine.wait() => {
                return Ok(if status?.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE });
            }
            _ = terminate.recv() => break,
            _ = hang_up.recv() => break,
            _ = interrupt.recv() => {}
            // Without the server that started it, nothing would ever end it.
            _ = look.tick() => if std::os::unix::process::parent_id() != parent { break },
        }
    }
    engine.kill().await.context("ending the evcxr engine")?;
    Ok(ExitCode::SUCCESS)
}
