//! One recorded call of the compiler.

use std::collections::BTreeMap;
use std::env::consts::{DLL_PREFIX, DLL_SUFFIX};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};

use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::toolchain;
use crate::layout::CELL_CRATE;
use crate::patch;

/// The variable by which cargo is given a wrapper of the compiler.
pub(super) const WRAPPER_VARIABLE: &str = "RUSTC_WRAPPER";
/// The variable that tells the wrapper where to record the call.
pub(super) const RECORD_VARIABLE: &str = "NOTEBOOK_ENGINE_RECORD";

/// What the compiler is to do with a cell.
#[derive(Clone, Copy, Debug)]
pub(super) enum BuildMode {
    /// Build it with cargo's settings.
    Optimized,
    /// Build it in the shortest time.
    Quick,
    /// Look for errors.
    Check,
}

/// A call of the compiler.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct RustcInvocation {
    program: String,
    arguments: Vec<String>,
    /// The variables that cargo sets, about the package and about itself.
    environment: BTreeMap<String, String>,
    folder: PathBuf,
}

/// Has cargo record the call of the compiler, for the package that it builds, in the file `to`.
pub(super) fn record(cargo: &mut Command, to: &Path) -> Result<()> {
    cargo.env(WRAPPER_VARIABLE, toolchain::shim_path(toolchain::RUSTC_WRAPPER_NAME)?).env(RECORD_VARIABLE, to);
    Ok(())
}

/// Returns whether arguments of the compiler are for the crate `name`.
pub(super) fn is_for_crate(arguments: &[OsString], name: &str) -> bool {
    arguments.windows(2).any(|pair| pair[0] == "--crate-name" && pair[1] == name)
}

impl RustcInvocation {
    /// Records the call that this process is the wrapper of, or returns `None` if it is not UTF-8.
    pub(super) fn of_process(program: &OsString, arguments: &[OsString]) -> Option<Self> {
        let text = |word: &OsString| word.to_str().map(str::to_owned);
        let variables = std::env::vars_os().filter_map(|(name, value)| Some((text(&name)?, text(&value)?)));
        // The job server, which the make flags name, ends with cargo.
        let is_from_cargo =
            |name: &str| (name.starts_with("CARGO") && name != "CARGO_MAKEFLAGS") || name == "LD_LIBRARY_PATH";
        Some(Self {
            program: text(program)?,
            arguments: arguments.iter().map(text).collect::<Option<_>>()?,
            environment: variables.filter(|(name, _)| is_from_cargo(name)).collect(),
            folder: std::env::current_dir().ok()?,
        })
    }

    /// Returns this call with the crates that another one names.
    pub(super) fn with_crates_of(&self, other: &Self) -> Self {
        let mut call = self.clone();
        call.arguments.extend(crate_arguments(&self.arguments, &other.arguments));
        call
    }

    /// Makes the call. The compiler's messages go to where they went for cargo.
    pub(super) fn run(&self, mode: BuildMode) -> Result<ExitStatus> {
        let mut compiler = Command::new(&self.program);
        compiler.args(self.arguments(mode)).envs(&self.environment).current_dir(&self.folder);
        toolchain::restore_environment(&mut compiler);
        tracing::debug!(?mode, "the compiler is called without cargo");
        let status = patch::compile::compile(&mut compiler)?;
        if status.success() && !matches!(mode, BuildMode::Check) {
            // The message by which cargo tells evcxr where the library is.
            println!(
                "{}",
                json!({"reason": "compiler-artifact", "target": {"name": CELL_CRATE}, "filenames": [self.library()?]})
            );
        }
        Ok(status)
    }

    /// Returns the recorded arguments, adjusted for a build mode.
    fn arguments(&self, mode: BuildMode) -> Vec<&str> {
        let is_optimized = matches!(mode, BuildMode::Optimized);
        let mut arguments = Vec::new();
        let mut rest = self.arguments.iter().map(String::as_str).peekable();
        while let Some(argument) = rest.next() {
            match (argument, rest.peek()) {
                ("-C", Some(option)) if !is_optimized && option.starts_with("opt-level=") => {
                    rest.next();
                    arguments.extend(["-C", "opt-level=0"]);
                }
                // Writing the incremental cache takes longer than its reuse by the next cell would save.
                ("-C", Some(option)) if !is_optimized && option.starts_with("incremental=") => {
                    rest.next();
                }
                (emit, _) if matches!(mode, BuildMode::Check) && emit.starts_with("--emit=") => {
                    arguments.push("--emit=metadata");
                }
                _ => arguments.push(argument),
            }
        }
        // Link-time optimization within one cell gains little and takes a quarter of the time.
        arguments.extend(["-C", "lto=off"]);
        arguments
    }

    /// Returns where the compiler puts the cell's library.
    fn library(&self) -> Result<PathBuf> {
        let folder = self.arguments.windows(2).find(|pair| pair[0] == "--out-dir").map(|pair| &pair[1]);
        let folder = folder.context("the recorded call of rustc has no --out-dir")?;
        Ok(Path::new(folder).join(format!("{DLL_PREFIX}{CELL_CRATE}{DLL_SUFFIX}")))
    }
}

/// Returns the arguments of `from` that name crates, and folders of crates, and that `to` does not have.
fn crate_arguments(to: &[String], from: &[String]) -> Vec<String> {
    let names_crates = |pair: &[String]| pair[0] == "--extern" || pair[0] == "-L";
    let name = |value: &str| value.split('=').next().unwrap_or_default().to_owned();
    let has = |pair: &[String]| {
        to.windows(2).any(|other| {
            other[0] == pair[0] && (other[1] == pair[1] || (pair[0] == "--extern" && name(&other[1]) == name(&pair[1])))
        })
    };
    let pairs = from.windows(2).filter(|pair| names_crates(pair) && !has(pair));
    pairs.flat_map(|pair| [pair[0].clone(), with_object_code(&pair[1])]).collect()
}

/// Returns the library in place of its metadata: cargo names only the metadata of a crate if it starts the crates behind it
/// as soon as that is written.
fn with_object_code(named: &str) -> String {
    let library = named.strip_suffix(".rmeta").map(|path| format!("{path}.rlib"));
    let exists = |library: &String| library.split_once('=').is_some_and(|(_, path)| Path::new(path).exists());
    library.filter(exists).unwrap_or_else(|| named.to_owned())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn call(script: &str) -> RustcInvocation {
        RustcInvocation {
            program: "sh".to_owned(),
            arguments: ["-c", script, "--out-dir", "/session/deps"].map(str::to_owned).to_vec(),
            environment: BTreeMap::from([("CARGO_PKG_NAME".to_owned(), "ctx".to_owned())]),
            folder: std::env::temp_dir(),
        }
    }

    #[test]
    fn a_call_is_repeated_in_its_folder_and_with_cargos_variables() {
        assert!(call("test \"$CARGO_PKG_NAME\" = ctx").run(BuildMode::Optimized).unwrap().success());
        assert!(
            call(&format!("test $(pwd -P) = $(cd {} && pwd -P)", std::env::temp_dir().display()))
                .run(BuildMode::Optimized)
                .unwrap()
                .success()
        );
        assert_eq!(call("exit 3").run(BuildMode::Quick).unwrap().code(), Some(3));
    }

    #[test]
    fn a_call_has_the_arguments_of_its_build_mode() {
        let mut call = call("");
        let kept = ["--emit=dep-info,link", "-C", "opt-level=2", "-C", "incremental=/session", "-C", "rpath"];
        call.arguments = kept.map(str::to_owned).to_vec();
        assert_eq!(call.arguments(BuildMode::Optimized), [&kept[..], &["-C", "lto=off"]].concat());
        let quick = ["--emit=dep-info,link", "-C", "opt-level=0", "-C", "rpath", "-C", "lto=off"];
        assert_eq!(call.arguments(BuildMode::Quick), quick);
        assert_eq!(call.arguments(BuildMode::Check), [&["--emit=metadata"], &quick[1..]].concat());
    }

    #[test]
    fn the_library_is_in_the_output_folder() {
        assert_eq!(
            call("").library().unwrap(),
            Path::new("/session/deps").join(format!("{DLL_PREFIX}ctx{DLL_SUFFIX}"))
        );
    }

    #[test]
    fn arguments_that_name_crates_are_added_once() {
        let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let cell = words("--crate-name ctx -L dependency=/d --extern nets=/t.so");
        let crates = words("--crate-name x -L dependency=/d -L native=/n --extern itoa=/i.rlib --extern nets=/x.rlib");
        assert_eq!(crate_arguments(&cell, &crates), ["-L", "native=/n", "--extern", "itoa=/i.rlib"]);
    }

    #[test]
    fn a_cell_is_linked_with_object_code() {
        let folder = tempfile::tempdir().unwrap();
        let path = |ending: &str| folder.path().join(format!("liba.{ending}"));
        let named = format!("a={}", path("rmeta").display());
        assert_eq!(with_object_code(&named), named);
        fs::write(path("rlib"), "").unwrap();
        assert_eq!(with_object_code(&named), format!("a={}", path("rlib").display()));
        assert_eq!(with_object_code("b=/libb.so"), "b=/libb.so");
    }
}
