//! A session's own folder, copied from the warmed one and removed at its end.
//!
//! Sessions never share one: two that build in one target folder run each other's cells.

use std::collections::HashMap;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result};

use super::template::Template;
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
        let sessions = home.engine().join("sessions");
        let (folder, alive) = claim(&sessions).with_context(|| format!("making a folder in {}", sessions.display()))?;
        let session = Self { folder, _alive: alive };
        let template = Template::of(home);
        let lock = template.lock()?;
        lock.lock_shared()?;
        if template.folder().exists() {
            copy(&template.folder(), &session.folder)
                .with_context(|| format!("copying {} to {}", template.folder().display(), session.folder.display()))?;
        } else {
            template.lay(&session.folder)?;
        }
        Ok(session)
    }

    /// What the engine's environment must say so that it works in this folder.
    pub(crate) fn environment(&self) -> HashMap<&'static str, OsString> {
        work_environment(&self.folder)
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // A folder that can't be removed now is swept at the next start.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// What the environment of an evcxr that works in `folder` must say.
pub(crate) fn work_environment(folder: &Path) -> HashMap<&'static str, OsString> {
    let cell = folder.join("cell");
    HashMap::from([
        ("EVCXR_TMPDIR", cell.clone().into_os_string()),
        // The user's own evcxr settings are for the user's own evcxr; and stock evcxr_jupyter, at its start, brings the
        // kernel spec that it finds by this path up to date: there must be none.
        ("EVCXR_CONFIG_DIR", folder.join("config").into_os_string()),
        ("JUPYTER_PATH", folder.join("config").into_os_string()),
        ("LD_LIBRARY_PATH", library_path(&cell)),
        // Errors of candle's print their backtraces otherwise: evcxr asks for them for the sake of panics.
        ("RUST_LIB_BACKTRACE", "0".into()),
    ])
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
    fs::create_dir(&folder)?;
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

/// Copies a folder's content with its times, by which cargo knows what is built. Not by hard links: evcxr rewrites some
/// files in place.
pub(super) fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        let metadata = entry.metadata()?;
        if metadata.is_dir() {
            copy(&source, &target)?;
        } else {
            fs::copy(&source, &target)?;
        }
        fs::File::open(&target)?.set_times(fs::FileTimes::new().set_modified(metadata.modified()?))?;
    }
    Ok(())
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
    fn a_copy_keeps_contents_and_times() {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("from"), folder.path().join("to"));
        fs::create_dir_all(from.join("deep")).unwrap();
        fs::write(from.join("deep/file"), "content").unwrap();
        let long_ago = UNIX_EPOCH + std::time::Duration::from_secs(1_000_000);
        let file = fs::File::open(from.join("deep/file")).unwrap();
        file.set_times(fs::FileTimes::new().set_modified(long_ago)).unwrap();
        copy(&from, &to).unwrap();
        assert_eq!(fs::read_to_string(to.join("deep/file")).unwrap(), "content");
        assert_eq!(fs::metadata(to.join("deep/file")).unwrap().modified().unwrap(), long_ago);
    }

    #[test]
    fn the_sessions_own_library_is_found_first() {
        let path = library_path(Path::new("/sessions/1/cell"));
        let first = std::env::split_paths(&path).next().unwrap();
        assert!(first.starts_with("/sessions/1/cell/target") && first.ends_with("debug/deps"), "{}", first.display());
    }
}
