//! The question marks that are added to a program while it is compiled.

use serde_json::Value;

use super::compiler_messages::{CompilerMessages, primary_span};
use super::compiler_warnings;
use super::program::Program;
use super::question_mark::{self, UnusedResult};

/// The [question marks](question_mark) of one build.
#[derive(Default)]
pub(super) struct AddedMarks {
    /// The program without them, and the compiler's warnings about it.
    original: Option<(String, Vec<Value>)>,
    /// The calls that have a mark.
    calls: Vec<UnusedResult>,
}

impl AddedMarks {
    /// Adds marks where a warning about a program without errors says that they are missing. Returns whether it added any.
    pub(super) fn add(&mut self, messages: &CompilerMessages) -> bool {
        let calls: Vec<_> = messages.warnings.iter().filter_map(question_mark::parse_warning).collect();
        let (None, false, Some(program)) = (&self.original, calls.is_empty(), Program::of_process()) else {
            return false;
        };
        self.calls = calls;
        self.original = Some((program.text.clone(), messages.warnings.clone()));
        self.write(&program).is_some()
    }

    /// Removes the marks that the compiler refuses, or all of them if it names none. Returns whether there were any.
    pub(super) fn remove_refused(&mut self, messages: &CompilerMessages) -> bool {
        let (false, Some(program)) = (self.calls.is_empty(), Program::of_process()) else { return false };
        let refused: Vec<_> =
            messages.errors.iter().filter_map(primary_span).filter_map(|span| span["line_end"].as_u64()).collect();
        let before = self.calls.len();
        self.calls.retain(|call| !refused.iter().any(|line| *line == call.last_line() as u64));
        if self.calls.len() == before {
            self.calls.clear();
        }
        if self.write(&program).is_none() {
            self.calls.clear();
            let text = self.original.as_ref().map_or("", |(text, _)| text);
            return program.write(text).is_some();
        }
        true
    }

    fn write(&self, program: &Program) -> Option<()> {
        let (text, _) = self.original.as_ref()?;
        program.write(&question_mark::patched(text, &self.calls)?)
    }

    /// Returns the warnings about the original program. `last` are those about the program that was compiled last.
    pub(super) fn warnings(&self, last: Vec<Value>) -> Vec<Value> {
        let Some((_, mut warnings)) = self.original.clone() else { return last };
        for warning in &mut warnings {
            if question_mark::parse_warning(warning).is_some_and(|call| self.calls.contains(&call)) {
                warning[compiler_warnings::QUESTION_MARK_ADDED] = Value::Bool(true);
            }
        }
        warnings
    }
}
