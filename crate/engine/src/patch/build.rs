//! Builds a cell, and leaves out of its program what the compiler does not take.

use std::fs;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

use anyhow::{Context as _, Result};
use serde_json::Value;

use super::complaints::Complaints;
use super::last_value;
use super::marks::Marks;
use super::restore::{self, Moved, Variables};
use super::statement;
use crate::warnings;

/// The files in a session's folder: what becomes of the variables where the cell fails, and those that the cell moves.
const VARIABLES: &str = "cell-variables";
const MOVED: &str = "cell-moves";
/// Where the program lies that was compiled last: completion writes over the one that evcxr wrote.
pub(crate) const COMPILED: &str = "compiled/cell/src/lib.rs";

/// Another cell is about to be built.
pub(crate) fn begin(session: &Path) {
    warnings::forget(session);
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
    // A line of the cell is to be found in it as it is.
    let _ = fs::write(copy, program.lines().map(|line| format!("{}\n", statement::without(line))).collect::<String>());
}

/// Runs the compiler, and again with a program that it takes: without a variable that was to be put back and that the cell
/// moves, with words about a value that has no way to be shown, or with what a forgotten `?` does. evcxr hears the last run.
pub(crate) fn compile(compiler: &mut Command) -> Result<ExitStatus> {
    let mut marks = Marks::default();
    loop {
        let mut running = compiler.stderr(Stdio::piped()).spawn().context("starting rustc")?;
        let mut said = Vec::new();
        if let Some(mut errors) = running.stderr.take() {
            errors.read_to_end(&mut said)?;
        }
        let status = running.wait()?;
        let said = Complaints::of(
            &String::from_utf8_lossy(&said),
            Program::here().as_ref().map(|program| program.text.as_str()),
        );
        let again = if status.success() {
            marks.add(&said)
        } else {
            marks.take_back(&said) || describe(&said).is_some() || leave_out(&said).unwrap_or(false)
        };
        if again {
            continue;
        }
        if status.success() {
            warnings::keep(&marks.warnings(said.warnings));
        }
        std::io::stderr().write_all(said.said.as_bytes())?;
        return Ok(status);
    }
}

/// Writes into the program, for a value that has no way to be shown, what can be said of it.
fn describe(said: &Complaints) -> Option<()> {
    let program = Program::here()?;
    let described = said.is_only_of_display(&program.text).then(|| last_value::described(&program.text))??;
    program.replace(&described)
}

/// Leaves out of the program what the compiler complains of; whether there was something.
fn leave_out(said: &Complaints) -> Option<bool> {
    let program = Program::here()?;
    let session = program.session()?;
    let lines = (restore::line(&program.text), restore::last_line(&program.text));
    let (mut found, again) = complaints(&said.errors, lines.0, lines.1);
    if found == Moved::default() {
        return None;
    }
    let before = moved(session, &program.text);
    found.names.extend(before.names);
    found.at_end.extend(before.at_end);
    let note = (restore::function(&program.text)?, &found.names, &found.at_end);
    fs::write(session.join(MOVED), serde_json::to_vec(&note).ok()?).ok()?;
    if !again {
        // evcxr stores less, and builds again.
        return Some(false);
    }
    let (text, variables) = restore::repatched(&program.text, &found)?;
    fs::write(session.join(VARIABLES), serde_json::to_vec(&variables).ok()?).ok()?;
    program.replace(&text)?;
    Some(true)
}

/// The program of the cell that is being compiled.
pub(super) struct Program {
    file: PathBuf,
    pub(super) text: String,
}

impl Program {
    pub(super) fn here() -> Option<Self> {
        let file = PathBuf::from(std::env::var_os("EVCXR_TMPDIR")?).join("src/lib.rs");
        let text = fs::read_to_string(&file).ok()?;
        Some(Self { file, text })
    }

    fn session(&self) -> Option<&Path> {
        self.file.ancestors().nth(3)
    }

    /// Writes another in its place.
    fn replace(&self, text: &str) -> Option<()> {
        keep(self.session()?, text);
        self.write(text)
    }

    /// Has another compiled, whose lines are not those of the cell: places are looked for in the one before.
    pub(super) fn write(&self, text: &str) -> Option<()> {
        fs::write(&self.file, text).ok()
    }
}

/// The variables that can't be stored because the cell has moved them, and whether this hinders putting them back: at the
/// line that does so where the cell fails, or at the last line of the cell.
fn complaints(errors: &[Value], line: Option<usize>, last: Option<usize>) -> (Moved, bool) {
    let (mut moved, mut again) = (Moved::default(), false);
    for message in errors {
        let spans = message["spans"].as_array().into_iter().flatten();
        for span in spans.filter(|span| span["is_primary"] == true) {
            let text = &span["text"][0];
            let at = |side: &str| text[side].as_u64().and_then(|column| usize::try_from(column).ok()?.checked_sub(1));
            let (Some(code), Some(from), Some(to)) =
                (text["text"].as_str(), at("highlight_start"), at("highlight_end"))
            else {
                continue;
            };
            let is_at = |line: Option<usize>| line.is_some_and(|line| span["line_start"] == line);
            let name = || code.chars().skip(from).take(to.saturating_sub(from)).collect();
            if is_at(last) {
                moved.at_end.push(name());
                again = true;
            } else if is_at(line) || (code.starts_with(restore::PUT) && message["code"]["code"] == "E0382") {
                moved.names.push(name());
                again |= is_at(line);
            }
        }
    }
    (moved, again)
}

/// The variables that the cell around which this program was written is known to move.
fn moved(session: &Path, program: &str) -> Moved {
    let note = fs::read(session.join(MOVED)).unwrap_or_default();
    match serde_json::from_slice::<(String, Vec<String>, Vec<String>)>(&note) {
        Ok((function, names, at_end)) if Some(function.as_str()) == restore::function(program) => {
            Moved { names, at_end }
        }
        _ => Moved::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(line: usize, code: &str, name: &str) -> Value {
        let from = code.rfind(name).unwrap() + 1;
        serde_json::json!({"level": "error", "code": {"code": "E0382"}, "spans": [{"is_primary": true, "line_start": line,
            "text": [{"text": code, "highlight_start": from, "highlight_end": from + name.len()}]}]})
    }

    #[test]
    fn a_complaint_names_its_variable() {
        let put = "evcxr_variable_store.put_variable::<String>(stringify!(text), text);";
        let back = format!("}}}} if !tealight_cell_finished {{ {put} }}");
        let said = [message(9, &back, "text"), message(3, "drop(other);", "other")];
        let found = |said: &[Value]| complaints(said, Some(9), Some(7));
        let text = || vec!["text".to_owned()];
        let named = || Moved { names: text(), at_end: vec![] };
        assert_eq!(found(&said), (named(), true));
        assert_eq!(found(&[message(5, put, "text")]), (named(), false));
        assert_eq!(found(&[message(3, "drop(other);", "other")]), (Moved::default(), false));
        assert_eq!(found(&[message(7, put, "text")]), (Moved { names: vec![], at_end: text() }, true));
    }
}
