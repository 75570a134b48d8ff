//! The files of a session's folder that more than one process of the engine uses.
//!
//! A session's folder is a cargo workspace of two packages: `cell`, which evcxr rewrites for each cell, and `pins`, which
//! keeps the versions of the host's library in the lock file.

use std::path::{Path, PathBuf};

/// The package that evcxr makes of a cell.
pub(crate) const CELL_CRATE: &str = "ctx";

/// The manifest of the workspace.
pub(crate) const WORKSPACE_MANIFEST: &str = r#"[workspace]
resolver = "3"
members = ["cell", "pins"]

# Libraries are built for speed, the cells' own code for finding mistakes: an overflow in a cell panics.
[profile.dev]
opt-level = 3
debug = false
strip = "debuginfo"
rpath = true
debug-assertions = false
overflow-checks = false
incremental = true

[profile.dev.package.ctx]
opt-level = 2
debug-assertions = true
overflow-checks = true
"#;

/// Returns the folder of the session that this process works in, as
/// [`session_environment`](crate::environment::session_environment) set it.
pub(crate) fn session_of_this_process() -> Option<PathBuf> {
    PathBuf::from(std::env::var_os("EVCXR_TMPDIR")?).parent().map(Path::to_path_buf)
}

/// Returns the folder of evcxr's package in a session's folder.
pub(crate) fn cell_folder(session: &Path) -> PathBuf {
    session.join("cell")
}

/// Returns the manifest of evcxr's package, which names what cells depend on.
pub(crate) fn cell_manifest(session: &Path) -> PathBuf {
    session.join("cell/Cargo.toml")
}

/// Returns the folder in which cargo puts the libraries that cells are linked with.
pub(crate) fn library_folder(session: &Path) -> PathBuf {
    cell_folder(session).join("target").join(env!("TARGET")).join("debug/deps")
}
