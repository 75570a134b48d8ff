//! Builds a cell, and leaves out of its program what the compiler does not take.

use std::fs;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

use anyhow::{Context as _, Result};
use serde_json::Value;

use super::restore::{self, Variables};

/// The files in a session's folder: what becomes of the variables where the cell fails, and those that the cell moves.
const VARIABLES: &str = "cell-variables";
const MOVED: &str = "cell-moves";
/// Where the program lies that was compiled last: completion writes over the one that evcxr wrote.
pub(crate) const COMPILED: &str = "compiled/cell/src/lib.rs";

/// Another cell is about to be built.
pub(crate) fn begin(session: &Path) {
    let _ = fs::remove_file(session.join(MOVED));
    let _ = fs::remove_file(session.join(VARIABLES));
}

/// What becomes of the variables of the cell that was built last, where it fails.
pub(crate) fn variables(session: &Path) -> Option<Variables> {
    serde_json::from_slice(&fs::read(session.join(VARIABLES)).ok()?).ok()
}

/// The program with what keeps the variables of a cell that fails.
pub(super) fn patched(session: &Path, program: &str) -> Option<String> {
    let (program, variables) = restore::patched(program, &moved(session, program))?;
    fs::write(session.join(VARIABLES), serde_json::to_vec(&variables).ok()?).ok()?;
    Some(program)
}

/// Keeps the program that is compiled.
pub(super) fn keep(session: &Path, program: &str) {
    let copy = session.join(COMPILED);
    // Without it, a panic has no place.
    let _ = copy.parent().map(fs::create_dir_all);
    let _ = fs::write(copy, program);
}

/// Runs the compiler. Where it says that the cell moves a variable that was to be put back, it runs it again without that one.
pub(crate) fn compile(compiler: &mut Command) -> Result<ExitStatus> {
    loop {
        let mut running = compiler.stderr(Stdio::piped()).spawn().context("starting rustc")?;
        let mut said = Vec::new();
        if let Some(mut errors) = running.stderr.take() {
            errors.read_to_end(&mut said)?;
        }
        let status = running.wait()?;
        if !status.success() && leave_out(&String::from_utf8_lossy(&said)).unwrap_or(false) {
            continue;
        }
        std::io::stderr().write_all(&said)?;
        return Ok(status);
    }
}

/// Leaves out of the program what the compiler complains of; whether there was something.
fn leave_out(said: &str) -> Option<bool> {
    let cell = PathBuf::from(std::env::var_os("EVCXR_TMPDIR")?);
    let session = cell.parent()?;
    let file = cell.join("src/lib.rs");
    let program = fs::read_to_string(&file).ok()?;
    let (mut names, again) = complaints(said, restore::line(&program));
    if names.is_empty() {
        return None;
    }
    names.extend(moved(session, &program));
    fs::write(session.join(MOVED), format!("{}\n{}", restore::function(&program)?, names.join("\n"))).ok()?;
    if !again {
        // evcxr stores less, and builds again.
        return Some(false);
    }
    let (program, variables) = restore::repatched(&program, &names)?;
    fs::write(session.join(VARIABLES), serde_json::to_vec(&variables).ok()?).ok()?;
    keep(session, &program);
    fs::write(file, program).ok()?;
    Some(true)
}

/// The variables that can't be stored because the cell has moved them, and whether this hinders putting them back.
fn complaints(said: &str, line: Option<usize>) -> (Vec<String>, bool) {
    let (mut names, mut again) = (Vec::new(), false);
    for message in said.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok()) {
        if message["level"] != "error" {
            continue;
        }
        let spans = message["spans"].as_array().into_iter().flatten();
        for span in spans.filter(|span| span["is_primary"] == true) {
            let text = &span["text"][0];
            let at = |side: &str| text[side].as_u64().and_then(|column| usize::try_from(column).ok()?.checked_sub(1));
            let (Some(code), Some(from), Some(to)) =
                (text["text"].as_str(), at("highlight_start"), at("highlight_end"))
            else {
                continue;
            };
            let restores = line.is_some_and(|line| span["line_start"] == line);
            if restores || (code.starts_with(restore::PUT) && message["code"]["code"] == "E0382") {
                names.push(code.chars().skip(from).take(to.saturating_sub(from)).collect());
                again |= restores;
            }
        }
    }
    (names, again)
}

/// The variables that the cell around which this program was written is known to move.
fn moved(session: &Path, program: &str) -> Vec<String> {
    let text = fs::read_to_string(session.join(MOVED)).unwrap_or_default();
    let mut lines = text.lines();
    if lines.next() == restore::function(program) { lines.map(str::to_owned).collect() } else { Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(line: usize, code: &str, name: &str) -> String {
        let from = code.rfind(name).unwrap() + 1;
        serde_json::json!({"level": "error", "code": {"code": "E0382"}, "spans": [{"is_primary": true, "line_start": line,
            "text": [{"text": code, "highlight_start": from, "highlight_end": from + name.len()}]}]})
        .to_string()
    }

    #[test]
    fn a_complaint_names_its_variable() {
        let put = "evcxr_variable_store.put_variable::<String>(stringify!(text), text);";
        let back = format!("}}}} if !tealight_cell_finished {{ {put} }}");
        let said = format!("not json\n{}\n{}", message(9, &back, "text"), message(3, "drop(other);", "other"));
        assert_eq!(complaints(&said, Some(9)), (vec!["text".to_owned()], true));
        assert_eq!(complaints(&message(5, put, "text"), Some(9)), (vec!["text".to_owned()], false));
        assert_eq!(complaints(&message(3, "drop(other);", "other"), Some(9)), (vec![], false));
    }
}
