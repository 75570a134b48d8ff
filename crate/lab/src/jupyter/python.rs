//! The Python environment with the pinned JupyterLab.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail};
use notebook_engine::file_lock::open_lock_file;

use crate::installation::Installation;

/// The oldest Python that all pinned packages support.
pub(crate) const MIN_PYTHON: (u32, u32) = (3, 11);

/// The package to install. [`CONSTRAINTS`] pins the versions of all its dependencies.
const REQUIREMENT: &str = "jupyterlab";
const CONSTRAINTS: &str = include_str!("constraints.txt");

/// A Python found on this machine.
pub(crate) struct Python {
    pub(crate) program: PathBuf,
    pub(crate) version: (u32, u32),
}

impl Python {
    /// Finds a Python that can create environments.
    ///
    /// # Errors
    /// Returns an error that says why there is none and how to get one.
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
            if version < MIN_PYTHON {
                seen.push(format!("{} is {}.{}", program.display(), version.0, version.1));
                continue;
            }
            if !succeeds(&program, "import venv, ensurepip") {
                bail!(
                    "{} {}.{} is here, but without its venv module, which creates environments. On Debian and Ubuntu: \
                     sudo apt install python3-venv",
                    program.display(),
                    version.0,
                    version.1
                );
            }
            return Ok(Self { program, version });
        }
        bail!(
            "no Python {}.{} or newer ({}). On Debian and Ubuntu: sudo apt install python3 python3-venv. If it has \
             another name: TEALIGHT_PYTHON=/path/to/python3",
            MIN_PYTHON.0,
            MIN_PYTHON.1,
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

/// Returns whether the environment is complete and has the pinned versions, and whether its Python finds JupyterLab: after an
/// upgrade of the system's Python, the packages of the old version are not found.
pub(crate) fn is_ready(installation: &Installation) -> bool {
    const FIND_JUPYTERLAB: &str =
        "import importlib.util, sys; sys.exit(importlib.util.find_spec('jupyterlab') is None)";
    let stamp = fs::read_to_string(installation.python().join("made-from")).unwrap_or_default();
    stamp == CONSTRAINTS && succeeds(&program(installation), FIND_JUPYTERLAB)
}

/// Returns the Python of the environment. Programs are run by `-m`: the scripts beside Python contain the path of the environment
/// and break when the clone is moved.
pub(crate) fn program(installation: &Installation) -> PathBuf {
    installation.python().join("bin/python")
}

/// Creates the environment. Calls `progress` for each package.
pub(crate) fn create(installation: &Installation, progress: impl Fn(&str)) -> Result<()> {
    create_once(installation, || {
        progress("creating the environment");
        create_environment(installation, progress)
    })
}

/// Does the work under a lock unless it is done: two processes at once would remove each other's files.
fn create_once(installation: &Installation, work: impl FnOnce() -> Result<()>) -> Result<()> {
    let lock = open_lock_file(&installation.python().with_extension("lock"))?;
    lock.lock().context("waiting for another tealight process that installs JupyterLab")?;
    if is_ready(installation) { Ok(()) } else { work() }
}

fn create_environment(installation: &Installation, progress: impl Fn(&str)) -> Result<()> {
    let python = Python::find()?;
    let folder = installation.python();
    let venv = Command::new(&python.program).args(["-m", "venv", "--clear"]).arg(&folder).output()?;
    if !venv.status.success() {
        let output = String::from_utf8_lossy(&venv.stdout).into_owned() + &String::from_utf8_lossy(&venv.stderr);
        bail!("{} -m venv {} failed:\n{}", python.program.display(), folder.display(), output.trim());
    }
    let constraints = folder.join("constraints.txt");
    fs::write(&constraints, CONSTRAINTS).with_context(|| format!("writing {}", constraints.display()))?;
    install(installation, &constraints, progress)?;
    fs::write(folder.join("made-from"), CONSTRAINTS)?;
    Ok(())
}

fn install(installation: &Installation, constraints: &Path, progress: impl Fn(&str)) -> Result<()> {
    let mut pip = Command::new(program(installation))
        .args(["-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--progress-bar", "off"])
        .arg("--constraint")
        .arg(constraints)
        .arg(REQUIREMENT)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .context("starting pip")?;
    // A thread reads stderr, so that pip never blocks on one stream while the other is read.
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
    let errors = errors.and_then(|thread| thread.join().ok()).unwrap_or_default();
    if !pip.wait()?.success() {
        bail!(
            "pip could not install JupyterLab:\n{}\nIt needs the network once; afterwards everything works offline. \
             `tealight doctor` checks what else may be missing",
            errors.trim()
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
        assert!(CONSTRAINTS.lines().all(|line| line.contains("==")), "every package is pinned");
    }

    #[test]
    fn concurrent_setups_create_one_environment() {
        let folder = tempfile::tempdir().unwrap();
        let installation = Installation::at(folder.path().to_path_buf(), true).unwrap();
        let times = std::sync::atomic::AtomicUsize::new(0);
        let make = || {
            times.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            std::thread::sleep(std::time::Duration::from_millis(50));
            let python = program(&installation);
            fs::create_dir_all(python.parent().unwrap())?;
            std::os::unix::fs::symlink("/bin/true", python)?;
            Ok(fs::write(installation.python().join("made-from"), CONSTRAINTS)?)
        };
        std::thread::scope(|scope| {
            for thread in [(); 3].map(|()| scope.spawn(|| create_once(&installation, make))) {
                thread.join().unwrap().unwrap();
            }
        });
        assert_eq!(times.into_inner(), 1);
    }

    #[test]
    fn missing_python_has_no_version() {
        assert_eq!(version_of(Path::new("/nowhere/python3")), None);
    }
}
