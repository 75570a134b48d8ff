//! Builds a cell without cargo, by repeating the call of rustc that cargo made for the cell before.
//!
//! Before it calls the compiler, cargo examines each of the hundred and fifty packages that a cell depends on: half of the
//! time of a small cell. While neither the dependencies nor the settings change, the call is the same, word for word. So
//! cargo builds the first cell, with this program as its `RUSTC_WRAPPER`, which records the call. For the next cells the
//! recorded call is made again, adjusted for the [optimization](crate::opt_level) of the cell.

use std::ffi::OsString;
use std::fs;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Command, ExitStatus};

use anyhow::{Context as _, Result};

use super::cargo_cache::CacheKey;
use super::dep_build::{self, DepBuild};
use super::rustc_invocation::{BuildMode, RECORD_VARIABLE, RustcInvocation, WRAPPER_VARIABLE, is_for_crate, record};
use crate::host_library::HostLibrary;
use crate::layout::{self, CELL_CRATE};
use crate::{opt_level, patch};

/// The exit code by which cargo reports errors of the compiler.
pub(super) const COMPILE_ERROR_CODE: i32 = 101;

/// Builds the cell in place of cargo, and returns the exit status.
pub(super) fn build(mut cargo: Command, key: Option<CacheKey>, library: Option<&HostLibrary>) -> Result<ExitStatus> {
    // evcxr sets a wrapper of its own if its build cache is on.
    let (Some(session), None) = (layout::session_of_this_process(), std::env::var_os(WRAPPER_VARIABLE)) else {
        return cargo.status().context("starting cargo");
    };
    let mode = if opt_level::is_quick(&session) { BuildMode::Quick } else { BuildMode::Optimized };
    match recorded(&session, &cargo, key.as_ref(), library)? {
        Some(DepBuild::Built(call)) => return call.run(mode),
        Some(DepBuild::Failed(status)) => return Ok(status),
        None => {}
    }
    let Some(key) = key else { return cargo.status().context("starting cargo") };
    let file = tempfile::NamedTempFile::new().context("creating a file for the compiler's call")?;
    record(&mut cargo, file.path())?;
    tracing::debug!("cargo builds the cell; the compiler's call is recorded");
    let status = cargo.status().context("starting cargo")?;
    // The call also serves the next cell if this one has errors.
    let call = fs::read_to_string(file.path())?;
    if !call.is_empty() {
        key.store(&call)?;
        if let Ok(call) = serde_json::from_str(&call) {
            dep_build::store_base_invocation(&session, &call, library);
        }
    }
    Ok(status)
}

/// Looks for the errors of a cell in place of cargo, and returns the exit status. The call that builds a cell finds
/// them; cargo itself would first check everything that the cell depends on, for a minute.
pub(super) fn check(
    mut cargo: Command,
    build_key: Option<CacheKey>,
    library: Option<&HostLibrary>,
) -> Result<ExitStatus> {
    let recorded = match layout::session_of_this_process() {
        Some(session) if std::env::var_os(WRAPPER_VARIABLE).is_none() => {
            recorded(&session, &cargo, build_key.as_ref(), library)?
        }
        _ => None,
    };
    match recorded {
        Some(DepBuild::Built(call)) => call.run(BuildMode::Check),
        Some(DepBuild::Failed(status)) => Ok(status),
        None => cargo.status().context("starting cargo"),
    }
}

/// Returns the call for a cell if it was made before. If the cell needs crates beside the host's library, these are built
/// first.
fn recorded(
    session: &Path,
    cargo: &Command,
    key: Option<&CacheKey>,
    library: Option<&HostLibrary>,
) -> Result<Option<DepBuild>> {
    if let Some(call) = key.and_then(load) {
        dep_build::store_base_invocation(session, &call, library);
        return Ok(Some(DepBuild::Built(Box::new(call))));
    }
    let built = dep_build::build(session, cargo, library)?;
    if let (Some(DepBuild::Built(call)), Some(key)) = (&built, key) {
        key.store(&serde_json::to_string(call)?)?;
    }
    Ok(built)
}

/// Loads the call that was made for the same question to cargo.
fn load(key: &CacheKey) -> Option<RustcInvocation> {
    serde_json::from_str(&key.load()?).ok()
}

/// Runs as the compiler's wrapper: records the call if it is a cell's, and makes it.
pub(super) fn run_wrapper(arguments: &[OsString]) -> Result<()> {
    let (program, arguments) = arguments.split_first().context("a wrapper needs the compiler's name")?;
    let is_cell = is_for_crate(arguments, CELL_CRATE);
    if let Some(to) =
        std::env::var_os(RECORD_VARIABLE).filter(|_| is_cell || is_for_crate(arguments, dep_build::PACKAGE))
        && let Some(call) = RustcInvocation::of_process(program, arguments)
    {
        fs::write(to, serde_json::to_vec(&call)?)?;
    }
    let mut compiler = Command::new(program);
    compiler.args(arguments).env_remove(RECORD_VARIABLE).env_remove(WRAPPER_VARIABLE);
    if is_cell {
        let status = patch::compile::compile(&mut compiler)?;
        std::process::exit(status.code().unwrap_or(COMPILE_ERROR_CODE));
    }
    Err(compiler.exec().into())
}
