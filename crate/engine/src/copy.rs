//! Copies of the warmed folder: whole ones, and those of sessions, which share with it what was built of libraries and their
//! [public source](public_source).

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use anyhow::Result;

use super::{public_source, standard};

/// How a session has what it shares with the template.
#[derive(Clone, Copy)]
pub(super) enum Share {
    /// The same file stands in both folders: it stays when the template is replaced.
    Twice,
    /// The session's file names the template's: the system lets nobody have another user's file twice.
    Linked,
}

/// Copies a folder's content with its times, by which cargo knows what is built.
pub(super) fn copy(from: &Path, to: &Path) -> Result<()> {
    copy_files(from, to, &|_, _| false)
}

/// The same for a session, in which what was built of libraries is not built again: of that, which is most of it, the files
/// are shared. Everything else evcxr and the compiler may rewrite in place; tealight, too, where its source is not what it
/// was built from.
pub(super) fn copy_for_session(from: &Path, to: &Path, share: Share, tealight_is_current: bool) -> Result<()> {
    copy_files(from, to, &|source, target| {
        let is_current = tealight_is_current || !is_named(source, "libtealight");
        let stays = (is_built_library(source) && is_current) || is_public_source(source);
        stays
            && match share {
                Share::Twice => fs::hard_link(source, target).is_ok(),
                Share::Linked => symlink(source, target).is_ok(),
            }
    })
}

/// Copies each file that `shared` doesn't bring to the other folder in another way.
fn copy_files(from: &Path, to: &Path, shared: &dyn Fn(&Path, &Path) -> bool) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        let metadata = entry.metadata()?;
        if metadata.is_dir() {
            copy_files(&source, &target, shared)?;
        } else if metadata.is_symlink() {
            symlink(fs::read_link(&source)?, &target)?;
        } else if !shared(&source, &target) {
            fs::copy(&source, &target)?;
            fs::File::open(&target)?.set_times(fs::FileTimes::new().set_modified(metadata.modified()?))?;
        }
    }
    Ok(())
}

/// Whether a file is what was built of a package that cells depend on.
fn is_built_library(path: &Path) -> bool {
    let is_library =
        path.extension().is_some_and(|extension| ["rlib", "rmeta", "so"].iter().any(|one| extension == *one));
    is_library && !is_named(path, "libctx") && !is_named(path, "libcode_")
}

/// Whether a file is part of the copies that rust-analyzer reads, which are replaced and never changed.
fn is_public_source(path: &Path) -> bool {
    let folders = [public_source::FOLDER, standard::FOLDER];
    path.components().any(|part| folders.iter().any(|folder| part.as_os_str() == *folder))
}

fn is_named(path: &Path, beginning: &str) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(beginning))
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use super::*;

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
    fn a_link_is_copied_and_not_what_it_names() {
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
    fn a_session_shares_what_was_built_of_libraries_and_nothing_else() {
        use std::os::unix::fs::MetadataExt as _;
        let folder = tempfile::tempdir().unwrap();
        let from = folder.path().join("from");
        fs::create_dir_all(&from).unwrap();
        let names = [
            "libcandle.rlib",
            "libcandle.rmeta",
            "libmacro.so",
            "libtealight.so",
            "libctx.so",
            "libcode_1.so",
            "lib.rs",
        ];
        for name in names {
            fs::write(from.join(name), name).unwrap();
        }
        for (is_current, shared) in [(true, 4), (false, 3)] {
            let expected = std::array::from_fn(|place| place < shared);
            let twice = folder.path().join(format!("twice-{is_current}"));
            copy_for_session(&from, &twice, Share::Twice, is_current).unwrap();
            let file = |folder: &Path, name: &str| fs::metadata(folder.join(name)).unwrap().ino();
            assert_eq!(names.map(|name| file(&from, name) == file(&twice, name)), expected);
            let linked = folder.path().join(format!("linked-{is_current}"));
            copy_for_session(&from, &linked, Share::Linked, is_current).unwrap();
            assert_eq!(names.map(|name| fs::read_link(linked.join(name)).is_ok()), expected);
        }
    }
}
