//! The command by which a kernel starts the engine.

use std::process::Command;

use anyhow::{Context as _, Result};

use crate::environment::session_environment;
use crate::host::Host;
use crate::log;
use crate::pipes::SessionPipes;
use crate::session::Session;

/// The argument that starts the engine's process.
pub(crate) const ARGUMENT: &str = "--engine";

/// Returns the command that starts an engine in a session's folder.
///
/// The engine reads [requests](crate::messages::Request) from its standard input and writes
/// [replies](crate::messages::Reply) to its standard output, one JSON object a line.
///
/// # Errors
/// If cargo is not found, or the session's folder can't be written.
pub fn engine_command(host: &Host, session: &Session, pipes: &SessionPipes) -> Result<Command> {
    let mut command = Command::new(std::env::current_exe().context("finding this program")?);
    command
        .arg(ARGUMENT)
        .envs(session_environment(session.folder(), host.library.as_ref())?)
        .envs(pipes.environment())
        .envs(log::environment(host, session.folder()));
    Ok(command)
}
