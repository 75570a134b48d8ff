//! Lets a cell note which of its statements it runs.
//!
//! A panic names a line of its own, which may be in a library or in a function of an earlier cell. The user looks for the line
//! of the cell that led to it. So behind each statement of the cell that ends its line with `;`, the number of the line is
//! noted at which the next one begins. Such a note is a store of a number: it costs no time, and no line or column moves.

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
pub(in crate::engine) fn without(line: &str) -> &str {
    line.rsplit_once(NOTE).map_or(line, |(line, _)| line)
}

/// What a part of the code is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Code,
    /// A block comment within so many others.
    Comment(usize),
    Text,
    /// A raw string that ends with so many hashes.
    Raw(usize),
}

/// The lines that end with the `;` of a statement of the cell itself, outside of every bracket. There are none where the
/// code is not whole.
fn ends(lines: &[String]) -> Vec<usize> {
    let (mut part, mut depth, mut ends) = (Part::Code, 0_usize, Vec::new());
    for (number, line) in lines.iter().enumerate() {
        let signs: Vec<char> = line.chars().collect();
        let (mut at, mut last) = (0, None);
        while at < signs.len() {
            let rest = &signs[at..];
            let length = match part {
                Part::Code if rest.starts_with(&['/', '/']) => {
                    // A note would be part of the comment.
                    last = None;
                    break;
                }
                Part::Code if rest.starts_with(&['/', '*']) => {
                    part = Part::Comment(0);
                    2
                }
                Part::Code => {
                    let before = at.checked_sub(1).map(|before| signs[before]);
                    let (next, length) = token(rest, before);
                    part = next;
                    match rest[0] {
                        '(' | '[' | '{' if length == 1 => depth += 1,
                        ')' | ']' | '}' if length == 1 => match depth.checked_sub(1) {
                            Some(outer) => depth = outer,
                            None => return Vec::new(),
                        },
                        _ => {}
                    }
                    if !rest[0].is_whitespace() {
                        last = Some(rest[0]);
                    }
                    length
                }
                Part::Comment(depth) if rest.starts_with(&['*', '/']) => {
                    part = depth.checked_sub(1).map_or(Part::Code, Part::Comment);
                    2
                }
                Part::Comment(depth) if rest.starts_with(&['/', '*']) => {
                    part = Part::Comment(depth + 1);
                    2
                }
                Part::Text if rest[0] == '\\' => 2,
                Part::Text if rest[0] == '"' => {
                    part = Part::Code;
                    1
                }
                Part::Raw(hashes)
                    if rest[0] == '"' && rest[1..].iter().take_while(|sign| **sign == '#').count() >= hashes =>
                {
                    part = Part::Code;
                    1 + hashes
                }
                _ => 1,
            };
            at += length;
        }
        if part == Part::Code && depth == 0 && last == Some(';') {
            ends.push(number);
        }
    }
    if part == Part::Code && depth == 0 { ends } else { Vec::new() }
}

/// What follows the next token of code, and how long that is. Characters and the beginnings of texts are tokens; of all else,
/// one sign.
fn token(rest: &[char], before: Option<char>) -> (Part, usize) {
    let is_word = |sign: char| sign.is_alphanumeric() || sign == '_';
    match rest {
        ['"', ..] => (Part::Text, 1),
        // A letter of a name that ends in `r` begins no raw string.
        ['r', ..] | ['b' | 'c', 'r', ..] if !before.is_some_and(is_word) => {
            let prefix = if rest[0] == 'r' { 1 } else { 2 };
            let hashes = rest[prefix..].iter().take_while(|sign| **sign == '#').count();
            match rest.get(prefix + hashes) {
                Some('"') => (Part::Raw(hashes), prefix + hashes + 1),
                _ => (Part::Code, prefix),
            }
        }
        ['\'', '\\', ..] => {
            let end = rest.iter().skip(3).position(|sign| *sign == '\'').map_or(2, |end| end + 4);
            (Part::Code, end)
        }
        // Not a lifetime.
        ['\'', _, '\'', ..] => (Part::Code, 3),
        _ => (Part::Code, 1),
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
