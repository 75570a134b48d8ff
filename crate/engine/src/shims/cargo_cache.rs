//! A cache of cargo's answers.
//!
//! A session repeats many of the questions that the session before it asked cargo: where the packages are, what they depend on, what the
//! compiler supports. That is two seconds of a start. The answers lie in the session's folder, and sessions are copied from a
//! folder that holds those of its own first cells. They contain the folder's path in each line: a stored answer contains a
//! [placeholder](SESSION_PLACEHOLDER) instead, which is replaced by the folder of the session that loads it.

use std::ffi::OsString;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::host_library::HostLibrary;
use crate::layout;

/// The folder of the answers in a session's folder.
const CACHE_FOLDER: &str = "cargo-answers";
/// Stands for the session's folder.
const SESSION_PLACEHOLDER: &str = "{notebook session}";
/// The prefixes of the variables that cargo's answers depend on.
const VARIABLE_PREFIXES: [&str; 7] =
    ["RUSTC", "RUSTFLAGS", "CARGO_BUILD_", "CARGO_ENCODED_", "CARGO_PROFILE_", "CARGO_TARGET_", "CARGO_UNSTABLE_"];

/// A question to cargo, with everything that its answer depends on.
pub(super) struct CacheKey {
    folder: String,
    /// The lock file, and its content at the time of the question.
    lock: (PathBuf, String),
    file: PathBuf,
}

/// A stored answer.
#[derive(Serialize, Deserialize)]
struct CachedOutput {
    text: String,
    /// The lock file, if cargo has changed it.
    lock: Option<String>,
}

impl CacheKey {
    /// Returns the key of a call of cargo in this process, or `None` if the answer may change at any time.
    ///
    /// A package in a folder of the user's may change at any time. The host's library may change, too, but a session keeps
    /// the build that it has loaded.
    pub(super) fn of_process(cargo: &Path, arguments: &[OsString], library: Option<&HostLibrary>) -> Option<Self> {
        let session = layout::session_of_this_process()?;
        let variables = std::env::vars_os()
            .filter(|(name, _)| VARIABLE_PREFIXES.iter().any(|prefix| name.as_bytes().starts_with(prefix.as_bytes())));
        let mut variables: Vec<_> = variables.collect();
        variables.sort();
        let variables = variables.into_iter().flat_map(|(name, value)| [name, value]);
        let question = std::iter::once(cargo.into()).chain(arguments.iter().cloned()).chain(variables);
        Self::new(&session, question, library)
    }

    fn new(session: &Path, question: impl Iterator<Item = OsString>, library: Option<&HostLibrary>) -> Option<Self> {
        let folder = session.to_str()?;
        // A path that can be written in several ways is not found by searching for one of them.
        let is_plain = !folder.contains(['"', '\\']) && !folder.chars().any(char::is_control);
        if !is_plain || fs::canonicalize(session).ok()? != session {
            return None;
        }
        let manifest = fs::read_to_string(layout::cell_manifest(session)).ok()?;
        if has_path_dependencies(&manifest, library) {
            return None;
        }
        let mut digest = Sha256::new();
        let mut add = |part: &str| digest.update(Sha256::digest(part.replace(folder, SESSION_PLACEHOLDER)));
        add(&manifest);
        let read = |path: &Path| fs::read_to_string(path).unwrap_or_default();
        for file in ["cell/.cargo/config.toml", "Cargo.toml"] {
            add(&read(&session.join(file)));
        }
        let lock = session.join("Cargo.lock");
        let lock = (lock.clone(), read(&lock));
        add(&lock.1);
        for part in question {
            add(part.to_str()?);
        }
        let file = session.join(CACHE_FOLDER).join(hex::encode(digest.finalize()));
        Some(Self { folder: folder.to_owned(), lock, file })
    }

    /// Returns the stored answer, and brings the lock file into the state in which cargo left it then.
    pub(super) fn load(&self) -> Option<String> {
        let output = fs::read_to_string(&self.file).ok()?.replace(SESSION_PLACEHOLDER, &self.folder);
        let output: CachedOutput = serde_json::from_str(&output).ok()?;
        if let Some(lock) = output.lock {
            fs::write(&self.lock.0, lock).ok()?;
        }
        Some(output.text)
    }

    /// Stores the answer.
    pub(super) fn store(&self, text: &str) -> Result<()> {
        if let Some(folder) = self.file.parent() {
            fs::create_dir_all(folder)?;
        }
        let lock = fs::read_to_string(&self.lock.0).ok().filter(|lock| *lock != self.lock.1);
        let output = serde_json::to_string(&CachedOutput { text: text.to_owned(), lock })?;
        // Two processes may ask at once, so the file is replaced in one step.
        let new = self.file.with_extension(std::process::id().to_string());
        fs::write(&new, output.replace(&self.folder, SESSION_PLACEHOLDER))?;
        Ok(fs::rename(new, &self.file)?)
    }
}

/// Returns the number of answers in a session's folder.
pub(crate) fn count(session: &Path) -> Result<usize> {
    let answers = session.join(CACHE_FOLDER);
    if !answers.exists() {
        return Ok(0);
    }
    Ok(fs::read_dir(&answers).with_context(|| format!("reading {}", answers.display()))?.count())
}

/// Removes all answers from a session's folder.
pub(crate) fn clear(session: &Path) -> Result<()> {
    let answers = session.join(CACHE_FOLDER);
    if answers.exists() {
        fs::remove_dir_all(&answers).with_context(|| format!("removing {}", answers.display()))?;
    }
    Ok(())
}

/// Returns whether a cell depends on packages in folders, other than the host's library.
fn has_path_dependencies(manifest: &str, library: Option<&HostLibrary>) -> bool {
    let dependencies = manifest.split_once("[dependencies]").map_or("", |(_, dependencies)| dependencies);
    let is_library = |line: &str| library.is_some_and(|library| library.is_dependency_line(line.trim_start()));
    dependencies.lines().any(|line| line.contains("path") && !is_library(line))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host_library::test_library;

    const MANIFEST: &str =
        "[package]\nname = \"ctx\"\n[lib]\npath = \"src/lib.rs\"\n[dependencies]\nnets = { path = \"/t\" }\n";

    fn session(name: &str) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let session = fs::canonicalize(folder.path()).unwrap().join(name);
        fs::create_dir_all(session.join("cell")).unwrap();
        fs::write(session.join("cell/Cargo.toml"), MANIFEST).unwrap();
        (folder, session)
    }

    fn key(session: &Path, arguments: &[&str]) -> Option<CacheKey> {
        CacheKey::new(session, arguments.iter().map(OsString::from), Some(&test_library()))
    }

    #[test]
    fn an_answer_is_loaded_in_a_copy_of_the_folder_with_the_path_of_the_copy() {
        let ((_first, here), (_second, there)) = (session("whole"), session("eine Kopie für 7"));
        let path = |folder: &Path| folder.join("cell/src/lib.rs").display().to_string();
        let metadata = key(&here, &["metadata", &path(&here)]).unwrap();
        assert_eq!(metadata.load(), None);
        metadata.store(&format!("{{\"src_path\":\"{}\"}}", path(&here))).unwrap();
        crate::prebuilt::copy::copy(&here, &there).unwrap();
        let answer = key(&there, &["metadata", &path(&there)]).unwrap().load();
        assert_eq!(answer, Some(format!("{{\"src_path\":\"{}\"}}", path(&there))));
    }

    #[test]
    fn cargos_change_of_the_lock_file_is_repeated() {
        let (_folder, session) = session("one");
        let lock = session.join("Cargo.lock");
        fs::write(&lock, "before").unwrap();
        let metadata = key(&session, &["metadata"]).unwrap();
        fs::write(&lock, "after").unwrap();
        metadata.store("answer").unwrap();
        fs::write(&lock, "before").unwrap();
        assert_eq!(key(&session, &["metadata"]).unwrap().load(), Some("answer".to_owned()));
        assert_eq!(fs::read_to_string(lock).unwrap(), "after");
    }

    #[test]
    fn other_arguments_dependencies_or_versions_have_another_key() {
        let (_folder, session) = session("one");
        key(&session, &["metadata"]).unwrap().store("old").unwrap();
        assert_eq!(key(&session, &["metadata", "--no-deps"]).unwrap().load(), None);
        fs::write(session.join("cell/Cargo.toml"), format!("{MANIFEST}rand = \"0.10\"\n")).unwrap();
        assert_eq!(key(&session, &["metadata"]).unwrap().load(), None);
        fs::write(session.join("cell/Cargo.toml"), MANIFEST).unwrap();
        assert_eq!(key(&session, &["metadata"]).unwrap().load(), Some("old".to_owned()));
        fs::write(session.join("Cargo.lock"), "another version").unwrap();
        assert_eq!(key(&session, &["metadata"]).unwrap().load(), None);
    }

    #[test]
    fn packages_in_folders_of_the_user_are_not_cached() {
        let (_folder, session) = session("one");
        for own in ["mine = { path = \"../mine\" }", "mine.path = \"../mine\"", "nets-mine = { path = \"/m\" }"] {
            fs::write(session.join("cell/Cargo.toml"), format!("{MANIFEST}{own}\n")).unwrap();
            assert!(key(&session, &["build"]).is_none(), "{own}");
        }
    }
}
