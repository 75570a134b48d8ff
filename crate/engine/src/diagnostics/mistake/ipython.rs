//! IPython's commands.

use super::Finding;
use super::text::Text;
use crate::diagnostics::host_hints::HostHints;

/// Finds the IPython command that begins with this token.
pub(super) fn find(text: &Text<'_>, at: usize) -> Option<Finding> {
    if !text.begins_line(at) {
        return None;
    }
    let end = text.line_end(at);
    let finding = |sentence: String| Some(Finding::new(text.bytes(at..end), sentence));
    match text.word(at) {
        "%" => {
            let name = if text.is(at + 1, "%") { at + 2 } else { at + 1 };
            let signs = if name == at + 2 { "%%" } else { "%" };
            let magic = text.word(name);
            finding(match magic {
                "matplotlib" | "config" => {
                    format!("`%{magic}` is not needed: a figure is shown when a cell ends with it")
                }
                "time" | "timeit" => format!(
                    "there is no `{signs}{magic}`: put `let start = std::time::Instant::now();` before the lines and `start.elapsed()` after them"
                ),
                "pip" | "conda" => pip(text.hints),
                "load_ext" | "autoreload" | "reload_ext" => format!("`%{magic}` is not needed: delete it"),
                "who" | "whos" => "`:vars` lists the variables".to_owned(),
                "reset" => "`:clear` forgets all variables".to_owned(),
                "env" => "there is no `%env`: write `std::env::var(\"NAME\")?`".to_owned(),
                "cd" | "pwd" | "ls" => format!("a shell command begins with `!`: write `!{magic}`"),
                _ => format!(
                    "there is no `{signs}{magic}`: commands of this kernel begin with `:`, and `:help` lists them"
                ),
            })
        }
        "?" => {
            let thing = text.source(at + 1..end).trim_start_matches('?').trim();
            finding(help(thing))
        }
        "!" if text.is_name(at + 1) && end > at + 2 && text.is_name(at + 2) => {
            finding("a shell command (`!…`) must come before the code: put it in a cell of its own".to_owned())
        }
        ":" if text.is_name(at + 1) && text.touches(at + 1) => {
            let command = text.word(at + 1);
            finding(format!("`:{command}` must come before the code: move it to the top of the cell"))
        }
        _ => None,
    }
}

/// Finds `name?` at the end of a line.
pub(super) fn question(text: &Text<'_>, at: usize) -> Option<Finding> {
    if !text.begins_line(at) || !text.is_name(at) {
        return None;
    }
    let end = text.line_end(at);
    let marks = (at..end).rev().take_while(|&index| text.is(index, "?")).count();
    let is_path = (at..end - marks).all(|index| text.is_name(index) || matches!(text.word(index), "." | ":"));
    (marks > 0 && is_path).then(|| Finding::new(text.bytes(at..end), help(text.source(at..end - marks))))
}

fn help(thing: &str) -> String {
    format!("for help on `{thing}`, put the cursor in its name and press Shift-Tab")
}

/// Finds a `!pip install` before the code, which would change a Python that no cell uses.
pub(super) fn shell(code: &str, hints: &dyn HostHints) -> Option<Finding> {
    let mut at = 0;
    for line in code.split_inclusive('\n') {
        let bare = line.trim();
        if let Some(command) = line.strip_prefix('!') {
            let mut words = command.split_whitespace();
            if matches!(words.next(), Some("pip" | "pip3" | "conda" | "mamba")) && words.next() == Some("install") {
                return Some(Finding::new(at..at + line.trim_end().len(), pip(hints)));
            }
        } else if !bare.is_empty() && !bare.starts_with(':') && !line.starts_with("//") {
            return None;
        }
        at += line.len();
    }
    None
}

fn pip(hints: &dyn HostHints) -> String {
    let crates = "a Rust crate is added with `:dep ndarray = \"0.16\"`";
    match hints.available_names() {
        Some(names) => format!("a Rust cell can't use Python packages. {names}, and {crates}"),
        None => format!("a Rust cell can't use Python packages, but {crates}"),
    }
}
