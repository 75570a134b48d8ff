//! Runs the compiler, and again with a corrected program if it refuses a patch.

use std::fs;
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::time::Instant;

use anyhow::{Context as _, Result};
use serde_json::Value;

use super::added_marks::AddedMarks;
use super::compiler_messages::CompilerMessages;
use super::compiler_warnings;
use super::generated::run_function_name;
use super::last_value;
use super::program::Program;
use super::restore::{self, Moved, Variables};

/// The file in a session's folder with the [effects](Variables) of the cell on the variables.
const VARIABLES_FILE: &str = "cell-variables";
/// The file in a session's folder with the variables that the cell moves.
const MOVED_FILE: &str = "cell-moves";

/// Removes the files about the last cell before another one is built.
pub(crate) fn start_cell(session: &Path) {
    compiler_warnings::clear(session);
    // They may not exist.
    let _ = fs::remove_file(session.join(MOVED_FILE));
    let _ = fs::remove_file(session.join(VARIABLES_FILE));
}

/// Returns the effects on the variables of the cell that was built last.
pub(crate) fn variables(session: &Path) -> Option<Variables> {
    serde_json::from_slice(&fs::read(session.join(VARIABLES_FILE)).ok()?).ok()
}

/// Returns the program that restores the variables of a cell that fails.
pub(super) fn with_restored_variables(session: &Path, program: &str) -> Option<String> {
    let (program, variables) = restore::patched(program, &known_moves(session, program))?;
    fs::write(session.join(VARIABLES_FILE), serde_json::to_vec(&variables).ok()?).ok()?;
    Some(program)
}

/// Runs the compiler until it accepts the program or no correction is left: a variable that the cell moves is not restored, a
/// value without a representation is described, and missing question marks are added. evcxr gets the messages of the last run.
pub(crate) fn compile(compiler: &mut Command) -> Result<ExitStatus> {
    let mut marks = AddedMarks::default();
    loop {
        let started = Instant::now();
        let mut running = compiler.stderr(Stdio::piped()).spawn().context("starting rustc")?;
        let mut output = Vec::new();
        running.stderr.take().context("rustc's standard error is not a pipe")?.read_to_end(&mut output)?;
        let status = running.wait()?;
        tracing::debug!(%status, time = ?started.elapsed(), "rustc has run");
        let messages = CompilerMessages::parse(
            &String::from_utf8_lossy(&output),
            Program::of_process().as_ref().map(|program| program.text.as_str()),
        );
        let again = if status.success() {
            marks.add(&messages)
        } else {
            marks.remove_refused(&messages)
                || describe_last_value(&messages).is_some()
                || exclude_moved(&messages).unwrap_or(false)
        };
        if again {
            continue;
        }
        if status.success() {
            compiler_warnings::store(&marks.warnings(messages.warnings));
        }
        std::io::stderr().write_all(messages.output.as_bytes())?;
        return Ok(status);
    }
}

/// Has the program describe its last value if that has no representation.
fn describe_last_value(messages: &CompilerMessages) -> Option<()> {
    let program = Program::of_process()?;
    let described =
        messages.is_only_about_display(&program.text).then(|| last_value::with_description(&program.text))??;
    program.replace(&described)
}

/// Excludes the variables that the compiler finds moved from those that the program restores. Returns whether to compile again.
fn exclude_moved(messages: &CompilerMessages) -> Option<bool> {
    let program = Program::of_process()?;
    let session = program.session()?;
    let restoring = restore::line_of_restore(&program.text);
    let ending = restore::line_of_end(&program.text);
    let (mut found, again) = moved_variables(&messages.errors, restoring, ending);
    if found == Moved::default() {
        return None;
    }
    let before = known_moves(session, &program.text);
    found.names.extend(before.names);
    found.at_end.extend(before.at_end);
    let moves = (run_function_name(&program.text)?, &found.names, &found.at_end);
    fs::write(session.join(MOVED_FILE), serde_json::to_vec(&moves).ok()?).ok()?;
    if !again {
        // evcxr stores less, and builds again.
        return Some(false);
    }
    let (text, variables) = restore::repatched(&program.text, &found)?;
    fs::write(session.join(VARIABLES_FILE), serde_json::to_vec(&variables).ok()?).ok()?;
    program.replace(&text)?;
    Some(true)
}

/// Returns the variables that can't be stored because the cell has moved them, and whether the program must change for that:
/// they are stored at the line `restoring`, if the cell fails, or at the line `ending`, at the end of the cell.
fn moved_variables(errors: &[Value], restoring: Option<usize>, ending: Option<usize>) -> (Moved, bool) {
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
            if is_at(ending) {
                moved.at_end.push(name());
                again = true;
            } else if is_at(restoring)
                || (code.starts_with(restore::PUT_VARIABLE) && message["code"]["code"] == "E0382")
            {
                moved.names.push(name());
                again |= is_at(restoring);
            }
        }
    }
    (moved, again)
}

/// Returns the variables that the cell of this program is known to move.
fn known_moves(session: &Path, program: &str) -> Moved {
    // There is no file before the compiler has found a move.
    let moves = fs::read(session.join(MOVED_FILE)).unwrap_or_default();
    match serde_json::from_slice::<(String, Vec<String>, Vec<String>)>(&moves) {
        Ok((function, names, at_end)) if Some(function.as_str()) == run_function_name(program) => {
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
    fn an_error_names_its_variable() {
        let put = "evcxr_variable_store.put_variable::<String>(stringify!(text), text);";
        let back = format!("}}}} if !notebook_cell_finished {{ {put} }}");
        let errors = [message(9, &back, "text"), message(3, "drop(other);", "other")];
        let found = |errors: &[Value]| moved_variables(errors, Some(9), Some(7));
        let text = || vec!["text".to_owned()];
        let named = || Moved { names: text(), at_end: vec![] };
        assert_eq!(found(&errors), (named(), true));
        assert_eq!(found(&[message(5, put, "text")]), (named(), false));
        assert_eq!(found(&[message(3, "drop(other);", "other")]), (Moved::default(), false));
        assert_eq!(found(&[message(7, put, "text")]), (Moved { names: vec![], at_end: text() }, true));
    }
}
