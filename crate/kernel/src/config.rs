//! The configuration of a kernel.

use std::path::PathBuf;

use notebook_engine::Host;

/// The configuration of a kernel. Everything that a user sees of the program around it comes from here.
#[derive(Clone, Debug)]
pub struct KernelConfig {
    /// The program that embeds the engine, its folders and its library.
    pub host: Host,
    /// The version of the program, which clients show.
    pub version: &'static str,
    /// A line about the kernel, which consoles print when they start.
    pub banner: &'static str,
    /// The command that examines an installation, for error messages, if the program has one.
    pub doctor: Option<&'static str>,
    /// The file that keeps the code of all cells that ran, across sessions.
    pub history_file: PathBuf,
}
