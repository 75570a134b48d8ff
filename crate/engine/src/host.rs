//! The host: the program that embeds the engine, and the library that it brings into every notebook.

use std::path::PathBuf;

/// The program that embeds the engine.
#[derive(Clone, Debug)]
pub struct Host {
    /// The name of its command, for messages to users.
    pub name: &'static str,
    /// Where the engine keeps its files.
    pub folders: Folders,
    /// The library that every cell can use from the start. Without one, a notebook is plain Rust.
    pub library: Option<HostLibrary>,
}

/// Where the engine keeps its files.
#[derive(Clone, Debug)]
pub struct Folders {
    /// The prebuilt workspace. All users of an installation share it.
    pub engine: PathBuf,
    /// The folders of running kernels.
    pub sessions: PathBuf,
    /// Whether this user may change the prebuilt workspace.
    pub is_writable: bool,
}

/// A library that every cell can use from the start.
#[derive(Clone, Debug)]
pub struct HostLibrary {
    /// The name of its package.
    pub name: &'static str,
    /// The folder of its package.
    pub path: PathBuf,
    /// The folders of the packages whose source may change, that of the library itself among them. A change rebuilds the library.
    pub packages: Vec<PathBuf>,
    /// The manifest of the library's workspace, whose profiles and versions apply to it.
    pub workspace_manifest: PathBuf,
    /// The lock file, which fixes the versions of the notebook's packages, too.
    pub lock_file: PathBuf,
    /// The line that brings its names into scope.
    pub prelude: &'static str,
    /// A statement that runs once in each process that runs cells.
    pub attach: &'static str,
    /// A cell that uses what first cells use. It fills the caches of the compiler and of cargo.
    pub warmup_cell: &'static str,
    /// Half a cell, whose completion makes rust-analyzer read what first cells use.
    pub warmup_completion: &'static str,
}

impl HostLibrary {
    /// Returns evcxr's command that makes cells depend on the library.
    pub fn dependency(&self) -> String {
        // A JSON string is a TOML string, too.
        format!(":dep {} = {{ path = {} }}", self.name, serde_json::Value::from(self.path.to_string_lossy()))
    }
}
