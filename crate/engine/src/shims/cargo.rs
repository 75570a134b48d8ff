//! What happens in front of cargo, by its subcommand.
//!
//! - Queries are answered from the [cache](super::cargo_cache) if cargo has answered them before. Metadata is
//!   [filtered](crate::analyzer::metadata_filter) first.
//! - Before a build or a check, some lines of the cell's program are [patched](crate::patch). The compiler then runs
//!   [without cargo](super::rustc_replay) if it can.
//! - A build that only [corrects evcxr's list of variables](crate::patch::variable_sync) compiles nothing.

use std::ffi::OsString;
use std::io::Write as _;
use std::iter;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};

use anyhow::{Context as _, Result};

use super::cargo_cache::CacheKey;
use super::rustc_replay;
use crate::analyzer::metadata_filter;
use crate::host_library::HostLibrary;
use crate::patch::{self, variable_sync};
use crate::timing;

/// Runs cargo, or does its work without it.
pub(super) fn run(mut cargo: Command, arguments: &[OsString], library: Option<&HostLibrary>) -> Result<()> {
    let key = |arguments: &[OsString]| CacheKey::of_process(Path::new(cargo.get_program()), arguments, library);
    let command = CargoCommand::parse(arguments);
    tracing::debug!(?command, ?arguments, "cargo was called");
    let status = match command {
        CargoCommand::Build if variable_sync::is_open() => return variable_sync::build(),
        CargoCommand::Build => {
            let _timer = timing::BuildTimer::start();
            patch::apply(library);
            let key = key(arguments);
            rustc_replay::build(cargo, key, library)?
        }
        CargoCommand::Query => {
            let key = key(arguments);
            answer(cargo, arguments, key, library)?
        }
        CargoCommand::Check => {
            let _timer = timing::BuildTimer::start();
            patch::apply(library);
            let as_build: Vec<OsString> = iter::once("build".into()).chain(arguments.iter().skip(1).cloned()).collect();
            let build_key = key(&as_build);
            rustc_replay::check(cargo, build_key, library)?
        }
        CargoCommand::Other => return Err(cargo.exec().into()),
    };
    std::process::exit(status.code().unwrap_or(rustc_replay::COMPILE_ERROR_CODE));
}

/// Prints cargo's answer to a query, and returns cargo's exit status.
fn answer(
    mut cargo: Command,
    arguments: &[OsString],
    key: Option<CacheKey>,
    library: Option<&HostLibrary>,
) -> Result<ExitStatus> {
    if let Some(answer) = key.as_ref().and_then(CacheKey::load) {
        tracing::debug!("answered from the cache");
        print!("{answer}");
        return Ok(ExitStatus::default());
    }
    let output = cargo.stderr(Stdio::inherit()).output().context("starting cargo")?;
    let has_succeeded = output.status.success();
    // An answer of an unexpected shape is passed on as it is.
    let filtered = if has_succeeded { metadata_filter::filter(&output.stdout, arguments, library) } else { None };
    let answer = filtered.unwrap_or(output.stdout);
    if let (Some(key), true, Ok(answer)) = (key, has_succeeded, str::from_utf8(&answer))
        && let Err(error) = key.store(answer)
    {
        tracing::debug!(%error, "cargo's answer could not be cached; it will be asked again");
    }
    std::io::stdout().write_all(&answer)?;
    Ok(output.status)
}

/// A subcommand of cargo's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum CargoCommand {
    /// Builds the cell.
    Build,
    /// Looks for the errors of the cell.
    Check,
    /// Returns information and changes nothing.
    Query,
    /// Any other.
    Other,
}

impl CargoCommand {
    fn parse(arguments: &[OsString]) -> Self {
        let words: Vec<&str> = arguments.iter().filter_map(|argument| argument.to_str()).collect();
        match words.as_slice() {
            ["build", ..] => Self::Build,
            ["check", ..] => Self::Check,
            ["metadata" | "locate-project" | "--version", ..] => Self::Query,
            ["-Z", "unstable-options", "config", "get", ..] => Self::Query,
            ["rustc", "-Z", "unstable-options", "--print", ..] => Self::Query,
            _ => Self::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_subcommands_that_evcxr_and_rust_analyzer_use_are_known() {
        let parse = |words: &str| CargoCommand::parse(&words.split(' ').map(OsString::from).collect::<Vec<_>>());
        assert_eq!(parse("build --target x --message-format=json"), CargoCommand::Build);
        assert_eq!(parse("check --message-format=json"), CargoCommand::Check);
        for query in [
            "metadata --format-version 1",
            "locate-project --workspace",
            "--version",
            "-Z unstable-options config get --format toml",
            "rustc -Z unstable-options --print cfg",
        ] {
            assert_eq!(parse(query), CargoCommand::Query, "{query}");
        }
        assert_eq!(parse("fetch"), CargoCommand::Other);
    }
}
