//! Whether a cell could be run as it stands: what a console asks before it runs a line.

use jupyter_protocol::IsCompleteReply;
use syn::parse::Parser as _;

use notebook_engine::lexer::{comment, raw_string, string};

/// Four blanks for each bracket that is open.
const INDENT: usize = 4;
/// More code is not parsed: it goes deeper for each bracket and sign, and the stack has an end.
const LONGEST: usize = 8 << 10;
/// Enough for each byte of it to be a level. Of what is not used, nothing is taken.
const STACK: usize = 256 << 20;

/// Says whether a cell is complete, goes on in the next line, or can't be made valid by anything that follows.
pub fn of(code: &str) -> IsCompleteReply {
    // evcxr's own commands are lines of their own.
    let is_command = |line: &&str| line.trim_start().starts_with([':', '!']);
    let rust: String = code.lines().filter(|line| !is_command(line)).flat_map(|line| [line, "\n"]).collect();
    let open = match open_brackets(&rust) {
        Brackets::Open(open) => open,
        Brackets::Unfinished => return IsCompleteReply::incomplete(String::new()),
        Brackets::Wrong => return IsCompleteReply::invalid(),
    };
    if open > 0 {
        return IsCompleteReply::incomplete(" ".repeat(open * INDENT));
    }
    if rust.len() > LONGEST {
        return IsCompleteReply::complete();
    }
    std::thread::scope(|scope| {
        let parser = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, || parsed(&rust));
        // Where there is no room for it, the brackets have to do.
        let reply = parser.ok().and_then(|parser| parser.join().ok());
        reply.unwrap_or_else(IsCompleteReply::complete)
    })
}

/// What the parser says of code whose brackets are all closed.
fn parsed(rust: &str) -> IsCompleteReply {
    match syn::Block::parse_within.parse_str(rust) {
        Ok(_) => IsCompleteReply::complete(),
        Err(error) if error.to_string().starts_with("unexpected end of input") => {
            IsCompleteReply::incomplete(String::new())
        }
        Err(_) => IsCompleteReply::invalid(),
    }
}

enum Brackets {
    /// So many are open at the end.
    Open(usize),
    /// A string or a comment is.
    Unfinished,
    /// One closes what was not opened.
    Wrong,
}

/// Counts brackets outside of strings, characters and comments.
fn open_brackets(code: &str) -> Brackets {
    let mut open = Vec::new();
    let mut rest = code;
    while let Some(first) = rest.chars().next() {
        let taken = match first {
            '(' | '[' | '{' => {
                open.push(first);
                1
            }
            ')' | ']' | '}' => {
                let opened = open.pop();
                if !matches!((opened, first), (Some('('), ')') | (Some('['), ']') | (Some('{'), '}')) {
                    return Brackets::Wrong;
                }
                1
            }
            '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => match comment(rest) {
                Some(end) => end,
                None => return Brackets::Unfinished,
            },
            'r' if let Some(end) = raw_string(rest) => match end {
                Some(end) => end,
                None => return Brackets::Unfinished,
            },
            '"' => match string(rest) {
                Some(end) => end,
                None => return Brackets::Unfinished,
            },
            '\'' => character(rest).unwrap_or(1),
            // The letters of a name: none of them begins a raw string.
            _ if is_name(first) => rest.find(|c: char| !is_name(c)).unwrap_or(rest.len()),
            _ => first.len_utf8(),
        };
        rest = &rest[taken..];
    }
    Brackets::Open(open.len())
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The length of a character; none where the quote begins the name of a lifetime.
fn character(text: &str) -> Option<usize> {
    let mut characters = text.char_indices().skip(1);
    let (_, first) = characters.next()?;
    if first == '\\' {
        // What is escaped, which may be a quote itself.
        characters.next()?;
        return characters.find(|(_, character)| *character == '\'').map(|(at, _)| at + 1);
    }
    let (at, second) = characters.next()?;
    (second == '\'').then_some(at + 1)
}

#[cfg(test)]
mod tests {
    use jupyter_protocol::IsCompleteReplyStatus;

    use super::of;

    fn status(code: &str) -> (&'static str, usize) {
        let reply = of(code);
        let status = match reply.status {
            IsCompleteReplyStatus::Complete => "complete",
            IsCompleteReplyStatus::Incomplete => "incomplete",
            IsCompleteReplyStatus::Invalid => "invalid",
            IsCompleteReplyStatus::Unknown => "unknown",
        };
        (status, reply.indent.len())
    }

    #[test]
    fn whole_cells_are_complete() {
        for code in [
            "",
            "1 + 2",
            "let x = 1;\nx",
            "fn f(x: i32) -> i32 { x }",
            ":dep tealight = { path = \"..\" }\nuse tealight::prelude::*;",
            "!ls (",
            "let s = \"(\"; let c = '('; let r = r#\"{\"\"#; // (",
            "fn f<'a>(x: &'a str) -> &'a str { x }",
            "/* ( /* [ */ */ let c = '\\''; let q = '\"';",
            "for i in 0..3 { println!(\"{i}\"); }",
        ] {
            assert_eq!(status(code).0, "complete", "{code}");
        }
    }

    #[test]
    fn code_of_any_depth_is_answered() {
        for (part, count) in
            [("!", 8_000), ("!", 100_000), ("1 + ", 2_000), ("|x| ", 2_000), ("a = ", 2_000), ("{", 4_000)]
        {
            let close = if part == "{" { "}" } else { "" };
            let code = part.repeat(count) + "1" + &close.repeat(count);
            assert_eq!(status(&code).0, "complete", "{count} times {part:?}");
        }
    }

    #[test]
    fn what_goes_on_is_incomplete_and_indents() {
        assert_eq!(status("fn f() {"), ("incomplete", 4));
        assert_eq!(status("for i in 0..3 {\n    if i > (1"), ("incomplete", 8));
        assert_eq!(status("let x ="), ("incomplete", 0));
        assert_eq!(status("let s = \"abc"), ("incomplete", 0));
        assert_eq!(status("/* comment"), ("incomplete", 0));
        assert_eq!(status("let r = r#\"abc\""), ("incomplete", 0));
        // A quote that escapes nothing, or a letter of several bytes.
        assert_eq!(status("(b'\\"), ("incomplete", 4));
        assert_eq!(status("('\\é"), ("incomplete", 4));
    }

    #[test]
    fn what_nothing_can_complete_is_invalid() {
        for code in ["let x = 1)", "let = 3;", "fn f() }", "1 2 3;", "(]"] {
            assert_eq!(status(code).0, "invalid", "{code}");
        }
    }
}
