//! Finds the ends of Rust's comments and strings.

/// Returns the length of the block comment at the beginning of `text`. Comments nest. Returns `None` if it does not end.
#[must_use]
pub fn comment(text: &str) -> Option<usize> {
    let (mut depth, mut at) = (0_usize, 0);
    loop {
        let rest = text.get(at..)?;
        if rest.starts_with("/*") {
            (depth, at) = (depth + 1, at + 2);
        } else if rest.starts_with("*/") {
            (depth, at) = (depth - 1, at + 2);
        } else {
            at += rest.chars().next()?.len_utf8();
        }
        if depth == 0 {
            return Some(at);
        }
    }
}

/// Returns the length of the string at the beginning of `text`, which may contain escaped quotes. Returns `None` if it does not
/// end.
#[must_use]
pub fn string(text: &str) -> Option<usize> {
    let mut characters = text.char_indices().skip(1);
    while let Some((at, character)) = characters.next() {
        match character {
            '\\' => {
                characters.next();
            }
            '"' => return Some(at + 1),
            _ => {}
        }
    }
    None
}

/// Returns the length of the raw string at the beginning of `text`, with its `r`. The outer value is `None` if there is no raw
/// string, the inner one if it does not end.
#[must_use]
pub fn raw_string(text: &str) -> Option<Option<usize>> {
    let behind = text.strip_prefix('r')?;
    let hashes = behind.bytes().take_while(|&byte| byte == b'#').count();
    let inside = behind[hashes..].strip_prefix('"')?;
    let closing = format!("\"{}", "#".repeat(hashes));
    Some(inside.find(&closing).map(|end| 1 + hashes + 1 + end + closing.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_ends_where_it_is_closed() {
        assert_eq!(comment("/* é /* b */ */ c"), Some("/* é /* b */ */".len()));
        assert_eq!(comment("/* a /* b */"), None);
        assert_eq!(string(r#""é \" \\" b"#), Some(r#""é \" \\""#.len()));
        assert_eq!(string(r#""a\""#), None);
        assert_eq!(raw_string("r#\"a\" é\"# b"), Some(Some("r#\"a\" é\"#".len())));
        assert_eq!(raw_string("r\"a\\\""), Some(Some("r\"a\\\"".len())));
        assert_eq!(raw_string("r##\"a\"#"), Some(None));
        for other in ["r#type", "rust", "\"a\"", "r"] {
            assert_eq!(raw_string(other), None, "{other}");
        }
    }
}
