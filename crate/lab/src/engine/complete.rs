//! Completion: what could stand at a place in a cell.

use evcxr::CommandContext;

use super::messages::{Choice, Reply};

/// What could stand at byte `at` of the cell `code`.
pub(super) fn complete(context: &mut CommandContext, code: &str, at: usize) -> Reply {
    // Half-written code is the usual case, so an error means no choices.
    let Ok(completions) = context.completions(code, at) else {
        return Reply::Completed { choices: Vec::new(), start: at, end: at };
    };
    let (start, end) = (completions.start_offset, completions.end_offset);
    // Functions that evcxr calls to show a value are not for users.
    let choices = completions.completions.into_iter().filter(|choice| !choice.code.starts_with("evcxr_"));
    let choices =
        choices.map(|choice| Choice { code: choice.code, label: choice.label, kind: choice.kind.to_owned() }).collect();
    Reply::Completed { choices, start, end }
}
