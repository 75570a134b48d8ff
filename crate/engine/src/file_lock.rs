//! Lock files, by which processes exclude each other.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

/// Opens the file at `path` for locking. Creates it and its folder if they are missing, and keeps its content.
///
/// # Errors
/// If the file or its folder can't be created.
pub fn open_lock_file(path: &Path) -> Result<fs::File> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(|| format!("creating {}", folder.display()))?;
    }
    let file = fs::File::options().create(true).truncate(false).write(true).open(path);
    file.with_context(|| format!("opening {}", path.display()))
}
