//! Copies of the prebuilt workspace: complete ones, and those of sessions, which share built libraries and
//! [public source](public_source) with it.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use anyhow::Result;

use crate::analyzer::{public_source, sysroot};
use crate::host_library::HostLibrary;

/// How a session's folder shares a file.
#[derive(Clone, Copy)]
pub(super) enum LinkMode {
    /// By a hard link: the file stays when the workspace is replaced.
    Hardlink,
    /// By a symbolic link: Linux refuses hard links to files of another user.
    Symlink,
}

/// Copies the content of a folder with its modification times, by which cargo knows what is built.
pub(crate) fn copy(from: &Path, to: &Path) -> Result<()> {
    copy_files(from, to, &|_, _| false)
}

/// Copies a folder for a session. Built libraries, most of the bytes, are shared, because a session does not build them
/// again. evcxr and the compiler may rewrite every other file in place; and the `stale` library, whose source has changed.
pub(super) fn copy_for_session(from: &Path, to: &Path, mode: LinkMode, stale: Option<&HostLibrary>) -> Result<()> {
    copy_files(from, to, &|source, target| {
        let is_stale = stale.is_some_and(|library| has_prefix(source, &format!("lib{}", library.name)));
        let is_constant = (is_built_library(source) && !is_stale) || is_public_source(source);
        is_constant
            && match mode {
                LinkMode::Hardlink => fs::hard_link(source, target).is_ok(),
                LinkMode::Symlink => symlink(source, target).is_ok(),
            }
    })
}

/// Copies each file, except those for which `share` has put a link into the other folder.
fn copy_files(from: &Path, to: &Path, share: &dyn Fn(&Path, &Path) -> bool) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        let metadata = entry.metadata()?;
        if metadata.is_dir() {
            copy_files(&source, &target, share)?;
        } else if metadata.is_symlink() {
            symlink(fs::read_link(&source)?, &target)?;
        } else if !share(&source, &target) {
            fs::copy(&source, &target)?;
            fs::File::open(&target)?.set_times(fs::FileTimes::new().set_modified(metadata.modified()?))?;
        }
    }
    Ok(())
}

/// Returns whether a file is the build of a package that cells depend on.
fn is_built_library(path: &Path) -> bool {
    let is_library =
        path.extension().is_some_and(|extension| ["rlib", "rmeta", "so"].iter().any(|one| extension == *one));
    is_library && !has_prefix(path, "libctx") && !has_prefix(path, "libcode_")
}

/// Returns whether a file belongs to the copies that rust-analyzer reads, which are replaced and never changed.
fn is_public_source(path: &Path) -> bool {
    let folders = [public_source::FOLDER, sysroot::FOLDER];
    path.components().any(|part| folders.iter().any(|folder| part.as_os_str() == *folder))
}

fn has_prefix(path: &Path, prefix: &str) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use super::*;
    use crate::host_library::test_library;

    #[test]
    fn a_copy_keeps_contents_and_times() {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("from"), folder.path().join("to"));
        fs::create_dir_all(from.join("deep")).unwrap();
        fs::write(from.join("deep/file"), "content").unwrap();
        let long_ago = UNIX_EPOCH + std::time::Duration::from_secs(1_000_000);
        let file = fs::File::open(from.join("deep/file")).unwrap();
        file.set_times(fs::FileTimes::new().set_modified(long_ago)).unwrap();
        copy(&from, &to).unwrap();
        assert_eq!(fs::read_to_string(to.join("deep/file")).unwrap(), "content");
        assert_eq!(fs::metadata(to.join("deep/file")).unwrap().modified().unwrap(), long_ago);
    }

    #[test]
    fn a_link_is_copied_as_a_link() {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("from"), folder.path().join("to"));
        fs::create_dir_all(&from).unwrap();
        for (name, meant) in [("program", "/bin/sh"), ("folder", "/usr/lib"), ("nothing", "/nowhere")] {
            symlink(meant, from.join(name)).unwrap();
        }
        copy(&from, &to).unwrap();
        let meant = |name: &str| fs::read_link(to.join(name)).unwrap();
        assert_eq!(["program", "folder", "nothing"].map(meant), ["/bin/sh", "/usr/lib", "/nowhere"].map(Path::new));
    }

    #[test]
    fn a_session_shares_built_libraries_and_nothing_else() {
        use std::os::unix::fs::MetadataExt as _;
        let folder = tempfile::tempdir().unwrap();
        let from = folder.path().join("from");
        fs::create_dir_all(&from).unwrap();
        let names =
            ["libtensors.rlib", "libtensors.rmeta", "libmacro.so", "libnets.so", "libctx.so", "libcode_1.so", "lib.rs"];
        for name in names {
            fs::write(from.join(name), name).unwrap();
        }
        let library = test_library();
        for (stale, shared) in [(None, 4), (Some(&library), 3)] {
            let is_current = stale.is_none();
            let expected = std::array::from_fn(|place| place < shared);
            let twice = folder.path().join(format!("twice-{is_current}"));
            copy_for_session(&from, &twice, LinkMode::Hardlink, stale).unwrap();
            let file = |folder: &Path, name: &str| fs::metadata(folder.join(name)).unwrap().ino();
            assert_eq!(names.map(|name| file(&from, name) == file(&twice, name)), expected);
            let linked = folder.path().join(format!("linked-{is_current}"));
            copy_for_session(&from, &linked, LinkMode::Symlink, stale).unwrap();
            assert_eq!(names.map(|name| fs::read_link(linked.join(name)).is_ok()), expected);
        }
    }
}
