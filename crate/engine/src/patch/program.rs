//! The program that is being compiled: the cell and the code that evcxr generated around it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::line_markers;

/// The copy of the program that was compiled last, in a session's folder. Completion overwrites the original.
pub(crate) const COMPILED_PROGRAM: &str = "compiled/cell/src/lib.rs";

/// The program of the cell that is being compiled.
pub(super) struct Program {
    file: PathBuf,
    pub(super) text: String,
}

impl Program {
    /// Reads the program of this process's session.
    pub(super) fn of_process() -> Option<Self> {
        let file = PathBuf::from(std::env::var_os("EVCXR_TMPDIR")?).join("src/lib.rs");
        let text = fs::read_to_string(&file).ok()?;
        Some(Self { file, text })
    }

    /// Returns the folder of the session.
    pub(super) fn session(&self) -> Option<&Path> {
        self.file.ancestors().nth(3)
    }

    /// Replaces the program, and the copy in which the lines of errors are looked up.
    pub(super) fn replace(&self, text: &str) -> Option<()> {
        store_compiled(self.session()?, text);
        self.write(text)
    }

    /// Replaces the program only. Lines of errors are looked up in the text before.
    pub(super) fn write(&self, text: &str) -> Option<()> {
        match fs::write(&self.file, text) {
            Ok(()) => Some(()),
            Err(error) => {
                tracing::debug!(%error, "the patched program could not be written");
                None
            }
        }
    }
}

/// Stores the program that is compiled, without line markers, so that a line of the cell is found in it.
pub(super) fn store_compiled(session: &Path, program: &str) {
    let copy = session.join(COMPILED_PROGRAM);
    let text: String = program.lines().map(|line| format!("{}\n", line_markers::remove(line))).collect();
    let stored = copy.parent().map_or(Err(io::Error::other("no folder")), fs::create_dir_all);
    if let Err(error) = stored.and_then(|()| fs::write(copy, text)) {
        tracing::debug!(%error, "the program could not be stored; a panic will have no line");
    }
}
