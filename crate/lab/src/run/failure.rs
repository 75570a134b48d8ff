//! What is said about a cell that failed: what happened, in which of its lines, and the error's own words.

use std::fs;
use std::path::Path;

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
            Ending::Failed => from_errors(outputs, source),
            Ending::Panicked { program } => {
                let text = program.as_ref().and_then(|path| fs::read_to_string(path).ok()).unwrap_or_default();
                from_panic(&outputs.text("stderr"), program.as_deref().unwrap_or(Path::new("")), &text, source)
            }
            Ending::ReturnedError => from_returned_error(&outputs.text("stderr"), source),
            Ending::TimedOut(limit) => Self::plain(
                "Timeout",
                format!("took longer than {} s, so its kernel was stopped", limit.as_secs_f64()),
                "allow it more with --timeout SECONDS, or any time with --timeout 0".to_owned(),
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
fn from_errors(outputs: &CellOutputs, source: &str) -> Failure {
    let texts: Vec<String> = outputs
        .errors()
        .map(|error| {
            let report = error.traceback.join("\n");
            if report.trim().is_empty() { error.evalue.clone() } else { report }
        })
        .collect();
    let line = texts.iter().find_map(|text| reported_line(&strip_ansi_codes(text), source));
    let in_outputs = !texts.is_empty();
    let words = if in_outputs { texts.join("\n") } else { "The kernel did not say why.".to_owned() };
    let what = if line.is_some() { "does not compile" } else { "failed" };
    Failure { name: "Error", what: what.to_owned(), words, line, in_outputs }
}

/// The line of the cell that a report of the engine is about.
///
/// The engine draws each line that the compiler says something about, with its number before a `│`; the place above
/// the drawing is always given as 1:1. The compiler's reasons come before the place of the error, and what comes after
/// it is "later used". Without a drawing, as for a cell that is not all ASCII, the report repeats the line itself.
fn reported_line(report: &str, source: &str) -> Option<usize> {
    let mut drawn: Vec<(usize, bool)> = Vec::new();
    for line in report.lines().take_while(|line| !line.contains("├─[")) {
        if let Some(number) = line.split_once('│').and_then(|(number, _)| number.trim().parse().ok()) {
            drawn.push((number, false));
        } else if let Some((_, is_later)) = drawn.last_mut() {
            *is_later |= line.contains("later used here");
        }
    }
    let error = drawn.iter().rev().find(|(_, is_later)| !is_later).or(drawn.last());
    error.map(|(number, _)| *number).or_else(|| report.lines().find_map(|line| line_of(line, source)))
}

/// The number of the first line of the cell with this text.
fn line_of(text: &str, source: &str) -> Option<usize> {
    let text = text.trim();
    source.lines().position(|line| !text.is_empty() && line.trim() == text).map(|index| index + 1)
}

/// A panic writes where it was, what it says, and a list of calls of which nothing is in the notebook. Where it was is
/// a line of the `program` that the engine wrote around the cell, in whose `text` the cell's own lines stand unchanged.
fn from_panic(stderr: &str, program: &Path, text: &str, source: &str) -> Failure {
    let lines: Vec<&str> = stderr.lines().collect();
    let place = lines.iter().rposition(|line| line.starts_with("thread ") && line.contains(" panicked at "));
    let words = match place {
        Some(place) => {
            let said = lines[place + 1..].iter().take_while(|line| !is_after_panic(line));
            said.copied().collect::<Vec<_>>().join("\n").trim_end().to_owned()
        }
        None => stderr.trim_end().to_owned(),
    };
    let line = place.and_then(|place| {
        let (_, at) = lines[place].split_once(" panicked at ")?;
        let mut parts = at.trim_end_matches(':').rsplitn(3, ':');
        let (_column, number, path) = (parts.next()?, parts.next()?, parts.next()?);
        let index = number.parse::<usize>().ok()?.checked_sub(1)?;
        // The compiler was given the path from the workspace's root.
        program.ends_with(path).then(|| text.lines().nth(index))?.and_then(|line| line_of(line, source))
    });
    Failure { name: "Panic", what: "panicked".to_owned(), words, line, in_outputs: false }
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

    fn compile_error(report: &[&str], source: &str) -> Failure {
        let mut outputs = Outputs::default();
        let cell = outputs.begin_cell();
        let error = json!({"ename": "Error", "evalue": "wrong", "traceback": report});
        outputs.collect(cell, JupyterMessageContent::from_type_and_content("error", error).unwrap());
        Failure::of(&Ending::Failed, outputs.cell(cell).unwrap(), source).unwrap()
    }

    #[test]
    fn a_compile_error_is_at_the_line_that_is_drawn() {
        let report = [
            "\u{1b}[31m[E0425] Error:\u{1b}[0m cannot find value `y`",
            "   ╭─[ command_12:1:1 ]",
            " \u{1b}[38;5;246m3 │\u{1b}[0m    y;",
            "   │    ┬",
            "   │    ╰── not found",
            "───╯",
        ];
        let failure = compile_error(&report, "let a =\n  1 +\n  y;");
        assert_eq!((failure.line, failure.what.as_str()), (Some(3), "does not compile"));
        assert!(failure.in_outputs);
        assert_eq!(failure.words, report.join("\n"));
    }

    #[test]
    fn among_several_drawn_lines_the_error_is_after_its_reasons_and_before_what_comes_later() {
        let borrow = [
            " 2 │ let a = &mut s;",
            "   │           ╰──── first mutable borrow occurs here",
            " 3 │ let b = &mut s;",
            "   │           ╰──── second mutable borrow occurs here",
            " 4 │ a.push('x');",
            "   │ ╰── first borrow later used here",
        ];
        assert_eq!(reported_line(&borrow.join("\n"), ""), Some(3));
        let moved = [
            " 2 │ let t = s;",
            "   │         ╰── value moved here",
            " 3 │ s.len();",
            "   │ ╰── value borrowed here after move",
            "   ├─[ command_2:1:1 ]",
            " 1 │ let s = String::new();",
        ];
        assert_eq!(reported_line(&moved.join("\n"), ""), Some(3));
    }

    #[test]
    fn without_a_drawing_the_repeated_line_is_found_in_the_cell() {
        let failure = compile_error(&["let b = zzz;", "        ^^^ not found"], "// größe\n  let b = zzz;\n");
        assert_eq!(failure.line, Some(2));
        let failure = compile_error(&["error: no matching package named `x` found"], ":dep x = \"1\"");
        assert_eq!((failure.line, failure.what.as_str()), (None, "failed"));
    }

    #[test]
    fn a_panic_is_told_in_its_own_words_without_the_list_of_calls() {
        let stderr = "a warning\n\nthread '<unnamed>' (71) panicked at cell/src/lib.rs:3:5:\nfirst\nsecond\nstack backtrace:\n   0: x\n";
        let text = "fn generated() {\n let a = v[9];\n let b = v[7];\n}";
        let panic =
            |program: &str, text: &str| from_panic(stderr, Path::new(program), text, "let a = v[9];\nlet b = v[7];");
        let failure = panic("/tmp/cell/src/lib.rs", text);
        assert_eq!((failure.words.as_str(), failure.line), ("first\nsecond", Some(2)));
        assert_eq!(panic("/tmp/cell/src/main.rs", text).line, None, "the panic was elsewhere");
        assert_eq!(panic("/tmp/cell/src/lib.rs", "too short").line, None);
        assert_eq!(from_panic("no such line\n", Path::new(""), "", "").words, "no such line");
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
