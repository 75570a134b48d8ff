//! Mistakes that show in a cell's own text: unclosed brackets, foreign characters, and Python's syntax.
//!
//! The compiler reports many errors for each, which follow from one another. Here each is one place and one sentence that says
//! what to write, with the names that the user has typed. Valid code is never criticized: [`before`] only looks at text that can't
//! be parsed as Rust, and [`after`] only at lines that the compiler has refused.

mod brackets;
mod calls;
mod ipython;
mod lexical;
mod operators;
mod scan;
mod statements;
pub(crate) mod text;
mod translate;
mod values;

use std::ops::Range;

use syn::parse::Parser as _;

use super::defined_names::DefinedNames;
use super::host_hints::HostHints;
use super::python_call::PythonCall;
use text::Text;

/// Longer code is left to the compiler: the parser recurses per bracket and could overflow the stack.
const MAX_CODE_BYTES: usize = 32 << 10;
/// The parser's stack, which is enough for a level of nesting per byte. Unused pages are not committed.
const PARSER_STACK_BYTES: usize = 256 << 20;

/// A mistake: its bytes in the cell, and what to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    pub(crate) range: Range<usize>,
    pub(crate) sentence: String,
    /// Words that the compiler's message about the line must contain, if the text alone could be Rust.
    pub(crate) cause: String,
}

impl Finding {
    fn new(range: Range<usize>, sentence: impl Into<String>) -> Self {
        Self { range, sentence: sentence.into(), cause: String::new() }
    }

    fn because(self, cause: &str) -> Self {
        Self { cause: cause.to_owned(), ..self }
    }
}

/// Returns the mistakes of a cell that can't be Rust, the first of each line.
pub(crate) fn before(code: &str, known: &DefinedNames, hints: &dyn HostHints) -> Vec<Finding> {
    on_large_stack(|| find_before(code, known, hints)).unwrap_or_default()
}

fn find_before(code: &str, known: &DefinedNames, hints: &dyn HostHints) -> Vec<Finding> {
    if let Some(finding) = ipython::shell(code, hints) {
        return vec![finding];
    }
    let text = Text::with_hints(code, hints);
    if text.tokens.is_empty() && text.fault.is_none() && text.hash_comments.is_empty() {
        return Vec::new();
    }
    let begin = [text.tokens.first().map(|token| token.start), text.hash_comments.first().map(|range| range.start)];
    let begin = begin.into_iter().flatten().min().unwrap_or(0);
    if code.len() > MAX_CODE_BYTES || (!has_strange_space(&text) && is_rust(&code[begin..])) {
        return Vec::new();
    }
    let mut found = foreign_syntax(&text, known);
    found.extend(lexical::find(&text).or_else(|| brackets::find(&text)));
    if found.is_empty() {
        found.extend(unfinished(&text, &code[begin..]));
    }
    one_a_line(&text, found)
}

/// Returns the mistakes in lines that the compiler has refused. `refused` are their numbers, counted from 1, and messages.
pub(crate) fn after(
    code: &str,
    known: &DefinedNames,
    refused: &[(usize, String)],
    hints: &dyn HostHints,
) -> Vec<Finding> {
    on_large_stack(|| find_after(code, known, refused, hints)).unwrap_or_default()
}

fn find_after(code: &str, known: &DefinedNames, refused: &[(usize, String)], hints: &dyn HostHints) -> Vec<Finding> {
    let text = Text::with_hints(code, hints);
    let mut found = foreign_syntax(&text, known);
    found.extend((0..text.tokens.len()).filter_map(|at| ipython::question(&text, at)));
    found.retain(|finding| {
        let line = line_of(code, finding.range.start);
        refused.iter().any(|(refused, words)| *refused == line && words.contains(&finding.cause))
    });
    one_a_line(&text, found)
}

/// Returns the line of a byte, counted from 1.
pub(crate) fn line_of(code: &str, at: usize) -> usize {
    text::line_of(code, at)
}

/// Parses the call whose name is this token.
pub(crate) fn parse_call(text: &Text<'_>, at: usize) -> Option<PythonCall> {
    translate::parse_call(text, at)
}

/// Returns everything that is written as in other languages.
fn foreign_syntax(text: &Text<'_>, known: &DefinedNames) -> Vec<Finding> {
    let known = &with_items_of(text, known);
    let mut found: Vec<_> = text.hash_comments.iter().map(|range| operators::hash_comment(text, range)).collect();
    found.extend(text.comments.iter().filter_map(|comment| operators::division(text, comment)));
    let mut at = 0;
    while at < text.tokens.len() {
        let finding = ipython::find(text, at)
            .or_else(|| statements::find(text, at, known))
            .or_else(|| calls::find(text, at, known))
            .or_else(|| calls::quotes(text, at))
            .or_else(|| operators::find(text, at, known));
        found.extend(finding);
        at += 1;
    }
    found
}

/// Returns the known names with those of the items that this text defines.
fn with_items_of(text: &Text<'_>, known: &DefinedNames) -> DefinedNames {
    let mut known = known.clone();
    for at in 1..text.tokens.len() {
        if matches!(
            text.word(at - 1),
            "fn" | "struct" | "enum" | "trait" | "type" | "mod" | "const" | "static" | "as" | "macro_rules"
        ) {
            known.items.push(text.word(at).to_owned());
        }
    }
    known
}

/// Returns the first finding of each line, sorted by line, without those inside a statement that another sentence is about.
fn one_a_line(text: &Text<'_>, mut found: Vec<Finding>) -> Vec<Finding> {
    let line = |finding: &Finding| line_of(text.code, finding.range.start);
    found.sort_by_key(|finding| (line(finding), !is_whole_statement(&finding.sentence), finding.range.start));
    let mut kept: Vec<Finding> = Vec::new();
    let mut covered_until = 0;
    for finding in found {
        let is_covered =
            finding.range.start < covered_until || kept.iter().any(|kept| kept.sentence == finding.sentence);
        if is_covered || kept.last().is_some_and(|last| line(last) == line(&finding)) {
            continue;
        }
        if is_whole_statement(&finding.sentence)
            && let Some(at) = text.token_at(finding.range.start)
            && let Some(last) = text.tokens.get(text.statement_end(at) - 1)
        {
            covered_until = last.end;
        }
        kept.push(finding);
    }
    kept
}

/// Returns whether a sentence is about a whole statement, so that findings inside it are omitted.
fn is_whole_statement(sentence: &str) -> bool {
    [
        "write `",
        "Rust has no named arguments",
        "there is no variable",
        "new variables need",
        "a new variable needs",
        "there is no `",
        "Rust has no `import",
    ]
    .iter()
    .any(|begin| sentence.starts_with(begin))
}

/// Returns the finding for a text that ends too early.
fn unfinished(text: &Text<'_>, rust: &str) -> Option<Finding> {
    let error = parse(rust)?;
    let last = text.tokens.last()?;
    error.starts_with("unexpected end of input").then(|| {
        let line = line_of(text.code, last.start);
        let end = text.tokens.len();
        let begin = (0..end).rev().find(|&at| !text.touches(at)).unwrap_or(0);
        let words = text.source(begin..end);
        Finding::new(
            text.bytes(begin..end),
            format!("the cell ends too early: something is missing after `{words}` on line {line}"),
        )
    })
}

/// Returns whether there is a space that rustc does not accept, though syn does.
fn has_strange_space(text: &Text<'_>) -> bool {
    matches!(text.fault, Some((_, text::Fault::Strange(character))) if scan::is_strange_space(character))
}

fn is_rust(code: &str) -> bool {
    parse(code).is_none()
}

/// Returns why the text is not Rust.
fn parse(code: &str) -> Option<String> {
    syn::Block::parse_within.parse_str(code).err().map(|error| error.to_string())
}

/// Runs the parser or a translation, which recurse per bracket, on a stack that is large enough. Returns `None` if the system
/// gives no such stack.
fn on_large_stack<T: Send>(work: impl FnOnce() -> T + Send) -> Option<T> {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(PARSER_STACK_BYTES).spawn_scoped(scope, work);
        match thread.map(|thread| thread.join()) {
            Ok(result) => result.ok(),
            Err(error) => {
                tracing::warn!(%error, "the text of a cell could not be examined");
                None
            }
        }
    })
}

#[cfg(test)]
mod tests;
