//! Builds the crates that a notebook brings in with `:dep`, beside tealight and not with it.
//!
//! Built in one workspace with tealight, a crate that asks for a feature of a package which tealight uses has cargo build that
//! package again, and with it all that depends on it: candle and tealight, for many minutes. And a cell would be another crate
//! for the compiler, because that is told apart by what it depends on: the types of its variables would be others, and the
//! variables lost. So the crates have a workspace of their own, with the versions of tealight's lock file and in the same
//! target folder, where everything that is built with the same features is found. What the compiler is told about the
//! crates there is added to its call for a cell with tealight alone.

use std::ffi::OsString;
use std::fs;
use std::io::Read as _;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};

use anyhow::{Context as _, Result};
use progress::Progress;
use serde::{Deserialize, Serialize};

use super::replay::{self, Call};
use super::template::WORKSPACE;

pub(super) mod progress;

/// The folder of the workspace in a session's folder.
const FOLDER: &str = "crates";
/// The file in a session's folder with the call for a cell that has tealight alone.
const ALONE: &str = "cell-alone";
/// What stands for the session's folder in it.
const SESSION: &str = "{tealight session}";
/// How `cargo tree` begins the line of candle's tensors.
const CANDLE: &str = "candle-core v";
/// The package that depends on the crates.
pub(super) const PACKAGE: &str = "crates_of_cells";

/// The compiler's call for a cell that depends on tealight alone.
#[derive(Serialize, Deserialize)]
struct Alone {
    /// The line of the manifest that brings tealight.
    tealight: String,
    call: Call,
}

/// What a cell depends on.
struct Dependencies {
    tealight: String,
    /// The lines of the manifest that bring other crates, in the order of the alphabet.
    others: Vec<String>,
}

impl Dependencies {
    fn of(session: &Path) -> Option<Self> {
        let manifest = fs::read_to_string(session.join("cell/Cargo.toml")).ok()?;
        let (_, dependencies) = manifest.split_once("[dependencies]\n")?;
        let lines = dependencies.lines().map(str::trim).filter(|line| !line.is_empty());
        let (tealight, mut others): (Vec<_>, Vec<_>) =
            lines.map(str::to_owned).partition(|line| line.starts_with("tealight ="));
        others.sort();
        Some(Self { tealight: tealight.into_iter().next()?, others })
    }
}

/// Keeps the call for a cell that depends on tealight alone. Of another cell, nothing is kept.
pub(super) fn keep(session: &Path, call: &Call) {
    let file = session.join(ALONE);
    if file.exists() {
        return;
    }
    if let Some(Dependencies { tealight, others }) = Dependencies::of(session)
        && others.is_empty()
        && let Ok(text) = serde_json::to_string(&Alone { tealight, call: call.clone() })
    {
        // A session is a copy of another folder. Without the call, cargo builds all in one.
        let _ = fs::write(file, text.replace(&*session.to_string_lossy(), SESSION));
    }
}

/// A build of crates.
pub(super) enum Built {
    /// The call for a cell that may use them.
    Call(Box<Call>),
    /// What cargo ended with, which has said why.
    Failed(ExitStatus),
}

/// Builds the crates of the cells of a session, as this cargo would be told to build a cell. None where there are none, or
/// nothing is known of a cell without them.
pub(super) fn build(session: &Path, cargo: &Command) -> Result<Option<Built>> {
    let Some(dependencies) = Dependencies::of(session).filter(|dependencies| !dependencies.others.is_empty()) else {
        return Ok(None);
    };
    let alone =
        fs::read_to_string(session.join(ALONE)).ok().map(|text| text.replace(SESSION, &session.to_string_lossy()));
    let alone = alone.and_then(|text| serde_json::from_str::<Alone>(&text).ok());
    let Some(alone) = alone.filter(|alone| alone.tealight == dependencies.tealight) else { return Ok(None) };
    let workspace = session.join(FOLDER);
    lay(session, &workspace, &dependencies)?;
    if needs_candle(cargo, &workspace) {
        return Ok(None);
    }

    let mut cargo = again(cargo);
    let target = session.join("cell/target");
    cargo.current_dir(workspace.join("package")).env("CARGO_TARGET_DIR", &target).env("CARGO_BUILD_BUILD_DIR", &target);
    let file = tempfile::NamedTempFile::new().context("making a file for the compiler's call")?;
    replay::write_down(&mut cargo, file.path())?;
    // Its bar says how many crates there are.
    cargo
        .env("CARGO_TERM_PROGRESS_WHEN", "always")
        .env("CARGO_TERM_PROGRESS_WIDTH", "120")
        .env("CARGO_TERM_COLOR", "never");
    // The package is the crates and nothing else: looked at each time, it is built once.
    let source = workspace.join("package/lib.rs");
    fs::write(&source, format!("// {}\n", std::process::id()))?;

    let mut running = cargo.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().context("starting cargo")?;
    let stdout = running.stdout.take();
    // The messages about errors of a crate.
    let messages = std::thread::spawn(move || {
        let mut messages = String::new();
        stdout.map(|mut stdout| stdout.read_to_string(&mut messages));
        messages
    });
    let mut progress = Progress::begin(session, &dependencies.others);
    if let Some(stderr) = running.stderr.take() {
        progress.follow(stderr)?;
    }
    let status = running.wait().context("waiting for cargo")?;
    let messages = messages.join().unwrap_or_default();
    progress.end(status.success());
    if !status.success() {
        print!("{messages}");
        eprint!("{}", progress.said());
        return Ok(Some(Built::Failed(status)));
    }
    let crates: Call = serde_json::from_slice(&fs::read(file.path())?).context("reading the compiler's call")?;
    Ok(Some(Built::Call(Box::new(alone.call.with_crates(&crates)))))
}

/// Whether one of the crates depends on candle. It must be the candle that tealight uses, because tensors are numbered from one
/// counter. So cargo builds such crates in one workspace with tealight.
fn needs_candle(cargo: &Command, workspace: &Path) -> bool {
    let mut tree = Command::new(cargo.get_program());
    copy_environment(cargo, &mut tree);
    tree.current_dir(workspace.join("package"))
        .args(["tree", "--package", PACKAGE, "--edges", "normal", "--prefix", "none", "--format", "{p}"])
        .stdin(Stdio::null());
    // If the crates can't be found, the build says why.
    let packages = tree.output().map(|output| output.stdout).unwrap_or_default();
    String::from_utf8_lossy(&packages).lines().any(|package| package.starts_with(CANDLE))
}

/// Lays the workspace, nothing built, into its folder.
fn lay(session: &Path, workspace: &Path, dependencies: &Dependencies) -> Result<()> {
    fs::create_dir_all(workspace.join("package"))?;
    fs::create_dir_all(workspace.join("pins"))?;
    let members = WORKSPACE.replacen("members = [\"cell\", \"pins\"]", "members = [\"package\", \"pins\"]", 1);
    fs::write(workspace.join("Cargo.toml"), members.replacen("package.ctx", &format!("package.{PACKAGE}"), 1))?;
    // What tealight depends on stays in the lock file, though nothing of it is built.
    for file in ["pins/Cargo.toml", "pins/lib.rs"] {
        fs::copy(session.join(file), workspace.join(file)).with_context(|| format!("copying {file}"))?;
    }
    if !workspace.join("Cargo.lock").exists() {
        fs::copy(session.join("Cargo.lock"), workspace.join("Cargo.lock")).context("copying Cargo.lock")?;
    }
    let manifest = format!(
        "[package]\nname = \"{PACKAGE}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[lib]\npath = \"lib.rs\"\n\n\
         [dependencies]\n{}\n",
        dependencies.others.iter().map(|line| in_folder(line, &session.join("cell"))).collect::<Vec<_>>().join("\n")
    );
    Ok(fs::write(workspace.join("package/Cargo.toml"), manifest)?)
}

/// A dependency whose path, if it has one, leads from the folder of the package to where it led from this folder.
fn in_folder(line: &str, folder: &Path) -> String {
    let Some((before, after)) = line.split_once("path") else { return line.to_owned() };
    let parts = after.split_once('"').and_then(|(sign, rest)| Some((sign, rest.split_once('"')?)));
    match parts {
        Some((sign, (path, rest))) if sign.trim() == "=" && Path::new(path).is_relative() => {
            format!("{before}path = {}{rest}", serde_json::Value::from(folder.join(path).to_string_lossy()))
        }
        _ => line.to_owned(),
    }
}

/// The same command, or one that builds where it is to check: a cell is checked with crates that are built.
fn again(command: &Command) -> Command {
    let mut same = Command::new(command.get_program());
    same.args(command.get_args().map(|argument| if argument == "check" { "build".as_ref() } else { argument }));
    copy_environment(command, &mut same);
    same
}

/// Gives one command the changes of another one's environment.
fn copy_environment(from: &Command, to: &mut Command) {
    for (name, value) in from.get_envs() {
        match value {
            Some(value) => to.env(name, value),
            None => to.env_remove(name),
        };
    }
}

/// What is added to the arguments of a call, from those of another: crates, and folders in which the compiler finds them.
pub(super) fn added(to: &[String], from: &[String]) -> Vec<String> {
    let named = |pair: &[String]| pair[0] == "--extern" || pair[0] == "-L";
    let name = |value: &str| value.split('=').next().unwrap_or_default().to_owned();
    let has = |pair: &[String]| {
        to.windows(2).any(|other| {
            other[0] == pair[0] && (other[1] == pair[1] || (pair[0] == "--extern" && name(&other[1]) == name(&pair[1])))
        })
    };
    let pairs = from.windows(2).filter(|pair| named(pair) && !has(pair));
    pairs.flat_map(|pair| [pair[0].clone(), whole(&pair[1])]).collect()
}

/// Where a crate is of which only the metadata is named: cargo begins with the crates behind it as soon as that is there.
fn whole(named: &str) -> String {
    let library = named.strip_suffix(".rmeta").map(|path| format!("{path}.rlib"));
    let is_there = |library: &String| library.split_once('=').is_some_and(|(_, path)| Path::new(path).exists());
    library.filter(is_there).unwrap_or_else(|| named.to_owned())
}

/// Whether these are the arguments of the compiler for the package that depends on the crates.
pub(super) fn is_package(arguments: &[OsString]) -> bool {
    arguments.windows(2).any(|pair| pair[0] == "--crate-name" && pair[1] == PACKAGE)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session(dependencies: &str) -> tempfile::TempDir {
        let session = tempfile::tempdir().unwrap();
        fs::create_dir_all(session.path().join("cell")).unwrap();
        let manifest = format!("[package]\nname = \"ctx\"\n\n[dependencies]\n{dependencies}");
        fs::write(session.path().join("cell/Cargo.toml"), manifest).unwrap();
        session
    }

    #[test]
    fn crates_are_told_from_tealight() {
        let session = session("rand = \"0.8\"\ntealight = { path = \"/t\" }\nitoa = \"1\"\n");
        let dependencies = Dependencies::of(session.path()).unwrap();
        assert_eq!(dependencies.tealight, "tealight = { path = \"/t\" }");
        assert_eq!(dependencies.others, ["itoa = \"1\"", "rand = \"0.8\""]);
        assert!(Dependencies::of(self::session("rand = \"0.8\"\n").path()).is_none());
    }

    #[test]
    fn what_the_compiler_is_told_about_crates_is_added_once() {
        let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let cell = words("--crate-name ctx -L dependency=/d --extern tealight=/t.so");
        let crates =
            words("--crate-name x -L dependency=/d -L native=/n --extern itoa=/i.rlib --extern tealight=/x.rlib");
        assert_eq!(added(&cell, &crates), ["-L", "native=/n", "--extern", "itoa=/i.rlib"]);
    }

    #[test]
    fn of_a_crate_the_cell_is_linked_with_the_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = |ending: &str| folder.path().join(format!("liba.{ending}"));
        let named = format!("a={}", path("rmeta").display());
        assert_eq!(whole(&named), named);
        fs::write(path("rlib"), "").unwrap();
        assert_eq!(whole(&named), format!("a={}", path("rlib").display()));
        assert_eq!(whole("b=/libb.so"), "b=/libb.so");
    }

    #[test]
    fn a_path_leads_to_the_same_folder() {
        let cell = Path::new("/s/cell");
        assert_eq!(in_folder("a = { path = \"../a\" }", cell), "a = { path = \"/s/cell/../a\" }");
        for other in ["a = { path = \"/a\" }", "a = \"1\"", "pathfinding = \"4\""] {
            assert_eq!(in_folder(other, cell), other);
        }
    }
}
