//! What the compiler warns of in a cell that it takes.
//!
//! Of its many warnings, those are shown that help in a notebook and that are about this cell: nothing of earlier cells, of the
//! code around the cell, of names that have another style, and of what a later cell may still use.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::patch::statement;
use super::session;

/// The file in a session's folder that holds what the compiler warned of.
const FILE: &str = "warnings";
/// Marks a warning of an unused `Result` that has got its `?`.
pub(super) const ADDED: &str = "added_question_mark";
/// What is not worth a word in a notebook.
const QUIET: [&str; 16] = [
    "dead_code",
    "linker_messages",
    "non_camel_case_types",
    "non_snake_case",
    "non_upper_case_globals",
    "private_interfaces",
    "unused_assignments",
    "unused_attributes",
    "unused_braces",
    "unused_doc_comments",
    "unused_features",
    "unused_imports",
    "unused_labels",
    "unused_macros",
    "unused_mut",
    "unused_unsafe",
];
/// How many are shown at most.
const MOST: usize = 5;

/// Keeps what the compiler has warned of.
pub(super) fn keep(warnings: &[Value]) {
    if let Some(session) = session::of_this_process()
        && let Ok(text) = serde_json::to_vec(warnings)
    {
        // Without it, nothing is shown of them.
        let _ = fs::write(session.join(FILE), text);
    }
}

/// Another cell is about to be built.
pub(super) fn forget(session: &Path) {
    let _ = fs::remove_file(session.join(FILE));
}

/// What is shown of the warnings about the cell that was built last.
pub(super) fn of(session: &Path, code: &str) -> Vec<String> {
    let read = fs::read(session.join(FILE)).ok().and_then(|text| serde_json::from_slice::<Vec<Value>>(&text).ok());
    let mut shown: Vec<String> = Vec::new();
    for text in read.unwrap_or_default().iter().filter_map(|warning| text(warning, code)) {
        if !shown.contains(&text) {
            shown.push(text);
        }
    }
    let more = shown.len().saturating_sub(MOST);
    shown.truncate(MOST);
    if more > 0 {
        shown.push(format!("and {more} more warnings"));
    }
    shown
}

/// A warning with the line of the cell that it is about; none where there is no such line, or nothing to say.
fn text(warning: &Value, code: &str) -> Option<String> {
    let lint = warning["code"]["code"].as_str()?;
    if QUIET.contains(&lint) {
        return None;
    }
    let span = warning["spans"].as_array()?.iter().find(|span| span["is_primary"] == true)?;
    let line = statement::without(span["text"][0]["text"].as_str()?).trim();
    let is_code = line.chars().any(char::is_alphanumeric);
    if !is_code || !span["file_name"].as_str()?.ends_with("src/lib.rs") || !span["expansion"].is_null() {
        return None;
    }
    // A statement stands in a line of its own in the program, whatever is before and behind it in the cell.
    let (number, text) = code.lines().enumerate().find(|(_, text)| text.contains(line))?;
    let words = match lint {
        "unused_must_use" if warning[ADDED] == true => {
            "this call gives a `Result`, and its error would be lost: write `?` behind it".to_owned()
        }
        "unused_must_use" if warning["message"].as_str()?.starts_with("unused `Result`") => {
            "this call gives a `Result`, and where it is an error, nothing says so. Look at it, or write `let _ = ` before it".to_owned()
        }
        _ => warning["message"].as_str()?.to_owned(),
    };
    let mark = console::style("warning").yellow().bold().force_styling(true);
    Some(format!("{mark}: {words}\n  line {} │ {}", number + 1, text.trim()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const CELL: &str = "let x = 5;\nlet y = 1; if (x > 3) { println!(\"big\"); }";

    fn warning(lint: &str, line: &str) -> Value {
        json!({"code": {"code": lint}, "message": "unnecessary parentheses", "spans": [{"is_primary": true, "expansion": null,
            "file_name": "cell/src/lib.rs", "text": [{"text": line}]}]})
    }

    #[test]
    fn a_warning_has_its_line_of_the_cell() {
        let text = text(&warning("unused_parens", "if (x > 3) { println!(\"big\"); }"), CELL).unwrap();
        assert_eq!(
            console::strip_ansi_codes(&text),
            "warning: unnecessary parentheses\n  line 2 │ let y = 1; if (x > 3) { println!(\"big\"); }"
        );
    }

    #[test]
    fn what_is_not_about_the_cell_is_not_shown() {
        assert_eq!(text(&warning("unused_parens", "while (true) {}"), CELL), None);
        assert_eq!(text(&warning("unreachable_code", "}"), CELL), None);
        assert_eq!(text(&warning("unused_macros", "let x = 5;"), CELL), None);
    }

    #[test]
    fn warnings_are_few_and_each_is_shown_once() {
        let session = tempfile::tempdir().unwrap();
        let code: String = (0..9).map(|at| format!("f{at}();\n")).collect();
        let mut all: Vec<_> = (0..9).map(|at| warning("unused_must_use", &format!("f{at}();"))).collect();
        all.push(all[0].clone());
        fs::write(session.path().join(FILE), serde_json::to_vec(&all).unwrap()).unwrap();
        let shown = of(session.path(), &code);
        assert_eq!((shown.len(), shown[5].as_str()), (6, "and 4 more warnings"));
        forget(session.path());
        assert!(of(session.path(), &code).is_empty());
    }
}
