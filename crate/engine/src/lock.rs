//! Files by which processes take turns.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

/// Opens the file at `path` to be locked, and makes it and its folder where they are missing. What is in it is left as it is.
pub fn open(path: &Path) -> Result<fs::File> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
    }
    let file = fs::File::options().create(true).truncate(false).write(true).open(path);
    file.with_context(|| format!("opening {}", path.display()))
}
