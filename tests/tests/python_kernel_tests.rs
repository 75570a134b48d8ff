//! Runs the Python tests in `tests/kernel`. They are in Python because they use Jupyter's own client.
//!
//! They are a separate test program and run one after the other: they measure when output arrives and how fast a stop works, and
//! other tests running at the same time would distort these times.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, PoisonError};

use acceptance::{root, tealight};
use anyhow::{Context as _, Result, ensure};

/// Returns the interpreter of a Python environment with Jupyter's client. Creates the environment the first time.
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

/// Sets up the kernel and runs one Python test file, while no other one runs.
#[track_caller]
fn run_python_tests(file: &str) {
    static LOCK: Mutex<()> = Mutex::new(());
    let _guard = LOCK.lock().unwrap_or_else(PoisonError::into_inner);
    run(tealight().unwrap().arg("setup")).unwrap();
    let folder = root().join("tests/kernel");
    run(Command::new(python().unwrap()).arg(Path::new(file).with_extension("py")).current_dir(folder)).unwrap();
}

#[test]
fn protocol() {
    run_python_tests("test_protocol");
}

#[test]
fn output_arrives_while_a_cell_runs() {
    run_python_tests("test_output");
}

#[test]
fn stop() {
    run_python_tests("test_stop");
}

#[test]
fn errors_and_crashes() {
    run_python_tests("test_errors");
}

#[test]
fn variables_survive_a_failing_cell() {
    run_python_tests("test_variables_after_errors");
}

#[test]
fn library_warnings() {
    run_python_tests("test_library_warnings");
}

#[test]
fn input_from_the_keyboard() {
    run_python_tests("test_input");
}

#[test]
fn requests_are_answered_while_a_cell_runs() {
    run_python_tests("test_requests_while_busy");
}

#[test]
fn beginner_mistakes_get_advice() {
    run_python_tests("test_beginner_mistakes");
}

#[test]
fn completion_and_tooltips() {
    run_python_tests("test_completion_and_tooltips");
}

#[test]
fn kernels_are_isolated_and_clean_up() {
    run_python_tests("test_lifecycle");
}

#[test]
fn last_value_is_displayed() {
    run_python_tests("test_last_value");
}

#[test]
fn compiler_warnings() {
    run_python_tests("test_compiler_warnings");
}

#[test]
fn unhandled_results() {
    run_python_tests("test_unhandled_results");
}

#[test]
fn redefined_impls_are_replaced() {
    run_python_tests("test_redefined_impls");
}

#[test]
fn statics_keep_their_state() {
    run_python_tests("test_statics");
}

#[test]
fn new_dependencies_keep_the_variables() {
    run_python_tests("test_dependencies");
}

#[test]
fn processes_write_one_log() {
    run_python_tests("test_log");
}
