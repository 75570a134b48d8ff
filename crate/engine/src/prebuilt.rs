//! The prebuilt workspace, from which each session's folder is copied.
//!
//! It is a cargo workspace of two packages: `cell`, which evcxr rewrites for each cell, and `pins`, which depends on the
//! host's library and is never built. Whatever evcxr does to `cell`, cargo keeps the versions of `pins` in the workspace's
//! lock file. Without `pins`, cargo would forget them whenever a cell needs no dependency (each session starts with such a
//! cell) and choose new ones from the network at the next `:dep`. The lock file starts as a copy of the library's own. `pins`
//! depends on the library for no platform: that is enough for the lock file, which is for all platforms, and evcxr's
//! rust-analyzer need not read a hundred packages before the first cell.

pub(crate) mod copy;
mod fingerprint;
pub(crate) mod prebuild;

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail};

use crate::environment::session_environment;
use crate::file_lock::open_lock_file;
use crate::host::{Folders, Host};
use crate::host_library::HostLibrary;
use crate::layout::{self, WORKSPACE_MANIFEST};
use crate::shims;
use copy::{LinkMode, copy, copy_for_session};
use fingerprint::Fingerprint;

/// The lock that sessions share while they copy.
const COPY_LOCK: &str = "copy.lock";

/// The lock that a process holds while it makes the workspace.
const MAKE_LOCK: &str = "making.lock";

/// The manifest that evcxr writes first. With it, cargo finds a complete workspace before evcxr starts.
const CELL_MANIFEST: &str =
    "[package]\nname = \"ctx\"\nversion = \"1.0.0\"\nedition = \"2024\"\n\n[lib]\npath = \"src/lib.rs\"\n";

/// The manifest of the package that depends on the library, before its dependencies.
const PINS_MANIFEST: &str =
    "[package]\nname = \"pins\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[lib]\npath = \"lib.rs\"\n";

/// After this many prebuilt sessions, the next ones ask cargo nothing new.
const MAX_WARMUP_SESSIONS: usize = 4;

/// The prebuilt workspace of an installation.
#[derive(Debug)]
pub struct PrebuiltWorkspace<'a> {
    host: &'a Host,
}

impl<'a> PrebuiltWorkspace<'a> {
    /// Returns the workspace of the host's installation, which need not exist yet.
    #[must_use]
    pub fn new(host: &'a Host) -> Self {
        Self { host }
    }

    fn folders(&self) -> &Folders {
        &self.host.folders
    }

    /// Returns its folder. It is as deep as a session's folder, because libraries are linked with relative paths.
    #[must_use]
    pub fn folder(&self) -> PathBuf {
        self.folders().engine.join("prebuilt/current")
    }

    /// Returns a lock during which the workspace is not replaced. In an installation that this user can't write to there may
    /// be no lock: there the workspace changes only with the whole installation.
    ///
    /// # Errors
    /// If the lock can't be taken.
    pub fn lock_for_copy(&self) -> Result<Option<fs::File>> {
        let lock = if self.folders().is_writable {
            Some(self.open_lock(COPY_LOCK)?)
        } else {
            fs::File::open(self.folders().engine.join(COPY_LOCK)).ok()
        };
        if let Some(lock) = &lock {
            lock.lock_shared()
                .with_context(|| format!("waiting for a `{} setup` that replaces the kernel", self.host.name))?;
        }
        Ok(lock)
    }

    fn open_lock(&self, name: &str) -> Result<fs::File> {
        open_lock_file(&self.folders().engine.join(name))
    }

    /// Returns whether it was made from the current library, versions and compiler.
    ///
    /// # Errors
    /// If the library's source can't be read, or rustc not be run.
    pub fn is_ready(&self) -> Result<bool> {
        Ok(Fingerprint::read(&self.folder()) == Some(Fingerprint::current(self.host)?))
    }

    /// Returns whether it was made from the current source of the library.
    pub(crate) fn has_current_library(&self) -> Result<bool> {
        let library = fingerprint::of_library(self.host)?;
        Ok(Fingerprint::read(&self.folder()).is_some_and(|fingerprint| fingerprint.library == library))
    }

    /// Returns whether `folder` holds a copy of the current workspace.
    pub(crate) fn is_copied_to(&self, folder: &Path) -> bool {
        Fingerprint::read(folder).is_some_and(|fingerprint| Some(fingerprint) == Fingerprint::read(&self.folder()))
    }

    /// Copies it for a session. `is_current` is whether it [has the current library](Self::has_current_library).
    pub(crate) fn copy_to(&self, session: &Path, is_current: bool) -> Result<()> {
        let mode = if self.folders().is_writable { LinkMode::Hardlink } else { LinkMode::Symlink };
        let stale = self.host.library.as_ref().filter(|_| !is_current);
        copy_for_session(&self.folder(), session, mode, stale)
            .with_context(|| format!("copying {} to {}", self.folder().display(), session.display()))
    }

    /// Makes it again, and calls `progress` with each package that is compiled. Kernels start from the current one until the
    /// new one is complete.
    ///
    /// # Errors
    /// If this user can't write to the installation, or something can't be built.
    pub fn make(&self, mut progress: impl FnMut(&str)) -> Result<()> {
        if !self.folders().is_writable {
            bail!(
                "the kernel in {} is not ready or is outdated, and you can't write there. Ask the person who set it up to run \
                 `{} setup`",
                self.folders().engine.display(),
                self.host.name
            );
        }
        let lock = self.open_lock(MAKE_LOCK)?;
        lock.lock().with_context(|| format!("waiting for another `{} setup`", self.host.name))?;
        if self.is_ready()? {
            return Ok(());
        }
        let fingerprint = Fingerprint::current(self.host)?;
        let new = self.start_new(&fingerprint)?;
        // A session begins with the state in which the one before it ended, and asks cargo other questions, if only because
        // of another lock file. Sessions are run until they find every answer in the cache.
        for _ in 0..MAX_WARMUP_SESSIONS {
            let before = shims::count_cached_answers(&new)?;
            prebuild_in_process(&new, self.host, &mut progress)?;
            if shims::count_cached_answers(&new)? == before {
                break;
            }
        }
        remove_intermediate(&new, self.host.library.as_ref())?;
        fingerprint.write(&new)?;

        // It is replaced while no session copies it.
        let lock = self.open_lock(COPY_LOCK)?;
        lock.lock()?;
        replace_current(&new, &self.folder())
    }

    /// Prepares the folder of a new workspace, and returns it. What was built for the same packages before is reused.
    fn start_new(&self, fingerprint: &Fingerprint) -> Result<PathBuf> {
        let new = self.folders().engine.join("prebuilt/new");
        let is_same = |other: &Fingerprint| other.dependencies == fingerprint.dependencies;
        // An interrupted attempt is continued if its fingerprint says what it was for; a half-removed folder may have none.
        if new.exists() && Fingerprint::read(&new).is_none_or(|other| !is_same(&other)) {
            fs::remove_dir_all(&new).with_context(|| format!("removing {}", new.display()))?;
        }
        // If only the library has changed, the packages below it are not built again. If they have changed, too, the old
        // builds would only be copied into each session.
        if !new.exists() && Fingerprint::read(&self.folder()).is_some_and(|other| is_same(&other)) {
            copy_atomically(&self.folder(), &new)?;
        }
        self.create_workspace(&new)?;
        shims::clear_cargo_cache(&new)?;
        // The caches of cells are never used again.
        remove_matching(&incremental_folder(&new), |name| name.starts_with(layout::CELL_CRATE))?;
        // The library's part stays empty until the workspace is complete.
        Fingerprint { dependencies: fingerprint.dependencies.clone(), library: String::new() }.write(&new)?;
        Ok(new)
    }

    /// Creates the workspace in `folder`, without building it.
    ///
    /// # Errors
    /// If a file can't be written, or the library's path is not UTF-8.
    pub fn create_workspace(&self, folder: &Path) -> Result<()> {
        let library = self.host.library.as_ref();
        let pins = match library {
            Some(library) => {
                let path = &library.path;
                let path = path.to_str().with_context(|| format!("{} is not valid UTF-8", path.display()))?;
                format!(
                    "{PINS_MANIFEST}\n[target.'cfg(any())'.dependencies]\n{} = {{ path = {} }}\n",
                    library.name,
                    serde_json::to_string(path)?
                )
            }
            None => PINS_MANIFEST.to_owned(),
        };
        fs::create_dir_all(folder.join("cell/src"))?;
        fs::create_dir_all(folder.join("pins"))?;
        // A process reads its library path once, at its start, and ignores folders that don't exist then.
        fs::create_dir_all(layout::library_folder(folder))?;
        fs::write(folder.join("Cargo.toml"), WORKSPACE_MANIFEST)?;
        if let Some(library) = library {
            fs::copy(&library.lock_file, folder.join("Cargo.lock"))
                .with_context(|| format!("copying {}", library.lock_file.display()))?;
        }
        fs::write(layout::cell_manifest(folder), CELL_MANIFEST)?;
        fs::write(folder.join("cell/src/lib.rs"), "")?;
        fs::write(folder.join("pins/Cargo.toml"), pins)?;
        fs::write(folder.join("pins/lib.rs"), "")?;
        Ok(())
    }
}

/// Copies a folder so that the copy is complete or absent: an interrupted copy has another name.
fn copy_atomically(from: &Path, to: &Path) -> Result<()> {
    let staging = to.with_file_name("staging");
    remove_if_exists(&staging)?;
    copy(from, &staging).with_context(|| format!("copying {} to {}", from.display(), staging.display()))?;
    fs::rename(&staging, to).with_context(|| format!("renaming {} to {}", staging.display(), to.display()))
}

/// Puts the new folder in the place of the current one, which is moved away first and then removed.
fn replace_current(new: &Path, current: &Path) -> Result<()> {
    let old = current.with_file_name("old");
    // A folder can't be renamed to one with content, and this one may be half removed.
    remove_if_exists(&old)?;
    if current.exists() {
        fs::rename(current, &old).with_context(|| format!("renaming {} to {}", current.display(), old.display()))?;
    }
    fs::rename(new, current).with_context(|| format!("renaming {} to {}", new.display(), current.display()))?;
    remove_if_exists(&old)
}

/// Removes a folder if it exists.
fn remove_if_exists(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| {
            format!("removing {}, which is no longer needed. Remove it yourself and try again", folder.display())
        })?;
    }
    Ok(())
}

/// Removes the compiler's cache for the library, which no session uses: it is a third of the folder.
fn remove_intermediate(folder: &Path, library: Option<&HostLibrary>) -> Result<()> {
    if let Some(library) = library {
        remove_matching(&incremental_folder(folder), |name| name.starts_with(library.name))?;
    }
    // An interrupted build leaves these.
    remove_matching(&layout::library_folder(folder), |name| name.ends_with(".rcgu.o"))
}

/// Returns the folder of the compiler's incremental caches.
fn incremental_folder(folder: &Path) -> PathBuf {
    layout::library_folder(folder).with_file_name("incremental")
}

/// Removes the entries of a folder whose names match.
fn remove_matching(folder: &Path, matches: impl Fn(&str) -> bool) -> Result<()> {
    if !folder.exists() {
        return Ok(());
    }
    for entry in fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))? {
        let entry = entry?;
        let path = entry.path();
        match entry.file_type()?.is_dir() {
            _ if !matches(&entry.file_name().to_string_lossy()) => {}
            true => fs::remove_dir_all(path)?,
            false => fs::remove_file(path)?,
        }
    }
    Ok(())
}

/// Runs the first cells of a session in `folder`, in another process, so that everything that they need is built.
fn prebuild_in_process(folder: &Path, host: &Host, mut progress: impl FnMut(&str)) -> Result<()> {
    let mut child = Command::new(std::env::current_exe().context("finding this program")?)
        .arg(prebuild::ARGUMENT)
        .envs(session_environment(folder, host.library.as_ref())?)
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .context("starting the evcxr engine")?;
    let stderr = child.stderr.take().context("the engine's standard error is not a pipe")?;
    let mut messages = Vec::new();
    for line in BufReader::new(stderr).lines() {
        let line = line?;
        match line.trim().strip_prefix("Compiling ") {
            Some(package) => progress(package),
            None => messages.push(line),
        }
    }
    if !child.wait()?.success() {
        bail!("the kernel's workspace can't be built:\n{}", messages.join("\n"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder with `current` in it, and files beside it.
    fn folder(files: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for file in ["current/fingerprint"].iter().chain(files) {
            let path = folder.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, file).unwrap();
        }
        folder
    }

    #[test]
    fn remains_of_a_killed_setup_are_removed() {
        // Either the old folder was half removed, or it was moved away and the new one was not in place yet.
        for is_there in [true, false] {
            let folder = folder(&["old/half", "new/fingerprint"]);
            let path = |name: &str| folder.path().join(name);
            if !is_there {
                fs::remove_dir_all(path("current")).unwrap();
            }
            replace_current(&path("new"), &path("current")).unwrap();
            assert_eq!(fs::read_to_string(path("current/fingerprint")).unwrap(), "new/fingerprint");
            assert!(!path("old").exists() && !path("new").exists());
        }
    }

    #[test]
    fn a_copy_is_complete_or_absent() {
        let folder = folder(&["staging/half", "current/deep/file"]);
        let path = |name: &str| folder.path().join(name);
        // Nothing can be copied from a socket: the copy ends in the middle.
        let socket = std::os::unix::net::UnixListener::bind(path("current/deep/socket")).unwrap();
        let error = format!("{:#}", copy_atomically(&path("current"), &path("new")).unwrap_err());
        assert!(error.starts_with(&format!("copying {}", path("current").display())), "{error}");
        assert!(!path("new").exists());
        drop(socket);
        fs::remove_file(path("current/deep/socket")).unwrap();
        copy_atomically(&path("current"), &path("new")).unwrap();
        assert_eq!(fs::read_to_string(path("new/deep/file")).unwrap(), "current/deep/file");
        assert!(!path("new/half").exists() && !path("staging").exists());
    }
}
