//! Image files in folders.

use std::ffi::OsStr;
use std::fs::read_dir;
use std::path::{Path, PathBuf};

use crate::{Error, ErrorKind, Result};

pub(super) fn fail(path: &Path, what: &str) -> Error {
    Error::new(ErrorKind::Data, format!("{}: {what}", path.display()))
}

pub(super) fn name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

pub(super) fn is_image(path: &Path) -> bool {
    let is = |extension: &OsStr| ["png", "jpg", "jpeg"].iter().any(|known| extension.eq_ignore_ascii_case(known));
    path.is_file() && path.extension().is_some_and(is)
}

/// What lies in a folder, by name, as far as it is wanted.
pub(super) fn entries(folder: &Path, wanted: impl Fn(&Path) -> bool) -> Result<Vec<PathBuf>> {
    let broken = |error: std::io::Error| {
        let advice = "Give the path of a folder that has a sub-folder for each class.";
        fail(folder, &format!("{error}. {advice}")).caused_by(error)
    };
    let mut paths = Vec::new();
    for entry in read_dir(folder).map_err(broken)? {
        let path = entry.map_err(broken)?.path();
        if wanted(&path) && !name(&path).starts_with('.') {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}
