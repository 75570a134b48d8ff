//! `tealight doctor`: checks the installation and says how to get what is missing.

use std::path::Path;
use std::process::{Command, ExitCode, Stdio};

use notebook_engine::PrebuiltWorkspace;
use sha2::{Digest as _, Sha256};

use crate::host::host;
use crate::installation::Installation;
use crate::jupyter::{kernelspec, python};

/// The oldest Rust that evcxr compiles with.
const MIN_RUST: (u32, u32) = (1, 95);
/// The disk space of the setup: the prebuilt workspace, the Python environment and one session.
const SETUP_BYTES: u64 = 3 << 30;
/// The disk space of a kernel.
const SESSION_BYTES: u64 = 1 << 30;

/// The result of a check.
enum Finding {
    /// It works; with details.
    Good(String),
    /// It does not exist yet, and `setup` creates it.
    NotYet(String),
    /// It is missing, and only the user can fix it.
    Missing(String),
}

/// Runs all checks and prints a line for each. The exit code is a failure if something is missing that `setup` can't create.
pub(crate) fn run_checks(installation: &Installation) -> ExitCode {
    let is_set_up =
        python::is_ready(installation) && PrebuiltWorkspace::new(&host(installation)).is_ready().unwrap_or(false);
    let findings = [
        ("clone", Finding::Good(installation.root().display().to_string())),
        ("Rust", rust()),
        ("C linker", linker()),
        ("Python", python()),
        ("disk space", disk_space(installation, is_set_up)),
        ("write access", write_access(installation)),
        ("MNIST", mnist(&installation.root().join("data/mnist"))),
        ("network", network(is_set_up)),
        ("kernel", kernel(installation)),
        ("JupyterLab", jupyterlab(installation)),
        ("kernel spec", spec(installation)),
        ("logs", logs(installation)),
    ];
    let (mut missing, mut not_yet) = (0, 0);
    for (name, finding) in &findings {
        let (mark, text) = match finding {
            Finding::Good(text) => ('✓', text),
            Finding::NotYet(text) => {
                not_yet += 1;
                ('·', text)
            }
            Finding::Missing(text) => {
                missing += 1;
                ('✗', text)
            }
        };
        println!("{mark} {name:<13} {text}");
    }
    println!();
    if missing > 0 {
        println!("{missing} to fix (✗); each line above says how.");
        ExitCode::FAILURE
    } else if not_yet > 0 {
        println!(
            "Nothing is missing that you have to install. `setup` creates the rest (·): cargo run --release -- setup"
        );
        ExitCode::SUCCESS
    } else {
        println!("Everything is ready: cargo run --release");
        ExitCode::SUCCESS
    }
}

fn output_of(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).stdin(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn rust() -> Finding {
    const HOW: &str = "with rustup: rustup update stable";
    let (Some(rustc), Some(_)) = (output_of("rustc", &["--version"]), output_of("cargo", &["--version"])) else {
        return Finding::Missing(format!("rustc or cargo is not on the PATH; the kernel calls both. Get them {HOW}"));
    };
    match parse_version(&rustc) {
        Some(version) if version >= MIN_RUST => Finding::Good(rustc),
        _ => Finding::Missing(format!("{rustc}, but {}.{} is needed. Get it {HOW}", MIN_RUST.0, MIN_RUST.1)),
    }
}

/// Parses the version in a line such as `rustc 1.95.0 (59807616e 2026-04-14)`.
fn parse_version(line: &str) -> Option<(u32, u32)> {
    let mut parts = line.split_whitespace().nth(1)?.split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

fn linker() -> Finding {
    match output_of("cc", &["--version"]) {
        Some(version) => Finding::Good(version.lines().next().unwrap_or_default().to_owned()),
        None => Finding::Missing(
            "no cc, which Rust needs to link programs. On Debian and Ubuntu: sudo apt install build-essential"
                .to_owned(),
        ),
    }
}

fn python() -> Finding {
    match python::Python::find() {
        Ok(python) => {
            Finding::Good(format!("{} {}.{}, with venv", python.program.display(), python.version.0, python.version.1))
        }
        Err(error) => Finding::Missing(error.to_string()),
    }
}

fn disk_space(installation: &Installation, is_set_up: bool) -> Finding {
    let needed = if is_set_up { SESSION_BYTES } else { SETUP_BYTES };
    let folder = installation.engine().ancestors().find(|folder| folder.exists()).unwrap_or(installation.root());
    let gigabytes = |bytes: u64| bytes as f64 / f64::from(1 << 30);
    match rustix::fs::statvfs(folder) {
        Ok(disk) if disk.f_bavail * disk.f_frsize >= needed => {
            Finding::Good(format!("{:.0} GB free", gigabytes(disk.f_bavail * disk.f_frsize)))
        }
        Ok(disk) => Finding::Missing(format!(
            "{:.1} GB free at {}, but {:.0} GB are needed. Make room there, or move the clone",
            gigabytes(disk.f_bavail * disk.f_frsize),
            folder.display(),
            gigabytes(needed)
        )),
        Err(error) => Finding::Missing(format!("can't see the free space at {}: {error}", folder.display())),
    }
}

fn write_access(installation: &Installation) -> Finding {
    if !installation.is_writable() {
        let sessions = installation.sessions();
        return Finding::Good(format!("the clone is read-only; your kernels run in {}", sessions.display()));
    }
    let written = std::fs::create_dir_all(installation.engine())
        .and_then(|()| tempfile::tempfile_in(installation.engine()))
        .and_then(|_| tempfile::tempfile_in(installation.notebooks()));
    match written {
        Ok(_) => Finding::Good("the clone can be written to".to_owned()),
        Err(error) => Finding::Missing(format!(
            "can't write into {}: {error}. Clone into a folder that you own",
            installation.root().display()
        )),
    }
}

fn mnist(folder: &Path) -> Finding {
    let restore = "Restore it: git checkout -- data/mnist";
    let Ok(sums) = std::fs::read_to_string(folder.join("SHA256SUMS")) else {
        return Finding::Missing(format!("{} has no SHA256SUMS. {restore}", folder.display()));
    };
    for line in sums.lines() {
        let Some((sum, name)) = line.split_once("  ") else { continue };
        let found = match std::fs::read(folder.join(name)) {
            Ok(bytes) => hex::encode(Sha256::digest(bytes)),
            Err(error) => return Finding::Missing(format!("{name}: {error}. {restore}")),
        };
        if found != sum {
            return Finding::Missing(format!("{name} is not the file that was shipped. {restore}"));
        }
    }
    Finding::Good("70,000 images, checksums correct".to_owned())
}

fn network(is_set_up: bool) -> Finding {
    if is_set_up {
        return Finding::Good("no longer needed".to_owned());
    }
    let reachable = output_of("cargo", &["info", "--quiet", "libc"]).is_some();
    if reachable {
        Finding::Good("the package registry is reachable".to_owned())
    } else {
        Finding::Missing(
            "the package registry is not reachable (tried: cargo info libc). The setup needs it once: connect to the network, or \
             set a proxy as described in the documentation of cargo and pip"
                .to_owned(),
        )
    }
}

fn kernel(installation: &Installation) -> Finding {
    match PrebuiltWorkspace::new(&host(installation)).is_ready() {
        Ok(true) => Finding::Good(format!("ready in {}", installation.engine().display())),
        Ok(false) => Finding::NotYet("not built yet, or tealight has changed since".to_owned()),
        Err(error) => Finding::Missing(format!("{error:#}")),
    }
}

fn jupyterlab(installation: &Installation) -> Finding {
    if python::is_ready(installation) {
        Finding::Good(format!("ready in {}", installation.python().display()))
    } else {
        Finding::NotYet("not installed yet".to_owned())
    }
}

/// Returns where the kernel's logs are, and how to switch them on.
fn logs(installation: &Installation) -> Finding {
    let host = host(installation);
    let (variable, folder) = (host.log_variable, host.folders.logs.display());
    Finding::Good(match notebook_engine::log::filter(&host) {
        Some(filter) => format!("on ({variable}={filter}), a file for each kernel in {folder}"),
        None => format!("off; {variable}=engine=debug,kernel=debug writes a file for each kernel to {folder}"),
    })
}

fn spec(installation: &Installation) -> Finding {
    match kernelspec::is_ready(installation) {
        Ok(true) => Finding::Good(format!("ready in {}", installation.jupyter().display())),
        Ok(false) => Finding::NotYet("not written yet".to_owned()),
        Err(error) => Finding::Missing(format!("{error:#}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_parsed() {
        assert_eq!(parse_version("rustc 1.95.0 (59807616e 2026-04-14)"), Some((1, 95)));
        assert_eq!(parse_version("rustc"), None);
        assert!(parse_version("rustc 1.100.0-nightly (abc 2027-01-01)") > Some(MIN_RUST));
    }

    #[test]
    fn changed_data_file_is_reported() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("SHA256SUMS"), "00  train.gz\n").unwrap();
        std::fs::write(folder.path().join("train.gz"), "other").unwrap();
        let Finding::Missing(text) = mnist(folder.path()) else { panic!("the change was not noticed") };
        assert_eq!(text, "train.gz is not the file that was shipped. Restore it: git checkout -- data/mnist");
    }
}
