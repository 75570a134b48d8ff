//! A compiler's error as rustc prints it, with the cell for its file.

use std::ops::Range;

use annotate_snippets::renderer::{DEFAULT_TERM_WIDTH, Renderer};
use annotate_snippets::{AnnotationKind, Group, Level, Snippet};
use evcxr::CompilationError;

use super::hint;

/// What stands in the place of a file's name.
const CELL: &str = "cell";

/// The lines that are printed for an error, in colour.
pub(crate) fn lines(error: &CompilationError, code: &str) -> Vec<String> {
    let message = error.message();
    let mut title = Level::ERROR.primary_title(message.as_str());
    if let Some(id) = error.code() {
        title = title.id(id);
    }
    let spans: Vec<_> = error
        .spanned_messages()
        .iter()
        .filter_map(|spanned| {
            let span = spanned.span?;
            let start = offset(code, span.start_line, span.start_column);
            let end = offset(code, span.end_line, span.end_column).max(start);
            // evcxr repeats the message where rustc has no words for a place.
            let label = if spanned.label.starts_with("error: ") { "" } else { spanned.label.as_str() };
            Some((start..end, label, spanned.is_primary))
        })
        .collect();
    let mut report = vec![group(title, &spans, code)];
    let helps: Vec<_> = error.help().iter().map(|help| one_line(help)).collect();
    report.extend(helps.iter().map(|help| Group::with_title(Level::HELP.secondary_title(help.as_str()))));
    let hint = hint::of(error.code(), &message);
    if let Some(hint) = hint {
        report.push(Group::with_title(Level::NOTE.with_name("in a notebook").secondary_title(hint)));
    }
    let renderer = Renderer::styled().term_width(DEFAULT_TERM_WIDTH);
    renderer.render(&report).lines().map(str::to_owned).collect()
}

/// A help's words, with what it would put into the code behind them.
fn one_line(help: &str) -> String {
    match help.split_once("\n\n") {
        Some((words, code)) if !code.trim().is_empty() => format!("{words}: `{}`", code.trim()),
        Some((words, _)) => words.to_owned(),
        None => help.trim_end().to_owned(),
    }
}

fn group<'a>(
    title: annotate_snippets::Title<'a>,
    spans: &'a [(Range<usize>, &'a str, bool)],
    code: &'a str,
) -> Group<'a> {
    if spans.is_empty() {
        return Group::with_title(title);
    }
    let annotations = spans.iter().map(|(range, label, primary)| {
        let kind = if *primary { AnnotationKind::Primary } else { AnnotationKind::Context };
        kind.span(range.clone()).label(*label)
    });
    title.element(Snippet::source(code).line_start(1).path(CELL).annotations(annotations))
}

/// The byte at which the character of this line and column stands, both counted from 1.
fn offset(code: &str, line: usize, column: usize) -> usize {
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
    use super::offset;

    #[test]
    fn a_column_is_a_character() {
        let code = "let é = 1;\nlet b = a;\n";
        assert_eq!(&code[offset(code, 1, 5)..offset(code, 1, 6)], "é");
        assert_eq!(&code[offset(code, 2, 9)..offset(code, 2, 10)], "a");
        assert_eq!(offset(code, 2, 99), code.len() - 1);
        assert_eq!(offset(code, 9, 1), code.len());
    }
}
