//! Says what is there, what is missing, and how to get it.

use std::path::Path;
use std::process::{Command, ExitCode, Stdio};

use notebook_engine::PrebuiltWorkspace;
use sha2::{Digest as _, Sha256};

use crate::home::Home;
use crate::host::host;
use crate::jupyter::{kernelspec, python};

/// The oldest Rust that the evcxr engine builds with.
const OLDEST_RUST: (u32, u32) = (1, 95);
/// What setting up takes: the kernel's work folder, the Python environment and one session.
const SETUP_BYTES: u64 = 3 << 30;
/// What one more kernel takes.
const SESSION_BYTES: u64 = 1 << 30;

enum Finding {
    /// It is there; with what there is to say of it.
    Good(String),
    /// It is not there yet, and `setup` makes it.
    NotYet(String),
    /// It is missing, and only the user can mend it.
    Missing(String),
}

/// Looks at everything, prints a line for each, and fails where something is missing that `setup` can't make.
pub(crate) fn examine(home: &Home) -> ExitCode {
    let is_set_up = python::is_ready(home) && PrebuiltWorkspace::new(&host(home)).is_ready().unwrap_or(false);
    let findings = [
        ("clone", Finding::Good(home.root().display().to_string())),
        ("Rust", rust()),
        ("C linker", linker()),
        ("Python", python()),
        ("disk space", disk_space(home, is_set_up)),
        ("write access", write_access(home)),
        ("MNIST", mnist(&home.root().join("data/mnist"))),
        ("network", network(is_set_up)),
        ("kernel", kernel(home)),
        ("JupyterLab", jupyterlab(home)),
        ("kernel spec", spec(home)),
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
        println!("{missing} to mend (✗), each with its remedy above.");
        ExitCode::FAILURE
    } else if not_yet > 0 {
        println!("Nothing is in the way. What is not there yet (·) is made by: cargo run --release -- setup");
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
        return Finding::Missing(format!("rustc or cargo is not on the PATH, which the kernel calls. Get both {HOW}"));
    };
    match version_in(&rustc) {
        Some(version) if version >= OLDEST_RUST => Finding::Good(rustc),
        _ => Finding::Missing(format!("{rustc}, but {}.{} is needed. Get it {HOW}", OLDEST_RUST.0, OLDEST_RUST.1)),
    }
}

/// The version in a line such as `rustc 1.95.0 (59807616e 2026-04-14)`.
fn version_in(line: &str) -> Option<(u32, u32)> {
    let mut parts = line.split_whitespace().nth(1)?.split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

fn linker() -> Finding {
    match output_of("cc", &["--version"]) {
        Some(version) => Finding::Good(version.lines().next().unwrap_or_default().to_owned()),
        None => Finding::Missing(
            "no cc, which Rust links programs with. On Debian and Ubuntu: sudo apt install build-essential".to_owned(),
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

fn disk_space(home: &Home, is_set_up: bool) -> Finding {
    let needed = if is_set_up { SESSION_BYTES } else { SETUP_BYTES };
    let folder = home.engine().ancestors().find(|folder| folder.exists()).unwrap_or(home.root());
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

fn write_access(home: &Home) -> Finding {
    if !home.is_ours() {
        let own = home.sessions();
        return Finding::Good(format!("the clone is another's; what you run is kept in {}", own.display()));
    }
    let written = std::fs::create_dir_all(home.engine())
        .and_then(|()| tempfile::tempfile_in(home.engine()))
        .and_then(|_| tempfile::tempfile_in(home.notebooks()));
    match written {
        Ok(_) => Finding::Good("the clone can be written to".to_owned()),
        Err(error) => Finding::Missing(format!(
            "can't write into {}: {error}. Clone into a folder of your own",
            home.root().display()
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
    Finding::Good("70,000 images, check sums right".to_owned())
}

fn network(is_set_up: bool) -> Finding {
    if is_set_up {
        return Finding::Good("not needed any more".to_owned());
    }
    let reachable = output_of("cargo", &["info", "--quiet", "libc"]).is_some();
    if reachable {
        Finding::Good("the package registry answers".to_owned())
    } else {
        Finding::Missing(
            "the package registry does not answer (tried: cargo info libc). Setting up needs it once: connect, or set \
             a proxy as cargo's and pip's documentation say"
                .to_owned(),
        )
    }
}

fn kernel(home: &Home) -> Finding {
    match PrebuiltWorkspace::new(&host(home)).is_ready() {
        Ok(true) => Finding::Good(format!("ready in {}", home.engine().display())),
        Ok(false) => Finding::NotYet("not built yet, or tealight has changed since".to_owned()),
        Err(error) => Finding::Missing(format!("{error:#}")),
    }
}

fn jupyterlab(home: &Home) -> Finding {
    if python::is_ready(home) {
        Finding::Good(format!("ready in {}", home.python().display()))
    } else {
        Finding::NotYet("not installed yet".to_owned())
    }
}

fn spec(home: &Home) -> Finding {
    match kernelspec::is_ready(home) {
        Ok(true) => Finding::Good(format!("ready in {}", home.jupyter().display())),
        Ok(false) => Finding::NotYet("not written yet".to_owned()),
        Err(error) => Finding::Missing(format!("{error:#}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read() {
        assert_eq!(version_in("rustc 1.95.0 (59807616e 2026-04-14)"), Some((1, 95)));
        assert_eq!(version_in("rustc"), None);
        assert!(version_in("rustc 1.100.0-nightly (abc 2027-01-01)") > Some(OLDEST_RUST));
    }

    #[test]
    fn a_changed_data_file_is_told() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("SHA256SUMS"), "00  train.gz\n").unwrap();
        std::fs::write(folder.path().join("train.gz"), "other").unwrap();
        let Finding::Missing(text) = mnist(folder.path()) else { panic!("the change went unseen") };
        assert_eq!(text, "train.gz is not the file that was shipped. Restore it: git checkout -- data/mnist");
    }
}
