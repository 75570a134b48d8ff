//! A session's own folder, copied from the warmed one and removed at its end.
//!
//! Sessions never share one: two that build in one target folder run each other's cells.

use std::collections::HashMap;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result};

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
        let sessions = home.engine().join("sessions");
        let (folder, alive) = claim(&sessions).with_context(|| format!("making a folder in {}", sessions.display()))?;
        let session = Self { folder, _alive: alive };
        let template = Template::of(home);
        let lock = template.lock()?;
        lock.lock_shared()?;
        if template.folder().exists() {
            let is_current = template.has_library_of_now()?;
            copy_for_session(&template.folder(), &session.folder, is_current)
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

/// Copies a folder's content with its times, by which cargo knows what is built.
pub(super) fn copy(from: &Path, to: &Path) -> Result<()> {
    copy_files(from, to, &|_| false)
}

/// The same for a session, in which what was built of libraries is not built again: of that, which is most of it, the files
/// are shared. Everything else evcxr and the compiler may rewrite in place; tealight, too, where its source is not what it
/// was built from.
fn copy_for_session(from: &Path, to: &Path, tealight_is_current: bool) -> Result<()> {
    copy_files(from, to, &|path| is_built_library(path) && (tealight_is_current || !is_named(path, "libtealight")))
}

fn copy_files(from: &Path, to: &Path, is_shared: &dyn Fn(&Path) -> bool) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        let metadata = entry.metadata()?;
        if metadata.is_dir() {
            copy_files(&source, &target, is_shared)?;
        } else if !is_shared(&source) || fs::hard_link(&source, &target).is_err() {
            fs::copy(&source, &target)?;
            fs::File::open(&target)?.set_times(fs::FileTimes::new().set_modified(metadata.modified()?))?;
        }
    }
    Ok(())
}

/// Whether a file is what was built of a package that cells depend on.
fn is_built_library(path: &Path) -> bool {
    let is_library =
        path.extension().is_some_and(|extension| ["rlib", "rmeta", "so"].iter().any(|one| extension == *one));
    is_library && !is_named(path, "libctx") && !is_named(path, "libcode_")
}

fn is_named(path: &Path, beginning: &str) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(beginning))
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
    fn a_session_shares_what_was_built_of_libraries_and_nothing_else() {
        use std::os::unix::fs::MetadataExt as _;
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("from"), folder.path().join("to"));
        fs::create_dir_all(from.join("deps")).unwrap();
        let names = [
            "libcandle.rlib",
            "libcandle.rmeta",
            "libmacro.so",
            "libtealight.so",
            "libctx.so",
            "libcode_1.so",
            "lib.rs",
        ];
        for name in names {
            fs::write(from.join("deps").join(name), name).unwrap();
        }
        for (is_current, shared) in [(true, 4), (false, 3)] {
            let to = to.join(is_current.to_string());
            copy_for_session(&from, &to, is_current).unwrap();
            let source = |name: &str| fs::metadata(from.join("deps").join(name)).unwrap().ino();
            let copy = |name: &str| fs::metadata(to.join("deps").join(name)).unwrap().ino();
            assert_eq!(names.map(|name| source(name) == copy(name)), std::array::from_fn(|place| place < shared));
        }
    }

    #[test]
    fn the_sessions_own_library_is_found_first() {
        let path = library_path(Path::new("/sessions/1/cell"));
        let first = std::env::split_paths(&path).next().unwrap();
        assert!(first.starts_with("/sessions/1/cell/target") && first.ends_with("debug/deps"), "{}", first.display());
    }
}
