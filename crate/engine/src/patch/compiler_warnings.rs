//! The compiler's warnings about the cell that was built last, passed from the compiler's shim to the engine.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::layout;

/// The file in a session's folder with the warnings.
const FILE: &str = "warnings";
/// The field that marks a warning about an unused `Result` to which a `?` was added.
pub(crate) const QUESTION_MARK_ADDED: &str = "added_question_mark";

/// Stores the warnings of a build.
pub(super) fn store(warnings: &[Value]) {
    let Some(session) = layout::session_of_this_process() else { return };
    let stored = serde_json::to_vec(warnings).map_err(std::io::Error::from);
    if let Err(error) = stored.and_then(|text| fs::write(session.join(FILE), text)) {
        tracing::debug!(%error, "the compiler's warnings could not be stored");
    }
}

/// Removes the warnings of the last build.
pub(crate) fn clear(session: &Path) {
    // There may be none.
    let _ = fs::remove_file(session.join(FILE));
}

/// Loads the warnings of the last build.
pub(crate) fn load(session: &Path) -> Vec<Value> {
    fs::read(session.join(FILE)).ok().and_then(|text| serde_json::from_slice(&text).ok()).unwrap_or_default()
}

/// Stores warnings as the compiler's shim does.
#[cfg(test)]
pub(crate) fn store_for_test(session: &Path, warnings: &[Value]) {
    fs::write(session.join(FILE), serde_json::to_vec(warnings).unwrap()).unwrap();
}
