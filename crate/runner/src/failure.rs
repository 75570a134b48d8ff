//! What is said about a cell that failed: what happened, in which of its lines, and the error's own words.

use console::strip_ansi_codes;

use super::client::{Ending, Left};
use super::outputs::CellOutputs;

/// A cell's failure.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Failure {
    /// The kind of failure in one word, which becomes the name of the error in the file.
    pub(super) name: String,
    /// What happened, to follow after "the cell".
    pub(super) what: String,
    /// The error's own words, which may hold colours.
    pub(super) words: String,
    /// The line of the cell that the error names, counted from 1.
    pub(super) line: Option<usize>,
    /// Whether the outputs already hold an error that says so.
    pub(super) in_outputs: bool,
}

impl Failure {
    /// Why a cell that ended like this failed; none where it did not.
    pub(super) fn of(ending: &Ending, outputs: &CellOutputs) -> Option<Self> {
        match ending {
            Ending::Finished => None,
            Ending::Failed => Some(Self::from_errors(outputs)),
            Ending::TimedOut { limit, left } => {
                let what = match left {
                    Left::Variables => "it was stopped; the variables are kept",
                    Left::Kernel => "it was stopped; it did not listen to that, so its process was ended",
                    Left::Nothing => "its kernel was stopped",
                };
                Some(Self::plain(
                    "Timeout",
                    format!("took longer than {} s, so {what}", limit.as_secs_f64()),
                    "allow it more with --timeout SECONDS, or any time without --timeout".to_owned(),
                ))
            }
            Ending::KernelLost(error) => {
                Some(Self::plain("KernelDied", "lost its kernel".to_owned(), format!("{error:#}")))
            }
        }
    }

    /// The failure of a cell that was running when someone stopped the command.
    pub(super) fn interrupted() -> Self {
        Self::plain("Interrupted", "was interrupted".to_owned(), String::new())
    }

    /// What the error in the notebook file says.
    pub(super) fn stored_message(&self) -> String {
        let words = if self.words.is_empty() { String::new() } else { format!(":\n{}", self.words) };
        format!("The cell {}{words}", self.what)
    }

    fn plain(name: &str, what: String, words: String) -> Self {
        Self { name: name.to_owned(), what, words, line: None, in_outputs: false }
    }

    /// What the kernel said.
    fn from_errors(outputs: &CellOutputs) -> Self {
        let Some(error) = outputs.errors().last() else {
            return Self::plain("Error", "failed".to_owned(), "The kernel did not say why.".to_owned());
        };
        let report = error.traceback.join("\n");
        let line = strip_ansi_codes(&report).lines().find_map(named_line);
        // The compiler's report shows lines of the cell; the others name it only.
        let words = if error.ename == "CompileError" { report } else { error.evalue.clone() };
        let what = match error.ename.as_str() {
            "CompileError" => "does not compile",
            "Panic" => "panicked",
            "Error" => "ended with an error",
            "Interrupted" => "was interrupted",
            _ => "failed",
        };
        Self { name: error.ename.clone(), what: what.to_owned(), words, line, in_outputs: true }
    }
}

/// The line of the cell that a line of the kernel's report names: the compiler's as `--> cell:3:5`, the others' as
/// `line 3 │`.
fn named_line(report: &str) -> Option<usize> {
    let report = report.trim_start();
    let after = report.strip_prefix("--> cell:").or_else(|| report.strip_prefix("line "))?;
    let digits = after.find(|c: char| !c.is_ascii_digit())?;
    after[..digits].parse().ok()
}

#[cfg(test)]
mod tests {
    use jupyter_protocol::JupyterMessageContent;
    use serde_json::json;

    use super::super::outputs::Outputs;
    use super::*;

    fn failure(name: &str, traceback: &[&str]) -> Failure {
        let mut outputs = Outputs::default();
        let cell = outputs.begin_cell();
        let error = json!({"ename": name, "evalue": "wrong", "traceback": traceback});
        outputs.collect(cell, JupyterMessageContent::from_type_and_content("error", error).unwrap());
        Failure::of(&Ending::Failed, outputs.cell(cell).unwrap()).unwrap()
    }

    #[test]
    fn the_line_is_the_one_that_the_kernel_names() {
        let compiler = failure("CompileError", &["error: no", "\u{1b}[34m --> \u{1b}[0mcell:3:5"]);
        assert_eq!((compiler.line, compiler.what.as_str()), (Some(3), "does not compile"));
        let panic = failure("Panic", &["Panic: no", "  \u{1b}[34mline 12 │\u{1b}[0m v[7];"]);
        assert_eq!((panic.line, panic.what.as_str()), (Some(12), "panicked"));
        assert_eq!(failure("Crash", &["it is gone"]).line, None);
        assert_eq!(panic.words, "wrong");
        assert!(panic.in_outputs);
    }

    #[test]
    fn a_kernel_that_does_not_say_why_is_named() {
        let mut outputs = Outputs::default();
        let cell = outputs.begin_cell();
        let failure = Failure::of(&Ending::Failed, outputs.cell(cell).unwrap()).unwrap();
        assert_eq!(failure.words, "The kernel did not say why.");
        assert_eq!(failure.stored_message(), "The cell failed:\nThe kernel did not say why.");
    }
}
