//! Stand-ins for cargo, rustup and rustc (workarounds for cargo and for how evcxr calls it).
//!
//! evcxr finds cargo by calling rustup, and rust-analyzer looks for it in cargo's home. For both, the engine's environment
//! names a folder in which `cargo` and `rustup` are links to this program. Called as rustup, it returns itself as cargo;
//! called as cargo, it does [what comes before the real one](cargo) and then runs that in the original environment. Called
//! as the [wrapper of rustc](rustc_replay), it records how cargo calls the compiler.

mod cargo;
mod cargo_cache;
pub(crate) mod dep_build;
mod rustc_invocation;
mod rustc_replay;
pub(crate) mod toolchain;

pub(crate) use cargo_cache::{clear as clear_cargo_cache, count as count_cached_answers};

use std::ffi::OsString;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::host::Host;

/// A program that this process was called as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shim {
    /// cargo.
    Cargo,
    /// The wrapper that cargo calls rustc by.
    Rustc,
    /// rustup.
    Rustup,
}

impl Shim {
    /// Returns the program that this process was called as, or `None` if it is no shim.
    pub(crate) fn of_this_process() -> Option<Self> {
        let is_below_engine = toolchain::real_cargo().is_some();
        match Path::new(&std::env::args_os().next()?).file_name()?.to_str()? {
            // The real cargo starts it, in the original environment.
            toolchain::RUSTC_WRAPPER_NAME => Some(Self::Rustc),
            "cargo" if is_below_engine => Some(Self::Cargo),
            "rustup" if is_below_engine => Some(Self::Rustup),
            _ => None,
        }
    }

    /// Does the work of the program. `host` is called for cargo alone: the others run hundreds of times in one build.
    pub(crate) fn run(self, host: impl FnOnce() -> Result<Host>) -> Result<()> {
        let arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
        let real = match self {
            Self::Rustc => return rustc_replay::run_wrapper(&arguments),
            Self::Cargo => PathBuf::from(toolchain::real_cargo().context("the path of the real cargo is not set")?),
            Self::Rustup if arguments == ["which", "cargo"] => {
                println!("{}", toolchain::shim_path("cargo")?.display());
                return Ok(());
            }
            Self::Rustup => toolchain::find_in_original_path("rustup")?,
        };
        let mut command = Command::new(real);
        command.args(&arguments);
        toolchain::restore_environment(&mut command);
        match self {
            Self::Cargo => cargo::run(command, &arguments, host()?.library.as_ref()),
            Self::Rustc | Self::Rustup => Err(command.exec().into()),
        }
    }
}
