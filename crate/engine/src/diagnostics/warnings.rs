//! The compiler's warnings about a cell that compiles.
//!
//! Only warnings that help in a notebook and that are about this cell are shown. Those about earlier cells, the generated code,
//! the style of names and things that a later cell may use are omitted.

use std::path::Path;

use serde_json::Value;

use crate::patch::{compiler_warnings, line_markers};

/// The lints whose warnings don't help in a notebook.
const HIDDEN_LINTS: [&str; 16] = [
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
/// The number of warnings that are shown.
const MAX_WARNINGS: usize = 5;

/// Returns the warnings about the cell that was built last, as they are shown.
pub(crate) fn of_cell(session: &Path, code: &str) -> Vec<String> {
    let mut shown: Vec<String> = Vec::new();
    for text in compiler_warnings::load(session).iter().filter_map(|warning| render(warning, code)) {
        if !shown.contains(&text) {
            shown.push(text);
        }
    }
    let more = shown.len().saturating_sub(MAX_WARNINGS);
    shown.truncate(MAX_WARNINGS);
    if more > 0 {
        shown.push(format!("and {more} more warnings"));
    }
    shown
}

/// Returns a warning with its line of the cell, or `None` if it is not shown.
fn render(warning: &Value, code: &str) -> Option<String> {
    let lint = warning["code"]["code"].as_str()?;
    if HIDDEN_LINTS.contains(&lint) {
        return None;
    }
    let span = warning["spans"].as_array()?.iter().find(|span| span["is_primary"] == true)?;
    let line = line_markers::remove(span["text"][0]["text"].as_str()?).trim();
    let is_code = line.chars().any(char::is_alphanumeric);
    if !is_code || !span["file_name"].as_str()?.ends_with("src/lib.rs") || !span["expansion"].is_null() {
        return None;
    }
    // In the program each statement has its own line, whatever is before and after it in the cell.
    let (number, text) = code.lines().enumerate().find(|(_, text)| text.contains(line))?;
    let message = match lint {
        "unused_must_use" if warning[compiler_warnings::QUESTION_MARK_ADDED] == true => {
            "this call gives a `Result`, and its error would be lost: write `?` behind it".to_owned()
        }
        "unused_must_use" if warning["message"].as_str()?.starts_with("unused `Result`") => {
            "this call gives a `Result`, and where it is an error, nothing says so. Look at it, or write `let _ = ` before it".to_owned()
        }
        _ => warning["message"].as_str()?.to_owned(),
    };
    let mark = console::style("warning").yellow().bold().force_styling(true);
    Some(format!("{mark}: {message}\n  line {} │ {}", number + 1, text.trim()))
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
        let text = render(&warning("unused_parens", "if (x > 3) { println!(\"big\"); }"), CELL).unwrap();
        assert_eq!(
            console::strip_ansi_codes(&text),
            "warning: unnecessary parentheses\n  line 2 │ let y = 1; if (x > 3) { println!(\"big\"); }"
        );
    }

    #[test]
    fn warnings_about_other_code_are_not_shown() {
        assert_eq!(render(&warning("unused_parens", "while (true) {}"), CELL), None);
        assert_eq!(render(&warning("unreachable_code", "}"), CELL), None);
        assert_eq!(render(&warning("unused_macros", "let x = 5;"), CELL), None);
    }

    #[test]
    fn warnings_are_few_and_each_is_shown_once() {
        let session = tempfile::tempdir().unwrap();
        let code: String = (0..9).map(|at| format!("f{at}();\n")).collect();
        let mut all: Vec<_> = (0..9).map(|at| warning("unused_must_use", &format!("f{at}();"))).collect();
        all.push(all[0].clone());
        compiler_warnings::store_for_test(session.path(), &all);
        let shown = of_cell(session.path(), &code);
        assert_eq!((shown.len(), shown[5].as_str()), (6, "and 4 more warnings"));
        compiler_warnings::clear(session.path());
        assert!(of_cell(session.path(), &code).is_empty());
    }
}
