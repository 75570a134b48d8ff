//! Mistakes that show in a cell's own text: what is open or no sign of Rust's, and habits from Python.
//!
//! The compiler answers each with a multitude of errors that follow from one another. Here each is one place and one
//! sentence that says what to write, with the names that were typed. Valid code is never found fault with:
//! [`before`] speaks only where the text can't be parsed as Rust, [`after`] only of lines that the compiler has refused.

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

/// Longer code is left to the compiler: the parser goes deeper for each bracket, and the stack has an end.
const LONGEST: usize = 32 << 10;
/// The parser's stack: enough for each byte of the code to be a level. What is not used is not taken.
const STACK: usize = 256 << 20;

/// A mistake: its bytes in the cell, and what to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    pub(crate) range: Range<usize>,
    pub(crate) sentence: String,
    /// What the compiler's words about the line must hold, where the text alone could be Rust.
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

/// The mistakes of a cell that can't be Rust, the first of each line; none where it may be.
pub(crate) fn before(code: &str, known: &DefinedNames, hints: &dyn HostHints) -> Vec<Finding> {
    if let Some(finding) = ipython::shell(code, hints) {
        return vec![finding];
    }
    let text = Text::with_hints(code, hints);
    if text.tokens.is_empty() && text.fault.is_none() && text.hash_comments.is_empty() {
        return Vec::new();
    }
    let begin = [text.tokens.first().map(|token| token.start), text.hash_comments.first().map(|range| range.start)];
    let begin = begin.into_iter().flatten().min().unwrap_or(0);
    if code.len() > LONGEST || (!has_strange_space(&text) && is_rust(&code[begin..])) {
        return Vec::new();
    }
    let mut found = habits(&text, known);
    found.extend(lexical::find(&text).or_else(|| brackets::find(&text)));
    if found.is_empty() {
        found.extend(unfinished(&text, &code[begin..]));
    }
    one_a_line(&text, found)
}

/// The habits in those lines, counted from 1, that the compiler has refused, each with its words.
pub(crate) fn after(
    code: &str,
    known: &DefinedNames,
    refused: &[(usize, String)],
    hints: &dyn HostHints,
) -> Vec<Finding> {
    let text = Text::with_hints(code, hints);
    let mut found = habits(&text, known);
    found.extend((0..text.tokens.len()).filter_map(|at| ipython::question(&text, at)));
    found.retain(|finding| {
        let line = line_of(code, finding.range.start);
        refused.iter().any(|(refused, words)| *refused == line && words.contains(&finding.cause))
    });
    one_a_line(&text, found)
}

/// The line of a byte, counted from 1.
pub(crate) fn line_of(code: &str, at: usize) -> usize {
    text::line_of(code, at)
}

/// Parses the call whose name is this token.
pub(crate) fn parse_call(text: &Text<'_>, at: usize) -> Option<PythonCall> {
    translate::parse_call(text, at)
}

/// Everything that other languages write otherwise.
fn habits(text: &Text<'_>, known: &DefinedNames) -> Vec<Finding> {
    let known = &with_own(text, known);
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

/// The known names with those of the functions that this text makes.
fn with_own(text: &Text<'_>, known: &DefinedNames) -> DefinedNames {
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

/// The first finding of each line, in the order of the lines, without what a sentence about a whole statement says already.
fn one_a_line(text: &Text<'_>, mut found: Vec<Finding>) -> Vec<Finding> {
    let line = |finding: &Finding| line_of(text.code, finding.range.start);
    found.sort_by_key(|finding| (line(finding), !is_whole_statement(&finding.sentence), finding.range.start));
    let mut kept: Vec<Finding> = Vec::new();
    let mut said_until = 0;
    for finding in found {
        let is_said = finding.range.start < said_until || kept.iter().any(|kept| kept.sentence == finding.sentence);
        if is_said || kept.last().is_some_and(|last| line(last) == line(&finding)) {
            continue;
        }
        if is_whole_statement(&finding.sentence)
            && let Some(at) = text.token_at(finding.range.start)
            && let Some(last) = text.tokens.get(text.statement_end(at) - 1)
        {
            said_until = last.end;
        }
        kept.push(finding);
    }
    kept
}

/// Whether a sentence says how the whole statement is written, so that what stands inside of it needs none of its own.
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

/// What is missing where the text ends in the middle of something.
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

/// Whether there is a space that Rust does not take for one, though its parser in this program does.
fn has_strange_space(text: &Text<'_>) -> bool {
    matches!(text.fault, Some((_, text::Fault::Strange(character))) if scan::is_strange_space(character))
}

fn is_rust(code: &str) -> bool {
    parse(code).is_none()
}

/// Why the text is no Rust.
fn parse(code: &str) -> Option<String> {
    let parsed = || syn::Block::parse_within.parse_str(code).err().map(|error| error.to_string());
    std::thread::scope(|scope| {
        let parser = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, parsed);
        parser.ok()?.join().ok()?
    })
}

#[cfg(test)]
mod tests;
