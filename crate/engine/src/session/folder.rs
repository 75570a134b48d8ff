//! The folders that kernels work in. Each is claimed by one kernel, those of killed kernels are removed, and a standby folder
//! is ready for the next kernel.
//!
//! A claimed folder contains a file that its kernel keeps locked. No kernel holds the standby folder. It is copied while the
//! user reads, so that the next kernel only has to rename it.

use std::fs;
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result};

use crate::file_lock::open_lock_file;

/// The file in a folder that is locked while the folder is in use.
const IN_USE_LOCK: &str = "alive";
/// The name of the standby folder, and of the one that is about to become it.
const STANDBY: &str = "standby";
const STAGING: &str = "staging";

/// A folder that no other process uses while this value lives.
#[derive(Debug)]
pub(super) struct SessionFolder {
    path: PathBuf,
    _in_use: fs::File,
}

impl SessionFolder {
    /// Claims a folder in `sessions`, and removes those that no process uses. The second value is whether it is the standby
    /// folder, which is claimed if `is_usable` accepts it.
    pub(super) fn claim(sessions: &Path, is_usable: impl FnOnce(&Path) -> bool) -> Result<(Self, bool)> {
        let _lock = lock(sessions)?;
        remove_abandoned(sessions)?;
        let now = SystemTime::now().duration_since(UNIX_EPOCH)?;
        let path = sessions.join(format!("{}-{:x}", std::process::id(), now.as_nanos()));
        let standby = standby(sessions);
        let is_filled = is_usable(&standby) && fs::rename(&standby, &path).is_ok();
        if !is_filled {
            // An outdated one keeps old builds on the disk. It need not exist.
            let _ = fs::remove_dir_all(&standby);
            create(&path)?;
        }
        Ok((Self { _in_use: lock_in_use(&path)?, path }, is_filled))
    }

    /// Creates a folder that is to become the standby folder, or returns `None` if another process fills one.
    pub(super) fn stage_standby(sessions: &Path) -> Result<Option<Self>> {
        let _lock = lock(sessions)?;
        remove_abandoned(sessions)?;
        let path = sessions.join(STAGING);
        match create(&path) {
            Ok(()) => Ok(Some(Self { _in_use: lock_in_use(&path)?, path })),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Makes this the standby folder, in place of the old one.
    pub(super) fn into_standby(self) -> Result<()> {
        let sessions = self.path.parent().context("a session's folder has no parent")?;
        let _lock = lock(sessions)?;
        let standby = standby(sessions);
        if standby.exists() {
            fs::remove_dir_all(&standby)?;
        }
        Ok(fs::rename(&self.path, standby)?)
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

/// Returns the path of the standby folder, which need not exist.
pub(super) fn standby(sessions: &Path) -> PathBuf {
    sessions.join(STANDBY)
}

/// Waits until no other process claims or removes folders in `sessions`.
fn lock(sessions: &Path) -> Result<fs::File> {
    let lock = open_lock_file(&sessions.join("lock"))?;
    lock.lock()?;
    Ok(lock)
}

fn create(path: &Path) -> io::Result<()> {
    // It contains the code of the user's cells.
    fs::DirBuilder::new().mode(0o700).create(path)
}

fn lock_in_use(path: &Path) -> Result<fs::File> {
    let file = fs::File::create(path.join(IN_USE_LOCK))?;
    file.lock()?;
    Ok(file)
}

fn remove_abandoned(sessions: &Path) -> Result<()> {
    for entry in fs::read_dir(sessions)? {
        let path = entry?.path();
        if path.is_dir()
            && !path.ends_with(STANDBY)
            && is_abandoned(&path)
            && let Err(error) = fs::remove_dir_all(&path)
        {
            // It only takes space on the disk.
            tracing::debug!(path = %path.display(), %error, "an abandoned session folder could not be removed");
        }
    }
    Ok(())
}

fn is_abandoned(path: &Path) -> bool {
    match fs::File::open(path.join(IN_USE_LOCK)) {
        Ok(file) => file.try_lock().is_ok(),
        Err(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claim(sessions: &Path) -> SessionFolder {
        let (folder, ready) = SessionFolder::claim(sessions, |_| false).unwrap();
        assert!(!ready);
        folder
    }

    #[test]
    fn folders_of_running_kernels_are_kept_and_others_removed() {
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
    fn the_standby_folder_is_claimed_once_and_only_if_it_is_usable() {
        let sessions = tempfile::tempdir().unwrap();
        let is_usable =
            |standby: &Path| fs::read_to_string(standby.join("fingerprint")).is_ok_and(|found| found == "current");
        let prepare = |fingerprint| {
            let staged = SessionFolder::stage_standby(sessions.path()).unwrap().unwrap();
            assert!(SessionFolder::stage_standby(sessions.path()).unwrap().is_none(), "another process fills one");
            fs::write(staged.path().join("fingerprint"), fingerprint).unwrap();
            staged.into_standby().unwrap();
        };
        prepare("old");
        let (other, ready) = SessionFolder::claim(sessions.path(), is_usable).unwrap();
        assert!(!ready && !other.path().join("fingerprint").exists() && !standby(sessions.path()).exists());
        prepare("old");
        prepare("current");
        let (mine, ready) = SessionFolder::claim(sessions.path(), is_usable).unwrap();
        assert!(ready && mine.path().join("fingerprint").exists() && mine.path() != other.path());
        let (next, ready) = SessionFolder::claim(sessions.path(), is_usable).unwrap();
        assert!(!ready && mine.path().exists() && next.path().exists(), "it is claimed once");
    }

    #[test]
    fn an_unfinished_standby_folder_is_removed() {
        let sessions = tempfile::tempdir().unwrap();
        let half = SessionFolder::stage_standby(sessions.path()).unwrap().unwrap();
        fs::write(half.path().join("half"), "").unwrap();
        drop(half);
        let whole = SessionFolder::stage_standby(sessions.path()).unwrap().unwrap();
        assert!(!whole.path().join("half").exists());
    }
}
