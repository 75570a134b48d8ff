//! The named pipes between the kernel and the processes that run cells.
//!
//! They lie in the session's folder and outlive engines. The kernel and the supervisor hold both ends open, so that a pipe
//! does not end when one process that wrote to it does.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use rustix::fs::Mode;

/// The variable that names the folder of the pipes. If it is not set, there is neither kernel nor supervisor.
pub(crate) const FOLDER_VARIABLE: &str = "NOTEBOOK_ENGINE_PIPES";
/// The variable that is set for the process that runs cells below a supervisor.
pub(crate) const SUPERVISED_VARIABLE: &str = "NOTEBOOK_ENGINE_SUPERVISED";
/// The pipe of [events](crate::messages::Event), from the supervisor to the kernel.
pub(crate) const EVENTS: &str = "events";
/// The pipe of answers, from the kernel to the supervisor.
pub(crate) const ANSWERS: &str = "answers";
/// The pipe that is the standard input of cells.
pub(crate) const KEYBOARD: &str = "keyboard";
/// The pipe by which the supervisor asks the library for buffered text.
const FLUSH: &str = "flush";

/// The command that loads a library and runs a function of it. It is evcxr's.
pub(crate) const RUN_COMMAND: &str = "LOAD_AND_RUN ";
/// The command after which every read from the keyboard is an error.
pub(crate) const UNPLUG_COMMAND: &str = "UNPLUG_KEYBOARD";

/// The pipes of a session.
#[derive(Debug)]
pub struct SessionPipes {
    folder: PathBuf,
}

impl SessionPipes {
    /// Creates the pipes in a session's folder.
    ///
    /// # Errors
    /// If a pipe can't be created.
    pub fn create(folder: &Path) -> Result<Self> {
        for name in [EVENTS, ANSWERS, FLUSH] {
            let path = folder.join(name);
            rustix::fs::mkfifoat(rustix::fs::CWD, &path, Mode::RUSR | Mode::WUSR)
                .with_context(|| format!("creating the pipe {}", path.display()))?;
        }
        Ok(Self { folder: folder.to_path_buf() })
    }

    /// Returns the pipe from which the kernel reads [events](crate::messages::Event), one JSON object a line.
    #[must_use]
    pub fn events(&self) -> PathBuf {
        self.folder.join(EVENTS)
    }

    /// Returns the pipe to which the kernel writes answers: the name of the answer that an event contains, and after a
    /// space, for input, the [typed text](crate::messages::Typed) as JSON.
    #[must_use]
    pub fn answers(&self) -> PathBuf {
        self.folder.join(ANSWERS)
    }

    /// Returns the file whose existence asks the library to stop.
    #[must_use]
    pub fn stop_file(&self) -> PathBuf {
        self.folder.join("stop")
    }

    /// Returns the variables by which the processes below the kernel find the pipes.
    pub(crate) fn environment(&self) -> [(&'static str, OsString); 4] {
        [
            (FOLDER_VARIABLE, self.folder.clone().into()),
            (notebook_protocol::VERSION_VARIABLE, notebook_protocol::VERSION.to_string().into()),
            (notebook_protocol::STOP_VARIABLE, self.stop_file().into()),
            (notebook_protocol::FLUSH_VARIABLE, self.folder.join(FLUSH).into()),
        ]
    }
}
