//! The corpus: the inputs that the fuzzer has found, kept in one archive, `tests/fuzz/corpus.zip`.
//!
//! The fuzzer works on a folder. `cargo run --release -p tealight-hostile-inputs --example corpus -- unpack` writes the archive to
//! `tests/fuzz/corpus`, and `-- pack` writes that folder back to the archive.

use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use crate::Target;

fn archive_path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus.zip")
}

/// Returns the folder that the fuzzer works on.
#[must_use]
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus")
}

/// Returns the inputs of a target, in the order of their names.
///
/// # Errors
/// Returns an error if the archive cannot be read.
pub fn inputs(target: &Target) -> io::Result<Vec<Vec<u8>>> {
    let prefix = format!("{}/", target.name);
    let files = files_of_archive()?;
    Ok(files.into_iter().filter(|(name, _)| name.starts_with(&prefix)).map(|(_, bytes)| bytes).collect())
}

/// Writes the archive to the folder that the fuzzer works on.
///
/// # Errors
/// Returns an error if the archive cannot be read or a file cannot be written.
pub fn unpack() -> io::Result<()> {
    for (name, bytes) in files_of_archive()? {
        let path = folder().join(name);
        fs::create_dir_all(path.parent().unwrap_or(&path))?;
        fs::write(path, bytes)?;
    }
    Ok(())
}

/// Writes the folder to the archive. Equal folders give equal archives.
///
/// # Errors
/// Returns an error if the folder cannot be read or the archive cannot be written.
pub fn pack() -> io::Result<()> {
    let mut files = Vec::new();
    for target in fs::read_dir(folder())? {
        for file in fs::read_dir(target?.path())? {
            files.push(file?.path());
        }
    }
    files.sort();
    let mut archive = ZipWriter::new(File::create(archive_path())?);
    for path in files {
        let name = path.strip_prefix(folder()).map_err(io::Error::other)?;
        archive.start_file(name.to_string_lossy(), SimpleFileOptions::default())?;
        archive.write_all(&fs::read(&path)?)?;
    }
    archive.finish()?;
    Ok(())
}

/// Returns the names and contents of all files, sorted by name.
fn files_of_archive() -> io::Result<Vec<(String, Vec<u8>)>> {
    let mut archive = ZipArchive::new(File::open(archive_path())?)?;
    let mut files = Vec::new();
    for index in 0..archive.len() {
        let mut file = archive.by_index(index)?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        files.push((file.name()?.into_owned(), bytes));
    }
    files.sort();
    Ok(files)
}
