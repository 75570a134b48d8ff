//! What is said about a cell that failed: what happened, in which of its lines, and the error's own words.

use console::strip_ansi_codes;

use super::client::Ending;
use super::outputs::CellOutputs;

/// A cell's failure.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Failure {
    /// The kind of failure in one word, which becomes the name of the error in the file.
    pub(super) name: &'static str,
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
    pub(super) fn of(ending: &Ending, outputs: &CellOutputs, source: &str) -> Option<Self> {
        let failure = match ending {
            Ending::Finished => return None,
            Ending::Failed => from_errors(outputs),
            Ending::Panicked => from_panic(&outputs.text("stderr")),
            Ending::ReturnedError => from_returned_error(&outputs.text("stderr"), source),
            Ending::TimedOut(limit) => Self::plain(
                "Timeout",
                format!("took longer than {} s; the kernel was stopped", limit.as_secs_f64()),
                "Give it more time with --timeout SECONDS, or none to keep with --timeout 0.".to_owned(),
            ),
            Ending::KernelLost(error) => Self::plain("KernelDied", "lost its kernel".to_owned(), format!("{error:#}")),
        };
        Some(failure)
    }

    /// The failure of a cell that was running when someone stopped the command.
    pub(super) fn interrupted() -> Self {
        Self::plain("Interrupted", "was interrupted".to_owned(), String::new())
    }

    /// What the error in the notebook file says.
    pub(super) fn stored_message(&self) -> String {
        let line = self.line.map(|line| format!(" (line {line})")).unwrap_or_default();
        let words = if self.words.is_empty() { String::new() } else { format!(":\n{}", self.words) };
        format!("The cell {}{line}{words}", self.what)
    }

    fn plain(name: &'static str, what: String, words: String) -> Self {
        Self { name, what, words, line: None, in_outputs: false }
    }
}

/// The engine reports each error of the compiler by itself, with the place in the cell.
fn from_errors(outputs: &CellOutputs) -> Failure {
    let texts: Vec<String> = outputs
        .errors()
        .map(|error| {
            let report = error.traceback.join("\n");
            if report.trim().is_empty() { error.evalue.clone() } else { report }
        })
        .collect();
    let line = texts.iter().find_map(|text| reported_line(&strip_ansi_codes(text)));
    let in_outputs = !texts.is_empty();
    let words = if in_outputs { texts.join("\n") } else { "The kernel did not say why.".to_owned() };
    let what = if line.is_some() { "does not compile" } else { "failed" };
    Failure { name: "Error", what: what.to_owned(), words, line, in_outputs }
}

/// The line in a place such as `command_3:12:5`: cell, line, column.
fn reported_line(report: &str) -> Option<usize> {
    report.split("command_").skip(1).find_map(|place| {
        let mut parts = place.split(':');
        let cell = parts.next()?;
        let line = parts.next()?.trim().parse().ok()?;
        let column: String = parts.next()?.trim_start().chars().take_while(char::is_ascii_digit).collect();
        (!column.is_empty() && cell.chars().all(|c| c.is_ascii_digit())).then_some(line)
    })
}

/// A panic writes where it was, what it says, and a list of calls of which nothing is in the notebook.
fn from_panic(stderr: &str) -> Failure {
    let lines: Vec<&str> = stderr.lines().collect();
    let words = match lines.iter().rposition(|line| line.starts_with("thread ") && line.contains(" panicked at ")) {
        Some(place) => {
            let said = lines[place + 1..].iter().take_while(|line| !is_after_panic(line));
            said.copied().collect::<Vec<_>>().join("\n").trim_end().to_owned()
        }
        None => stderr.trim_end().to_owned(),
    };
    Failure { name: "Panic", what: "panicked".to_owned(), words, line: None, in_outputs: false }
}

fn is_after_panic(line: &str) -> bool {
    line == "stack backtrace:" || line.starts_with("note: run with `RUST_BACKTRACE")
}

/// The engine prints an error that leaves a cell and nothing about its place; where only one line of the cell has a
/// `?`, that was it.
fn from_returned_error(stderr: &str, source: &str) -> Failure {
    let mut asking = source.lines().enumerate().filter(|(_, line)| has_question_mark_operator(line));
    let line = match (asking.next(), asking.next()) {
        (Some((index, _)), None) => Some(index + 1),
        _ => None,
    };
    let what = "ended with an error".to_owned();
    Failure { name: "Error", what, words: stderr.trim_end().to_owned(), line, in_outputs: false }
}

/// Whether the operator `?` may stand in this line: outside of a comment, after a value, before what may follow one.
/// A `?` in a string may pass as one, which at worst hides which line it was.
fn has_question_mark_operator(line: &str) -> bool {
    let code = line.split("//").next().unwrap_or_default();
    code.match_indices('?').any(|(at, _)| {
        let before = code[..at].chars().next_back();
        let after = code[at + 1..].trim_start().chars().next();
        before.is_some_and(|c| matches!(c, ')' | ']' | '}' | '?' | '_') || c.is_alphanumeric())
            && after.is_none_or(|c| matches!(c, ';' | '.' | ',' | ')' | ']' | '}' | '?' | '+' | '-' | '*' | '/' | '='))
    })
}

#[cfg(test)]
mod tests {
    use jupyter_protocol::JupyterMessageContent;
    use serde_json::json;

    use super::super::outputs::Outputs;
    use super::*;

    #[test]
    fn the_line_of_a_compile_error_comes_from_its_report() {
        let mut outputs = Outputs::default();
        let cell = outputs.begin_cell();
        let report = ["\u{1b}[31m[E0425] Error:\u{1b}[0m cannot find value `y`", "   ╭─[ command_12:3:9 ]"];
        let error = json!({"ename": "Error", "evalue": "cannot find value `y`", "traceback": report});
        outputs.collect(cell, JupyterMessageContent::from_type_and_content("error", error).unwrap());
        let failure = Failure::of(&Ending::Failed, outputs.cell(cell).unwrap(), "").unwrap();
        assert_eq!(failure.line, Some(3));
        assert!(failure.in_outputs);
        assert_eq!(failure.what, "does not compile");
        assert_eq!(failure.words, report.join("\n"));
        assert_eq!(reported_line("command_x:3:9, command_2: :1, in command_ and command_4:1"), None);
    }

    #[test]
    fn a_panic_is_told_in_its_own_words_without_the_list_of_calls() {
        let stderr = "a warning\n\nthread '<unnamed>' (71) panicked at src/lib.rs:28:5:\nfirst\nsecond\nstack backtrace:\n   0: x\n";
        assert_eq!(from_panic(stderr).words, "first\nsecond");
        assert_eq!(from_panic("no such line\n").words, "no such line");
    }

    #[test]
    fn the_only_line_with_a_question_mark_is_the_one_that_returned_the_error() {
        let source = "// why?\nlet a = read(\"b\")?;\nprintln!(\"really?\");\nlet c: Option<i32> = None;";
        assert_eq!(from_returned_error("no file\n", source).line, Some(2));
        assert_eq!(from_returned_error("no file\n", "a()?;\nb()?;").line, None);
        assert_eq!(from_returned_error("no file\n", "a()?;").words, "no file");
        assert!(has_question_mark_operator("model.fit(&train)?.plot()"));
        assert!(has_question_mark_operator("x?"));
        assert!(!has_question_mark_operator("fn f<T: ?Sized>(t: &T) {}"));
    }
}
