//! The folder of a session, copied from the prebuilt workspace and removed at its end.
//!
//! Sessions never share a folder: two that build in one target folder run each other's cells.

mod folder;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result};

use crate::host::Host;
use crate::patch;
use crate::prebuilt::PrebuiltWorkspace;
use crate::shims;
use folder::SessionFolder;

/// The attempts to remove a folder, and the pause between two of them.
const REMOVE_ATTEMPTS: usize = 20;
const REMOVE_PAUSE: Duration = Duration::from_millis(50);

/// The folder of one kernel. It is removed when this is dropped.
#[derive(Debug)]
pub struct Session(SessionFolder);

impl Session {
    /// Creates a folder for a new kernel, and removes those of killed kernels.
    ///
    /// # Errors
    /// If the prebuilt workspace can't be copied.
    pub fn new(host: &Host) -> Result<Self> {
        let sessions = &host.folders.sessions;
        let prebuilt = PrebuiltWorkspace::new(host);
        let _lock = prebuilt.lock_for_copy()?;
        let is_current = prebuilt.has_current_library()?;
        let is_usable = |standby: &Path| is_current && prebuilt.is_copied_to(standby);
        let (folder, is_filled) = SessionFolder::claim(sessions, is_usable)
            .with_context(|| format!("creating a folder in {}", sessions.display()))?;
        let session = Self(folder);
        if is_filled {
            return Ok(session);
        }
        if prebuilt.folder().exists() {
            prebuilt.copy_to(session.folder(), is_current)?;
            if !is_current {
                // cargo must see what has changed.
                shims::clear_cargo_cache(session.folder())?;
            }
        } else {
            prebuilt.create_workspace(session.folder())?;
        }
        Ok(session)
    }

    /// Copies a standby folder for the next kernel, unless there is one.
    ///
    /// # Errors
    /// If the prebuilt workspace can't be copied.
    pub fn prepare_next(host: &Host) -> Result<()> {
        let prebuilt = PrebuiltWorkspace::new(host);
        let _lock = prebuilt.lock_for_copy()?;
        let sessions = &host.folders.sessions;
        // An installation of another user is shared by a class, and each student would leave a folder there.
        if !host.folders.is_writable
            || !prebuilt.has_current_library()?
            || prebuilt.is_copied_to(&folder::standby(sessions))
        {
            return Ok(());
        }
        if let Some(staged) = SessionFolder::stage_standby(sessions)? {
            prebuilt.copy_to(staged.path(), true)?;
            staged.into_standby()?;
        }
        Ok(())
    }

    /// Returns the folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.0.path()
    }

    /// Returns the file with the program that was compiled last: the cell and the code that evcxr generated around it.
    #[must_use]
    pub fn program(&self) -> PathBuf {
        self.folder().join(patch::COMPILED_PROGRAM)
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // A process that is ending may still write to it. A folder that can't be removed is removed at the next start.
        for _ in 0..REMOVE_ATTEMPTS {
            if fs::remove_dir_all(self.folder()).is_ok() || !self.folder().exists() {
                return;
            }
            std::thread::sleep(REMOVE_PAUSE);
        }
    }
}
