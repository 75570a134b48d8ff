//! What cargo said before, to the same question.
//!
//! A session asks cargo much that it asked in the session before: where the packages are, what they depend on, what the
//! compiler can do; two seconds of a start. The answers lie in the folder of the session, and the folder that sessions are
//! copied from has those of its own first cells. They say its path in each line: kept, that is a [word](FOLDER), and where
//! they are taken up again, it is the folder of then.

use std::ffi::OsString;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::session;

/// Where the answers lie in a session's folder.
const ANSWERS: &str = "cargo-answers";
/// What stands for the session's folder.
const FOLDER: &str = "{tealight session}";
/// How the names of the variables begin that cargo's answers depend on.
const VARIABLES: [&str; 7] =
    ["RUSTC", "RUSTFLAGS", "CARGO_BUILD_", "CARGO_ENCODED_", "CARGO_PROFILE_", "CARGO_TARGET_", "CARGO_UNSTABLE_"];

/// Something that cargo is asked, with all that its answer depends on.
pub(super) struct Question {
    folder: String,
    /// The lock file, and what it held.
    lock: (PathBuf, String),
    file: PathBuf,
}

/// What cargo answered.
#[derive(Serialize, Deserialize)]
struct Answer {
    text: String,
    /// The lock file, where cargo has changed it.
    lock: Option<String>,
}

impl Question {
    /// What this process was asked by these arguments; none where the answer may be another one each time.
    ///
    /// A package in a folder of the user's own may change at any time. tealight's sources may change too, but a session keeps
    /// the library that it has loaded.
    pub(super) fn of(cargo: &Path, arguments: &[OsString]) -> Option<Self> {
        let session = session::of_this_process()?;
        let variables = std::env::vars_os()
            .filter(|(name, _)| VARIABLES.iter().any(|beginning| name.as_bytes().starts_with(beginning.as_bytes())));
        let mut variables: Vec<_> = variables.collect();
        variables.sort();
        let said = variables.into_iter().flat_map(|(name, value)| [name, value]);
        let said = std::iter::once(cargo.into()).chain(arguments.iter().cloned()).chain(said);
        Self::about(&session, said)
    }

    fn about(session: &Path, said: impl Iterator<Item = OsString>) -> Option<Self> {
        let folder = session.to_str()?;
        // A path that is written in several ways is not found by looking for one.
        let is_plain = !folder.contains(['"', '\\']) && !folder.chars().any(char::is_control);
        if !is_plain || fs::canonicalize(session).ok()? != session {
            return None;
        }
        let manifest = fs::read_to_string(session.join("cell/Cargo.toml")).ok()?;
        if has_folders(&manifest) {
            return None;
        }
        let mut digest = Sha256::new();
        let mut add = |part: &str| digest.update(Sha256::digest(part.replace(folder, FOLDER)));
        add(&manifest);
        let read = |path: &Path| fs::read_to_string(path).unwrap_or_default();
        for file in ["cell/.cargo/config.toml", "Cargo.toml"] {
            add(&read(&session.join(file)));
        }
        let lock = session.join("Cargo.lock");
        let lock = (lock.clone(), read(&lock));
        add(&lock.1);
        for part in said {
            add(part.to_str()?);
        }
        let file = session.join(ANSWERS).join(hex::encode(digest.finalize()));
        Some(Self { folder: folder.to_owned(), lock, file })
    }

    /// The answer of before, if there is one.
    pub(super) fn answer(&self) -> Option<String> {
        let answer = fs::read_to_string(&self.file).ok()?.replace(FOLDER, &self.folder);
        let answer: Answer = serde_json::from_str(&answer).ok()?;
        if let Some(lock) = answer.lock {
            fs::write(&self.lock.0, lock).ok()?;
        }
        Some(answer.text)
    }

    /// Keeps the answer.
    pub(super) fn keep(&self, text: &str) -> Result<()> {
        if let Some(folder) = self.file.parent() {
            fs::create_dir_all(folder)?;
        }
        let lock = fs::read_to_string(&self.lock.0).ok().filter(|lock| *lock != self.lock.1);
        let answer = serde_json::to_string(&Answer { text: text.to_owned(), lock })?;
        // Two may ask at once: what is put in place is put there whole.
        let new = self.file.with_extension(std::process::id().to_string());
        fs::write(&new, answer.replace(&self.folder, FOLDER))?;
        Ok(fs::rename(new, &self.file)?)
    }
}

/// How many answers are kept in a session's folder.
pub(super) fn count(session: &Path) -> Result<usize> {
    let answers = session.join(ANSWERS);
    if !answers.exists() {
        return Ok(0);
    }
    Ok(fs::read_dir(&answers).with_context(|| format!("reading {}", answers.display()))?.count())
}

/// Lets everything be asked again in a session's folder.
pub(super) fn forget(session: &Path) -> Result<()> {
    let answers = session.join(ANSWERS);
    if answers.exists() {
        fs::remove_dir_all(&answers).with_context(|| format!("removing {}", answers.display()))?;
    }
    Ok(())
}

/// Whether a cell depends on packages in folders, other than tealight.
fn has_folders(manifest: &str) -> bool {
    let dependencies = manifest.split_once("[dependencies]").map_or("", |(_, dependencies)| dependencies);
    dependencies.lines().any(|line| line.contains("path") && !line.trim_start().starts_with("tealight "))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANIFEST: &str =
        "[package]\nname = \"ctx\"\n[lib]\npath = \"src/lib.rs\"\n[dependencies]\ntealight = { path = \"/t\" }\n";

    fn session(name: &str) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let session = fs::canonicalize(folder.path()).unwrap().join(name);
        fs::create_dir_all(session.join("cell")).unwrap();
        fs::write(session.join("cell/Cargo.toml"), MANIFEST).unwrap();
        (folder, session)
    }

    fn ask(session: &Path, arguments: &[&str]) -> Option<Question> {
        Question::about(session, arguments.iter().map(OsString::from))
    }

    #[test]
    fn an_answer_is_taken_up_in_a_copy_of_the_folder_with_its_own_path() {
        let ((_first, here), (_second, there)) = (session("whole"), session("ein Raum für 7"));
        let path = |folder: &Path| folder.join("cell/src/lib.rs").display().to_string();
        let question = ask(&here, &["metadata", &path(&here)]).unwrap();
        assert_eq!(question.answer(), None);
        question.keep(&format!("{{\"src_path\":\"{}\"}}", path(&here))).unwrap();
        super::super::copy::copy(&here, &there).unwrap();
        let answer = ask(&there, &["metadata", &path(&there)]).unwrap().answer();
        assert_eq!(answer, Some(format!("{{\"src_path\":\"{}\"}}", path(&there))));
    }

    #[test]
    fn what_cargo_did_to_the_lock_file_is_done_again() {
        let (_folder, session) = session("one");
        let lock = session.join("Cargo.lock");
        fs::write(&lock, "before").unwrap();
        let question = ask(&session, &["metadata"]).unwrap();
        fs::write(&lock, "after").unwrap();
        question.keep("answer").unwrap();
        fs::write(&lock, "before").unwrap();
        assert_eq!(ask(&session, &["metadata"]).unwrap().answer(), Some("answer".to_owned()));
        assert_eq!(fs::read_to_string(lock).unwrap(), "after");
    }

    #[test]
    fn other_arguments_dependencies_or_versions_are_another_question() {
        let (_folder, session) = session("one");
        ask(&session, &["metadata"]).unwrap().keep("old").unwrap();
        assert_eq!(ask(&session, &["metadata", "--no-deps"]).unwrap().answer(), None);
        fs::write(session.join("cell/Cargo.toml"), format!("{MANIFEST}rand = \"0.10\"\n")).unwrap();
        assert_eq!(ask(&session, &["metadata"]).unwrap().answer(), None);
        fs::write(session.join("cell/Cargo.toml"), MANIFEST).unwrap();
        assert_eq!(ask(&session, &["metadata"]).unwrap().answer(), Some("old".to_owned()));
        fs::write(session.join("Cargo.lock"), "another version").unwrap();
        assert_eq!(ask(&session, &["metadata"]).unwrap().answer(), None);
    }

    #[test]
    fn a_package_in_a_folder_of_ones_own_is_cargos_to_look_at_each_time() {
        let (_folder, session) = session("one");
        for own in ["mine = { path = \"../mine\" }", "mine.path = \"../mine\"", "tealight-mine = { path = \"/m\" }"] {
            fs::write(session.join("cell/Cargo.toml"), format!("{MANIFEST}{own}\n")).unwrap();
            assert!(ask(&session, &["build"]).is_none(), "{own}");
        }
    }
}
