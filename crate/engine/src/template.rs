//! The warmed work folder that each session's own is copied from.
//!
//! It is a cargo workspace of two packages: `cell`, which evcxr rewrites for each cell, and `pins`, which depends on
//! tealight and is never built. Cargo keeps the versions of `pins` in the workspace's lock file whatever evcxr does to
//! `cell`; without it they would be forgotten whenever a cell needs no dependency (each session starts with one such),
//! and chosen anew from the network at the next `:dep`. The lock file itself starts as a copy of tealight's own. `pins`
//! depends on tealight for no platform at all: that is enough for the lock file, which is for every platform, and spares
//! evcxr's rust-analyzer from reading a hundred packages before the first cell.

mod made_from;

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail};
use made_from::MadeFrom;

use super::copy::{Share, copy, copy_for_session};
use super::session::{self, work_environment};
use super::{answers, warm};
use crate::host::{Folders, Host};
use crate::lock;

pub(super) const WORKSPACE: &str = r#"[workspace]
resolver = "3"
members = ["cell", "pins"]

# Libraries are built as for use, the cells' own code as for finding mistakes: an overflow in a cell panics.
[profile.dev]
opt-level = 3
debug = false
strip = "debuginfo"
rpath = true
debug-assertions = false
overflow-checks = false
incremental = true

[profile.dev.package.ctx]
opt-level = 2
debug-assertions = true
overflow-checks = true
"#;

/// The lock that sessions share while they copy.
const LOCK: &str = "template.lock";

/// What evcxr itself writes first, so that cargo finds a whole workspace before that.
const CELL: &str =
    "[package]\nname = \"ctx\"\nversion = \"1.0.0\"\nedition = \"2024\"\n\n[lib]\npath = \"src/lib.rs\"\n";

/// The manifest of the package that depends on the library, before its dependencies.
const PINS: &str = "[package]\nname = \"pins\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[lib]\npath = \"lib.rs\"\n";

/// After so many sessions the next ones ask nothing new.
const WARM_SESSIONS: usize = 4;

/// The warmed work folder of a clone.
pub struct Template<'a> {
    host: &'a Host,
}

impl<'a> Template<'a> {
    pub fn of(host: &'a Host) -> Self {
        Self { host }
    }

    fn folders(&self) -> &Folders {
        &self.host.folders
    }

    /// Where it is: as deep as a session's folder, because libraries are linked with paths relative to themselves.
    pub fn folder(&self) -> PathBuf {
        self.folders().engine.join("template/whole")
    }

    /// Waits until no template is being put in place, and lets none be while the turn is held. In a clone of another
    /// there may be no lock to take: there the template changes with the whole clone.
    pub fn turn_to_copy(&self) -> Result<Option<fs::File>> {
        let lock = if self.folders().is_writable {
            Some(self.open(LOCK)?)
        } else {
            fs::File::open(self.folders().engine.join(LOCK)).ok()
        };
        if let Some(lock) = &lock {
            lock.lock_shared().context("waiting for a tealight that puts the kernel in place")?;
        }
        Ok(lock)
    }

    fn open(&self, lock: &str) -> Result<fs::File> {
        lock::open(&self.folders().engine.join(lock))
    }

    /// Whether it was made from the library, versions and compiler of now.
    pub fn is_ready(&self) -> Result<bool> {
        Ok(MadeFrom::of(&self.folder()) == Some(MadeFrom::now(self.host)?))
    }

    /// Whether the library's source is what it was made from.
    pub(super) fn has_library_of_now(&self) -> Result<bool> {
        let library = made_from::library(self.host)?;
        Ok(MadeFrom::of(&self.folder()).is_some_and(|before| before.library == library))
    }

    /// Whether the folder holds a copy of the template that is there now.
    pub(super) fn is_copied_to(&self, folder: &Path) -> bool {
        MadeFrom::of(folder).is_some_and(|made_from| Some(made_from) == MadeFrom::of(&self.folder()))
    }

    /// Copies it for a session, and says with it whether the library's source [is what it was made from](Self::has_library_of_now).
    pub(super) fn copy_to(&self, session: &Path, is_current: bool) -> Result<()> {
        let share = if self.folders().is_writable { Share::Twice } else { Share::Linked };
        copy_for_session(&self.folder(), session, share, is_current)
            .with_context(|| format!("copying {} to {}", self.folder().display(), session.display()))
    }

    /// Makes it anew; `progress` is told of each package that is compiled. Kernels go on starting from the one that is
    /// there until the new one is whole.
    pub fn make(&self, mut progress: impl FnMut(&str)) -> Result<()> {
        if !self.folders().is_writable {
            bail!(
                "the kernel in {} is not ready, or tealight has changed since, and you can't write there. Ask whoever set it \
                 up to run `tealight setup`",
                self.folders().engine.display()
            );
        }
        let turn = self.open("making.lock")?;
        turn.lock().context("waiting for another tealight that is preparing the kernel")?;
        if self.is_ready()? {
            return Ok(());
        }
        let now = MadeFrom::now(self.host)?;
        let fresh = self.folders().engine.join("template/new");
        // A try that was cut short is gone on with only where it says what it is for: a folder that is half removed need not.
        if fresh.exists() && MadeFrom::of(&fresh).is_none_or(|made_from| made_from.dependencies != now.dependencies) {
            fs::remove_dir_all(&fresh).with_context(|| format!("removing {}", fresh.display()))?;
        }
        // Where only tealight has changed, the packages below it needn't be built again. Where they have changed too, what
        // was built of them before would only be copied into each session.
        let before = MadeFrom::of(&self.folder());
        if !fresh.exists() && before.is_some_and(|before| before.dependencies == now.dependencies) {
            copy_whole(&self.folder(), &fresh)?;
        }
        self.lay(&fresh)?;
        answers::forget(&fresh)?;
        // Of cells that nobody will compile again.
        remove_below(&incremental(&fresh), |name| name.starts_with("ctx"))?;
        // A try that is cut short is gone on with at the next start, when it was for the same packages.
        MadeFrom { dependencies: now.dependencies.clone(), library: String::new() }.write(&fresh)?;
        // A session begins where the one before it ended, and asks cargo other questions, if only about another lock file;
        // those to come are to find every answer.
        for _ in 0..WARM_SESSIONS {
            let before = answers::count(&fresh)?;
            warm(&fresh, &mut progress)?;
            if answers::count(&fresh)? == before {
                break;
            }
        }
        remove_intermediate(&fresh)?;
        now.write(&fresh)?;

        // Sessions and a new template take turns: it is replaced only while none is copied.
        let lock = self.open(LOCK)?;
        lock.lock()?;
        put_in_place(&fresh, &self.folder())
    }

    /// Lays the workspace, nothing built, into `folder`.
    pub fn lay(&self, folder: &Path) -> Result<()> {
        let library = self.host.library.as_ref();
        let pins = match library {
            Some(library) => {
                let path = &library.path;
                let path = path.to_str().with_context(|| format!("{} is not valid UTF-8", path.display()))?;
                format!(
                    "{PINS}\n[target.'cfg(any())'.dependencies]\n{} = {{ path = {} }}\n",
                    library.name,
                    serde_json::to_string(path)?
                )
            }
            None => PINS.to_owned(),
        };
        fs::create_dir_all(folder.join("cell/src"))?;
        fs::create_dir_all(folder.join("pins"))?;
        // A process looks once whether a folder of its library path is there, at its start.
        fs::create_dir_all(session::libraries(&folder.join("cell")))?;
        fs::write(folder.join("Cargo.toml"), WORKSPACE)?;
        if let Some(library) = library {
            fs::copy(&library.lock_file, folder.join("Cargo.lock"))
                .with_context(|| format!("copying {}", library.lock_file.display()))?;
        }
        fs::write(folder.join("cell/Cargo.toml"), CELL)?;
        fs::write(folder.join("cell/src/lib.rs"), "")?;
        fs::write(folder.join("pins/Cargo.toml"), pins)?;
        fs::write(folder.join("pins/lib.rs"), "")?;
        Ok(())
    }
}

/// Copies a folder so that the copy is there whole or not at all: a copy that is cut short has another name.
fn copy_whole(from: &Path, to: &Path) -> Result<()> {
    let coming = to.with_file_name("coming");
    remove_left_over(&coming)?;
    copy(from, &coming).with_context(|| format!("copying {} to {}", from.display(), coming.display()))?;
    fs::rename(&coming, to).with_context(|| format!("renaming {} to {}", coming.display(), to.display()))
}

/// Lets the fresh folder be the whole one, in place of the one before, which is moved away first and then removed.
fn put_in_place(fresh: &Path, whole: &Path) -> Result<()> {
    let before = whole.with_file_name("old");
    // Nothing can be renamed to a folder with something in it, and this one may be half removed.
    remove_left_over(&before)?;
    if whole.exists() {
        fs::rename(whole, &before).with_context(|| format!("renaming {} to {}", whole.display(), before.display()))?;
    }
    fs::rename(fresh, whole).with_context(|| format!("renaming {} to {}", fresh.display(), whole.display()))?;
    remove_left_over(&before)
}

/// Removes a folder, where it is there.
fn remove_left_over(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| {
            format!("removing {}, which nothing needs any more. Remove it yourself and try again", folder.display())
        })?;
    }
    Ok(())
}

/// Removes what the compiler keeps to compile tealight itself again, which no session does: it is a third of the folder.
fn remove_intermediate(folder: &Path) -> Result<()> {
    remove_below(&incremental(folder), |name| name.starts_with("tealight"))?;
    // Left by a build that was cut short.
    remove_below(&session::libraries(&folder.join("cell")), |name| name.ends_with(".rcgu.o"))
}

/// Where the compiler keeps what it knows of the packages that change.
fn incremental(folder: &Path) -> PathBuf {
    session::libraries(&folder.join("cell")).with_file_name("incremental")
}

fn remove_below(folder: &Path, is_meant: impl Fn(&str) -> bool) -> Result<()> {
    if !folder.exists() {
        return Ok(());
    }
    for entry in fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))? {
        let entry = entry?;
        let path = entry.path();
        match entry.file_type()?.is_dir() {
            _ if !is_meant(&entry.file_name().to_string_lossy()) => {}
            true => fs::remove_dir_all(path)?,
            false => fs::remove_file(path)?,
        }
    }
    Ok(())
}

/// Runs the first cells of a session in `folder`, so that everything they need is built.
fn warm(folder: &Path, mut progress: impl FnMut(&str)) -> Result<()> {
    let mut child = Command::new(std::env::current_exe().context("finding this program")?)
        .arg(warm::ARGUMENT)
        .envs(work_environment(folder)?)
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .context("starting the evcxr engine")?;
    let mut said = Vec::new();
    if let Some(stderr) = child.stderr.take() {
        for line in BufReader::new(stderr).lines() {
            let line = line?;
            match line.trim().strip_prefix("Compiling ") {
                Some(package) => progress(package),
                None => said.push(line),
            }
        }
    }
    if !child.wait()?.success() {
        bail!("the kernel's work folder can't be prepared:\n{}", said.join("\n"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder with `whole` in it, and files beside it.
    fn folder(files: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for file in ["whole/made-from"].iter().chain(files) {
            let path = folder.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, file).unwrap();
        }
        folder
    }

    #[test]
    fn what_a_setup_that_was_killed_has_left_is_in_nobodys_way() {
        // The one before was half removed; and, at another time, the one before was moved away and no other was there yet.
        for is_there in [true, false] {
            let folder = folder(&["old/half", "new/made-from"]);
            let path = |name: &str| folder.path().join(name);
            if !is_there {
                fs::remove_dir_all(path("whole")).unwrap();
            }
            put_in_place(&path("new"), &path("whole")).unwrap();
            assert_eq!(fs::read_to_string(path("whole/made-from")).unwrap(), "new/made-from");
            assert!(!path("old").exists() && !path("new").exists());
        }
    }

    #[test]
    fn a_copy_is_there_whole_or_not_at_all() {
        let folder = folder(&["coming/half", "whole/deep/file"]);
        let path = |name: &str| folder.path().join(name);
        // Nothing can be copied from a socket: the copy ends in the middle.
        let socket = std::os::unix::net::UnixListener::bind(path("whole/deep/socket")).unwrap();
        let error = format!("{:#}", copy_whole(&path("whole"), &path("new")).unwrap_err());
        assert!(error.starts_with(&format!("copying {}", path("whole").display())), "{error}");
        assert!(!path("new").exists());
        drop(socket);
        fs::remove_file(path("whole/deep/socket")).unwrap();
        copy_whole(&path("whole"), &path("new")).unwrap();
        assert_eq!(fs::read_to_string(path("new/deep/file")).unwrap(), "whole/deep/file");
        assert!(!path("new/half").exists() && !path("coming").exists());
    }
}
