//! Lets no error pass unseen where a cell forgets a `?`.
//!
//! `model.fit(&train, options);` compiles with a warning when its `Result` is not used, and where the training fails, nothing
//! says so. The compiler names the place. There this writes what a `?` does, and says with the error that the `?` was missing.
//! It converts to the error of the cell itself, so that it compiles where a `?` would leave the cell, and neither in a
//! function nor in a closure: there the warning is all that can be given.

use serde_json::Value;

use crate::signals::PLACE;

/// How evcxr begins the function that runs a cell.
const FUNCTION: &str = "pub extern \"C\" fn run_user_code_";
/// What is said behind the words of an error.
const MISSING: &str = "The `?` behind this call is missing: with `?`, the cell ends with this error by itself.";

/// A place in a program, both counted from 1; the column in characters.
type Place = (usize, usize);

/// A call whose `Result` is not used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Unused {
    /// The line in which the call begins.
    line: usize,
    end: Place,
}

impl Unused {
    /// The line in which the call ends.
    pub(super) fn last_line(self) -> usize {
        self.end.0
    }
}

/// The unused `Result` that this warning of the compiler's is about.
pub(super) fn unused(warning: &Value) -> Option<Unused> {
    let is_result = warning["message"].as_str()?.starts_with("unused `Result` that must be used");
    if !is_result || warning["code"]["code"] != "unused_must_use" {
        return None;
    }
    let span = warning["spans"].as_array()?.iter().find(|span| span["is_primary"] == true)?;
    if !span["expansion"].is_null() || !span["file_name"].as_str()?.ends_with("lib.rs") {
        return None;
    }
    let number = |name: &str| span[name].as_u64().and_then(|number| usize::try_from(number).ok());
    Some(Unused { line: number("line_start")?, end: (number("line_end")?, number("column_end")?) })
}

/// The program with what a `?` does behind these calls. None where none of them is in the cell itself.
pub(super) fn patched(program: &str, unused: &[Unused]) -> Option<String> {
    let mut lines: Vec<String> = program.lines().map(str::to_owned).collect();
    let function = lines.iter().rposition(|line| line.starts_with(FUNCTION))? + 1;
    if !program.contains("struct EvcxrUserCodeError") {
        return None;
    }
    let mut of_cell: Vec<_> = unused.iter().filter(|unused| unused.line > function).collect();
    // From the end, so that the columns of those before stay what they are.
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
        ".map_err(|evcxr_error| {{ ::std::eprintln!(\"{PLACE}{line}\"); ::std::eprintln!(\"{{evcxr_error}}\\n{MISSING}\"); \
         ::std::println!(\"EVCXR_ERROR_OCCURRED\"); EvcxrUserCodeError {{}} }})?"
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const PROGRAM: &str = "fn f() { g(); }\nstruct EvcxrUserCodeError {}\npub extern \"C\" fn run_user_code_1(\n\
                           g(); g();\ng(\n1\n);\nOk(())\n";

    fn warning(message: &str, from: Place, to: Place) -> Value {
        json!({"code": {"code": "unused_must_use"}, "message": message, "spans": [{"is_primary": true, "expansion": null,
            "file_name": "cell/src/lib.rs", "line_start": from.0, "column_start": from.1, "line_end": to.0, "column_end": to.1}]})
    }

    #[test]
    fn every_unused_result_of_the_cell_gets_a_question_mark() {
        let places = [((4, 1), (4, 4)), ((4, 6), (4, 9)), ((5, 1), (7, 2)), ((1, 10), (1, 13))];
        let found: Vec<_> = places
            .iter()
            .map(|(from, to)| unused(&warning("unused `Result` that must be used", *from, *to)).unwrap())
            .collect();
        let patched = patched(PROGRAM, &found).unwrap();
        let lines: Vec<&str> = patched.lines().collect();
        assert_eq!(lines.len(), PROGRAM.lines().count());
        assert_eq!(lines[0], "fn f() { g(); }", "a function is left alone");
        assert_eq!(lines[3], format!("g(){0}; g(){0};", addition(4)));
        assert_eq!(lines[6], format!("){};", addition(5)), "the line of the error is that in which the call begins");
    }

    #[test]
    fn what_is_no_result_is_left_alone() {
        assert_eq!(unused(&warning("unused return value of `Vec::len` that must be used", (4, 1), (4, 4))), None);
        let of_function = Unused { line: 1, end: (1, 13) };
        assert_eq!(patched(PROGRAM, &[of_function]), None);
    }
}
