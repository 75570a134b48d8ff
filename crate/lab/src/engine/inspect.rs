//! Tooltips: the documentation of the item at a place in a cell.

use evcxr::CommandContext;

use super::messages::Reply;

/// What evcxr answers where rust-analyzer finds nothing.
const NOTHING: &str = "No documentation found";

/// The documentation of what stands at byte `at` of the cell `code`.
pub(super) fn inspect(context: &mut CommandContext, code: &str, at: usize) -> Reply {
    let found = context.hover_at(code, at).ok();
    Reply::Inspected { found: found.filter(|(text, _)| text != NOTHING) }
}
