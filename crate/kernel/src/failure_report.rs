//! Reports of failed cells: their titles, messages and tracebacks, and the panic reports that Rust writes to standard error.

use notebook_engine::messages::Failure;

use crate::interrupt::InterruptLog;
use crate::source_line::{SourceLine, bold};

/// The name of the failure of a cell that ended because the engine did.
pub(super) const ENGINE_LOST: &str = "EngineLost";

/// The beginning of a panic report on standard error.
const PANIC_REPORT: &str = "thread '";
/// The advice that Rust prints after a panic.
const BACKTRACE_NOTE: &str = "note: run with `RUST_BACKTRACE";

/// Builds a failure from its name, its message and the line of the cell where it happened.
pub(super) fn new_failure(name: &str, message: &str, source_line: Option<&SourceLine>) -> Failure {
    let mut traceback: Vec<String> = message.lines().map(str::to_owned).collect();
    let first = traceback.first().cloned().unwrap_or_default();
    let title = format!("{}: {first}", bold(name));
    if traceback.is_empty() {
        traceback.push(title);
    } else {
        traceback[0] = title;
    }
    traceback.extend(source_line.map(SourceLine::to_string));
    Failure { name: name.to_owned(), value: message.to_owned(), traceback, lost: false }
}

/// Builds the failure of an interrupted cell. `lost` means that the variables are lost.
pub(super) fn interrupted(message: &str, lost: bool) -> Failure {
    Failure { lost, ..new_failure("Interrupted", message, None) }
}

/// Renames an error that an interrupt caused to `Interrupted`. Returns the name and the message of other errors unchanged.
pub(super) fn rename_if_interrupted(
    name: &'static str,
    message: String,
    interrupts: InterruptLog,
) -> (&'static str, String) {
    // The error of a read from the keyboard after a stop request.
    if interrupts.stop_requested && message.contains("Is a directory") {
        return ("Interrupted", "stopped by you while the cell waited for input".to_owned());
    }
    let is_interrupt = interrupts.stop_requested && message.contains("stopped by you");
    (if is_interrupt { "Interrupted" } else { name }, message)
}

/// Describes the variables that a cell has moved before it failed.
pub(super) fn lost_variables_message(lost: &[String]) -> String {
    let names = lost.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let (is, it) = if lost.len() == 1 { ("is", "it") } else { ("are", "them") };
    format!(
        "{names} {is} gone: the cell that failed moves {it}. Run the cell that makes {it} again, or lend {it} with `&` next time. \
         All other variables are as they were."
    )
}

/// Returns the byte offset of the last panic report in a text. A report begins a line.
pub(super) fn find_last_panic_report(text: &str) -> Option<usize> {
    let reports = text.match_indices(PANIC_REPORT).map(|(at, _)| at);
    let reports = reports.filter(|&at| at == 0 || text[..at].ends_with('\n'));
    reports.filter(|&at| text[at..].lines().next().is_some_and(|line| line.contains(" panicked at "))).last()
}

/// Returns the message of a panic report: the lines between its location and the note about backtraces.
pub(super) fn panic_message(report: &str) -> String {
    let lines = report.lines().skip_while(|line| !line.starts_with(PANIC_REPORT)).skip(1);
    let lines = lines.take_while(|line| !line.starts_with(BACKTRACE_NOTE));
    lines.collect::<Vec<_>>().join("\n").trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn panic_message_is_without_location_and_note() {
        let report = "thread 'main' (77) panicked at src/lib.rs:12:5:\nindex out of bounds\nthe len is 3\nnote: run with `RUST_BACKTRACE=1` environment variable to display a backtrace\n";
        assert_eq!(panic_message(report), "index out of bounds\nthe len is 3");
    }

    #[test]
    fn last_panic_report_is_found() {
        let text = "oh\nthread 'a' panicked at x.rs:1:1:\none\nthread 'b' (2) panicked at y.rs:1:1:\ntwo\n";
        assert!(text[find_last_panic_report(text).unwrap()..].starts_with("thread 'b'"));
        assert_eq!(find_last_panic_report("a thread 'b' panicked at\n"), None);
        assert_eq!(find_last_panic_report("thread 'b' is done\npanicked at\n"), None);
    }

    #[test]
    fn traceback_begins_with_the_name() {
        let failure = new_failure("Error", "first\nsecond", None);
        assert_eq!(failure.value, "first\nsecond");
        assert_eq!(failure.traceback.len(), 2);
        assert!(console::strip_ansi_codes(&failure.traceback[0]).starts_with("Error: first"));
    }
}
