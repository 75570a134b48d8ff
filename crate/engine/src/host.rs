//! The host: the program that embeds the engine.

use std::path::PathBuf;

use crate::diagnostics::HostHints;
use crate::host_library::HostLibrary;

/// The program that embeds the engine.
#[derive(Clone, Debug)]
pub struct Host {
    /// The name of its command, for messages to users.
    pub name: &'static str,
    /// Where the engine keeps its files.
    pub folders: Folders,
    /// The environment variable that turns the [log](crate::log) on.
    pub log_variable: &'static str,
    /// The library that every cell can use from the start. Without one, a notebook is plain Rust.
    pub library: Option<HostLibrary>,
    /// What the host knows about mistakes in cells that use its library.
    pub hints: &'static dyn HostHints,
}

/// Where the engine keeps its files.
#[derive(Clone, Debug)]
pub struct Folders {
    /// The prebuilt workspace. All users of an installation share it.
    pub engine: PathBuf,
    /// The folders of running kernels.
    pub sessions: PathBuf,
    /// The log files.
    pub logs: PathBuf,
    /// Whether this user may change the prebuilt workspace.
    pub is_writable: bool,
}
