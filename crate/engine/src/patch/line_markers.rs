//! Markers that record which line of a cell runs.
//!
//! A panic names a line that may be in a library or in a function of an earlier cell, but the user looks for the line of the cell
//! that led to it. So after each statement of the cell that ends its line with `;`, a marker stores the number of the line at
//! which the next one begins. Storing a number costs no time, and no line or column moves.

use crate::lexer::comment;
use crate::token_tree;

/// The variable that holds the number of the line.
const LINE_VARIABLE: &str = "NOTEBOOK_LINE";
/// The beginning of a marker. The statement before it may be one that returns.
const MARKER: &str = " #[allow(unreachable_code)] NOTEBOOK_LINE.store(";

/// Returns the declaration of the variable, with the number of the first line.
pub(super) fn declaration(first: usize) -> String {
    format!(
        "static {LINE_VARIABLE}: ::std::sync::atomic::AtomicUsize = ::std::sync::atomic::AtomicUsize::new({first}); "
    )
}

/// Returns the expression for the number of the line that ran last.
pub(super) fn current_line() -> String {
    format!("{LINE_VARIABLE}.load(::std::sync::atomic::Ordering::Relaxed)")
}

/// Adds markers to the lines of a cell. `first` is the number of the first line in the program.
pub(super) fn add(lines: &mut [String], first: usize) {
    for end in statement_ends(lines) {
        let next = lines[end + 1..].iter().position(|line| !line.trim().is_empty()).map_or(end + 1, |at| end + 1 + at);
        lines[end].push_str(&format!("{MARKER}{}, ::std::sync::atomic::Ordering::Relaxed);", first + next));
    }
}

/// Returns a line without its marker.
pub(crate) fn remove(line: &str) -> &str {
    line.rsplit_once(MARKER).map_or(line, |(line, _)| line)
}

/// Returns the lines that end with the `;` of a statement outside of all brackets. Incomplete code has none.
fn statement_ends(lines: &[String]) -> Vec<usize> {
    let code = lines.join("\n");
    let semicolons: Vec<usize> = token_tree::parse(&code, 0)
        .unwrap_or_default()
        .iter()
        .filter(|token| token.is_sign(';'))
        .map(|token| token.end)
        .collect();
    let mut start = 0;
    let mut ends = Vec::new();
    for (number, line) in lines.iter().enumerate() {
        let end = start + line.len();
        let last = semicolons.iter().rev().find(|&&at| start < at && at <= end);
        if last.is_some_and(|&at| is_blank(&code[at..end])) {
            ends.push(number);
        }
        start = end + 1;
    }
    ends
}

/// Returns whether the rest of a line is blank except for comments that end in it. A marker would be part of any other comment.
fn is_blank(mut rest: &str) -> bool {
    loop {
        rest = rest.trim_start();
        match comment(rest).filter(|_| rest.starts_with("/*")) {
            Some(length) => rest = &rest[length..],
            None => return rest.is_empty(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ends_of(code: &str) -> Vec<usize> {
        statement_ends(&code.lines().map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn statements_at_the_end_of_a_line_are_found() {
        assert_eq!(ends_of("let a = 1;\nlet b = [\n    1; 2\n];\nf(a)"), [0, 3]);
        assert_eq!(ends_of("for i in 0..3 {\n    g(i);\n}\nlet c = if a { 1 } else { 2 };"), [3]);
        assert_eq!(
            ends_of("let f = |x: &'static str| x.len();\nlet q = '\"'; let e = '\\''; let u = '\\u{7d}';"),
            [0, 1]
        );
        assert_eq!(ends_of("let r = r#\"a;\n\" ; \"#;\nlet var = \"x\\\";\";"), [1, 2]);
    }

    #[test]
    fn strings_comments_and_incomplete_code_get_no_markers() {
        assert_eq!(ends_of("let text = \"one;\ntwo;\n\";"), [2]);
        assert_eq!(ends_of("let a = 1; // one;\n/* two;\nthree; */\nlet b = 2; /* end */"), [3]);
        for broken in ["let a = (1;\nlet b = 2;", "let a = 1;\n}", "let a = \"x;\nlet b = 2;", "let a = 1;\n/* b;"] {
            assert!(ends_of(broken).is_empty(), "{broken}");
        }
    }

    #[test]
    fn a_marker_has_the_line_of_the_next_statement_and_can_be_removed() {
        let code = "let a = 1;\n\nlet b = 2;\nb";
        let mut lines: Vec<String> = code.lines().map(str::to_owned).collect();
        add(&mut lines, 10);
        assert!(lines[0].contains("store(12, ") && lines[2].contains("store(13, "), "{lines:?}");
        let before: Vec<&str> = lines.iter().map(|line| remove(line)).collect();
        assert_eq!(before.join("\n"), code);
    }
}
