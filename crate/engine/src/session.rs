//! A session's own folder, copied from the warmed one and removed at its end.
//!
//! Sessions never share one: two that build in one target folder run each other's cells.

mod folder;

use std::collections::HashMap;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result};
use folder::Folder;

use super::patch::build;
use super::template::Template;
use super::{answers, standard, tools};
use crate::host::Host;

/// A folder for one kernel, removed when dropped.
pub struct Session(Folder);

impl Session {
    /// Makes a folder for a new kernel, and removes those of kernels that were killed.
    pub fn new(host: &Host) -> Result<Self> {
        let sessions = &host.folders.sessions;
        let template = Template::of(host);
        let _turn = template.turn_to_copy()?;
        let is_current = template.has_library_of_now()?;
        let is_fit = |spare: &Path| is_current && template.is_copied_to(spare);
        let (folder, ready) =
            Folder::claim(sessions, is_fit).with_context(|| format!("making a folder in {}", sessions.display()))?;
        let session = Self(folder);
        if ready {
            return Ok(session);
        }
        if template.folder().exists() {
            template.copy_to(session.folder(), is_current)?;
            if !is_current {
                // Cargo is to see what has changed.
                answers::forget(session.folder())?;
            }
        } else {
            template.lay(session.folder())?;
        }
        Ok(session)
    }

    /// Copies a folder that the next kernel finds ready, unless there is one.
    pub fn prepare_next(host: &Host) -> Result<()> {
        let template = Template::of(host);
        let _turn = template.turn_to_copy()?;
        let sessions = &host.folders.sessions;
        // A clone of another is that of a class, each of whom would have a folder lie there.
        if !host.folders.is_writable
            || !template.has_library_of_now()?
            || template.is_copied_to(&folder::spare(sessions))
        {
            return Ok(());
        }
        if let Some(coming) = Folder::coming(sessions)? {
            template.copy_to(coming.path(), true)?;
            coming.becomes_spare()?;
        }
        Ok(())
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        self.0.path()
    }

    /// The program around the cell that was compiled last.
    pub fn program(&self) -> PathBuf {
        self.folder().join(build::COMPILED)
    }

    /// What the engine's environment must say so that it works in this folder.
    pub fn environment(&self) -> Result<HashMap<&'static str, OsString>> {
        work_environment(self.folder())
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // A process that is just being ended may still write to it. What can't be removed is swept at the next start.
        for _ in 0..20 {
            if fs::remove_dir_all(self.folder()).is_ok() || !self.folder().exists() {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

/// What the environment of an evcxr that works in `folder` must say.
pub(crate) fn work_environment(folder: &Path) -> Result<HashMap<&'static str, OsString>> {
    let cell = folder.join("cell");
    let mut environment = HashMap::from([
        ("EVCXR_TMPDIR", cell.clone().into_os_string()),
        // The user's own evcxr settings are for the user's own evcxr.
        ("EVCXR_CONFIG_DIR", folder.join("config").into_os_string()),
        ("LD_LIBRARY_PATH", library_path(&cell)),
        // Errors of candle's print their backtraces otherwise: evcxr asks for them for the sake of panics.
        ("RUST_LIB_BACKTRACE", "0".into()),
    ]);
    let cargo = tools::cargo()?;
    environment.extend(standard::environment(folder, &cargo)?);
    environment.extend(tools::environment(&folder.join("tools"), cargo)?);
    Ok(environment)
}

/// The folder of the session that this process works in, said by [`work_environment`].
pub(super) fn of_this_process() -> Option<PathBuf> {
    PathBuf::from(std::env::var_os("EVCXR_TMPDIR")?).parent().map(Path::to_path_buf)
}

/// Where cargo puts the libraries that cells are linked with.
pub(super) fn libraries(cell: &Path) -> PathBuf {
    cell.join("target").join(env!("TARGET")).join("debug/deps")
}

/// Where the loader looks for libtealight.so: in the session's folder, and not where `cargo run` has put its own, a library
/// of the same name for another program, which stands on the path of every process below it.
fn library_path(cell: &Path) -> OsString {
    let theirs = std::env::var_os("LD_LIBRARY_PATH").unwrap_or_default();
    let theirs = std::env::split_paths(&theirs).filter(|path| !path.as_os_str().is_empty());
    let theirs = theirs.filter(|path| !path.join("libtealight.so").exists());
    std::env::join_paths(std::iter::once(libraries(cell)).chain(theirs)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sessions_own_library_is_found_first() {
        let path = library_path(Path::new("/sessions/1/cell"));
        let first = std::env::split_paths(&path).next().unwrap();
        assert!(first.starts_with("/sessions/1/cell/target") && first.ends_with("debug/deps"), "{}", first.display());
    }
}
