//! Reports the error of a call whose `?` is missing.
//!
//! `model.fit(&train, options);` compiles with a warning if its `Result` is not used, and if the call fails, no one sees the
//! error. The compiler's warning has the place. This patch adds there what a `?` does, and a message that the `?` is missing.
//! It converts to the error type of the cell, so it compiles only where a `?` would leave the cell, and neither in a function
//! nor in a closure: there the user gets the warning alone.

use serde_json::Value;

use super::generated::{ERROR_TYPE_DEFINITION, PRINT_ERROR_SIGNAL, RUN_FUNCTION};
use crate::signal_lines::ERROR_LINE;

/// The sentence after the message of an error.
const MISSING_MARK: &str = "The `?` behind this call is missing: with `?`, the cell ends with this error by itself.";

/// A line and a column in characters, both counted from 1.
type Position = (usize, usize);

/// A call whose `Result` is not used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct UnusedResult {
    /// The line in which the call begins.
    line: usize,
    end: Position,
}

impl UnusedResult {
    /// Returns the line in which the call ends.
    pub(super) fn last_line(self) -> usize {
        self.end.0
    }
}

/// Returns the call that a warning about an unused `Result` is about.
pub(super) fn parse_warning(warning: &Value) -> Option<UnusedResult> {
    let is_result = warning["message"].as_str()?.starts_with("unused `Result` that must be used");
    if !is_result || warning["code"]["code"] != "unused_must_use" {
        return None;
    }
    let span = warning["spans"].as_array()?.iter().find(|span| span["is_primary"] == true)?;
    if !span["expansion"].is_null() || !span["file_name"].as_str()?.ends_with("lib.rs") {
        return None;
    }
    let number = |name: &str| span[name].as_u64().and_then(|number| usize::try_from(number).ok());
    Some(UnusedResult { line: number("line_start")?, end: (number("line_end")?, number("column_end")?) })
}

/// Returns the program with the effect of a `?` after these calls, or `None` if none of them is in the cell itself.
pub(super) fn patched(program: &str, unused: &[UnusedResult]) -> Option<String> {
    let mut lines: Vec<String> = program.lines().map(str::to_owned).collect();
    let function = lines.iter().rposition(|line| line.starts_with(RUN_FUNCTION))? + 1;
    if !program.contains(ERROR_TYPE_DEFINITION) {
        return None;
    }
    let mut of_cell: Vec<_> = unused.iter().filter(|unused| unused.line > function).collect();
    // From the end, so that the columns of the earlier ones stay valid.
    of_cell.sort_by_key(|unused| std::cmp::Reverse(unused.end));
    for unused in &of_cell {
        let (line, column) = unused.end;
        let text = lines.get_mut(line.checked_sub(1)?)?;
        let at = text.char_indices().nth(column.checked_sub(1)?).map_or(text.len(), |(at, _)| at);
        text.insert_str(at, &addition(unused.line));
    }
    (!of_cell.is_empty()).then(|| lines.join("\n") + "\n")
}

fn addition(line: usize) -> String {
    format!(
        ".map_err(|evcxr_error| {{ ::std::eprintln!(\"{ERROR_LINE}{line}\"); ::std::eprintln!(\"{{evcxr_error}}\\n{MISSING_MARK}\"); \
         {PRINT_ERROR_SIGNAL} EvcxrUserCodeError {{}} }})?"
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const PROGRAM: &str = "fn f() { g(); }\nstruct EvcxrUserCodeError {}\npub extern \"C\" fn run_user_code_1(\n\
                           g(); g();\ng(\n1\n);\nOk(())\n";

    fn warning(message: &str, from: Position, to: Position) -> Value {
        json!({"code": {"code": "unused_must_use"}, "message": message, "spans": [{"is_primary": true, "expansion": null,
            "file_name": "cell/src/lib.rs", "line_start": from.0, "column_start": from.1, "line_end": to.0, "column_end": to.1}]})
    }

    #[test]
    fn each_unused_result_of_the_cell_gets_a_question_mark() {
        let places = [((4, 1), (4, 4)), ((4, 6), (4, 9)), ((5, 1), (7, 2)), ((1, 10), (1, 13))];
        let found: Vec<_> = places
            .iter()
            .map(|(from, to)| parse_warning(&warning("unused `Result` that must be used", *from, *to)).unwrap())
            .collect();
        let patched = patched(PROGRAM, &found).unwrap();
        let lines: Vec<&str> = patched.lines().collect();
        assert_eq!(lines.len(), PROGRAM.lines().count());
        assert_eq!(lines[0], "fn f() { g(); }", "a function is not patched");
        assert_eq!(lines[3], format!("g(){0}; g(){0};", addition(4)));
        assert_eq!(lines[6], format!("){};", addition(5)), "the error has the line in which the call begins");
    }

    #[test]
    fn other_unused_values_are_not_patched() {
        assert_eq!(
            parse_warning(&warning("unused return value of `Vec::len` that must be used", (4, 1), (4, 4))),
            None
        );
        let of_function = UnusedResult { line: 1, end: (1, 13) };
        assert_eq!(patched(PROGRAM, &[of_function]), None);
    }
}
