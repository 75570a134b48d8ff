//! The real toolchain, and the folder of shims that stands in front of it.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

/// The name that cargo calls the compiler's wrapper by.
pub(crate) const RUSTC_WRAPPER_NAME: &str = "notebook-rustc";

/// The variable that names the real cargo.
const CARGO_VARIABLE: &str = "NOTEBOOK_ENGINE_CARGO";
/// The variables that keep the original `CARGO_HOME` and `PATH`.
const CARGO_HOME_VARIABLE: &str = "NOTEBOOK_ENGINE_CARGO_HOME";
const PATH_VARIABLE: &str = "NOTEBOOK_ENGINE_PATH";

/// Returns the path of the real cargo, if this process runs below the engine.
pub(crate) fn real_cargo() -> Option<OsString> {
    std::env::var_os(CARGO_VARIABLE)
}

/// Returns the path of a shim. The folder of the shims is the first of the path.
pub(crate) fn shim_path(name: &str) -> Result<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folder = std::env::split_paths(&path).next().context("PATH is empty")?;
    Ok(folder.join(name))
}

/// Creates the folder of the shims, and returns the variables by which they are found.
pub(crate) fn environment(tools: &Path, cargo: PathBuf) -> Result<Vec<(&'static str, OsString)>> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let programs = tools.join("bin");
    fs::create_dir_all(&programs).with_context(|| format!("creating {}", programs.display()))?;
    let this = std::env::current_exe().context("finding this program")?;
    for name in ["cargo", "rustup", RUSTC_WRAPPER_NAME] {
        let link = programs.join(name);
        if fs::read_link(&link).ok().as_deref() != Some(&this) {
            // Two kernels may start at once, so the link is replaced in one step.
            let new = programs.join(format!("{name}-{}", std::process::id()));
            std::os::unix::fs::symlink(&this, &new).with_context(|| format!("creating {}", new.display()))?;
            fs::rename(&new, &link)?;
        }
    }
    let with_shims = std::env::join_paths(std::iter::once(programs).chain(std::env::split_paths(&path)))?;
    Ok(vec![
        (CARGO_VARIABLE, cargo.into_os_string()),
        (CARGO_HOME_VARIABLE, std::env::var_os("CARGO_HOME").unwrap_or_default()),
        (PATH_VARIABLE, path),
        ("PATH", with_shims),
        ("CARGO_HOME", tools.as_os_str().to_owned()),
    ])
}

/// Gives a process the original environment.
pub(crate) fn restore_environment(command: &mut Command) {
    let Some(path) = std::env::var_os(PATH_VARIABLE) else { return };
    command.env("PATH", path);
    match std::env::var_os(CARGO_HOME_VARIABLE).filter(|home| !home.is_empty()) {
        Some(home) => command.env("CARGO_HOME", home),
        None => command.env_remove("CARGO_HOME"),
    };
    for name in [CARGO_VARIABLE, CARGO_HOME_VARIABLE, PATH_VARIABLE] {
        command.env_remove(name);
    }
}

/// Finds the cargo that rustup would run. Called directly, it starts in half the time.
pub(crate) fn find_cargo() -> Result<PathBuf> {
    match Command::new("rustup").args(["which", "cargo"]).output() {
        Ok(output) if output.status.success() => Ok(PathBuf::from(String::from_utf8(output.stdout)?.trim())),
        // Rust may be installed without rustup.
        _ => find("cargo", &std::env::var_os("PATH").unwrap_or_default()),
    }
}

/// Finds a program in the original path.
pub(crate) fn find_in_original_path(name: &str) -> Result<PathBuf> {
    find(name, &std::env::var_os(PATH_VARIABLE).unwrap_or_default())
}

fn find(name: &str, path: &OsStr) -> Result<PathBuf> {
    match std::env::split_paths(path).map(|folder| folder.join(name)).find(|program| program.is_file()) {
        Some(program) => Ok(program),
        None => bail!("can't find {name} in PATH; install Rust from https://rustup.rs"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_holds_this_program_under_each_name_and_comes_first() {
        let tools = tempfile::tempdir().unwrap();
        let environment = environment(tools.path(), find_cargo().unwrap()).unwrap();
        let value = |wanted: &str| environment.iter().find(|(name, _)| *name == wanted).map(|(_, value)| value.clone());
        for name in ["cargo", "rustup", RUSTC_WRAPPER_NAME] {
            assert_eq!(fs::read_link(tools.path().join("bin").join(name)).unwrap(), std::env::current_exe().unwrap());
        }
        let first = std::env::split_paths(&value("PATH").unwrap()).next();
        assert_eq!(first, Some(tools.path().join("bin")));
        assert!(Path::new(&value(CARGO_VARIABLE).unwrap()).is_file());
        assert_eq!(value(PATH_VARIABLE), std::env::var_os("PATH"));
    }
}
