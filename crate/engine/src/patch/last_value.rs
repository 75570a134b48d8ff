//! Shows the value that a cell ends with by its type.
//!
//! evcxr calls `evcxr_display` on the value, and if that does not compile, it compiles the cell again to print the value with
//! `{:?}`. So a plain number costs two compilations, and an error in the last line turns a figure into a line of text. This patch
//! writes a call that compiles for every type: `LastValue` in the host's library decides by the type. An `Err` ends the cell as `?`
//! does, with the line of the value.
//!
//! The library's module ([`HostLibrary::last_value`]) has `LastValue`, with the methods `evcxr_display`, `error` and
//! `describe_type`, and the traits `DebugLast`, `DebuggedError`, `DisplayedError`, `NoError` and `ShowLast`.

use std::fs;
use std::ops::Range;
use std::path::Path;

use super::generated::{ERROR_TYPE_DEFINITION, PRINT_ERROR_SIGNAL, RUN_FUNCTION};
use crate::host_library::HostLibrary;
use crate::layout;
use crate::signal_lines::ERROR_LINE;

/// The lines that evcxr writes before and after the value at its first attempt.
const FIRST_ATTEMPT: [&str; 2] = ["(", ").evcxr_display();"];
/// The lines that it writes at its second attempt, if the first did not compile.
const SECOND_ATTEMPT: [&str; 2] = ["evcxr_send_text_plain(&format!(\"{:?}\",&(", ")));"];
/// The patched line before the value.
const LINE_BEFORE: &str = "match &(";
/// The end of the patched line after the value.
const SHOW_CALL: &str = "LastValue(evcxr_value).evcxr_display(); } }";
/// The same for a value that has no representation.
const DESCRIBE_CALL: &str = "LastValue(evcxr_value).describe_type(); } }";
/// The file in a session's folder that exists once the user has chosen a format for values.
const FORMAT_CHOSEN_FILE: &str = "chosen-format";

/// Records whether a cell chooses a format for values by a command of evcxr's. Then evcxr prints the values.
pub(crate) fn record_format_choice(session: &Path, code: &str) {
    let chooses = code.lines().any(|line| line.starts_with(":fmt") || line.starts_with(":types"));
    if chooses && let Err(error) = fs::write(session.join(FORMAT_CHOSEN_FILE), "") {
        tracing::debug!(%error, "the chosen format could not be recorded");
    }
}

/// Returns the program that shows its last value by its type, or `None` if it has no last value or no library that shows it.
pub(super) fn patched(session: &Path, program: &str, library: Option<&HostLibrary>) -> Option<String> {
    let library = library?;
    let module = library.last_value?;
    let manifest = fs::read_to_string(layout::cell_manifest(session)).ok()?;
    let has_library = manifest.lines().any(|line| library.is_dependency_line(line));
    if !has_library || session.join(FORMAT_CHOSEN_FILE).exists() { None } else { with_last_value(program, module) }
}

fn with_last_value(program: &str, module: &str) -> Option<String> {
    let mut lines: Vec<&str> = program.lines().collect();
    let function = lines.iter().rposition(|line| line.starts_with(RUN_FUNCTION))?;
    let (begin, end) = lines_around_value(&lines, function)?;
    // The line of the value, counted from 1, is the first that is not blank.
    let value = (begin + 1..end).find(|line| !lines[*line].trim().is_empty())? + 1;
    let last = line_after(value, program.contains(ERROR_TYPE_DEFINITION), module);
    lines[begin] = LINE_BEFORE;
    lines[end] = &last;
    Some(lines.join("\n") + "\n")
}

/// Returns the lines before and after the value.
fn lines_around_value(lines: &[&str], function: usize) -> Option<(usize, usize)> {
    let before = |line: &str| lines[function..].iter().rposition(|other| *other == line).map(|at| function + at);
    if let Some(begin) = before(SECOND_ATTEMPT[0]) {
        return before(SECOND_ATTEMPT[1]).filter(|end| *end > begin).map(|end| (begin, end));
    }
    let end = before(FIRST_ATTEMPT[1])?;
    let begins: Vec<usize> = (function..end).filter(|at| lines[*at] == FIRST_ATTEMPT[0]).collect();
    // A line of the cell may be a single bracket, too; the lines after it are not an expression then.
    let is_value = |begin: &usize| syn::parse_str::<syn::Expr>(&lines[begin + 1..end].join("\n")).is_ok();
    let begin = begins.iter().find(|begin| is_value(begin)).or(begins.last())?;
    Some((*begin, end))
}

/// Returns the patched line after the value. `value` is the line of the value in the program.
fn line_after(value: usize, has_question_mark: bool, module: &str) -> String {
    let fail = if has_question_mark {
        format!(
            "::std::eprintln!(\"{ERROR_LINE}{value}\"); ::std::eprintln!(\"{{}}\", evcxr_error); \
             {PRINT_ERROR_SIGNAL} return ::std::result::Result::Err(EvcxrUserCodeError {{}});"
        )
    } else {
        "::std::panic!(\"{}\", evcxr_error);".to_owned()
    };
    format!(
        ") {{ evcxr_value => {{ #[allow(unused_imports)] use ::{module}::{{DebugLast as _, \
         DebuggedError as _, DisplayedError as _, LastValue, NoError as _, ShowLast as _}}; \
         if let ::std::option::Option::Some(evcxr_error) = (&&LastValue(evcxr_value)).error() {{ {fail} }} {SHOW_CALL}"
    )
}

/// Returns the number of the line after the value in a patched program, counted from 1.
pub(super) fn line_of_call(program: &str) -> Option<usize> {
    program.lines().position(|line| line.ends_with(SHOW_CALL)).map(|at| at + 1)
}

/// Returns the lines of the value in a patched program, counted from 1, at evcxr's first attempt.
pub(super) fn value_lines_at_first_attempt(program: &str) -> Option<Range<usize>> {
    let end = line_of_call(program)?;
    let mut lines = program.lines().enumerate();
    let is_second = program.contains("fn evcxr_send_text_plain");
    let begin = lines.find(|(_, line)| *line == LINE_BEFORE).map(|(at, _)| at + 2)?;
    (!is_second).then_some(begin..end)
}

/// Returns the program that describes the type of its last value, which has no representation.
pub(super) fn with_description(program: &str) -> Option<String> {
    let (before, after) = program.rsplit_once(SHOW_CALL)?;
    Some(format!("{before}{DESCRIBE_CALL}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn program(begin: &str, value: &str, end: &str) -> String {
        format!(
            "struct EvcxrUserCodeError {{}}\n{RUN_FUNCTION}3(\n) {{\n(|| {{\nlet a = 5;\n{begin}\n{value}\n{end}\n\
             evcxr_variable_store.put_variable::<i32>(stringify!(a), a);\nOk(())}})();\n}}\n"
        )
    }

    fn show(program: &str) -> Option<String> {
        with_last_value(program, "nets::notebook::last_value")
    }

    fn check(program: &str, value: usize) {
        let patched = show(program).unwrap();
        assert_eq!(patched.lines().count(), program.lines().count(), "no line moves");
        assert!(patched.contains(&format!("{ERROR_LINE}{value}\"")), "{patched}");
        assert_eq!(patched.matches(LINE_BEFORE).count(), 1);
        assert!(value_lines_at_first_attempt(&patched).is_some_and(|lines| lines.contains(&value)));
        assert!(show(&patched).is_none(), "patched twice");
        let described = with_description(&patched).unwrap();
        assert!(line_of_call(&described).is_none() && described.contains("describe_type"));
    }

    #[test]
    fn a_value_is_shown_by_its_type_at_both_attempts() {
        for value in ["a", "a // the answer", "vec![1]\n    .len()", "// why\nmatch a {\n5 => 1,\n_ => 2\n}"] {
            check(&program(FIRST_ATTEMPT[0], value, FIRST_ATTEMPT[1]), 7);
            check(&program(SECOND_ATTEMPT[0], value, SECOND_ATTEMPT[1]), 7);
        }
    }

    #[test]
    fn brackets_of_the_cell_are_not_patched() {
        let own = program(FIRST_ATTEMPT[0], "f\n(\n1\n)", FIRST_ATTEMPT[1]);
        check(&own, 7);
        assert!(show(&own).unwrap().contains("\nf\n(\n1\n)\n"));
        let before = program("let b =\n(\n1\n);\n(", "b", FIRST_ATTEMPT[1]);
        check(&before, 11);
        assert!(show(&before).unwrap().contains("let b =\n(\n1\n);\n"));
    }

    #[test]
    fn a_cell_without_a_last_value_is_not_patched() {
        assert_eq!(show(&program("let b = 1;", "let c = f(g(h(\n1\n)));", "let d = 2;")), None);
        assert_eq!(show("fn main() {}\n"), None);
    }
}
