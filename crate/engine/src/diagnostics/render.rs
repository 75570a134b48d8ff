//! Renders an error as text: the message, the lines of the cell, what to write.
//!
//! It uses bold and no colors: no color of a terminal is readable on JupyterLab's red background of errors in both its light and
//! its dark theme (see the test).

use std::ops::Range;

use annotate_snippets::renderer::{Renderer, Style};
use annotate_snippets::{AnnotationKind, Group, Level, Snippet, Title};

use super::diagnostic::{Diagnostic, Help};
use super::hint::Hint;

/// The name in place of a file's.
const CELL_NAME: &str = "cell";
/// The width of a line in characters.
const LINE_WIDTH: usize = 100;
/// The most pieces of rustc's advice that are shown.
const MAX_HELPS: usize = 2;
const BOLD: Style = Style::new().bold();

/// Renders an error of the compiler's with its hint.
pub(crate) fn diagnostic(error: &Diagnostic, hint: Option<&Hint>, cell: &str) -> Vec<String> {
    let message = wrapped(&error.message, 0);
    let mut title = Level::ERROR.primary_title(message.as_str());
    if let Some(code) = error.code.as_deref().filter(|code| code.starts_with('E')) {
        title = title.id(code);
    }
    let labels: Vec<_> = error
        .labels
        .iter()
        .map(|label| {
            let kind = if label.is_primary { AnnotationKind::Primary } else { AnnotationKind::Context };
            kind.span(label.range.clone()).label(label.words.as_str())
        })
        .collect();
    let mut report = vec![match labels.is_empty() {
        true => Group::with_title(title),
        false => title.element(Snippet::source(cell).line_start(1).path(CELL_NAME).annotations(labels)),
    }];
    let elsewhere =
        error.elsewhere.as_ref().map(|line| wrapped(&format!("it is in a line of an earlier cell: `{line}`"), 6));
    report.extend(elsewhere.iter().map(|line| Group::with_title(Level::NOTE.secondary_title(line.as_str()))));
    let are_helps_shown = hint.is_none_or(|hint| !hint.is_alone);
    let helps: Vec<_> = error.helps.iter().filter(|_| are_helps_shown).take(MAX_HELPS).map(help).collect();
    report.extend(helps.iter().map(|help| Group::with_title(Level::HELP.secondary_title(help.as_str()))));
    let words = hint.map(|hint| wrapped(&hint.words, "in a notebook: ".len()));
    if let Some(words) = &words {
        report.push(Group::with_title(advice(words)));
    }
    rendered(&report)
}

/// Renders a sentence about a place in the cell.
pub(crate) fn sentence(sentence: &str, range: Range<usize>, cell: &str) -> Vec<String> {
    let words = wrapped(sentence, "error: ".len());
    let annotation = AnnotationKind::Primary.span(range);
    let snippet = Snippet::source(cell).line_start(1).path(CELL_NAME).annotation(annotation);
    rendered(&[Level::ERROR.primary_title(words.as_str()).element(snippet)])
}

/// Renders a further line below an error.
pub(crate) fn note(words: &str) -> Vec<String> {
    wrapped(words, 0).lines().map(str::to_owned).collect()
}

fn advice(words: &str) -> Title<'_> {
    Level::NOTE.with_name("in a notebook").secondary_title(words)
}

/// Returns the words of an advice, with the corrected line.
fn help(help: &Help) -> String {
    let words = match &help.fixed {
        Some(fixed) => format!("{}: `{fixed}`", help.words),
        None => help.words.clone(),
    };
    wrapped(&words, "help: ".len())
}

fn rendered(report: &[Group<'_>]) -> Vec<String> {
    let plain = Renderer::styled().term_width(LINE_WIDTH + 20);
    let renderer = plain
        .error(BOLD)
        .warning(BOLD)
        .info(BOLD)
        .note(BOLD)
        .help(BOLD)
        .emphasis(BOLD)
        .context(BOLD)
        .line_num(Style::new());
    renderer.render(report).lines().map(str::to_owned).collect()
}

/// Breaks a text into lines between words. `first` is the number of characters before it.
fn wrapped(words: &str, first: usize) -> String {
    let mut lines = String::new();
    let mut column = first;
    for line in words.lines() {
        if !lines.is_empty() {
            lines.push('\n');
            column = first;
        }
        for (index, word) in words_of(line).into_iter().enumerate() {
            let length = word.chars().count();
            if index > 0 && column + 1 + length > LINE_WIDTH {
                lines.push('\n');
                column = first;
            } else if index > 0 {
                lines.push(' ');
                column += 1;
            }
            lines.push_str(word);
            column += length;
        }
    }
    lines
}

/// Splits a line into words. Code in backticks is one word, unless it is too long for a line.
fn words_of(line: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let (mut start, mut is_code) = (0, false);
    for (at, character) in line.char_indices() {
        if character == '`' {
            is_code = !is_code && line[at + 1..].find('`').is_some_and(|length| length < LINE_WIDTH - 30);
        } else if character == ' ' && !is_code {
            words.push(&line[start..at]);
            start = at + 1;
        }
    }
    words.push(&line[start..]);
    words
}

#[cfg(test)]
mod tests;
