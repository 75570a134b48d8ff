//! The failure of a cell: what happened, in which line, and the message of the error.

use console::strip_ansi_codes;

use super::client::{CellEnd, Remains};
use super::outputs::CellOutputs;

/// The failure of a cell.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct CellFailure {
    /// The kind of failure in one word, which becomes the name of the error in the file.
    pub(super) name: String,
    /// What happened, as the predicate of a sentence that begins with "The cell".
    pub(super) predicate: String,
    /// The message of the error, which may contain ANSI colors.
    pub(super) message: String,
    /// The line of the cell that the error names, counted from 1.
    pub(super) line: Option<usize>,
    /// Whether the outputs already contain this error.
    pub(super) in_outputs: bool,
}

impl CellFailure {
    /// Returns the failure of a cell that ended like this, or `None` if it did not fail.
    pub(super) fn from_end(end: &CellEnd, outputs: &CellOutputs) -> Option<Self> {
        match end {
            CellEnd::Finished => None,
            CellEnd::Failed => Some(Self::from_errors(outputs)),
            CellEnd::TimedOut { limit, remains } => {
                let consequence = match remains {
                    Remains::Variables => "it was stopped; the variables are kept",
                    Remains::Kernel => "it was stopped; it did not react, so its process was ended",
                    Remains::Nothing => "its kernel was stopped",
                };
                Some(Self::without_line(
                    "Timeout",
                    format!("took longer than {} s, so {consequence}", limit.as_secs_f64()),
                    "allow it more with --timeout SECONDS, or any time without --timeout".to_owned(),
                ))
            }
            CellEnd::KernelLost(error) => {
                Some(Self::without_line("KernelDied", "lost its kernel".to_owned(), format!("{error:#}")))
            }
        }
    }

    /// Returns the failure of a cell that was running when the user stopped the command.
    pub(super) fn interrupted() -> Self {
        Self::without_line("Interrupted", "was interrupted".to_owned(), String::new())
    }

    /// Returns the message of the error in the notebook file.
    pub(super) fn stored_message(&self) -> String {
        let message = if self.message.is_empty() { String::new() } else { format!(":\n{}", self.message) };
        format!("The cell {}{message}", self.predicate)
    }

    fn without_line(name: &str, predicate: String, message: String) -> Self {
        Self { name: name.to_owned(), predicate, message, line: None, in_outputs: false }
    }

    /// Returns the failure that the kernel reported.
    fn from_errors(outputs: &CellOutputs) -> Self {
        let Some(error) = outputs.errors().last() else {
            return Self::without_line("Error", "failed".to_owned(), "The kernel reported no reason.".to_owned());
        };
        let report = error.traceback.join("\n");
        let line = strip_ansi_codes(&report).lines().find_map(parse_line_number);
        // The compiler's report shows lines of the cell; other errors only name a line.
        let message = if error.ename == "CompileError" { report } else { error.evalue.clone() };
        let predicate = match error.ename.as_str() {
            "CompileError" => "does not compile",
            "Panic" => "panicked",
            "Error" => "ended with an error",
            "Interrupted" => "was interrupted",
            _ => "failed",
        };
        Self { name: error.ename.clone(), predicate: predicate.to_owned(), message, line, in_outputs: true }
    }
}

/// Parses the line of the cell in a line of the kernel's report: `--> cell:3:5` of the compiler, or `line 3 │` of other errors.
fn parse_line_number(report: &str) -> Option<usize> {
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

    fn failure(name: &str, traceback: &[&str]) -> CellFailure {
        let mut outputs = Outputs::default();
        let cell = outputs.begin_cell();
        let error = json!({"ename": name, "evalue": "wrong", "traceback": traceback});
        outputs.collect(cell, JupyterMessageContent::from_type_and_content("error", error).unwrap());
        CellFailure::from_end(&CellEnd::Failed, outputs.cell(cell).unwrap()).unwrap()
    }

    #[test]
    fn line_is_the_one_that_the_kernel_reports() {
        let compiler = failure("CompileError", &["error: no", "\u{1b}[34m --> \u{1b}[0mcell:3:5"]);
        assert_eq!((compiler.line, compiler.predicate.as_str()), (Some(3), "does not compile"));
        let panic = failure("Panic", &["Panic: no", "  \u{1b}[34mline 12 │\u{1b}[0m v[7];"]);
        assert_eq!((panic.line, panic.predicate.as_str()), (Some(12), "panicked"));
        assert_eq!(failure("Crash", &["it is gone"]).line, None);
        assert_eq!(panic.message, "wrong");
        assert!(panic.in_outputs);
    }

    #[test]
    fn missing_error_message_is_reported() {
        let mut outputs = Outputs::default();
        let cell = outputs.begin_cell();
        let failure = CellFailure::from_end(&CellEnd::Failed, outputs.cell(cell).unwrap()).unwrap();
        assert_eq!(failure.message, "The kernel reported no reason.");
        assert_eq!(failure.stored_message(), "The cell failed:\nThe kernel reported no reason.");
    }
}
