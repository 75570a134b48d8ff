//! Shows the value that a cell ends with in the way of its type.
//!
//! evcxr calls `evcxr_display` on the value, and where that does not compile it compiles the cell again to print the value with
//! `{:?}`. So each plain number costs two compilations, and any error that touches the line makes a figure a line of text. In
//! place of evcxr's call, this writes one that compiles for every type: tealight's [`LastValue`] decides by the type. An `Err`
//! ends the cell as `?` does, with the line of the value.
//!
//! [`LastValue`]: https://docs.rs/tealight/latest/tealight/notebook/index.html

use std::fs;
use std::ops::Range;
use std::path::Path;

use crate::signals::PLACE;

/// How evcxr begins the function that runs a cell.
const FUNCTION: &str = "pub extern \"C\" fn run_user_code_";
/// The lines that evcxr writes before and behind the value at first.
const FIRST: [&str; 2] = ["(", ").evcxr_display();"];
/// The lines that it writes where that did not compile.
const SECOND: [&str; 2] = ["evcxr_send_text_plain(&format!(\"{:?}\",&(", ")));"];
/// The line before the value in place of evcxr's.
const BEGIN: &str = "match &(";
/// What ends the line behind the value in place of evcxr's.
const SHOW: &str = "LastValue(evcxr_value).evcxr_display(); } }";
/// The same for a value that has no way to be shown.
const DESCRIBE: &str = "LastValue(evcxr_value).describe_type(); } }";
/// The file in a session's folder that is there once the user has chosen how evcxr is to print values.
const CHOSEN: &str = "chosen-format";

/// Notes where a cell chooses the format of values, by a command of evcxr's: then values are printed in evcxr's way.
pub(crate) fn note(session: &Path, code: &str) {
    if code.lines().any(|line| line.starts_with(":fmt") || line.starts_with(":types")) {
        // Without the note, values are shown as before.
        let _ = fs::write(session.join(CHOSEN), "");
    }
}

/// The program that shows its last value by its type. None where there is no such value, or no tealight.
pub(super) fn patched(session: &Path, program: &str) -> Option<String> {
    let manifest = fs::read_to_string(session.join("cell/Cargo.toml")).ok()?;
    let has_tealight = manifest.lines().any(|line| line.starts_with("tealight ="));
    if !has_tealight || session.join(CHOSEN).exists() { None } else { shown(program) }
}

fn shown(program: &str) -> Option<String> {
    let mut lines: Vec<&str> = program.lines().collect();
    let function = lines.iter().rposition(|line| line.starts_with(FUNCTION))?;
    let (begin, end) = place(&lines, function)?;
    // The line of the value, counted from 1: the first that is not blank.
    let value = (begin + 1..end).find(|line| !lines[*line].trim().is_empty())? + 1;
    let last = last_line(value, program.contains("struct EvcxrUserCodeError"));
    lines[begin] = BEGIN;
    lines[end] = &last;
    Some(lines.join("\n") + "\n")
}

/// The lines before and behind the value.
fn place(lines: &[&str], function: usize) -> Option<(usize, usize)> {
    let before = |line: &str| lines[function..].iter().rposition(|other| *other == line).map(|at| function + at);
    if let Some(begin) = before(SECOND[0]) {
        return before(SECOND[1]).filter(|end| *end > begin).map(|end| (begin, end));
    }
    let end = before(FIRST[1])?;
    let begins: Vec<usize> = (function..end).filter(|at| lines[*at] == FIRST[0]).collect();
    // A line of the cell's own may be a bracket alone, too; what is behind it is no expression then.
    let is_value = |begin: &usize| syn::parse_str::<syn::Expr>(&lines[begin + 1..end].join("\n")).is_ok();
    let begin = begins.iter().find(|begin| is_value(begin)).or(begins.last())?;
    Some((*begin, end))
}

/// The line behind the value, which is at this line of the program.
fn last_line(value: usize, has_question_mark: bool) -> String {
    let fail = if has_question_mark {
        format!(
            "::std::eprintln!(\"{PLACE}{value}\"); ::std::eprintln!(\"{{}}\", evcxr_error); \
             ::std::println!(\"EVCXR_ERROR_OCCURRED\"); return ::std::result::Result::Err(EvcxrUserCodeError {{}});"
        )
    } else {
        "::std::panic!(\"{}\", evcxr_error);".to_owned()
    };
    format!(
        ") {{ evcxr_value => {{ #[allow(unused_imports)] use ::tealight::notebook::last_value::{{DebugLast as _, \
         DebuggedError as _, DisplayedError as _, LastValue, NoError as _, ShowLast as _}}; \
         if let ::std::option::Option::Some(evcxr_error) = (&&LastValue(evcxr_value)).error() {{ {fail} }} {SHOW}"
    )
}

/// The number of the line behind the value in a program that shows it by its type, counted from 1.
pub(super) fn line(program: &str) -> Option<usize> {
    program.lines().position(|line| line.ends_with(SHOW)).map(|at| at + 1)
}

/// The lines of the value in a program that shows it by its type, counted from 1, at evcxr's first try.
pub(super) fn first_try(program: &str) -> Option<Range<usize>> {
    let end = line(program)?;
    let mut lines = program.lines().enumerate();
    let is_second = program.contains("fn evcxr_send_text_plain");
    let begin = lines.find(|(_, line)| *line == BEGIN).map(|(at, _)| at + 2)?;
    (!is_second).then_some(begin..end)
}

/// The program for a value that has no way to be shown.
pub(super) fn described(program: &str) -> Option<String> {
    let (before, after) = program.rsplit_once(SHOW)?;
    Some(format!("{before}{DESCRIBE}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn program(begin: &str, value: &str, end: &str) -> String {
        format!(
            "struct EvcxrUserCodeError {{}}\n{FUNCTION}3(\n) {{\n(|| {{\nlet a = 5;\n{begin}\n{value}\n{end}\n\
             evcxr_variable_store.put_variable::<i32>(stringify!(a), a);\nOk(())}})();\n}}\n"
        )
    }

    fn check(program: &str, value: usize) {
        let patched = shown(program).unwrap();
        assert_eq!(patched.lines().count(), program.lines().count(), "no line moves");
        assert!(patched.contains(&format!("{PLACE}{value}\"")), "{patched}");
        assert_eq!(patched.matches(BEGIN).count(), 1);
        assert!(first_try(&patched).is_some_and(|lines| lines.contains(&value)));
        assert!(shown(&patched).is_none(), "patched twice");
        let described = described(&patched).unwrap();
        assert!(line(&described).is_none() && described.contains("describe_type"));
    }

    #[test]
    fn a_value_is_shown_by_its_type_at_the_first_try_and_at_the_second() {
        for value in ["a", "a // the answer", "vec![1]\n    .len()", "// why\nmatch a {\n5 => 1,\n_ => 2\n}"] {
            check(&program(FIRST[0], value, FIRST[1]), 7);
            check(&program(SECOND[0], value, SECOND[1]), 7);
        }
    }

    #[test]
    fn brackets_of_the_cells_own_are_left_alone() {
        let own = program(FIRST[0], "f\n(\n1\n)", FIRST[1]);
        check(&own, 7);
        assert!(shown(&own).unwrap().contains("\nf\n(\n1\n)\n"));
        let before = program("let b =\n(\n1\n);\n(", "b", FIRST[1]);
        check(&before, 11);
        assert!(shown(&before).unwrap().contains("let b =\n(\n1\n);\n"));
    }

    #[test]
    fn a_cell_without_a_last_value_is_left_alone() {
        assert_eq!(shown(&program("let b = 1;", "let c = f(g(h(\n1\n)));", "let d = 2;")), None);
        assert_eq!(shown("fn main() {}\n"), None);
    }
}
