//! A session's own folder, copied from the warmed one and removed at its end.
//!
//! Sessions never share one: two that build in one target folder run each other's cells.

use std::collections::HashMap;
use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result};

use super::copy::{Share, copy_for_session};
use super::template::Template;
use super::{answers, tools};
use crate::home::Home;

/// The file in a session's folder that is locked while the session lives.
const ALIVE: &str = "alive";

/// A folder for one kernel, removed when dropped.
pub(crate) struct Session {
    folder: PathBuf,
    _alive: fs::File,
}

impl Session {
    /// Makes a folder for a new kernel, and removes those of kernels that were killed.
    pub(crate) fn new(home: &Home) -> Result<Self> {
        let sessions = home.sessions();
        let (folder, alive) = claim(&sessions).with_context(|| format!("making a folder in {}", sessions.display()))?;
        let session = Self { folder, _alive: alive };
        let template = Template::of(home);
        let _turn = template.turn_to_copy()?;
        if template.folder().exists() {
            let is_current = template.has_library_of_now()?;
            let share = if home.is_ours() { Share::Twice } else { Share::Linked };
            copy_for_session(&template.folder(), &session.folder, share, is_current)
                .with_context(|| format!("copying {} to {}", template.folder().display(), session.folder.display()))?;
            if !is_current {
                // Cargo is to see what has changed.
                answers::forget(&session.folder)?;
            }
        } else {
            template.lay(&session.folder)?;
        }
        Ok(session)
    }

    /// The folder.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The program that the engine writes around each cell.
    pub(crate) fn program(&self) -> PathBuf {
        self.folder.join("cell/src/lib.rs")
    }

    /// What the engine's environment must say so that it works in this folder.
    pub(crate) fn environment(&self) -> Result<HashMap<&'static str, OsString>> {
        work_environment(&self.folder)
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // A process that is just being ended may still write to it. What can't be removed is swept at the next start.
        for _ in 0..20 {
            if fs::remove_dir_all(&self.folder).is_ok() || !self.folder.exists() {
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
    environment.extend(tools::environment(&folder.join("tools"))?);
    Ok(environment)
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

/// Makes and locks a new folder in `sessions`, and removes those that no process holds.
fn claim(sessions: &Path) -> Result<(PathBuf, fs::File)> {
    fs::create_dir_all(sessions)?;
    let turn = fs::File::options().create(true).truncate(false).write(true).open(sessions.join("lock"))?;
    turn.lock()?;
    for entry in fs::read_dir(sessions)? {
        let folder = entry?.path();
        if folder.is_dir() && is_abandoned(&folder) {
            // Left where it is, it would only take room.
            let _ = fs::remove_dir_all(&folder);
        }
    }
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let folder = sessions.join(format!("{}-{:x}", std::process::id(), now.as_nanos()));
    // What is in it is the code of its user's cells.
    fs::DirBuilder::new().mode(0o700).create(&folder)?;
    let alive = fs::File::create(folder.join(ALIVE))?;
    alive.lock()?;
    Ok((folder, alive))
}

fn is_abandoned(folder: &Path) -> bool {
    match fs::File::open(folder.join(ALIVE)) {
        Ok(alive) => alive.try_lock().is_ok(),
        Err(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_living_session_is_kept_and_a_dead_one_swept() {
        let sessions = tempfile::tempdir().unwrap();
        let (dead, alive) = claim(sessions.path()).unwrap();
        drop(alive);
        let (living, _alive) = claim(sessions.path()).unwrap();
        assert!(!dead.exists());
        let (newest, _newest) = claim(sessions.path()).unwrap();
        assert!(living.exists() && newest.exists() && living != newest);
    }

    #[test]
    fn the_sessions_own_library_is_found_first() {
        let path = library_path(Path::new("/sessions/1/cell"));
        let first = std::env::split_paths(&path).next().unwrap();
        assert!(first.starts_with("/sessions/1/cell/target") && first.ends_with("debug/deps"), "{}", first.display());
    }
}
