//! The names and calls around a place in incomplete code.

/// Returns whether the code ends inside a string or a comment.
pub(crate) fn is_in_text(before: &str) -> bool {
    scan(before).1
}

/// Returns the brackets that are open at the end of the code, and whether it ends inside a string or a comment.
fn scan(before: &str) -> (Vec<usize>, bool) {
    let mut open = Vec::new();
    let mut rest = before.char_indices().peekable();
    while let Some((at, c)) = rest.next() {
        match c {
            '(' | '[' | '{' => open.push(at),
            ')' | ']' | '}' => {
                open.pop();
            }
            '"' => loop {
                match rest.next() {
                    Some((_, '"')) => break,
                    Some((_, '\\')) => {
                        rest.next();
                    }
                    Some(_) => {}
                    None => return (open, true),
                }
            },
            // A character literal, which may be a bracket.
            '\'' if before[at + 1..].chars().nth(1) == Some('\'') => {
                rest.next();
                rest.next();
            }
            '/' if before[at..].starts_with("//") => {
                while rest.next_if(|(_, c)| *c != '\n').is_some() {}
                if rest.peek().is_none() {
                    return (open, true);
                }
            }
            _ => {}
        }
    }
    (open, false)
}

/// Returns where the name of the function begins and ends whose parentheses are open at the end of the code.
pub(crate) fn enclosing_call(before: &str) -> Option<(usize, usize)> {
    let (mut open, _) = scan(before);
    // A block in the parentheses is not an argument, but a list, as in `compile(…, [Accuracy])`, is.
    while let Some(bracket) = open.pop() {
        let bytes = before.as_bytes();
        if bytes[bracket] == b'{' {
            return None;
        }
        let name = name_before(before, bracket);
        if bytes[bracket] == b'(' && name.is_some() {
            return name;
        }
    }
    None
}

/// Returns where the name before this byte begins and ends.
pub(crate) fn name_before(code: &str, at: usize) -> Option<(usize, usize)> {
    let end = code[..at].trim_end_matches('!').len();
    let start = code[..end]
        .rfind(|c: char| !is_name_char(c))
        .map_or(0, |before| before + code[before..].chars().next().map_or(1, char::len_utf8));
    let is_name = code[start..end].starts_with(|c: char| c.is_alphabetic() || c == '_');
    is_name.then_some((start, end))
}

/// Returns whether a character may be part of a name.
pub(crate) fn is_name_char(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(before: &str) -> Option<&str> {
        enclosing_call(before).map(|(from, to)| &before[from..to])
    }

    #[test]
    fn the_innermost_open_call_is_found() {
        assert_eq!(name("model.fit(&train, Fit::new().epochs("), Some("epochs"));
        assert_eq!(name("model.fit(&train, Fit::new().epochs(3)"), Some("fit"));
        assert_eq!(name("m.compile(Adam::new(), Loss, [Acc"), Some("compile"));
        assert_eq!(name("println!(\"\\\"(\", "), Some("println"));
        assert_eq!(name("history.get(\"lo"), Some("get"));
        assert_eq!(name("f(1); // g(\n"), None);
        assert_eq!(name("f(|x| { "), None);
        assert_eq!(name("größe((1, "), Some("größe"));
        assert_eq!(name("split('(')"), None);
        assert_eq!(name("let x = "), None);
    }

    #[test]
    fn strings_and_comments_are_recognized() {
        assert!(is_in_text("get(\"lo") && is_in_text("1 // a") && is_in_text("\"\\\""));
        assert!(!is_in_text("get(\"loss\"") && !is_in_text("1 // a\n") && !is_in_text("let c = '\"'; a"));
    }
}
