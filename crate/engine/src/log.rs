//! The log of a session.
//!
//! It is off unless the environment variable [`Host::log_variable`](crate::Host) holds a filter, such as `engine=debug` or
//! `engine=debug,kernel=info`. Then all processes of a session append to one file, `<session>.log` in
//! [`Folders::logs`](crate::Folders). Each line has the time, the level, the process, the spans, the module and the fields.
//!
//! A name in the filter is a crate without its prefix `notebook_`, or a module path below it: `engine::shims=trace`.
//! Without a log, no subscriber is installed, and an event costs the reading of an atomic.

use std::ffi::OsString;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use anyhow::{Context as _, Result};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::format::FmtSpan;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::host::Host;

/// The variable that tells the processes below the kernel the filter.
const FILTER_VARIABLE: &str = "NOTEBOOK_ENGINE_LOG";
/// The variable that tells them the file.
const FILE_VARIABLE: &str = "NOTEBOOK_ENGINE_LOG_FILE";
/// The prefix of the crates whose names a filter may shorten.
const CRATE_PREFIX: &str = "notebook_";

/// Returns the filter that the user has set, if the log is on.
#[must_use]
pub fn filter(host: &Host) -> Option<String> {
    std::env::var(host.log_variable).ok().filter(|filter| !filter.trim().is_empty())
}

/// Returns the log file of the session in this folder.
#[must_use]
pub fn file(host: &Host, session: &Path) -> PathBuf {
    let name = session.file_name().unwrap_or_default().to_string_lossy();
    host.folders.logs.join(format!("{name}.log"))
}

/// Starts the log of the kernel of the session in this folder, if the log is on.
///
/// # Errors
/// If the filter can't be parsed, or the file can't be written.
pub fn start_in_kernel(host: &Host, session: &Path) -> Result<()> {
    match filter(host) {
        Some(filter) => {
            start("kernel", &filter, &file(host, session)).with_context(|| format!("{}={filter}", host.log_variable))
        }
        None => Ok(()),
    }
}

/// Returns the variables by which the processes below the kernel find the log.
pub(crate) fn environment(host: &Host, session: &Path) -> Vec<(&'static str, OsString)> {
    match filter(host) {
        Some(filter) => vec![(FILTER_VARIABLE, filter.into()), (FILE_VARIABLE, file(host, session).into())],
        None => Vec::new(),
    }
}

/// Starts the log of a process below the kernel, if the log is on. `role` is what the lines call the process.
pub(crate) fn start_below_kernel(role: &'static str) {
    if let (Ok(filter), Some(file)) = (std::env::var(FILTER_VARIABLE), std::env::var_os(FILE_VARIABLE))
        && let Err(error) = start(role, &filter, Path::new(&file))
    {
        eprintln!("the log of the {role} process can't be written: {error:#}");
    }
}

fn start(role: &'static str, filter: &str, file: &Path) -> Result<()> {
    let filter = parse(filter)?;
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder).with_context(|| format!("creating {}", folder.display()))?;
    }
    let file =
        File::options().create(true).append(true).open(file).with_context(|| format!("opening {}", file.display()))?;
    let lines = tracing_subscriber::fmt::layer()
        .with_ansi(false)
        .with_span_events(FmtSpan::CLOSE)
        .with_writer(Mutex::new(file));
    tracing_subscriber::registry().with(lines).with(filter).try_init()?;
    // The span lasts as long as the process. It is enabled whatever the filter says, so that each line names its process.
    let process = tracing::error_span!(target: "notebook_process", "process", role, id = std::process::id());
    std::mem::forget(process.entered());
    Ok(())
}

/// Parses a filter, in which names of crates may lack their prefix.
fn parse(filter: &str) -> Result<Targets> {
    let full = |part: &str| match part.split(['=', ':']).next() {
        Some("engine" | "kernel" | "runner" | "protocol") => format!("{CRATE_PREFIX}{part}"),
        _ => part.to_owned(),
    };
    let parts: Vec<_> = filter.split(',').map(str::trim).filter(|part| !part.is_empty()).map(full).collect();
    let targets: Targets = parts.join(",").parse().context("the filter is not understood; write `engine=debug`")?;
    Ok(targets.with_target("notebook_process", tracing::Level::ERROR))
}

#[cfg(test)]
mod tests {
    use tracing::Level;

    use super::*;

    #[test]
    fn names_in_a_filter_are_short() {
        let targets = parse("engine=debug, kernel::server=info").unwrap();
        assert!(targets.would_enable("notebook_engine::shims", &Level::DEBUG));
        assert!(!targets.would_enable("notebook_engine::shims", &Level::TRACE));
        assert!(targets.would_enable("notebook_kernel::server", &Level::INFO));
        assert!(!targets.would_enable("notebook_kernel", &Level::ERROR));
        assert!(!targets.would_enable("ra_ap_hir", &Level::ERROR));
        assert!(parse("debug").unwrap().would_enable("notebook_engine", &Level::DEBUG));
        assert!(parse("engine=loud").is_err());
    }
}
