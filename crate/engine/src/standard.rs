//! The standard library as rust-analyzer is to read it.
//!
//! Half of its source is the instructions of processors, `core::arch`, which would be read at each start of a kernel, a second
//! of it, and which notebooks do without: it can be used in a cell, and only completion and tooltips don't know it. So
//! rust-analyzer is shown a folder that names every part but that one, and has of the parts that it reads the
//! [public source](public_source) only.

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use super::public_source;

/// The name of that folder in a session's.
pub(super) const FOLDER: &str = "standard-library";
/// The variable that names the library's source to rust-analyzer.
pub(super) const PLACE: &str = "RUST_SRC_PATH";
/// What is left out: the instructions of processors, and what is made of them.
const LEFT_OUT: [&str; 2] = ["stdarch", "portable-simd"];
/// What is read, and so copied without what is private.
const READ: [&str; 3] = ["alloc", "core", "std"];
/// The file that says what a copied part was made from.
const MADE_FROM: &str = "made-from";

/// Lays the folder for the standard library of this cargo's toolchain into a session's, and gives what the environment must
/// say so that it is found; nothing where its source is not installed or somebody has chosen another.
pub(super) fn environment(session: &Path, cargo: &Path) -> Result<Option<(&'static str, OsString)>> {
    let Some(source) = source(cargo).filter(|_| std::env::var_os(PLACE).is_none()) else { return Ok(None) };
    let folder = session.join(FOLDER);
    lay(&source, session).with_context(|| format!("making {}", folder.display()))?;
    Ok(Some((PLACE, folder.into_os_string())))
}

/// Where a toolchain has the source of its standard library.
fn source(cargo: &Path) -> Option<PathBuf> {
    let toolchain = cargo.parent()?.parent()?;
    Some(toolchain.join("lib/rustlib/src/rust/library")).filter(|source| source.is_dir())
}

fn lay(source: &Path, session: &Path) -> Result<()> {
    let folder = session.join(FOLDER);
    fs::create_dir_all(&folder)?;
    for entry in fs::read_dir(source)? {
        let part = entry?;
        let place = folder.join(part.file_name());
        let is_named = |names: &[&str]| names.iter().any(|name| part.file_name() == *name);
        if is_named(&READ) {
            lay_part(&part.path(), &place, session)?;
        } else if !is_named(&LEFT_OUT) {
            link(&part.path(), &place)?;
        }
    }
    Ok(())
}

/// Copies what is read of a part, and links the rest.
fn lay_part(part: &Path, place: &Path, session: &Path) -> Result<()> {
    let made_from = format!("{} {}", public_source::FORM, part.display());
    if fs::read_to_string(place.join(MADE_FROM)).is_ok_and(|before| before == made_from) {
        return Ok(());
    }
    if place.is_symlink() {
        fs::remove_file(place)?;
    } else if place.exists() {
        fs::remove_dir_all(place)?;
    }
    fs::create_dir_all(place)?;
    for entry in fs::read_dir(part)? {
        let entry = entry?;
        if entry.file_name() != "src" {
            link(&entry.path(), &place.join(entry.file_name()))?;
        }
    }
    let name = part.file_name().unwrap_or_default().to_string_lossy();
    public_source::copy_standard(&name, &part.join("src"), &place.join("src"), session)?;
    Ok(fs::write(place.join(MADE_FROM), made_from)?)
}

fn link(to: &Path, link: &Path) -> Result<()> {
    if fs::read_link(link).ok().as_deref() != Some(to) {
        let _ = fs::remove_file(link);
        symlink(to, link)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_public_parts_are_there_but_the_instructions_of_processors() {
        let folder = tempfile::tempdir().unwrap();
        let source = folder.path().join("toolchain/lib/rustlib/src/rust/library");
        for part in ["core", "proc_macro", "stdarch", "portable-simd"] {
            fs::create_dir_all(source.join(part)).unwrap();
        }
        fs::write(source.join("Cargo.toml"), "").unwrap();
        fs::create_dir_all(source.join("core/src")).unwrap();
        fs::write(source.join("core/Cargo.toml"), "").unwrap();
        fs::write(source.join("core/src/lib.rs"), "pub fn seen() { 1; }\nfn hidden() {}").unwrap();
        let session = folder.path().join("session");
        // As in a session that was copied from one of another toolchain.
        fs::create_dir_all(session.join(FOLDER)).unwrap();
        for part in ["core", "proc_macro"] {
            symlink("/nowhere", session.join(FOLDER).join(part)).unwrap();
        }
        let (name, place) = environment(&session, &folder.path().join("toolchain/bin/cargo")).unwrap().unwrap();
        assert_eq!((name, PathBuf::from(&place)), (PLACE, session.join(FOLDER)));
        let mut parts: Vec<_> = fs::read_dir(place).unwrap().map(|part| part.unwrap().file_name()).collect();
        parts.sort();
        assert_eq!(parts, ["Cargo.toml", "core", "proc_macro"]);
        let place = |part: &str| session.join(FOLDER).join(part);
        assert_eq!(fs::read_link(place("proc_macro")).unwrap(), source.join("proc_macro"));
        assert_eq!(fs::read_link(place("core/Cargo.toml")).unwrap(), source.join("core/Cargo.toml"));
        assert_eq!(fs::read_to_string(place("core/src/lib.rs")).unwrap(), "pub fn seen() { loop {} }\n");
    }

    #[test]
    fn without_its_source_nothing_is_said() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(environment(folder.path(), &folder.path().join("bin/cargo")).unwrap(), None);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
