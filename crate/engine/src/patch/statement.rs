//! Lets a cell note which of its statements it runs.
//!
//! A panic names a line of its own, which may be in a library or in a function of an earlier cell. The user looks for the line
//! of the cell that led to it. So behind each statement of the cell that ends its line with `;`, the number of the line is
//! noted at which the next one begins. Such a note is a store of a number: it costs no time, and no line or column moves.

use crate::lexer::comment;
use crate::tokens;

/// The variable that holds the number of the line.
const LINE: &str = "TEALIGHT_LINE";
/// How a note begins. The statement before it may be one that returns.
const NOTE: &str = " #[allow(unreachable_code)] TEALIGHT_LINE.store(";

/// What defines the variable, with the number of the first line.
pub(super) fn variable(first: usize) -> String {
    format!("static {LINE}: ::std::sync::atomic::AtomicUsize = ::std::sync::atomic::AtomicUsize::new({first}); ")
}

/// What gives the number of the line.
pub(super) fn value() -> String {
    format!("{LINE}.load(::std::sync::atomic::Ordering::Relaxed)")
}

/// Adds the notes to the lines of a cell. `first` is the number of the first of them in the program.
pub(super) fn note(lines: &mut [String], first: usize) {
    for end in ends(lines) {
        let next = lines[end + 1..].iter().position(|line| !line.trim().is_empty()).map_or(end + 1, |at| end + 1 + at);
        lines[end].push_str(&format!("{NOTE}{}, ::std::sync::atomic::Ordering::Relaxed);", first + next));
    }
}

/// A line without its note.
pub(crate) fn without(line: &str) -> &str {
    line.rsplit_once(NOTE).map_or(line, |(line, _)| line)
}

/// The lines that end with the `;` of a statement of the cell itself, outside of every bracket. There are none where the
/// code is not whole.
fn ends(lines: &[String]) -> Vec<usize> {
    let code = lines.join("\n");
    let semicolons: Vec<usize> = tokens::of(&code, 0)
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

/// Whether the end of a line is blank but for comments that end in it. A note would be part of any other comment.
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
        ends(&code.lines().map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn statements_that_end_their_line_are_found() {
        assert_eq!(ends_of("let a = 1;\nlet b = [\n    1; 2\n];\nf(a)"), [0, 3]);
        assert_eq!(ends_of("for i in 0..3 {\n    g(i);\n}\nlet c = if a { 1 } else { 2 };"), [3]);
        assert_eq!(
            ends_of("let f = |x: &'static str| x.len();\nlet q = '\"'; let e = '\\''; let u = '\\u{7d}';"),
            [0, 1]
        );
        assert_eq!(ends_of("let r = r#\"a;\n\" ; \"#;\nlet var = \"x\\\";\";"), [1, 2]);
    }

    #[test]
    fn nothing_is_added_to_texts_and_comments_or_to_code_that_is_not_whole() {
        assert_eq!(ends_of("let text = \"one;\ntwo;\n\";"), [2]);
        assert_eq!(ends_of("let a = 1; // one;\n/* two;\nthree; */\nlet b = 2; /* end */"), [3]);
        for broken in ["let a = (1;\nlet b = 2;", "let a = 1;\n}", "let a = \"x;\nlet b = 2;", "let a = 1;\n/* b;"] {
            assert!(ends_of(broken).is_empty(), "{broken}");
        }
    }

    #[test]
    fn a_note_is_the_line_of_the_next_statement_and_goes_again() {
        let code = "let a = 1;\n\nlet b = 2;\nb";
        let mut lines: Vec<String> = code.lines().map(str::to_owned).collect();
        note(&mut lines, 10);
        assert!(lines[0].contains("store(12, ") && lines[2].contains("store(13, "), "{lines:?}");
        let before: Vec<&str> = lines.iter().map(|line| without(line)).collect();
        assert_eq!(before.join("\n"), code);
    }
}
