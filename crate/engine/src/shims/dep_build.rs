//! Builds the crates that a notebook brings in with `:dep`, apart from the host's library.
//!
//! In one workspace with the library, a crate that enables a feature of a package which the library uses would make cargo
//! build that package again, and with it everything that depends on it: the library itself, for many minutes. A cell would
//! also be another crate for the compiler, which tells crates apart by their dependencies: the types of its variables would
//! be others, and the variables lost. So the crates have a workspace of their own, with the versions of the library's lock
//! file and in the same target folder, where everything that is built with the same features is found. The arguments that
//! name the crates there are added to the compiler's call for a cell that has the library alone.

pub(crate) mod progress;

use std::fs;
use std::io::Read as _;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};

use anyhow::{Context as _, Result, anyhow};
use serde::{Deserialize, Serialize};

use super::rustc_invocation::{RustcInvocation, record};
use crate::host_library::HostLibrary;
use crate::layout::{self, WORKSPACE_MANIFEST};
use progress::Progress;

/// The folder of the workspace in a session's folder.
const WORKSPACE_FOLDER: &str = "crates";
/// The file in a session's folder with the call for a cell that has the library alone.
const BASE_INVOCATION_FILE: &str = "cell-alone";
/// Stands for the session's folder in that file.
const SESSION_PLACEHOLDER: &str = "{notebook session}";
/// The package that depends on the crates.
pub(super) const PACKAGE: &str = "crates_of_cells";

/// The compiler's call for a cell that depends on the host's library alone.
#[derive(Serialize, Deserialize)]
struct BaseInvocation {
    /// The line of the manifest that names the library.
    library: String,
    call: RustcInvocation,
}

/// The dependencies of a cell.
struct Dependencies {
    /// The line of the manifest that names the host's library.
    library: String,
    /// The lines of the manifest that name other crates, sorted.
    others: Vec<String>,
}

impl Dependencies {
    /// Reads the dependencies of a session's cell, or returns `None` if it does not depend on the library.
    fn of_cell(session: &Path, library: &HostLibrary) -> Option<Self> {
        let manifest = fs::read_to_string(layout::cell_manifest(session)).ok()?;
        let (_, dependencies) = manifest.split_once("[dependencies]\n")?;
        let lines = dependencies.lines().map(str::trim).filter(|line| !line.is_empty());
        let (own, mut others): (Vec<_>, Vec<_>) =
            lines.map(str::to_owned).partition(|line| library.is_dependency_line(line));
        others.sort();
        Some(Self { library: own.into_iter().next()?, others })
    }
}

/// Stores the call for a cell that depends on the host's library alone. The call for any other cell is not stored.
pub(super) fn store_base_invocation(session: &Path, call: &RustcInvocation, library: Option<&HostLibrary>) {
    let file = session.join(BASE_INVOCATION_FILE);
    if file.exists() {
        return;
    }
    if let Some(Dependencies { library, others }) =
        library.and_then(|library| Dependencies::of_cell(session, library))
        && others.is_empty()
        && let Ok(text) = serde_json::to_string(&BaseInvocation { library, call: call.clone() })
        // The path of the session is replaced, because sessions are copies of another folder.
        && let Err(error) = fs::write(file, text.replace(&*session.to_string_lossy(), SESSION_PLACEHOLDER))
    {
        tracing::debug!(%error, "the compiler's call was not stored; cargo will build crates and library together");
    }
}

/// Loads the stored call.
fn load_base_invocation(session: &Path) -> Option<BaseInvocation> {
    let text = fs::read_to_string(session.join(BASE_INVOCATION_FILE)).ok()?;
    serde_json::from_str(&text.replace(SESSION_PLACEHOLDER, &session.to_string_lossy())).ok()
}

/// The result of a build of crates.
pub(super) enum DepBuild {
    /// The call for a cell that may use them.
    Built(Box<RustcInvocation>),
    /// cargo's exit status; cargo has printed the reason.
    Failed(ExitStatus),
}

/// Builds the crates of a session's cells with the options of `cargo`. Returns `None` if there are none, if the call for a
/// cell without them is not known, or if they must be built together with the library.
pub(super) fn build(session: &Path, cargo: &Command, library: Option<&HostLibrary>) -> Result<Option<DepBuild>> {
    let Some(library) = library else { return Ok(None) };
    let Some(dependencies) =
        Dependencies::of_cell(session, library).filter(|dependencies| !dependencies.others.is_empty())
    else {
        return Ok(None);
    };
    let base = load_base_invocation(session).filter(|base| base.library == dependencies.library);
    let Some(base) = base else { return Ok(None) };
    let workspace = session.join(WORKSPACE_FOLDER);
    create_workspace(session, &workspace, &dependencies)?;
    if needs_shared_package(cargo, &workspace, library) {
        return Ok(None);
    }
    let file = tempfile::NamedTempFile::new().context("creating a file for the compiler's call")?;
    let status = run_cargo(session, &workspace, cargo, &dependencies, file.path())?;
    if !status.success() {
        return Ok(Some(DepBuild::Failed(status)));
    }
    let crates: RustcInvocation =
        serde_json::from_slice(&fs::read(file.path())?).context("reading the compiler's call")?;
    Ok(Some(DepBuild::Built(Box::new(base.call.with_crates_of(&crates)))))
}

/// Runs cargo in the workspace of the crates, reports its progress, and prints its messages if it fails.
fn run_cargo(
    session: &Path,
    workspace: &Path,
    cargo: &Command,
    dependencies: &Dependencies,
    invocation_file: &Path,
) -> Result<ExitStatus> {
    let mut cargo = as_build(cargo);
    let target = session.join("cell/target");
    cargo.current_dir(workspace.join("package")).env("CARGO_TARGET_DIR", &target).env("CARGO_BUILD_BUILD_DIR", &target);
    record(&mut cargo, invocation_file)?;
    // cargo's progress bar contains the number of crates.
    cargo
        .env("CARGO_TERM_PROGRESS_WHEN", "always")
        .env("CARGO_TERM_PROGRESS_WIDTH", "120")
        .env("CARGO_TERM_COLOR", "never");
    // A changed source makes cargo call the compiler for the package, so that the call is recorded.
    fs::write(workspace.join("package/lib.rs"), format!("// {}\n", std::process::id()))?;

    let mut running = cargo.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().context("starting cargo")?;
    let mut stdout = running.stdout.take().context("cargo's standard output is not a pipe")?;
    let stderr = running.stderr.take().context("cargo's standard error is not a pipe")?;
    let messages = std::thread::spawn(move || {
        let mut messages = String::new();
        stdout.read_to_string(&mut messages).map(|_| messages)
    });
    let mut progress = Progress::start(session, &dependencies.others);
    progress.read_to_end(stderr)?;
    let status = running.wait().context("waiting for cargo")?;
    let messages = messages.join().map_err(|_| anyhow!("the thread that reads cargo's messages has panicked"))??;
    progress.finish(status.success());
    if !status.success() {
        print!("{messages}");
        eprint!("{}", progress.text());
    }
    Ok(status)
}

/// Returns whether one of the crates depends on a package of which the process must hold a single copy.
fn needs_shared_package(cargo: &Command, workspace: &Path, library: &HostLibrary) -> bool {
    if library.shared_dependencies.is_empty() {
        return false;
    }
    let mut tree = Command::new(cargo.get_program());
    copy_environment(cargo, &mut tree);
    tree.current_dir(workspace.join("package"))
        .args(["tree", "--package", PACKAGE, "--edges", "normal", "--prefix", "none", "--format", "{p}"])
        .stdin(Stdio::null());
    // If the crates are not found, the build reports why.
    let packages = tree.output().map(|output| output.stdout).unwrap_or_default();
    let is_shared = |line: &str| {
        library
            .shared_dependencies
            .iter()
            .any(|shared| line.strip_prefix(shared).is_some_and(|rest| rest.starts_with(" v")))
    };
    String::from_utf8_lossy(&packages).lines().any(is_shared)
}

/// Creates the workspace without building it.
fn create_workspace(session: &Path, workspace: &Path, dependencies: &Dependencies) -> Result<()> {
    fs::create_dir_all(workspace.join("package"))?;
    fs::create_dir_all(workspace.join("pins"))?;
    let members = WORKSPACE_MANIFEST.replacen("members = [\"cell\", \"pins\"]", "members = [\"package\", \"pins\"]", 1);
    fs::write(workspace.join("Cargo.toml"), members.replacen("package.ctx", &format!("package.{PACKAGE}"), 1))?;
    // The library's dependencies stay in the lock file, though none of them is built.
    for file in ["pins/Cargo.toml", "pins/lib.rs"] {
        fs::copy(session.join(file), workspace.join(file)).with_context(|| format!("copying {file}"))?;
    }
    if !workspace.join("Cargo.lock").exists() {
        fs::copy(session.join("Cargo.lock"), workspace.join("Cargo.lock")).context("copying Cargo.lock")?;
    }
    let cell = layout::cell_folder(session);
    let lines: Vec<_> = dependencies.others.iter().map(|line| with_absolute_path(line, &cell)).collect();
    let manifest = format!(
        "[package]\nname = \"{PACKAGE}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[lib]\npath = \"lib.rs\"\n\n\
         [dependencies]\n{}\n",
        lines.join("\n")
    );
    Ok(fs::write(workspace.join("package/Cargo.toml"), manifest)?)
}

/// Returns a dependency whose path, if it is relative to `folder`, is made absolute.
fn with_absolute_path(line: &str, folder: &Path) -> String {
    let Some((before, after)) = line.split_once("path") else { return line.to_owned() };
    let parts = after.split_once('"').and_then(|(sign, rest)| Some((sign, rest.split_once('"')?)));
    match parts {
        Some((sign, (path, rest))) if sign.trim() == "=" && Path::new(path).is_relative() => {
            format!("{before}path = {}{rest}", serde_json::Value::from(folder.join(path).to_string_lossy()))
        }
        _ => line.to_owned(),
    }
}

/// Returns a copy of the command, with `build` in place of `check`: a cell is checked with crates that are built.
fn as_build(command: &Command) -> Command {
    let mut same = Command::new(command.get_program());
    same.args(command.get_args().map(|argument| if argument == "check" { "build".as_ref() } else { argument }));
    copy_environment(command, &mut same);
    same
}

/// Gives one command the environment changes of another one.
fn copy_environment(from: &Command, to: &mut Command) {
    for (name, value) in from.get_envs() {
        match value {
            Some(value) => to.env(name, value),
            None => to.env_remove(name),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host_library::test_library;

    fn session(dependencies: &str) -> tempfile::TempDir {
        let session = tempfile::tempdir().unwrap();
        fs::create_dir_all(session.path().join("cell")).unwrap();
        let manifest = format!("[package]\nname = \"ctx\"\n\n[dependencies]\n{dependencies}");
        fs::write(session.path().join("cell/Cargo.toml"), manifest).unwrap();
        session
    }

    #[test]
    fn crates_are_separated_from_the_library() {
        let session = session("rand = \"0.8\"\nnets = { path = \"/t\" }\nitoa = \"1\"\n");
        let dependencies = Dependencies::of_cell(session.path(), &test_library()).unwrap();
        assert_eq!(dependencies.library, "nets = { path = \"/t\" }");
        assert_eq!(dependencies.others, ["itoa = \"1\"", "rand = \"0.8\""]);
        assert!(Dependencies::of_cell(self::session("rand = \"0.8\"\n").path(), &test_library()).is_none());
    }

    #[test]
    fn a_relative_path_is_made_absolute() {
        let cell = Path::new("/s/cell");
        assert_eq!(with_absolute_path("a = { path = \"../a\" }", cell), "a = { path = \"/s/cell/../a\" }");
        for other in ["a = { path = \"/a\" }", "a = \"1\"", "pathfinding = \"4\""] {
            assert_eq!(with_absolute_path(other, cell), other);
        }
    }
}
