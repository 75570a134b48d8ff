//! Patches of the program that evcxr generates around a cell (workarounds for evcxr).
//!
//! Each file is one change of the program, made before the compiler sees it. No change moves a line, because evcxr and the
//! messages of errors count lines. If a future evcxr generates other code, a patch finds nothing to change and leaves the program as
//! it is. Beside the patches, [`impl_blocks`] changes a cell before evcxr gets it, and [`variable_sync`] corrects what evcxr
//! knows of the variables.

mod added_marks;
mod async_runtime;
pub(crate) mod compile;
mod compiler_messages;
pub(crate) mod compiler_warnings;
mod error_location;
mod generated;
pub(crate) mod impl_blocks;
pub(crate) mod insertions;
pub(crate) mod last_value;
pub(crate) mod line_markers;
mod program;
mod question_mark;
pub(crate) mod restore;
pub(crate) mod statics;
pub(crate) mod variable_sync;

pub(crate) use error_location::parse_error_line;
pub(crate) use program::COMPILED_PROGRAM;

use crate::host_library::HostLibrary;
use program::{Program, store_compiled};

/// A change of a program, or `None` if it does not apply.
type Patch<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Patches the program that is about to be compiled.
pub(crate) fn apply(library: Option<&HostLibrary>) {
    let Some(program) = Program::of_process() else { return };
    let Some(session) = program.session() else { return };
    let mut text = program.text.clone();
    let patches: [(&str, Patch<'_>); 5] = [
        ("async_runtime", &|text| async_runtime::patched(text)),
        ("error_location", &|text| error_location::patched(text)),
        ("statics", &|text| statics::patched(session, text)),
        ("last_value", &|text| last_value::patched(session, text, library)),
        ("restore", &|text| compile::with_restored_variables(session, text)),
    ];
    for (name, patch) in patches {
        if let Some(patched) = patch(&text) {
            tracing::trace!(patch = name, "the program was patched");
            text = patched;
        }
    }
    if text != program.text {
        // If it can't be written, the unpatched program compiles, too.
        let _ = program.write(&text);
    }
    if generated::run_function_name(&text).is_some() {
        store_compiled(session, &text);
    }
}
