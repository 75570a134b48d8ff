//! The folders that kernels work in: each is claimed by one kernel, those of kernels that were killed are swept, and one
//! stands ready for the next.
//!
//! A claimed folder holds a file that its kernel keeps locked. The spare folder is nobody's; it is copied while nobody
//! waits, so that the next kernel needs only to give it another name.

use std::fs;
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result};

use crate::lock;

/// The file in a folder that is locked while the folder is in use.
const ALIVE: &str = "alive";
/// The name of the spare folder, and of the one that is about to be it.
const SPARE: &str = "spare";
const COMING: &str = "coming";

/// A folder that this process has to itself as long as this lives.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
    _alive: fs::File,
}

impl Folder {
    /// A folder of its own in `sessions`, which is the spare one where `is_fit` says so of it; and whether it is. Removes those
    /// that no process holds.
    pub(super) fn claim(sessions: &Path, is_fit: impl FnOnce(&Path) -> bool) -> Result<(Self, bool)> {
        let _turn = turn(sessions)?;
        sweep(sessions)?;
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let path = sessions.join(format!("{}-{:x}", std::process::id(), now.as_nanos()));
        let spare = spare(sessions);
        let ready = is_fit(&spare) && fs::rename(&spare, &path).is_ok();
        if !ready {
            // It holds on to what was built before.
            let _ = fs::remove_dir_all(&spare);
            make(&path)?;
        }
        Ok((Self { _alive: hold(&path)?, path }, ready))
    }

    /// A folder that is to be the next spare one; none where another process fills one just now.
    pub(super) fn coming(sessions: &Path) -> Result<Option<Self>> {
        let _turn = turn(sessions)?;
        sweep(sessions)?;
        let path = sessions.join(COMING);
        match make(&path) {
            Ok(()) => Ok(Some(Self { _alive: hold(&path)?, path })),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Lets this one be the spare, instead of the one before it.
    pub(super) fn becomes_spare(self) -> Result<()> {
        let sessions = self.path.parent().context("a session's folder is in another")?;
        let _turn = turn(sessions)?;
        let spare = spare(sessions);
        if spare.exists() {
            fs::remove_dir_all(&spare)?;
        }
        Ok(fs::rename(&self.path, spare)?)
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

/// Where the spare folder is, if there is one.
pub(super) fn spare(sessions: &Path) -> PathBuf {
    sessions.join(SPARE)
}

/// Waits until no other process looks for folders in `sessions`.
fn turn(sessions: &Path) -> Result<fs::File> {
    let turn = lock::open(&sessions.join("lock"))?;
    turn.lock()?;
    Ok(turn)
}

fn make(path: &Path) -> io::Result<()> {
    // What is in it is the code of its user's cells.
    fs::DirBuilder::new().mode(0o700).create(path)
}

fn hold(path: &Path) -> Result<fs::File> {
    let alive = fs::File::create(path.join(ALIVE))?;
    alive.lock()?;
    Ok(alive)
}

fn sweep(sessions: &Path) -> Result<()> {
    for entry in fs::read_dir(sessions)? {
        let path = entry?.path();
        if path.is_dir() && !path.ends_with(SPARE) && is_abandoned(&path) {
            // Left where it is, it would only take room.
            let _ = fs::remove_dir_all(&path);
        }
    }
    Ok(())
}

fn is_abandoned(path: &Path) -> bool {
    match fs::File::open(path.join(ALIVE)) {
        Ok(alive) => alive.try_lock().is_ok(),
        Err(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claim(sessions: &Path) -> Folder {
        let (folder, ready) = Folder::claim(sessions, |_| false).unwrap();
        assert!(!ready);
        folder
    }

    #[test]
    fn a_living_session_is_kept_and_a_dead_one_swept() {
        let sessions = tempfile::tempdir().unwrap();
        let dead = claim(sessions.path());
        let left = dead.path().to_path_buf();
        drop(dead);
        let living = claim(sessions.path());
        assert!(!left.exists());
        let newest = claim(sessions.path());
        assert!(living.path().exists() && newest.path().exists() && living.path() != newest.path());
    }

    #[test]
    fn the_spare_one_is_taken_once_and_only_where_it_fits() {
        let sessions = tempfile::tempdir().unwrap();
        let is_fit = |spare: &Path| fs::read_to_string(spare.join("made-from")).is_ok_and(|found| found == "now");
        let prepare = |made_from| {
            let coming = Folder::coming(sessions.path()).unwrap().unwrap();
            assert!(Folder::coming(sessions.path()).unwrap().is_none(), "another is on its way");
            fs::write(coming.path().join("made-from"), made_from).unwrap();
            coming.becomes_spare().unwrap();
        };
        prepare("before");
        let (other, ready) = Folder::claim(sessions.path(), is_fit).unwrap();
        assert!(!ready && !other.path().join("made-from").exists() && !spare(sessions.path()).exists());
        prepare("before");
        prepare("now");
        let (mine, ready) = Folder::claim(sessions.path(), is_fit).unwrap();
        assert!(ready && mine.path().join("made-from").exists() && mine.path() != other.path());
        let (next, ready) = Folder::claim(sessions.path(), is_fit).unwrap();
        assert!(!ready && mine.path().exists() && next.path().exists(), "it is taken once");
    }

    #[test]
    fn one_that_was_not_finished_is_swept() {
        let sessions = tempfile::tempdir().unwrap();
        let half = Folder::coming(sessions.path()).unwrap().unwrap();
        fs::write(half.path().join("half"), "").unwrap();
        drop(half);
        let whole = Folder::coming(sessions.path()).unwrap().unwrap();
        assert!(!whole.path().join("half").exists());
    }
}
