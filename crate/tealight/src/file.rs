//! Files that are written whole or not at all, and read whole.

use crate::{Error, ErrorKind, Result};
use std::fs::{File, canonicalize};
use std::io::{BufWriter, ErrorKind as IoKind, Read, Write};
use std::path::Path;

/// Writes the file at `path`: to a temporary file beside it, which takes its name when all of it is on the disk.
///
/// Whatever goes wrong, a file that was there before stays as it was. `place` begins the errors.
pub(crate) fn replace(
    path: &Path,
    place: &str,
    write: impl FnOnce(&mut dyn Write) -> std::io::Result<()>,
) -> Result<()> {
    let fail = |error: std::io::Error| {
        let advice = "Give the path of a file, in a folder that exists and can be written to.";
        let message = format!("{place}: {}: {error}. {advice}", path.display());
        Error::new(ErrorKind::Data, message).caused_by(error)
    };
    if path.is_dir() {
        return Err(fail(std::io::Error::new(IoKind::IsADirectory, "is a folder")));
    }
    // The file that a link leads to is replaced, not the link.
    let target = canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".tealight-").suffix(".part");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // As any new file, not for the owner alone, as temporary files are; the process's mask still applies.
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    let mut temporary = builder.tempfile_in(folder).map_err(fail)?;
    let mut buffered = BufWriter::with_capacity(1 << 18, temporary.as_file_mut());
    write(&mut buffered).and_then(|()| buffered.flush()).map_err(fail)?;
    drop(buffered);
    temporary.as_file().sync_all().map_err(fail)?;
    temporary.persist(&target).map_err(|error| fail(error.error))?;
    // The new name is in the folder, which some systems cannot sync; the data is safe either way.
    let _ = File::open(folder).and_then(|folder| folder.sync_all());
    Ok(())
}

/// Reads a file of at most `largest` bytes; `fail` makes errors of what is wrong with it, and `advice` follows the length
/// of one that is larger.
pub(crate) fn read(path: &Path, largest: u64, advice: &str, fail: impl Fn(String) -> Error) -> Result<Vec<u8>> {
    let broken = |error| unread(error, &fail);
    let file = File::open(path).map_err(broken)?;
    let length = file.metadata().map_err(broken)?.len();
    if length > largest {
        return Err(fail(format!("has {length} bytes; {advice}")));
    }
    // No more than the length: a device would go on for ever.
    let mut bytes = Vec::new();
    bytes.try_reserve_exact(length as usize).map_err(|error| broken(error.into()))?;
    file.take(length).read_to_end(&mut bytes).map_err(broken)?;
    Ok(bytes)
}

/// The error of a file that the system does not open or read.
pub(crate) fn unread(error: std::io::Error, fail: impl Fn(String) -> Error) -> Error {
    let what = if error.kind() == IoKind::NotFound { "no such file.".to_owned() } else { format!("{error}.") };
    fail(what).caused_by(error)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use super::replace;
    use std::fs::{read_dir, read_to_string, write};

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
}
