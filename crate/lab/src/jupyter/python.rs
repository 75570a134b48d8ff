//! A Python environment of the clone's own, with a pinned JupyterLab in it.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail};
use notebook_engine::file_lock::open_lock_file;

use crate::home::Home;

/// The oldest Python that every pinned package runs on.
pub(crate) const OLDEST: (u32, u32) = (3, 11);

/// What is installed; all that it needs is held to the versions of [`CONSTRAINTS`].
const REQUIREMENT: &str = "jupyterlab";
const CONSTRAINTS: &str = include_str!("constraints.txt");

/// A Python found on this machine.
pub(crate) struct Python {
    pub(crate) program: PathBuf,
    pub(crate) version: (u32, u32),
}

impl Python {
    /// The first Python of this machine that can make environments, or why there is none and how to get one.
    pub(crate) fn find() -> Result<Self> {
        let named = std::env::var_os("TEALIGHT_PYTHON").map(PathBuf::from);
        let candidates = match named {
            Some(python) => vec![python],
            None => vec!["python3".into(), "python".into()],
        };
        let mut seen = Vec::new();
        for program in candidates {
            let Some(version) = version_of(&program) else {
                seen.push(format!("{}: not found", program.display()));
                continue;
            };
            if version < OLDEST {
                seen.push(format!("{} is {}.{}", program.display(), version.0, version.1));
                continue;
            }
            if !succeeds(&program, "import venv, ensurepip") {
                bail!(
                    "{} {}.{} is here, but without its venv module, which makes environments. On Debian and Ubuntu: \
                     sudo apt install python3-venv",
                    program.display(),
                    version.0,
                    version.1
                );
            }
            return Ok(Self { program, version });
        }
        bail!(
            "no Python {}.{} or newer ({}). On Debian and Ubuntu: sudo apt install python3 python3-venv. Where it has \
             another name: TEALIGHT_PYTHON=/path/to/python3",
            OLDEST.0,
            OLDEST.1,
            seen.join("; ")
        )
    }
}

fn version_of(program: &Path) -> Option<(u32, u32)> {
    let script = "import sys; print(*sys.version_info[:2])";
    let output = Command::new(program).args(["-c", script]).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let (major, minor) = text.trim().split_once(' ')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}

fn succeeds(program: &Path, script: &str) -> bool {
    let done = Command::new(program).args(["-c", script]).stdout(Stdio::null()).stderr(Stdio::null()).status();
    done.is_ok_and(|status| status.success())
}

/// Whether the environment is there, whole, and of the pinned versions; and still found by its Python, which is the
/// system's and may have become a newer one, for which nothing is installed.
pub(crate) fn is_ready(home: &Home) -> bool {
    const FINDS: &str = "import importlib.util, sys; sys.exit(importlib.util.find_spec('jupyterlab') is None)";
    let stamp = fs::read_to_string(home.python().join("made-from")).unwrap_or_default();
    stamp == CONSTRAINTS && succeeds(&program(home), FINDS)
}

/// The environment's Python. What it runs is named by `-m`: the programs beside it name the folder in which they were
/// installed, and are lost when the clone is moved.
pub(crate) fn program(home: &Home) -> PathBuf {
    home.python().join("bin/python")
}

/// Makes the environment; `progress` is told of each package.
pub(crate) fn make(home: &Home, progress: impl Fn(&str)) -> Result<()> {
    in_turn(home, || {
        progress("making the environment");
        make_anew(home, progress)
    })
}

/// Does the work unless it is done, or another process does it just now: two would remove each other's files.
fn in_turn(home: &Home, work: impl FnOnce() -> Result<()>) -> Result<()> {
    let turn = open_lock_file(&home.python().with_extension("lock"))?;
    turn.lock().context("waiting for another tealight that installs JupyterLab")?;
    if is_ready(home) { Ok(()) } else { work() }
}

fn make_anew(home: &Home, progress: impl Fn(&str)) -> Result<()> {
    let python = Python::find()?;
    let folder = home.python();
    let venv = Command::new(&python.program).args(["-m", "venv", "--clear"]).arg(&folder).output()?;
    if !venv.status.success() {
        let said = String::from_utf8_lossy(&venv.stdout).into_owned() + &String::from_utf8_lossy(&venv.stderr);
        bail!("{} -m venv {} failed:\n{}", python.program.display(), folder.display(), said.trim());
    }
    let constraints = folder.join("constraints.txt");
    fs::write(&constraints, CONSTRAINTS).with_context(|| format!("writing {}", constraints.display()))?;
    install(home, &constraints, progress)?;
    fs::write(folder.join("made-from"), CONSTRAINTS)?;
    Ok(())
}

fn install(home: &Home, constraints: &Path, progress: impl Fn(&str)) -> Result<()> {
    let mut pip = Command::new(program(home))
        .args(["-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--progress-bar", "off"])
        .arg("--constraint")
        .arg(constraints)
        .arg(REQUIREMENT)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .context("starting pip")?;
    // Taken by another thread, so that pip never waits for one stream while the other is read.
    let errors = pip.stderr.take().map(|mut stderr| {
        std::thread::spawn(move || {
            let mut text = String::new();
            let _ = stderr.read_to_string(&mut text);
            text
        })
    });
    if let Some(stdout) = pip.stdout.take() {
        for line in BufReader::new(stdout).lines() {
            let line = line?;
            if line.starts_with("Collecting") || line.starts_with("Installing") {
                progress(line.split(" (from").next().unwrap_or(&line));
            }
        }
    }
    let said = errors.and_then(|thread| thread.join().ok()).unwrap_or_default();
    if !pip.wait()?.success() {
        bail!(
            "pip could not install JupyterLab:\n{}\nIt needs the network once; after that everything works without. \
             `tealight doctor` says what else may be missing",
            said.trim()
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jupyterlab_is_pinned() {
        assert!(CONSTRAINTS.lines().any(|line| line.starts_with("jupyterlab==4.")));
        assert!(CONSTRAINTS.lines().all(|line| line.contains("==")), "every package has one version");
    }

    #[test]
    fn two_processes_make_one_environment() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::at(folder.path().to_path_buf(), true).unwrap();
        let times = std::sync::atomic::AtomicUsize::new(0);
        let make = || {
            times.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            std::thread::sleep(std::time::Duration::from_millis(50));
            let python = program(&home);
            fs::create_dir_all(python.parent().unwrap())?;
            std::os::unix::fs::symlink("/bin/true", python)?;
            Ok(fs::write(home.python().join("made-from"), CONSTRAINTS)?)
        };
        std::thread::scope(|scope| {
            for made in [(); 3].map(|()| scope.spawn(|| in_turn(&home, make))) {
                made.join().unwrap().unwrap();
            }
        });
        assert_eq!(times.into_inner(), 1);
    }

    #[test]
    fn a_python_that_is_not_there_has_no_version() {
        assert_eq!(version_of(Path::new("/nowhere/python3")), None);
    }
}
