//! The kernel through Jupyter's own client: the tests of `tests/kernel`, which are Python because that client is.
//!
//! A program of their own, and one after the other in it: when output is seen and what a press on stop ends is told by the
//! clock, and other tests beside them would make that the clock of a machine on which nobody works.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, PoisonError};

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

/// Runs one file of the tests, with the kernel made ready, while no other runs.
#[track_caller]
fn passes(tests: &str) {
    static ONE: Mutex<()> = Mutex::new(());
    let _one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    run(tealight().unwrap().arg("setup")).unwrap();
    let folder = root().join("tests/kernel");
    run(Command::new(python().unwrap()).arg(Path::new(tests).with_extension("py")).current_dir(folder)).unwrap();
}

#[test]
fn it_speaks_the_protocol() {
    passes("test_protocol");
}

#[test]
fn output_is_seen_while_a_cell_runs() {
    passes("test_output");
}

#[test]
fn stop_loses_nothing_that_it_need_not_lose() {
    passes("test_stop");
}

#[test]
fn errors_say_where_and_leave_everything_alive() {
    passes("test_errors");
}

#[test]
fn a_failing_cell_leaves_every_earlier_variable_as_it_was() {
    passes("test_variables");
}

#[test]
fn warnings_are_lines_in_the_page_and_tensors_show_their_numbers() {
    passes("test_warnings");
}

#[test]
fn cells_read_from_the_keyboard() {
    passes("test_input");
}

#[test]
fn questions_are_answered_while_a_cell_runs() {
    passes("test_aside");
}

#[test]
fn a_mistake_gets_the_sentence_that_corrects_it() {
    passes("test_mistakes");
}

#[test]
fn completion_and_tooltips_help_with_every_public_item() {
    passes("test_help");
}

#[test]
fn kernels_are_apart_and_leave_nothing_behind() {
    passes("test_sound");
}

#[test]
fn a_last_value_is_shown_by_its_type_and_compiled_once() {
    passes("test_values");
}

#[test]
fn warnings_are_warnings_no_error_passes_unseen_and_items_are_replaced() {
    passes("test_compiling");
}

#[test]
fn statics_keep_their_state_and_crates_come_in_beside_tealight() {
    passes("test_items");
}
