//! An error of the compiler's, with its places in the cell.

use std::ops::Range;

use evcxr::CompilationError;
use serde_json::Value;

use super::mistake::line_of;
use crate::patch::insertions;

/// An error of the compiler's in a cell.
#[derive(Clone, Debug, Default)]
pub(crate) struct Diagnostic {
    pub(crate) code: Option<String>,
    pub(crate) message: String,
    pub(crate) labels: Vec<Label>,
    pub(crate) helps: Vec<Help>,
    /// The advice of a trait's author for a type that does not implement it.
    pub(crate) advice: Option<String>,
    /// The declaration of the function that was called with wrong arguments.
    pub(crate) signature: Option<String>,
    /// The line of an earlier cell in which the error is.
    pub(crate) elsewhere: Option<String>,
}

/// Words about a place in the cell.
#[derive(Clone, Debug)]
pub(crate) struct Label {
    pub(crate) range: Range<usize>,
    pub(crate) words: String,
    pub(crate) is_primary: bool,
}

/// An advice of rustc's.
#[derive(Clone, Debug)]
pub(crate) struct Help {
    pub(crate) words: String,
    /// The corrected line of the cell.
    pub(crate) fixed: Option<String>,
}

/// The paths of types of the standard library that messages leave out.
const STANDARD_PATHS: [&str; 6] =
    ["std::result::", "std::option::", "std::string::", "std::vec::", "std::fmt::", "std::ops::"];

/// Names in the generated code around the cell.
const GENERATED_NAMES: [&str; 4] = ["evcxr", "Evcxr", "EVCXR", "src/lib.rs"];

impl Diagnostic {
    /// Converts an error of evcxr's about this cell. Messages leave `short_paths` out before the names of types.
    pub(crate) fn from_evcxr(error: &CompilationError, cell: &str, short_paths: &[&str]) -> Self {
        let plain = |words: &str| plain(words, short_paths);
        let mut labels: Vec<_> = error
            .spanned_messages()
            .iter()
            .filter_map(|spanned| {
                let span = spanned.span?;
                let start = offset(cell, span.start_line, span.start_column);
                let end = offset(cell, span.end_line, span.end_column).max(start);
                // evcxr repeats the message if a label has no words.
                let is_repeated =
                    ["error: ", "warning: ", "help: ", "note: "].iter().any(|level| spanned.label.starts_with(level));
                let words =
                    if is_repeated || is_generated(&spanned.label) { String::new() } else { plain(&spanned.label) };
                Some(Label { range: start..end, words, is_primary: spanned.is_primary })
            })
            .collect();
        let children = error.json["children"].as_array().map_or(&[][..], Vec::as_slice);
        let helps =
            children.iter().filter(|child| child["level"] == "help").filter_map(|child| help(child, cell)).collect();
        if let Some(name) = error.message().strip_prefix("trait `").and_then(|_| quoted_at(&error.message(), 1))
            && labels.is_empty()
        {
            // evcxr reduces an unknown method of the last value to rustc's advice about it.
            return Self::unknown_method(&name, cell);
        }
        if labels.is_empty() {
            labels = labels_by_text(&error.json, cell, short_paths);
        }
        let elsewhere =
            (labels.is_empty() && error.level().starts_with("error")).then(|| line_elsewhere(&error.json)).flatten();
        Self {
            code: error.code().map(str::to_owned),
            message: plain(&error.message()),
            labels,
            helps,
            advice: children.iter().find_map(advice),
            signature: children.iter().find_map(signature),
            elsewhere,
        }
    }

    fn unknown_method(name: &str, cell: &str) -> Self {
        let at = cell.rfind(&format!(".{name}")).map(|at| at + 1..at + 1 + name.len());
        let label = |range| Label { range, words: "method not found".to_owned(), is_primary: true };
        Self {
            code: Some("E0599".to_owned()),
            message: format!("no method named `{name}` found for this value"),
            labels: at.map(label).into_iter().collect(),
            ..Self::default()
        }
    }

    /// Returns the lines of the cell in which the error is, counted from 1, with its message.
    pub(crate) fn refused_lines(&self, cell: &str) -> Vec<(usize, String)> {
        let words: Vec<_> = self.labels.iter().map(|label| label.words.as_str()).collect();
        let words = format!("{}\n{}", self.message, words.join("\n"));
        let primary = self.labels.iter().filter(|label| label.is_primary);
        primary.map(|label| (line_of(cell, label.range.start), words.clone())).collect()
    }

    /// Returns whether this error may follow from another: it is about the same line or name, or about an unknown type.
    pub(crate) fn follows(&self, first: &Self, cell: &str) -> bool {
        let line = |error: &Self| error.place().map(|place| line_of(cell, place.start));
        let is_unknown = matches!(self.code.as_deref(), Some("E0282" | "E0283" | "E0284"));
        let names: Vec<_> = quoted(&first.message).flat_map(|name| name.split("::")).collect();
        is_unknown || line(self) == line(first) || quoted(&self.message).any(|name| names.contains(&name))
    }

    /// Returns the place of the error.
    pub(crate) fn place(&self) -> Option<Range<usize>> {
        self.labels.iter().find(|label| label.is_primary).or(self.labels.first()).map(|label| label.range.clone())
    }

    /// Returns the code at that place.
    pub(crate) fn at<'a>(&self, cell: &'a str) -> &'a str {
        self.place().and_then(|range| cell.get(range)).unwrap_or("")
    }

    /// Returns whether the message or a label contains these words.
    pub(crate) fn says(&self, words: &str) -> bool {
        self.message.contains(words) || self.labels.iter().any(|label| label.words.contains(words))
    }

    /// Returns whether an advice of rustc's contains these words.
    pub(crate) fn advises(&self, words: &str) -> bool {
        self.helps.iter().any(|help| help.words.contains(words))
    }

    /// Returns the first name in backticks of the message.
    pub(crate) fn name(&self) -> Option<&str> {
        quoted(&self.message).next()
    }
}

/// Returns the parts in backticks.
pub(crate) fn quoted(words: &str) -> impl Iterator<Item = &str> {
    words.split('`').skip(1).step_by(2)
}

fn quoted_at(words: &str, index: usize) -> Option<String> {
    words.contains("is implemented but not in scope").then(|| quoted(words).nth(index).map(str::to_owned)).flatten()
}

/// Returns a message without the names of generated code and without paths that a reader does not need.
fn plain(words: &str, short_paths: &[&str]) -> String {
    let words = words.replace("EvcxrUserCodeError", "the cell's error");
    let mut plain = String::with_capacity(words.len());
    let mut rest = words.as_str();
    while let Some(first) = rest.chars().next() {
        let is_inside = plain.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | ':'));
        match short_paths.iter().chain(&STANDARD_PATHS).find(|path| !is_inside && rest.starts_with(**path)) {
            // Only the path of a type is removed, not that of a module or function.
            Some(path) if rest[path.len()..].starts_with(char::is_uppercase) => rest = &rest[path.len()..],
            _ => {
                plain.push(first);
                rest = &rest[first.len_utf8()..];
            }
        }
    }
    plain
}

pub(crate) fn is_generated(words: &str) -> bool {
    GENERATED_NAMES.iter().any(|name| words.contains(name))
}

fn help(child: &Value, cell: &str) -> Option<Help> {
    let words = child["message"].as_str()?;
    let is_list = words.contains("the following other types implement")
        || words.contains("is not implemented for")
        || words.contains("is implemented for")
        || words.contains("nightly-only")
        || words.contains("Unicode character");
    if is_list || is_generated(words) || words.contains("Cargo.toml") {
        return None;
    }
    let spans = child["spans"].as_array().map_or(&[][..], Vec::as_slice);
    let fixed = fixed(spans, cell);
    let has_change = spans.iter().any(|span| span["suggested_replacement"].is_string());
    if has_change && spans.iter().any(|span| span["suggested_replacement"].as_str().is_some_and(is_generated)) {
        return None;
    }
    // An import is inserted above the cell, so the change itself is shown.
    let import =
        spans.iter().filter_map(|span| span["suggested_replacement"].as_str()).find(|text| text.starts_with("use "));
    let fixed = import.map(|import| import.trim().to_owned()).or(fixed);
    let words = words.lines().next().unwrap_or(words).trim_end_matches(':').to_owned();
    Some(Help { words, fixed })
}

/// Returns the places of an error whose lines evcxr has moved. They are found by their text.
fn labels_by_text(json: &Value, cell: &str, short_paths: &[&str]) -> Vec<Label> {
    let spans = json["spans"].as_array().map_or(&[][..], Vec::as_slice);
    let label = |span: &Value| {
        let (_, range) = line_of_span(span, cell)?;
        let words = span["label"]
            .as_str()
            .filter(|words| !is_generated(words))
            .map_or_else(String::new, |words| plain(words, short_paths));
        Some(Label { range, words, is_primary: span["is_primary"] == true })
    };
    spans.iter().filter_map(label).collect()
}

/// Returns the line of the cell with all changes of an advice, if they are in one line.
fn fixed(spans: &[Value], cell: &str) -> Option<String> {
    let mut changes = Vec::new();
    let mut line: Option<Range<usize>> = None;
    for span in spans {
        let replacement = span["suggested_replacement"].as_str()?;
        let of_line = line_of_span(span, cell)?;
        if line.get_or_insert_with(|| of_line.0.clone()) != &of_line.0
            || replacement.contains('\n')
            || replacement.contains("/*")
        {
            return None;
        }
        changes.push((of_line.1, replacement));
    }
    let line = line?;
    changes.sort_by_key(|(range, _)| std::cmp::Reverse(range.start));
    let mut text = cell[line.clone()].to_owned();
    for (range, replacement) in changes {
        text.get(range.start - line.start..range.end - line.start)?;
        text.replace_range(range.start - line.start..range.end - line.start, replacement);
    }
    Some(text.trim().to_owned())
}

/// Returns the line of the cell that contains a span, and the bytes of the span. The line is found by its text, which must be
/// unique.
fn line_of_span(span: &Value, cell: &str) -> Option<(Range<usize>, Range<usize>)> {
    if !span["file_name"].as_str()?.ends_with("lib.rs") || span["line_start"] != span["line_end"] {
        return None;
    }
    let text = span["text"][0]["text"].as_str()?;
    let searched = text.trim_end();
    if searched.trim().is_empty() {
        return None;
    }
    let mut found = cell.match_indices(searched);
    let (at, _) = found.next()?;
    if found.next().is_some() {
        return None;
    }
    let column = |name: &str| {
        let column = usize::try_from(span[name].as_u64()?).ok()?.checked_sub(1)?;
        Some(text.char_indices().nth(column).map_or(text.len(), |(at, _)| at).min(searched.len()))
    };
    let start = cell[..at].rfind('\n').map_or(0, |at| at + 1);
    let end = cell[at..].find('\n').map_or(cell.len(), |end| at + end);
    Some((start..end, at + column("column_start")?..at + column("column_end")?))
}

/// Returns the note of `#[diagnostic::on_unimplemented]`, which has no place.
fn advice(child: &Value) -> Option<String> {
    let words = child["message"].as_str()?;
    let is_rustc_s =
        ["required ", "the full ", "consider ", "the trait ", "because "].iter().any(|begin| words.starts_with(begin));
    let has_no_place = child["spans"].as_array().is_none_or(Vec::is_empty);
    (child["level"] == "note" && has_no_place && !is_rustc_s && !is_generated(words)).then(|| words.to_owned())
}

/// Returns the declaration of the function in a note "method defined here".
fn signature(child: &Value) -> Option<String> {
    if !child["message"].as_str()?.contains("defined here") {
        return None;
    }
    let span = child["spans"].as_array()?.iter().find(|span| span["is_primary"] == true)?;
    let file = std::fs::read_to_string(span["file_name"].as_str()?).ok();
    let first = span["text"][0]["text"].as_str()?;
    let line = usize::try_from(span["line_start"].as_u64()?).ok()?;
    let whole = match &file {
        Some(file) if file.lines().nth(line - 1) == Some(first) => {
            file.lines().skip(line - 1).take(12).collect::<Vec<_>>().join(" ")
        }
        _ => first.to_owned(),
    };
    declaration(&whole)
}

/// Returns a declaration up to its body, in one line.
fn declaration(text: &str) -> Option<String> {
    let begin = text.find("fn ")? + 3;
    let end = text[begin..].find(['{', ';']).map_or(text.len(), |end| begin + end);
    let words = text[begin..end].split_whitespace().collect::<Vec<_>>().join(" ");
    let words = words.replace("( ", "(").replace(", )", ")");
    let words = words.split(" where ").next().unwrap_or("").trim();
    (words.len() < 400 && !is_generated(words)).then(|| words.to_owned())
}

/// Returns the line in which an error is, if it is in an earlier cell.
fn line_elsewhere(json: &Value) -> Option<String> {
    let span = json["spans"].as_array()?.iter().find(|span| span["is_primary"] == true)?;
    let text = span["text"][0]["text"].as_str()?.trim();
    (span["file_name"].as_str()?.ends_with("src/lib.rs") && !text.is_empty() && !is_generated(text))
        .then(|| text.to_owned())
}

/// Returns the byte of the character at this line and column, both counted from 1.
pub(crate) fn offset(code: &str, line: usize, column: usize) -> usize {
    let column = insertions::original_column(line, column);
    let mut before = 0;
    for (index, text) in code.split_inclusive('\n').enumerate() {
        if index + 1 == line {
            let bare = text.trim_end_matches('\n');
            let inside = bare.char_indices().nth(column.saturating_sub(1)).map_or(bare.len(), |(at, _)| at);
            return before + inside;
        }
        before += text.len();
    }
    code.len()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_column_is_a_character() {
        let code = "let é = 1;\nlet b = a;\n";
        assert_eq!(&code[offset(code, 1, 5)..offset(code, 1, 6)], "é");
        assert_eq!(&code[offset(code, 2, 9)..offset(code, 2, 10)], "a");
        assert_eq!(offset(code, 2, 99), code.len() - 1);
        assert_eq!(offset(code, 9, 1), code.len());
    }

    #[test]
    fn an_advice_shows_the_corrected_line() {
        let cell = "let a = 1;\nlet x = 2; model.fit(train, options)?;";
        let span = json!({
            "file_name": "cell/src/lib.rs", "line_start": 90, "line_end": 90, "column_start": 11, "column_end": 11,
            "suggested_replacement": "&", "text": [{"text": "model.fit(train, options)?;"}]
        });
        let child = json!({"level": "help", "message": "consider borrowing here", "spans": [span]});
        let help = help(&child, cell).unwrap();
        assert_eq!(help.fixed.as_deref(), Some("let x = 2; model.fit(&train, options)?;"));
        let list =
            json!({"level": "help", "message": "the following other types implement trait `From<T>`:", "spans": []});
        assert!(super::help(&list, cell).is_none());
    }

    #[test]
    fn a_declaration_is_one_line() {
        assert_eq!(
            declaration("    pub fn compile( &mut self, optimizer: impl Into<Optimizer>, ) -> Result<()> { x }")
                .as_deref(),
            Some("compile(&mut self, optimizer: impl Into<Optimizer>) -> Result<()>")
        );
        assert_eq!(declaration("nothing"), None);
    }
}
