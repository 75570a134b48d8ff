//! The standard library as rust-analyzer is to read it.
//!
//! Half of its source is the instructions of processors, `core::arch`, which would be read at each start of a kernel, a second
//! of it, and which notebooks do without: it can be used in a cell, and only completion and tooltips don't know it. So
//! rust-analyzer is shown a folder that names every part but that one.

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

/// The name of that folder in a session's.
const FOLDER: &str = "standard-library";
/// The variable that names the library's source to rust-analyzer.
pub(super) const PLACE: &str = "RUST_SRC_PATH";
/// What is left out: the instructions of processors, and what is made of them.
const LEFT_OUT: [&str; 2] = ["stdarch", "portable-simd"];

/// Lays the folder for the standard library of this cargo's toolchain into a session's, and gives what the environment must
/// say so that it is found; nothing where its source is not installed or somebody has chosen another.
pub(super) fn environment(session: &Path, cargo: &Path) -> Result<Option<(&'static str, OsString)>> {
    let Some(source) = source(cargo).filter(|_| std::env::var_os(PLACE).is_none()) else { return Ok(None) };
    let folder = session.join(FOLDER);
    lay(&source, &folder).with_context(|| format!("making {}", folder.display()))?;
    Ok(Some((PLACE, folder.into_os_string())))
}

/// Where a toolchain has the source of its standard library.
fn source(cargo: &Path) -> Option<PathBuf> {
    let toolchain = cargo.parent()?.parent()?;
    Some(toolchain.join("lib/rustlib/src/rust/library")).filter(|source| source.is_dir())
}

fn lay(source: &Path, folder: &Path) -> Result<()> {
    fs::create_dir_all(folder)?;
    for entry in fs::read_dir(source)? {
        let part = entry?;
        let link = folder.join(part.file_name());
        let is_wanted = LEFT_OUT.iter().all(|left_out| part.file_name() != *left_out);
        if is_wanted && fs::read_link(&link).ok().as_deref() != Some(&part.path()) {
            let _ = fs::remove_file(&link);
            symlink(part.path(), &link)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_parts_are_there_but_the_instructions_of_processors() {
        let folder = tempfile::tempdir().unwrap();
        let source = folder.path().join("toolchain/lib/rustlib/src/rust/library");
        for part in ["core", "std", "stdarch", "portable-simd"] {
            fs::create_dir_all(source.join(part)).unwrap();
        }
        fs::write(source.join("Cargo.toml"), "").unwrap();
        let session = folder.path().join("session");
        // As in a session that was copied from one of another toolchain.
        fs::create_dir_all(session.join(FOLDER)).unwrap();
        symlink("/nowhere", session.join(FOLDER).join("core")).unwrap();
        let (name, place) = environment(&session, &folder.path().join("toolchain/bin/cargo")).unwrap().unwrap();
        assert_eq!((name, PathBuf::from(&place)), (PLACE, session.join(FOLDER)));
        let mut parts: Vec<_> = fs::read_dir(place).unwrap().map(|part| part.unwrap().file_name()).collect();
        parts.sort();
        assert_eq!(parts, ["Cargo.toml", "core", "std"]);
        assert_eq!(fs::read_link(session.join(FOLDER).join("core")).unwrap(), source.join("core"));
    }

    #[test]
    fn without_its_source_nothing_is_said() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(environment(folder.path(), &folder.path().join("bin/cargo")).unwrap(), None);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
