//! Changes the program that evcxr writes around a cell before the compiler sees it.
//!
//! Each change is one file of this module. A change never moves a line, because evcxr and the places of errors count lines.
//! Where evcxr writes something else one day, a change finds nothing to do and leaves the program as it is.

mod async_runtime;
pub(super) mod build;
mod complaints;
mod error_place;
pub(super) mod last_value;
mod marks;
mod question_mark;
pub(super) mod restore;
pub(super) mod statement;
pub(super) mod statics;

use std::fs;
use std::path::PathBuf;

pub(crate) use error_place::place;

/// A change of a program; none where it does not apply.
type Patch = fn(&str) -> Option<String>;

/// The changes, in the order in which they are made.
const PATCHES: &[Patch] = &[async_runtime::patched, error_place::patched];

/// Changes the program around the cell that is about to be compiled.
pub(crate) fn apply() {
    let Some(cell) = std::env::var_os("EVCXR_TMPDIR") else { return };
    let cell = PathBuf::from(cell);
    let session = cell.parent().unwrap_or(&cell);
    let program = cell.join("src/lib.rs");
    let Ok(mut text) = fs::read_to_string(&program) else { return };
    let mut is_changed = false;
    for patch in PATCHES {
        if let Some(patched) = patch(&text) {
            text = patched;
            is_changed = true;
        }
    }
    // What becomes of statics, of the last value and of the variables depends on more than the program.
    if let Some(patched) = statics::patched(session, &text) {
        text = patched;
        is_changed = true;
    }
    if let Some(patched) = last_value::patched(session, &text) {
        text = patched;
        is_changed = true;
    }
    if let Some(patched) = build::patched(session, &text) {
        text = patched;
        is_changed = true;
    }
    if is_changed {
        // If it can't be written, the unchanged program compiles too.
        let _ = fs::write(&program, &text);
    }
    if restore::function(&text).is_some() {
        build::keep(session, &text);
    }
}
