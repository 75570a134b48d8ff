//! The kernel through Jupyter's own client: the tests of `tests/kernel`, which are Python because that client is.

use std::path::{Path, PathBuf};
use std::process::Command;

use acceptance::{root, tealight};
use anyhow::{Context as _, Result, ensure};

/// A Python environment with the client in it, made once.
fn python() -> Result<PathBuf> {
    let folder = root().join("target/kernel-tests");
    let python = folder.join("bin/python");
    let requirements = root().join("tests/kernel/requirements.txt");
    let constraints = root().join("crate/lab/src/jupyter/constraints.txt");
    let made_from = std::fs::read_to_string(&requirements)? + &std::fs::read_to_string(&constraints)?;
    let stamp = folder.join("made-from");
    if std::fs::read_to_string(&stamp).ok().as_ref() != Some(&made_from) {
        let system = std::env::var("TEALIGHT_PYTHON").unwrap_or_else(|_| "python3".to_owned());
        run(Command::new(system).args(["-m", "venv"]).arg(&folder))?;
        let mut install = Command::new(&python);
        install.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"]).arg(&requirements);
        run(install.arg("-c").arg(&constraints))?;
        std::fs::write(stamp, made_from)?;
    }
    Ok(python)
}

fn run(command: &mut Command) -> Result<()> {
    let output = command.output().with_context(|| format!("starting {command:?}"))?;
    let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
    ensure!(output.status.success(), "{command:?}\n{}{}", text(&output.stdout), text(&output.stderr));
    Ok(())
}

/// Runs one file of the tests, with the kernel made ready.
fn passes(tests: &str) -> Result<()> {
    run(tealight()?.arg("setup"))?;
    let folder = root().join("tests/kernel");
    run(Command::new(python()?).arg(Path::new(tests).with_extension("py")).current_dir(folder))
}

/// One after the other: each has kernels of its own, and the times that they look at are those of a machine that does one
/// thing.
#[test]
fn the_kernel_is_a_good_kernel() {
    for tests in ["test_protocol", "test_output", "test_stop", "test_errors", "test_sound"] {
        passes(tests).unwrap();
    }
}
