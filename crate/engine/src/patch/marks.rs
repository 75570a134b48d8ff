//! The question marks that are added to the program that is being compiled.

use serde_json::Value;

use super::build::Program;
use super::complaints::{Complaints, primary};
use super::question_mark::{self, Unused};
use crate::warnings;

/// The [question marks](question_mark) of one build.
#[derive(Default)]
pub(super) struct Marks {
    /// The program without them, and what the compiler warned of then.
    before: Option<(String, Vec<Value>)>,
    /// The calls that have one.
    calls: Vec<Unused>,
}

impl Marks {
    /// Adds them where the compiler, which has taken the program, says that they are missing; whether there were any.
    pub(super) fn add(&mut self, said: &Complaints) -> bool {
        let calls: Vec<_> = said.warnings.iter().filter_map(question_mark::unused).collect();
        let (None, false, Some(program)) = (&self.before, calls.is_empty(), Program::here()) else { return false };
        self.calls = calls;
        self.before = Some((program.text.clone(), said.warnings.clone()));
        self.write(&program).is_some()
    }

    /// Takes back those that the compiler does not take, or all; whether there were any.
    pub(super) fn take_back(&mut self, said: &Complaints) -> bool {
        let (false, Some(program)) = (self.calls.is_empty(), Program::here()) else { return false };
        let wrong: Vec<_> =
            said.errors.iter().filter_map(primary).filter_map(|span| span["line_end"].as_u64()).collect();
        let before = self.calls.len();
        self.calls.retain(|call| !wrong.iter().any(|line| *line == call.last_line() as u64));
        if self.calls.len() == before {
            self.calls.clear();
        }
        if self.write(&program).is_none() {
            self.calls.clear();
            let text = self.before.as_ref().map_or("", |(text, _)| text);
            return program.write(text).is_some();
        }
        true
    }

    fn write(&self, program: &Program) -> Option<()> {
        let (text, _) = self.before.as_ref()?;
        program.write(&question_mark::patched(text, &self.calls)?)
    }

    /// What the compiler warned of, given what it said of the last program.
    pub(super) fn warnings(&self, last: Vec<Value>) -> Vec<Value> {
        let Some((_, mut warnings)) = self.before.clone() else { return last };
        for warning in &mut warnings {
            if question_mark::unused(warning).is_some_and(|call| self.calls.contains(&call)) {
                warning[warnings::ADDED] = Value::Bool(true);
            }
        }
        warnings
    }
}
