//! Completeness of code: the answer to `is_complete_request`, which consoles send before they run a line.

use jupyter_protocol::IsCompleteReply;
use syn::parse::Parser as _;

use notebook_engine::lexer::{comment, raw_string, string};

/// The spaces of indentation for each open bracket.
const INDENT: usize = 4;
/// Longer code is not parsed: the parser recurses per nesting level and could overflow the stack.
const MAX_PARSED_BYTES: usize = 8 << 10;
/// The stack of the parser: enough if each byte is a nesting level. Untouched pages are not committed.
const PARSER_STACK_BYTES: usize = 256 << 20;

/// Returns whether code is complete, continues in the next line, or cannot become valid by anything that follows.
pub fn check(code: &str) -> IsCompleteReply {
    // Each of evcxr's commands is a line.
    let is_command = |line: &&str| line.trim_start().starts_with([':', '!']);
    let rust: String = code.lines().filter(|line| !is_command(line)).flat_map(|line| [line, "\n"]).collect();
    let open = match open_brackets(&rust) {
        Brackets::Open(open) => open,
        Brackets::Unfinished => return IsCompleteReply::incomplete(String::new()),
        Brackets::Mismatched => return IsCompleteReply::invalid(),
    };
    if open > 0 {
        return IsCompleteReply::incomplete(" ".repeat(open * INDENT));
    }
    if rust.len() > MAX_PARSED_BYTES {
        return IsCompleteReply::complete();
    }
    std::thread::scope(|scope| {
        let parser = std::thread::Builder::new().stack_size(PARSER_STACK_BYTES).spawn_scoped(scope, || parse(&rust));
        // If the thread cannot be started, balanced brackets count as complete.
        let reply = parser.ok().and_then(|parser| parser.join().ok());
        reply.unwrap_or_else(IsCompleteReply::complete)
    })
}

/// Parses code whose brackets are all closed.
fn parse(rust: &str) -> IsCompleteReply {
    match syn::Block::parse_within.parse_str(rust) {
        Ok(_) => IsCompleteReply::complete(),
        Err(error) if error.to_string().starts_with("unexpected end of input") => {
            IsCompleteReply::incomplete(String::new())
        }
        Err(_) => IsCompleteReply::invalid(),
    }
}

enum Brackets {
    /// The number of brackets that are open at the end.
    Open(usize),
    /// A string or a comment is open at the end.
    Unfinished,
    /// A closing bracket has no matching opening one.
    Mismatched,
}

/// Counts open brackets outside of strings, characters and comments.
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
                    return Brackets::Mismatched;
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
            '\'' => character_literal(rest).unwrap_or(1),
            // The letters of an identifier: none of them begins a raw string.
            _ if is_identifier_character(first) => {
                rest.find(|c: char| !is_identifier_character(c)).unwrap_or(rest.len())
            }
            _ => first.len_utf8(),
        };
        rest = &rest[taken..];
    }
    Brackets::Open(open.len())
}

fn is_identifier_character(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Returns the length of a character literal, or `None` if the quote begins a lifetime.
fn character_literal(text: &str) -> Option<usize> {
    let mut characters = text.char_indices().skip(1);
    let (_, first) = characters.next()?;
    if first == '\\' {
        // The escaped character, which may be a quote itself.
        characters.next()?;
        return characters.find(|(_, character)| *character == '\'').map(|(at, _)| at + 1);
    }
    let (at, second) = characters.next()?;
    (second == '\'').then_some(at + 1)
}

#[cfg(test)]
mod tests {
    use jupyter_protocol::IsCompleteReplyStatus;

    use super::check;

    fn status(code: &str) -> (&'static str, usize) {
        let reply = check(code);
        let status = match reply.status {
            IsCompleteReplyStatus::Complete => "complete",
            IsCompleteReplyStatus::Incomplete => "incomplete",
            IsCompleteReplyStatus::Invalid => "invalid",
            IsCompleteReplyStatus::Unknown => "unknown",
        };
        (status, reply.indent.len())
    }

    #[test]
    fn complete_cells() {
        for code in [
            "",
            "1 + 2",
            "let x = 1;\nx",
            "fn f(x: i32) -> i32 { x }",
            ":dep mylib = { path = \"..\" }\nuse mylib::prelude::*;",
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
    fn deeply_nested_code_does_not_overflow_the_stack() {
        for (part, count) in
            [("!", 8_000), ("!", 100_000), ("1 + ", 2_000), ("|x| ", 2_000), ("a = ", 2_000), ("{", 4_000)]
        {
            let close = if part == "{" { "}" } else { "" };
            let code = part.repeat(count) + "1" + &close.repeat(count);
            assert_eq!(status(&code).0, "complete", "{count} times {part:?}");
        }
    }

    #[test]
    fn incomplete_cells_and_their_indentation() {
        assert_eq!(status("fn f() {"), ("incomplete", 4));
        assert_eq!(status("for i in 0..3 {\n    if i > (1"), ("incomplete", 8));
        assert_eq!(status("let x ="), ("incomplete", 0));
        assert_eq!(status("let s = \"abc"), ("incomplete", 0));
        assert_eq!(status("/* comment"), ("incomplete", 0));
        assert_eq!(status("let r = r#\"abc\""), ("incomplete", 0));
        // A quote before a lone backslash, and a multibyte character.
        assert_eq!(status("(b'\\"), ("incomplete", 4));
        assert_eq!(status("('\\é"), ("incomplete", 4));
    }

    #[test]
    fn invalid_cells() {
        for code in ["let x = 1)", "let = 3;", "fn f() }", "1 2 3;", "(]"] {
            assert_eq!(status(code).0, "invalid", "{code}");
        }
    }
}
