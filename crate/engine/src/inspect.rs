//! Tooltips: the documentation of the item at a place in a cell.
//!
//! evcxr looks at the end of the code that it is given. So the code up to the end of the name is what it gets, wherever in the
//! name the caret stands; and where it stands at no name, up to the end of the function in whose parentheses it does.

use evcxr::CommandContext;

use super::messages::Reply;
use super::public_source::{self, Index};
use super::{enclosing, session};

/// What evcxr answers where rust-analyzer finds nothing.
const NOTHING: &str = "No documentation found";

/// The documentation of what stands at byte `at` of the cell `code`.
pub(super) fn inspect(context: &mut CommandContext, code: &str, at: usize) -> Reply {
    let index = session::of_this_process().map(|session| Index::of(&session)).unwrap_or_default();
    let found = places(code, at).into_iter().find_map(|end| {
        let code = without_commands(&code[..end]);
        let (text, html) = hover(context, &code)?;
        let (text, html) = (tidy(&text, &index), tidy(&html, &index));
        Some(with_type(context, text, html, &index))
    });
    Reply::Inspected { found }
}

/// Where the names end that may be meant, the likeliest first.
fn places(code: &str, at: usize) -> Vec<usize> {
    let mut at = at.min(code.len());
    while !code.is_char_boundary(at) {
        at -= 1;
    }
    let end = at + code[at..].find(|c: char| !enclosing::is_part(c)).unwrap_or(code.len() - at);
    // A text and a truth value have no documentation of their own; what they are given to has.
    let is_item = |&(start, end): &(usize, usize)| start <= at && !["true", "false"].contains(&&code[start..end]);
    let here = enclosing::name_before(code, end).filter(|name| is_item(name) && !enclosing::is_in_text(&code[..at]));
    let closed = code[..at].ends_with(')').then(|| opening(&code[..at])).flatten();
    let closed = closed.and_then(|open| enclosing::name_before(code, open));
    let around = enclosing::call(&code[..at]);
    [here, closed, around].into_iter().flatten().map(|(_, end)| end).collect()
}

/// The parenthesis that the one at the end of this code closes.
fn opening(code: &str) -> Option<usize> {
    let mut open = 0;
    for (at, c) in code.char_indices().rev() {
        match c {
            ')' => open += 1,
            '(' => open -= 1,
            _ => {}
        }
        if open == 0 {
            return Some(at);
        }
    }
    None
}

/// The code with its lines for evcxr, such as `:dep`, empty.
fn without_commands(code: &str) -> String {
    let is_command = |line: &str| line.trim_start().starts_with(':') && !line.trim_start().starts_with("::");
    let lines = code.split_inclusive('\n').map(|line| match is_command(line) {
        true if line.ends_with('\n') => "\n",
        true => "",
        false => line,
    });
    lines.collect()
}

fn hover(context: &mut CommandContext, code: &str) -> Option<(String, String)> {
    let found = context.hover_at(code, code.len()).ok();
    found.filter(|(text, _)| !text.trim().is_empty() && text != NOTHING)
}

/// What is said of a variable, with what its type's documentation says.
fn with_type(context: &mut CommandContext, text: String, html: String, index: &Index) -> (String, String) {
    let Some(name) = type_of_variable(&text) else { return (text, html) };
    match hover(context, name) {
        Some((of_type, html_of_type)) if !of_type.contains("EvcxrUserCodeError") => {
            let (of_type, html_of_type) = (tidy(&of_type, index), tidy(&html_of_type, index));
            (format!("{}\n\n{of_type}", text.trim_end()), html + &html_of_type)
        }
        _ => (text, html),
    }
}

/// The name of the type in a line such as `mut model: Model`.
fn type_of_variable(text: &str) -> Option<&str> {
    let line = text.trim();
    let (variable, of_type) = line.split_once(": ").filter(|_| !line.contains('\n'))?;
    let variable = variable.trim_start_matches("let ").trim_start_matches("mut ");
    if !variable.chars().all(enclosing::is_part) {
        return None;
    }
    let of_type = of_type.trim_start_matches('&').trim_start_matches("mut ");
    let end = of_type.find(|c: char| !enclosing::is_part(c) && c != ':').unwrap_or(of_type.len());
    let name = &of_type[..end];
    name.rsplit("::").next()?.starts_with(char::is_uppercase).then_some(name)
}

/// The text without what only tealight's own source knows.
fn tidy(text: &str, index: &Index) -> String {
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines() {
        if line.trim_start().starts_with(public_source::PRIVATE) {
            continue;
        }
        // A line of an example that rustdoc hides. The first of a block has the block's beginning before it.
        let (beginning, rest) = match line.find("<code").and_then(|at| line[at..].find('>').map(|end| at + end + 1)) {
            Some(end) if line.starts_with("<pre>") => line.split_at(end),
            _ => ("", line),
        };
        match rest {
            "#" => lines.push(beginning.to_owned()),
            hidden if hidden.starts_with("# ") => lines.push(beginning.to_owned()),
            _ => {
                lines.push(line.to_owned());
                continue;
            }
        }
        if beginning.is_empty() {
            lines.pop();
        }
    }
    let text = public_paths(&lines.join("\n"), index);
    // The package that evcxr makes of the cells.
    let text = text.replace("<code class=\"language-rust\">ctx::", "<code class=\"language-rust\">");
    let text = text.strip_prefix("ctx::").unwrap_or(&text);
    // A structure of which nothing is public.
    text.replace(" {\n}", "").replace(" {}\n", "\n").replace(" {}</code>", "</code>")
}

/// Takes private modules out of the paths of tealight's items.
fn public_paths(text: &str, index: &Index) -> String {
    let mut tidied = String::with_capacity(text.len());
    let mut rest = text;
    let first = |text: &str| ["tealight::", "crate::"].iter().filter_map(|path| Some((text.find(path)?, *path))).min();
    while let Some((at, path)) = first(rest) {
        let is_longer_word = rest[..at].ends_with(enclosing::is_part);
        tidied += &rest[..at];
        rest = &rest[at + path.len()..];
        if is_longer_word {
            tidied += path;
            continue;
        }
        let end = rest.find(|c| !enclosing::is_part(c) && c != ':').unwrap_or(rest.len());
        let root = Some("tealight").filter(|_| path == "tealight::");
        let public = rest[..end].split("::").filter(|part| !index.private_modules.contains(*part));
        tidied += &root.into_iter().chain(public).collect::<Vec<_>>().join("::");
        rest = &rest[end..];
    }
    tidied + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(code: &str) -> Option<&str> {
        let at = code.find('|').unwrap();
        let plain: &'static str = code.replacen('|', "", 1).leak();
        places(plain, at).first().map(|end| {
            let start = enclosing::name_before(plain, *end).unwrap().0;
            &plain[start..*end]
        })
    }

    #[test]
    fn a_name_is_found_from_anywhere_in_it() {
        for code in ["|fit", "f|it", "fit|"] {
            assert_eq!(place(&format!("model.{code}(&train, 3)?;")), Some("fit"), "{code}");
        }
        assert_eq!(place("Dropout::ne|w(0.3)"), Some("new"));
        assert_eq!(place("println|!(\"x\")"), Some("println"));
        assert_eq!(place("println!(|\"x\")"), Some("println"));
        assert_eq!(place("model.fit(|&train"), Some("fit"));
        assert_eq!(place("model.fit(&train, |"), Some("fit"));
        assert_eq!(place("Fit::new().epochs(12|)"), Some("epochs"));
        assert_eq!(place("model.fit(&train, Fit::new())|"), Some("fit"));
        assert_eq!(place("EarlyStopping::new().restore_best_weights(|true)"), Some("restore_best_weights"));
        assert_eq!(place("history.get(\"lo|ss\")"), Some("get"));
        assert_eq!(place("let x = 1; |"), None);
        assert_eq!(place("größe|"), Some("größe"));
    }

    #[test]
    fn lines_for_evcxr_are_left_out() {
        assert_eq!(without_commands(":dep x = \"1\"\nlet a = 1;\n::std"), "\nlet a = 1;\n::std");
    }

    #[test]
    fn only_public_things_are_told_of() {
        let modules = ["layers", "dense", "data", "optimizers", "adam", "display"].map(str::to_owned);
        let index = Index { private_modules: modules.into(), ..Index::default() };
        let text = "tealight::layers::dense::Dense\n\npub fn x(y: impl Into<crate::data::Rate>) -> Self";
        assert_eq!(tidy(text, &index), "tealight::Dense\n\npub fn x(y: impl Into<Rate>) -> Self");
        assert_eq!(tidy("tealight::data::mnist", &index), "tealight::mnist");
        assert_eq!(tidy("tealight::notebook::display\n", &index), "tealight::notebook");
        assert_eq!(tidy("mytealight::data: A", &index), "mytealight::data: A");
        let text = "tealight::optimizers::adam\n\npub struct Adam {}\n\nAdam.\n\nlet a = 1;\n# let _ = a;\n#\n#[x]";
        assert_eq!(tidy(text, &index), "tealight\n\npub struct Adam\n\nAdam.\n\nlet a = 1;\n#[x]");
        let html = "<pre><code class=\"language-rust\"># use x;\nlet a = 1;\n# Ok(())\n</code></pre>";
        assert_eq!(tidy(html, &index), "<pre><code class=\"language-rust\">\nlet a = 1;\n</code></pre>");
        assert_eq!(tidy("pub struct A<T> {\n    evcxr_private_0: T,\n}", &index), "pub struct A<T>");
    }

    #[test]
    fn the_type_of_a_variable_is_looked_up() {
        assert_eq!(type_of_variable("mut model: Model"), Some("Model"));
        assert_eq!(type_of_variable("let v: &Vec<f64>"), Some("Vec"));
        assert_eq!(type_of_variable("let x: f64"), None);
        assert_eq!(type_of_variable("tealight::Fit\n\npub fn a: B"), None);
    }
}
