//! A sysroot that is smaller than the real one, for rust-analyzer.
//!
//! Half of the standard library's source is `core::arch`, the intrinsics of processors. Reading them takes a second at each
//! start of a kernel, and notebooks rarely need them: they can be used in a cell, and only completion and tooltips don't know
//! them. So rust-analyzer gets a folder that names every crate except these, and contains the
//! [public source](super::public_source) of the crates that it reads.

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use super::public_source;

/// The name of that folder in a session's folder.
pub(crate) const FOLDER: &str = "standard-library";
/// The variable by which rust-analyzer finds the library's source.
pub(crate) const RUST_SRC_PATH_VAR: &str = "RUST_SRC_PATH";
/// The crates that are left out: the processor intrinsics, and what is built on them.
const OMITTED_CRATES: [&str; 2] = ["stdarch", "portable-simd"];
/// The crates that rust-analyzer reads, which are copied without private items.
const PRUNED_CRATES: [&str; 3] = ["alloc", "core", "std"];
/// The file that says what a copied crate was made from.
const MADE_FROM_FILE: &str = "made-from";

/// Creates the folder for the standard library of this cargo's toolchain, and returns the variable by which it is found.
/// Returns `None` if the source is not installed, or if the user has set the variable.
pub(crate) fn environment(session: &Path, cargo: &Path) -> Result<Option<(&'static str, OsString)>> {
    let Some(source) = library_source(cargo).filter(|_| std::env::var_os(RUST_SRC_PATH_VAR).is_none()) else {
        return Ok(None);
    };
    let folder = session.join(FOLDER);
    create(&source, session).with_context(|| format!("creating {}", folder.display()))?;
    Ok(Some((RUST_SRC_PATH_VAR, folder.into_os_string())))
}

/// Returns the folder in which a toolchain has the source of its standard library.
fn library_source(cargo: &Path) -> Option<PathBuf> {
    let toolchain = cargo.parent()?.parent()?;
    Some(toolchain.join("lib/rustlib/src/rust/library")).filter(|source| source.is_dir())
}

fn create(source: &Path, session: &Path) -> Result<()> {
    let folder = session.join(FOLDER);
    fs::create_dir_all(&folder)?;
    for entry in fs::read_dir(source)? {
        let entry = entry?;
        let target = folder.join(entry.file_name());
        let is_one_of = |names: &[&str]| names.iter().any(|name| entry.file_name() == *name);
        if is_one_of(&PRUNED_CRATES) {
            copy_pruned(&entry.path(), &target, session)?;
        } else if !is_one_of(&OMITTED_CRATES) {
            link(&entry.path(), &target)?;
        }
    }
    Ok(())
}

/// Copies the public source of a crate, and links its other files.
fn copy_pruned(krate: &Path, target: &Path, session: &Path) -> Result<()> {
    let made_from = format!("{} {}", public_source::FORMAT_VERSION, krate.display());
    if fs::read_to_string(target.join(MADE_FROM_FILE)).is_ok_and(|before| before == made_from) {
        return Ok(());
    }
    if target.is_symlink() {
        fs::remove_file(target)?;
    } else if target.exists() {
        fs::remove_dir_all(target)?;
    }
    fs::create_dir_all(target)?;
    for entry in fs::read_dir(krate)? {
        let entry = entry?;
        if entry.file_name() != "src" {
            link(&entry.path(), &target.join(entry.file_name()))?;
        }
    }
    let name = krate.file_name().context("a crate of the standard library has no name")?.to_string_lossy();
    public_source::copy_standard_crate(&name, &krate.join("src"), &target.join("src"), session)?;
    Ok(fs::write(target.join(MADE_FROM_FILE), made_from)?)
}

fn link(to: &Path, link: &Path) -> Result<()> {
    if fs::read_link(link).ok().as_deref() != Some(to) {
        // There may be an old link.
        let _ = fs::remove_file(link);
        symlink(to, link)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_crates_are_there_except_the_processor_intrinsics() {
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
        assert_eq!((name, PathBuf::from(&place)), (RUST_SRC_PATH_VAR, session.join(FOLDER)));
        let mut parts: Vec<_> = fs::read_dir(place).unwrap().map(|part| part.unwrap().file_name()).collect();
        parts.sort();
        assert_eq!(parts, ["Cargo.toml", "core", "proc_macro"]);
        let place = |part: &str| session.join(FOLDER).join(part);
        assert_eq!(fs::read_link(place("proc_macro")).unwrap(), source.join("proc_macro"));
        assert_eq!(fs::read_link(place("core/Cargo.toml")).unwrap(), source.join("core/Cargo.toml"));
        assert_eq!(fs::read_to_string(place("core/src/lib.rs")).unwrap(), "pub fn seen() { loop {} }\n");
    }

    #[test]
    fn without_the_source_no_variable_is_set() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(environment(folder.path(), &folder.path().join("bin/cargo")).unwrap(), None);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
