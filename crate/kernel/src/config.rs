//! What a program says of the kernel that it serves.

use std::path::PathBuf;

use notebook_engine::Host;

/// A kernel as its program configures it.
#[derive(Clone, Debug)]
pub struct KernelConfig {
    /// What the engine needs to know.
    pub host: Host,
    /// The version of the program, for clients.
    pub version: &'static str,
    /// A line about the kernel, which consoles show when they start.
    pub banner: &'static str,
    /// The command that examines an installation, for messages to users.
    pub doctor: &'static str,
    /// The file that keeps the code of all cells that ran.
    pub history_file: PathBuf,
}
