//! Tooltips: the documentation of the item at a place in a cell.
//!
//! evcxr documents the item at the end of the code that it gets. So it gets the code up to the end of the name in which the caret
//! is; if the caret is not in a name, up to the end of the function in whose parentheses it is.

use evcxr::CommandContext;

use crate::analyzer::public_source::{self, Index};
use crate::host_library::HostLibrary;
use crate::messages::Reply;
use crate::{cursor, layout};

/// evcxr's answer if rust-analyzer finds nothing.
const NO_DOCUMENTATION: &str = "No documentation found";

/// Returns the documentation of the item at byte `at` of the cell `code`.
pub(crate) fn inspect(context: &mut CommandContext, code: &str, at: usize, library: Option<&HostLibrary>) -> Reply {
    let index = layout::session_of_this_process().map(|session| Index::read(&session)).unwrap_or_default();
    let tidy = |text: &str| tidy(text, &index, library);
    let found = name_ends(code, at).into_iter().find_map(|end| {
        let code = without_commands(&code[..end]);
        let (text, html) = hover(context, &code)?;
        Some(with_type(context, tidy(&text), tidy(&html), &tidy))
    });
    Reply::Inspected { found }
}

/// Returns where the names end that may be meant, the likeliest first.
fn name_ends(code: &str, at: usize) -> Vec<usize> {
    let mut at = at.min(code.len());
    while !code.is_char_boundary(at) {
        at -= 1;
    }
    let end = at + code[at..].find(|c: char| !cursor::is_name_char(c)).unwrap_or(code.len() - at);
    // A string and a Boolean have no documentation, but the function that takes them has.
    let is_item = |&(start, end): &(usize, usize)| start <= at && !["true", "false"].contains(&&code[start..end]);
    let here = cursor::name_before(code, end).filter(|name| is_item(name) && !cursor::is_in_text(&code[..at]));
    let closed = code[..at].ends_with(')').then(|| opening(&code[..at])).flatten();
    let closed = closed.and_then(|open| cursor::name_before(code, open));
    let around = cursor::enclosing_call(&code[..at]);
    [here, closed, around].into_iter().flatten().map(|(_, end)| end).collect()
}

/// Returns the parenthesis that the last character of the code closes.
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

/// Returns the code with empty lines in place of evcxr's commands, such as `:dep`.
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
    found.filter(|(text, _)| !text.trim().is_empty() && text != NO_DOCUMENTATION)
}

/// Adds the documentation of its type to that of a variable.
fn with_type(
    context: &mut CommandContext,
    text: String,
    html: String,
    tidy: &dyn Fn(&str) -> String,
) -> (String, String) {
    let Some(name) = type_of_variable(&text) else { return (text, html) };
    match hover(context, name) {
        Some((of_type, html_of_type)) if !of_type.contains("EvcxrUserCodeError") => {
            let (of_type, html_of_type) = (tidy(&of_type), tidy(&html_of_type));
            (format!("{}\n\n{of_type}", text.trim_end()), html + &html_of_type)
        }
        _ => (text, html),
    }
}

/// Returns the name of the type in a line such as `mut model: Model`.
fn type_of_variable(text: &str) -> Option<&str> {
    let line = text.trim();
    let (variable, of_type) = line.split_once(": ").filter(|_| !line.contains('\n'))?;
    let variable = variable.trim_start_matches("let ").trim_start_matches("mut ");
    if !variable.chars().all(cursor::is_name_char) {
        return None;
    }
    let of_type = of_type.trim_start_matches('&').trim_start_matches("mut ");
    let end = of_type.find(|c: char| !cursor::is_name_char(c) && c != ':').unwrap_or(of_type.len());
    let name = &of_type[..end];
    name.rsplit("::").next()?.starts_with(char::is_uppercase).then_some(name)
}

/// Removes private names and the hidden lines of examples from a documentation.
fn tidy(text: &str, index: &Index, library: Option<&HostLibrary>) -> String {
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines() {
        if line.trim_start().starts_with(public_source::PRIVATE_FIELD_PREFIX) {
            continue;
        }
        // rustdoc hides these lines of an example. The first line of a block begins with the block's tags.
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
    let text = public_paths(&lines.join("\n"), index, library);
    // `ctx` is the package that evcxr makes of the cells.
    let text = text.replace("<code class=\"language-rust\">ctx::", "<code class=\"language-rust\">");
    let text = text.strip_prefix("ctx::").unwrap_or(&text);
    // A structure without public fields.
    text.replace(" {\n}", "").replace(" {}\n", "\n").replace(" {}</code>", "</code>")
}

/// Removes private modules from the paths of the library's items.
fn public_paths(text: &str, index: &Index, library: Option<&HostLibrary>) -> String {
    let Some(library) = library else { return text.to_owned() };
    let library_path = format!("{}::", library.name);
    let mut tidied = String::with_capacity(text.len());
    let mut rest = text;
    let paths = [library_path.as_str(), "crate::"];
    let first = |text: &str| paths.iter().filter_map(|path| Some((text.find(path)?, *path))).min();
    while let Some((at, path)) = first(rest) {
        let is_longer_word = rest[..at].ends_with(cursor::is_name_char);
        tidied += &rest[..at];
        rest = &rest[at + path.len()..];
        if is_longer_word {
            tidied += path;
            continue;
        }
        let end = rest.find(|c| !cursor::is_name_char(c) && c != ':').unwrap_or(rest.len());
        let root = Some(library.name).filter(|_| path == library_path);
        let public = rest[..end].split("::").filter(|part| !index.private_modules.contains(*part));
        tidied += &root.into_iter().chain(public).collect::<Vec<_>>().join("::");
        rest = &rest[end..];
    }
    tidied + rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host_library::test_library;

    fn place(code: &str) -> Option<&str> {
        let at = code.find('|').unwrap();
        let plain: &'static str = code.replacen('|', "", 1).leak();
        name_ends(plain, at).first().map(|end| {
            let start = cursor::name_before(plain, *end).unwrap().0;
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
    fn commands_are_removed() {
        assert_eq!(without_commands(":dep x = \"1\"\nlet a = 1;\n::std"), "\nlet a = 1;\n::std");
    }

    #[test]
    fn private_names_are_removed() {
        let modules = ["layers", "dense", "data", "optimizers", "adam", "display"].map(str::to_owned);
        let index = Index { private_modules: modules.into(), ..Index::default() };
        let library = test_library();
        let tidy = |text: &str, index: &Index| super::tidy(text, index, Some(&library));
        let text = "nets::layers::dense::Dense\n\npub fn x(y: impl Into<crate::data::Rate>) -> Self";
        assert_eq!(tidy(text, &index), "nets::Dense\n\npub fn x(y: impl Into<Rate>) -> Self");
        assert_eq!(tidy("nets::data::mnist", &index), "nets::mnist");
        assert_eq!(tidy("nets::notebook::display\n", &index), "nets::notebook");
        assert_eq!(tidy("mynets::data: A", &index), "mynets::data: A");
        let text = "nets::optimizers::adam\n\npub struct Adam {}\n\nAdam.\n\nlet a = 1;\n# let _ = a;\n#\n#[x]";
        assert_eq!(tidy(text, &index), "nets\n\npub struct Adam\n\nAdam.\n\nlet a = 1;\n#[x]");
        let html = "<pre><code class=\"language-rust\"># use x;\nlet a = 1;\n# Ok(())\n</code></pre>";
        assert_eq!(tidy(html, &index), "<pre><code class=\"language-rust\">\nlet a = 1;\n</code></pre>");
        assert_eq!(tidy("pub struct A<T> {\n    evcxr_private_0: T,\n}", &index), "pub struct A<T>");
    }

    #[test]
    fn the_type_of_a_variable_is_looked_up() {
        assert_eq!(type_of_variable("mut model: Model"), Some("Model"));
        assert_eq!(type_of_variable("let v: &Vec<f64>"), Some("Vec"));
        assert_eq!(type_of_variable("let x: f64"), None);
        assert_eq!(type_of_variable("nets::Fit\n\npub fn a: B"), None);
    }
}
