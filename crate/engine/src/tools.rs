//! Puts this program in the place of cargo for the engine.
//!
//! evcxr finds cargo by asking rustup, and rust-analyzer looks for it in cargo's home. For both, the engine's environment
//! names a folder where `cargo` and `rustup` are this program. As rustup it names itself for cargo; as cargo it does
//! [what must be done before](super::cargo), and then becomes the real one, in the environment of before. For that it is
//! also what [stands in front of the compiler](super::replay).

use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use super::{cargo, replay};

/// The real cargo.
const CARGO: &str = "TEALIGHT_CARGO";
/// What `CARGO_HOME` and `PATH` were.
const HOME: &str = "TEALIGHT_CARGO_HOME";
const PATH: &str = "TEALIGHT_PATH";

/// A tool that this program is called as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tool {
    Cargo,
    Compiler,
    Rustup,
}

impl Tool {
    /// The tool that this process was called as, if any.
    pub(super) fn of_this_process() -> Option<Self> {
        let is_engines = std::env::var_os(CARGO).is_some();
        match Path::new(&std::env::args_os().next()?).file_name()?.to_str()? {
            // Started by the real cargo, in the environment of before.
            replay::NAME => Some(Self::Compiler),
            "cargo" if is_engines => Some(Self::Cargo),
            "rustup" if is_engines => Some(Self::Rustup),
            _ => None,
        }
    }

    /// Does what the tool does.
    pub(super) fn play(self) -> Result<()> {
        let arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
        let real = match self {
            Self::Compiler => return replay::wrap(&arguments),
            Self::Cargo => PathBuf::from(std::env::var_os(CARGO).context("the real cargo is not known")?),
            Self::Rustup if arguments == ["which", "cargo"] => {
                println!("{}", program("cargo")?.display());
                return Ok(());
            }
            Self::Rustup => find("rustup", &std::env::var_os(PATH).unwrap_or_default())?,
        };
        let mut command = Command::new(real);
        command.args(&arguments);
        restore(&mut command);
        if self == Self::Cargo { cargo::run(command, &arguments) } else { Err(command.exec().into()) }
    }
}

/// Where this program stands under the name of a tool.
pub(super) fn program(name: &str) -> Result<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folder = std::env::split_paths(&path).next().context("there is no path to programs")?;
    Ok(folder.join(name))
}

/// Makes the folder of the tools, and gives what the engine's environment must say so that they are found.
pub(super) fn environment(tools: &Path, cargo: PathBuf) -> Result<Vec<(&'static str, OsString)>> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let programs = tools.join("bin");
    fs::create_dir_all(&programs).with_context(|| format!("making {}", programs.display()))?;
    let this = std::env::current_exe().context("finding this program")?;
    for name in ["cargo", "rustup", replay::NAME] {
        let link = programs.join(name);
        if fs::read_link(&link).ok().as_deref() != Some(&this) {
            // Two kernels may start at once: what is put in place is put there whole.
            let new = programs.join(format!("{name}-{}", std::process::id()));
            std::os::unix::fs::symlink(&this, &new).with_context(|| format!("making {}", new.display()))?;
            fs::rename(&new, &link)?;
        }
    }
    let with_tools = std::env::join_paths(std::iter::once(programs).chain(std::env::split_paths(&path)))?;
    Ok(vec![
        (CARGO, cargo.into_os_string()),
        (HOME, std::env::var_os("CARGO_HOME").unwrap_or_default()),
        (PATH, path),
        ("PATH", with_tools),
        ("CARGO_HOME", tools.as_os_str().to_owned()),
    ])
}

/// Gives a process that is not the engine's the environment of before.
pub(super) fn restore(command: &mut Command) {
    let Some(path) = std::env::var_os(PATH) else { return };
    command.env("PATH", path);
    match std::env::var_os(HOME).filter(|home| !home.is_empty()) {
        Some(home) => command.env("CARGO_HOME", home),
        None => command.env_remove("CARGO_HOME"),
    };
    for name in [CARGO, HOME, PATH] {
        command.env_remove(name);
    }
}

/// The cargo that rustup would call: called by itself, it starts in half the time.
pub(super) fn cargo() -> Result<PathBuf> {
    let asked = Command::new("rustup").args(["which", "cargo"]).output();
    if let Ok(output) =
        asked.map_err(|_| ()).and_then(|output| if output.status.success() { Ok(output) } else { Err(()) })
    {
        return Ok(PathBuf::from(String::from_utf8(output.stdout)?.trim()));
    }
    find("cargo", &std::env::var_os("PATH").unwrap_or_default())
}

fn find(name: &str, path: &OsStr) -> Result<PathBuf> {
    match std::env::split_paths(path).map(|folder| folder.join(name)).find(|program| program.is_file()) {
        Some(program) => Ok(program),
        None => bail!("can't find {name} on the path to programs; install Rust from https://rustup.rs"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_holds_this_program_under_each_name_and_comes_first() {
        let tools = tempfile::tempdir().unwrap();
        let environment = environment(tools.path(), cargo().unwrap()).unwrap();
        let value = |wanted: &str| environment.iter().find(|(name, _)| *name == wanted).map(|(_, value)| value.clone());
        for name in ["cargo", "rustup", replay::NAME] {
            assert_eq!(fs::read_link(tools.path().join("bin").join(name)).unwrap(), std::env::current_exe().unwrap());
        }
        let first = std::env::split_paths(&value("PATH").unwrap()).next();
        assert_eq!(first, Some(tools.path().join("bin")));
        assert!(Path::new(&value(CARGO).unwrap()).is_file());
        assert_eq!(value(PATH), std::env::var_os("PATH"));
    }
}
