//! Builds a cell without cargo, where cargo would only do once more what it did for the cell before.
//!
//! Before it calls the compiler, cargo looks at each of the hundred and fifty packages that a cell depends on: half of the
//! time of a small cell. While neither the dependencies nor the settings change, the compiler's call is the same, word for
//! word. So cargo builds the first cell, with this program as its `RUSTC_WRAPPER`, which writes the call down; for the next
//! cells the call is made again, but for how hard the compiler is to [work on them](super::effort).

use std::collections::BTreeMap;
use std::env::consts::{DLL_PREFIX, DLL_SUFFIX};
use std::ffi::OsString;
use std::fs;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};

use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::answers::Question;
use super::crates::{self, Built};
use super::{effort, patch, session, tools};

/// The name that the compiler's wrapper is called by.
pub(super) const NAME: &str = "tealight-rustc";
/// Where the compiler's call is to be written, said to the wrapper.
const CALL: &str = "TEALIGHT_CALL";
/// What cargo calls the compiler by.
const WRAPPER: &str = "RUSTC_WRAPPER";
/// The package that evcxr makes of a cell.
const CELL: &str = "ctx";

/// Builds the cell as cargo was told to, and gives how that ended.
pub(super) fn build(mut cargo: Command, question: Option<Question>) -> Result<ExitStatus> {
    // evcxr has a wrapper of its own where it is told to keep what it builds.
    let (Some(session), None) = (session::of_this_process(), std::env::var_os(WRAPPER)) else {
        return cargo.status().context("starting cargo");
    };
    let work = if effort::is_quick(&session) { Work::Quick } else { Work::Whole };
    match known(&session, &cargo, question.as_ref())? {
        Some(Built::Call(call)) => return call.make(work),
        Some(Built::Failed(status)) => return Ok(status),
        None => {}
    }
    let Some(question) = question else { return cargo.status().context("starting cargo") };
    let file = tempfile::NamedTempFile::new().context("making a file for the compiler's call")?;
    write_down(&mut cargo, file.path())?;
    let status = cargo.status().context("starting cargo")?;
    // The same call builds the next cell, whether there were errors in this one or not.
    let call = fs::read_to_string(file.path())?;
    if !call.is_empty() {
        question.keep(&call)?;
        if let Ok(call) = serde_json::from_str(&call) {
            crates::keep(&session, &call);
        }
    }
    Ok(status)
}

/// Looks for the errors of a cell, as cargo was told to, and gives how that ended. The call that builds a cell finds them; of
/// its own, cargo would first look through everything that the cell depends on, for a minute.
pub(super) fn check(mut cargo: Command, as_build: Option<Question>) -> Result<ExitStatus> {
    let known = match session::of_this_process() {
        Some(session) if std::env::var_os(WRAPPER).is_none() => known(&session, &cargo, as_build.as_ref())?,
        _ => None,
    };
    match known {
        Some(Built::Call(call)) => call.make(Work::Check),
        Some(Built::Failed(status)) => Ok(status),
        None => cargo.status().context("starting cargo"),
    }
}

/// The call for a cell, where it was made before; else, where the cell needs other crates than tealight, it is known once
/// those are built.
fn known(session: &Path, cargo: &Command, question: Option<&Question>) -> Result<Option<Built>> {
    if let Some(call) = question.and_then(Call::kept) {
        crates::keep(session, &call);
        return Ok(Some(Built::Call(Box::new(call))));
    }
    let built = crates::build(session, cargo)?;
    if let (Some(Built::Call(call)), Some(question)) = (&built, question) {
        question.keep(&serde_json::to_string(call)?)?;
    }
    Ok(built)
}

/// Has cargo write down the compiler's call, for the package that is asked for.
pub(super) fn write_down(cargo: &mut Command, to: &Path) -> Result<()> {
    cargo.env(WRAPPER, tools::program(NAME)?).env(CALL, to);
    Ok(())
}

/// Plays the wrapper: writes the call down if it is a cell's, and makes it.
pub(super) fn wrap(arguments: &[OsString]) -> Result<()> {
    let (program, arguments) = arguments.split_first().context("a wrapper needs the compiler's name")?;
    let is_cell = arguments.windows(2).any(|pair| pair[0] == "--crate-name" && pair[1] == CELL);
    if let Some(to) = std::env::var_os(CALL).filter(|_| is_cell || crates::is_package(arguments))
        && let Some(call) = Call::of(program, arguments)
    {
        fs::write(to, serde_json::to_vec(&call)?)?;
    }
    let mut compiler = Command::new(program);
    compiler.args(arguments).env_remove(CALL).env_remove(WRAPPER);
    if is_cell {
        let status = patch::build::compile(&mut compiler)?;
        std::process::exit(status.code().unwrap_or(101));
    }
    Err(compiler.exec().into())
}

/// What the compiler is to do with a cell.
#[derive(Clone, Copy)]
enum Work {
    /// What cargo had it do.
    Whole,
    /// To build it in the shortest time.
    Quick,
    /// To look for errors.
    Check,
}

/// A call of the compiler.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Call {
    program: String,
    arguments: Vec<String>,
    /// What cargo says in the environment, of the package and of itself.
    environment: BTreeMap<String, String>,
    folder: PathBuf,
}

impl Call {
    /// The one that was made when cargo was asked this before.
    fn kept(question: &Question) -> Option<Self> {
        serde_json::from_str(&question.answer()?).ok()
    }

    /// This one, with the crates that another one names.
    pub(super) fn with_crates(&self, other: &Self) -> Self {
        let mut call = self.clone();
        call.arguments.extend(crates::added(&self.arguments, &other.arguments));
        call
    }

    /// This process's, if it can be written down.
    fn of(program: &OsString, arguments: &[OsString]) -> Option<Self> {
        let text = |word: &OsString| word.to_str().map(str::to_owned);
        let said = std::env::vars_os().filter_map(|(name, value)| Some((text(&name)?, text(&value)?)));
        // The job server, which the make flags name, ends with cargo.
        let is_cargos =
            |name: &str| (name.starts_with("CARGO") && name != "CARGO_MAKEFLAGS") || name == "LD_LIBRARY_PATH";
        Some(Self {
            program: text(program)?,
            arguments: arguments.iter().map(text).collect::<Option<_>>()?,
            environment: said.filter(|(name, _)| is_cargos(name)).collect(),
            folder: std::env::current_dir().ok()?,
        })
    }

    /// Makes the call; what the compiler says of the cell goes where it went.
    fn make(&self, work: Work) -> Result<ExitStatus> {
        let mut compiler = Command::new(&self.program);
        compiler.args(self.arguments(work)).envs(&self.environment).current_dir(&self.folder);
        tools::restore(&mut compiler);
        let status = patch::build::compile(&mut compiler)?;
        if status.success() && !matches!(work, Work::Check) {
            println!(
                "{}",
                json!({"reason": "compiler-artifact", "target": {"name": CELL}, "filenames": [self.library()?]})
            );
        }
        Ok(status)
    }

    /// The arguments of before, but for what this work is.
    fn arguments(&self, work: Work) -> Vec<&str> {
        let whole = matches!(work, Work::Whole);
        let mut arguments = Vec::new();
        let mut rest = self.arguments.iter().map(String::as_str).peekable();
        while let Some(argument) = rest.next() {
            match (argument, rest.peek()) {
                ("-C", Some(option)) if !whole && option.starts_with("opt-level=") => {
                    rest.next();
                    arguments.extend(["-C", "opt-level=0"]);
                }
                // What is kept for the next cell takes longer to write than what of it could be used again.
                ("-C", Some(option)) if !whole && option.starts_with("incremental=") => {
                    rest.next();
                }
                (emit, _) if matches!(work, Work::Check) && emit.starts_with("--emit=") => {
                    arguments.push("--emit=metadata");
                }
                _ => arguments.push(argument),
            }
        }
        // Across the parts of one cell there is little to gain, for a quarter of the time.
        arguments.extend(["-C", "lto=off"]);
        arguments
    }

    /// Where the compiler puts the cell's library.
    fn library(&self) -> Result<PathBuf> {
        let folder = self.arguments.windows(2).find(|pair| pair[0] == "--out-dir").map(|pair| &pair[1]);
        let folder = folder.context("the compiler was not told where to put a cell's library")?;
        Ok(Path::new(folder).join(format!("{DLL_PREFIX}{CELL}{DLL_SUFFIX}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(script: &str) -> Call {
        Call {
            program: "sh".to_owned(),
            arguments: ["-c", script, "--out-dir", "/session/deps"].map(str::to_owned).to_vec(),
            environment: BTreeMap::from([("CARGO_PKG_NAME".to_owned(), "ctx".to_owned())]),
            folder: std::env::temp_dir(),
        }
    }

    #[test]
    fn a_call_is_made_again_in_its_folder_and_with_what_cargo_said() {
        assert!(call("test \"$CARGO_PKG_NAME\" = ctx").make(Work::Whole).unwrap().success());
        assert!(
            call(&format!("test $(pwd -P) = $(cd {} && pwd -P)", std::env::temp_dir().display()))
                .make(Work::Whole)
                .unwrap()
                .success()
        );
        assert_eq!(call("exit 3").make(Work::Quick).unwrap().code(), Some(3));
    }

    #[test]
    fn a_call_has_the_arguments_that_its_work_needs() {
        let mut call = call("");
        let kept = ["--emit=dep-info,link", "-C", "opt-level=2", "-C", "incremental=/session", "-C", "rpath"];
        call.arguments = kept.map(str::to_owned).to_vec();
        assert_eq!(call.arguments(Work::Whole), [&kept[..], &["-C", "lto=off"]].concat());
        let quick = ["--emit=dep-info,link", "-C", "opt-level=0", "-C", "rpath", "-C", "lto=off"];
        assert_eq!(call.arguments(Work::Quick), quick);
        assert_eq!(call.arguments(Work::Check), [&["--emit=metadata"], &quick[1..]].concat());
    }

    #[test]
    fn the_library_is_where_the_compiler_was_told_to_put_it() {
        assert_eq!(
            call("").library().unwrap(),
            Path::new("/session/deps").join(format!("{DLL_PREFIX}ctx{DLL_SUFFIX}"))
        );
    }
}
