//! Files that are written whole or not at all, and read whole.

use crate::{Error, ErrorKind, Result, memory};
use std::fs::{File, Metadata, OpenOptions, canonicalize, create_dir_all, metadata, read_dir, remove_file};
use std::io::{BufWriter, ErrorKind as IoKind, Read, Write};
use std::path::Path;
use std::time::Duration;

/// Writes the file at `path`: to a temporary file beside it, which takes its name when all of it is on the disk. Folders
/// that are missing are made.
///
/// Whatever goes wrong, and be it that the process is killed, a file that was there before stays as it was. What a
/// process that was killed left there is removed by the next. A new file has the permissions of the one that it
/// replaces, and one that may not be written to is not replaced. `place` begins the errors.
pub(crate) fn replace(
    path: &Path,
    place: &str,
    write: impl FnOnce(&mut dyn Write) -> std::io::Result<()>,
) -> Result<()> {
    let fail = |error: std::io::Error| unwritten(error, path, place);
    let found = metadata(path);
    match &found {
        Ok(found) if found.is_dir() => return Err(fail(std::io::Error::new(IoKind::IsADirectory, "is a folder"))),
        // A device would be gone, and a file in its place.
        Ok(found) if !found.is_file() => {
            return Err(fail(std::io::Error::other("is not a file, but a device or a pipe")));
        }
        _ => {}
    }
    // A new name for another file would be allowed over it.
    if let Ok(found) = &found
        && let Err(error) = OpenOptions::new().append(true).open(path)
    {
        return Err(match found.permissions().readonly() {
            true => read_only(error, path, place),
            false => fail(error),
        });
    }
    // The file that a link leads to is replaced, not the link.
    let target = canonicalize(path).unwrap_or_else(|_| path.to_owned());
    make_folder_of(&target, place)?;
    let mut builder = tempfile::Builder::new();
    builder.prefix(BEGIN).suffix(END);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // As any new file, not for the owner alone, as temporary files are; the process's mask still applies.
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    let folder = folder_of(&target);
    sweep(folder);
    let mut temporary = builder.tempfile_in(folder).map_err(fail)?;
    // Whoever sweeps sees that it is written to; where the system locks no files, none is swept.
    let _ = temporary.as_file().try_lock();
    if let Ok(found) = &found {
        // Before there is anything in it to be read.
        like(temporary.as_file(), found).map_err(fail)?;
    }
    let mut buffered = BufWriter::with_capacity(1 << 18, temporary.as_file_mut());
    write(&mut buffered).and_then(|()| buffered.flush()).map_err(fail)?;
    drop(buffered);
    temporary.as_file().sync_all().map_err(fail)?;
    temporary.persist(&target).map_err(|error| fail(error.error))?;
    // The new name is in the folder, which some systems cannot sync; the data is safe either way.
    let _ = File::open(folder).and_then(|folder| folder.sync_all());
    Ok(())
}

/// How the names of files that are not yet whole begin and end.
const BEGIN: &str = ".tealight-";
const END: &str = ".part";
/// What is younger may not be locked yet.
const YOUNG: Duration = Duration::from_secs(60);

/// Removes what processes that were killed have left in `folder`: files that are not whole, and that none has locked.
/// What cannot be removed stays.
fn sweep(folder: &Path) {
    for entry in read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let is_part = name.to_str().is_some_and(|name| name.starts_with(BEGIN) && name.ends_with(END));
        if !is_part || !entry.file_type().is_ok_and(|kind| kind.is_file()) {
            continue;
        }
        let age = entry.metadata().and_then(|found| found.modified()).ok().and_then(|written| written.elapsed().ok());
        let left = |file: File| file.try_lock().is_ok();
        if age.is_some_and(|age| age > YOUNG) && File::open(entry.path()).is_ok_and(left) {
            let _ = remove_file(entry.path());
        }
    }
}

/// Gives a file the permissions of another, and its owner and group as far as that is allowed.
fn like(file: &File, other: &Metadata) -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::{MetadataExt, fchown};
        let _ = fchown(file, Some(other.uid()), Some(other.gid())).or_else(|_| fchown(file, None, Some(other.gid())));
    }
    match file.metadata()?.permissions() == other.permissions() {
        // A disk without permissions lets none be set.
        true => Ok(()),
        false => file.set_permissions(other.permissions()),
    }
}

/// Makes the folder that the file at `path` is to lie in, and those around it, where they are missing.
pub(crate) fn make_folder_of(path: &Path, place: &str) -> Result<()> {
    create_dir_all(folder_of(path)).map_err(|error| unwritten(error, path, place))
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// The error of a file that is there, and may only be read.
fn read_only(error: std::io::Error, path: &Path, place: &str) -> Error {
    let advice = "The file is read-only: allow it to be written to (chmod u+w), or give another path.";
    Error::new(ErrorKind::Data, format!("{place}: {}: {error}. {advice}", path.display())).caused_by(error)
}

/// The error of a file that the system does not write.
pub(crate) fn unwritten(error: std::io::Error, path: &Path, place: &str) -> Error {
    let advice = match error.kind() {
        IoKind::StorageFull | IoKind::QuotaExceeded => "Make room on the disk, then save again.",
        IoKind::FileTooLarge => "The system allows no file of this size here: raise the limit, or save elsewhere.",
        IoKind::ReadOnlyFilesystem | IoKind::PermissionDenied => "Give a path in a folder that you can write to.",
        _ => "Give the path of a file, in a folder that can be written to.",
    };
    let message = format!("{place}: {}: {error}. {advice}", path.display());
    Error::new(ErrorKind::Data, message).caused_by(error)
}

/// Opens a file to be read; `fail` makes errors of what is wrong with it. A folder is an error, and so is a pipe: it could
/// be waited for without end.
pub(crate) fn open(path: &Path, fail: impl Fn(String) -> Error) -> Result<File> {
    let found = metadata(path).map_err(|error| unread(error, &fail))?;
    if found.is_dir() {
        return Err(fail("is a folder. Give the path of a file.".to_owned()));
    }
    if !found.is_file() {
        return Err(fail("is not a file, but a device or a pipe. Give the path of a file.".to_owned()));
    }
    File::open(path).map_err(|error| unread(error, fail))
}

/// Reads a file of at most `largest` bytes; `fail` makes errors of what is wrong with it, and `advice` follows the length
/// of one that is larger.
pub(crate) fn read(path: &Path, largest: u64, advice: &str, fail: impl Fn(String) -> Error) -> Result<Vec<u8>> {
    let broken = |error| unread(error, &fail);
    let file = open(path, &fail)?;
    let length = file.metadata().map_err(broken)?.len();
    if length > largest {
        return Err(fail(format!("has {length} bytes; {advice}")));
    }
    memory::ensure_available(
        length,
        || format!("{}: the whole file", path.display()),
        "Give this program more memory.",
    )?;
    // No more than the length: one that grows would go on for ever.
    let mut bytes = Vec::new();
    bytes.try_reserve_exact(length as usize).map_err(|error| broken(error.into()))?;
    file.take(length).read_to_end(&mut bytes).map_err(broken)?;
    Ok(bytes)
}

/// The error of a file that the system does not open or read.
pub(crate) fn unread(error: std::io::Error, fail: impl Fn(String) -> Error) -> Error {
    let what = match error.kind() {
        IoKind::NotFound => "no such file. Look at the path, and at the folder that it begins in.".to_owned(),
        _ => format!("{error}."),
    };
    fail(what).caused_by(error)
}

/// What bytes are that were to be something else, such as a table: what a browser or an archive made of it. What to do is
/// said behind it.
pub(crate) fn other_format(bytes: &[u8]) -> Option<&'static str> {
    let starts = |with: &[u8]| bytes.starts_with(with);
    let text = bytes.trim_ascii_start();
    let page = |with: &[u8]| text.get(..with.len()).is_some_and(|start| start.eq_ignore_ascii_case(with));
    if starts(b"PK\x03\x04") {
        Some("is a zip archive. Unpack it, and give the path of the file that was in it.")
    } else if starts(b"\x1f\x8b") {
        Some("is gzipped. Unpack it (gunzip), and give the path of what comes out.")
    } else if starts(b"\xff\xfe") || starts(b"\xfe\xff") {
        Some("is text in UTF-16. Save it as UTF-8.")
    } else if page(b"<!doctype html") || page(b"<html") {
        Some("is a web page, not the file that it was to lead to. Download the file itself.")
    } else if starts(b"version https://git-lfs") {
        Some("only says where Git LFS keeps the file. Fetch it: git lfs pull.")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use super::replace;
    use std::fs::{File, read_dir, read_to_string, write};
    use std::time::{Duration, SystemTime};

    #[test]
    fn a_write_that_fails_leaves_the_old_file_whole_and_nothing_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("numbers.txt");
        write(&path, "old").unwrap();
        let failed = replace(&path, "Numbers", |to| {
            to.write_all(&[b'x'; 1 << 20])?;
            Err(std::io::Error::other("the disk is full"))
        });
        let text = failed.unwrap_err().to_string();
        assert!(text.starts_with("Numbers: ") && text.contains("the disk is full"), "{text}");
        assert_eq!(read_to_string(&path).unwrap(), "old");
        replace(&path, "Numbers", |to| to.write_all(b"new")).unwrap();
        assert_eq!(read_to_string(&path).unwrap(), "new");
        assert_eq!(read_dir(folder.path()).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_a_link_and_the_file_has_the_usual_permissions() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let folder = tempfile::tempdir().unwrap();
        let (file, link, plain) = (folder.path().join("file"), folder.path().join("link"), folder.path().join("plain"));
        write(&file, "old").unwrap();
        write(&plain, "").unwrap();
        symlink(&file, &link).unwrap();
        replace(&link, "Link", |to| to.write_all(b"new")).unwrap();
        assert!(link.is_symlink());
        assert_eq!(read_to_string(&file).unwrap(), "new");
        let mode = |path| std::fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode(&file), mode(&plain));
    }

    #[cfg(unix)]
    #[test]
    fn a_file_keeps_its_permissions() {
        use std::fs::{Permissions, metadata, set_permissions};
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        write(&path, "old").unwrap();
        for mode in [0o600, 0o640, 0o666] {
            set_permissions(&path, Permissions::from_mode(mode)).unwrap();
            replace(&path, "File", |to| to.write_all(b"new")).unwrap();
            assert_eq!(metadata(&path).unwrap().permissions().mode() & 0o777, mode);
        }
    }

    #[test]
    fn what_a_killed_process_left_is_removed_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let put = |name: &str, age: u64| {
            let path = folder.path().join(name);
            write(&path, "half").unwrap();
            let file = File::options().write(true).open(&path).unwrap();
            file.set_modified(SystemTime::now() - Duration::from_secs(age)).unwrap();
            (path, file)
        };
        let (left, _) = put(".tealight-a.part", 3600);
        let (young, _) = put(".tealight-b.part", 1);
        let (other, _) = put("c.part", 3600);
        let (held, lock) = put(".tealight-d.part", 3600);
        lock.lock().unwrap();
        replace(&folder.path().join("file"), "File", |to| to.write_all(b"new")).unwrap();
        assert!(!left.exists() && young.exists() && other.exists() && held.exists());
        drop(lock);
        replace(&folder.path().join("file"), "File", |to| to.write_all(b"new")).unwrap();
        assert!(!held.exists());
        assert_eq!(read_dir(folder.path()).unwrap().count(), 3);
    }
}
