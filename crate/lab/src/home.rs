//! Where the clone is, and where the command keeps what it makes: all of it in one ignored folder of the clone.
//!
//! A clone may be another's: a class shares one that only its teacher can write to. Then what was made ready in it is used as it
//! is, and what a kernel or JupyterLab writes goes to a folder of the user's own.

use std::fs;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use rustix::fs::Access;
use sha2::{Digest as _, Sha256};

/// A clone of tealight.
#[derive(Clone, Debug)]
pub(crate) struct Home {
    root: PathBuf,
    engine: PathBuf,
    /// The user's own folder, where the clone can't be written to.
    own: Option<PathBuf>,
}

impl Home {
    /// Finds the clone that this command was built from, or that it is run in.
    pub(crate) fn find() -> Result<Self> {
        let beside_the_program = std::env::current_exe().ok();
        let here = std::env::current_dir().ok();
        let built_from = Path::new(env!("CARGO_MANIFEST_DIR")).to_path_buf();
        let starts = [beside_the_program, here, Some(built_from)];
        let root = starts.iter().flatten().flat_map(|start| start.ancestors()).find(|folder| is_clone(folder));
        match root {
            Some(root) => Self::at(root.to_path_buf(), is_ours(root)),
            None => bail!(
                "can't find the tealight clone: looked for a folder with crate/tealight/Cargo.toml above this program, \
                 above the current folder and where the program was built. Run it inside the clone: cargo run --release"
            ),
        }
    }

    /// The clone at `root`, which may be another's.
    pub(crate) fn at(root: PathBuf, ours: bool) -> Result<Self> {
        let inside = root.join(".tealight/engine");
        let own = if ours { None } else { Some(outside(&inside).context("choosing a folder of your own")?) };
        let engine = match inside {
            inside if !has_blank(&inside) => inside,
            inside => outside(&inside).context("choosing a folder for the kernels' work")?,
        };
        Ok(Self { root, engine, own })
    }

    /// The clone itself.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// The package that notebooks depend on.
    pub(crate) fn library(&self) -> PathBuf {
        self.root.join("crate/tealight")
    }

    /// The package that both the library and the kernel depend on.
    pub(crate) fn protocol(&self) -> PathBuf {
        self.root.join("crate/protocol")
    }

    /// The versions that the workspace is locked to, and with it each notebook.
    pub(crate) fn lock_file(&self) -> PathBuf {
        self.root.join("Cargo.lock")
    }

    /// The lessons.
    pub(crate) fn notebooks(&self) -> PathBuf {
        self.root.join("notebooks")
    }

    /// The Python environment that holds JupyterLab.
    pub(crate) fn python(&self) -> PathBuf {
        self.root.join(".tealight/python")
    }

    /// The kernel specs.
    pub(crate) fn jupyter(&self) -> PathBuf {
        self.root.join(".tealight/jupyter")
    }

    /// Jupyter's data and configuration, and the history of what was run.
    pub(crate) fn jupyter_data(&self) -> PathBuf {
        self.own.as_ref().map_or_else(|| self.jupyter(), |own| own.join("jupyter"))
    }

    /// Where the warmed work folder is.
    pub(crate) fn engine(&self) -> &Path {
        &self.engine
    }

    /// Where the sessions' folders are, copied from the warmed one.
    pub(crate) fn sessions(&self) -> PathBuf {
        self.own.as_ref().unwrap_or(&self.engine).join("sessions")
    }

    /// Whether the clone can be written to by whoever runs this; where not, what was made ready in it never changes here.
    pub(crate) fn is_ours(&self) -> bool {
        self.own.is_none()
    }
}

fn is_clone(folder: &Path) -> bool {
    folder.join("crate/tealight/Cargo.toml").is_file() && folder.join("notebooks").is_dir()
}

fn is_ours(root: &Path) -> bool {
    let made = root.join(".tealight");
    let first = if made.exists() { made.as_path() } else { root };
    rustix::fs::access(first, Access::WRITE_OK).is_ok()
}

/// evcxr passes the path of each compiled cell to the process that runs it in a line of words, so it can't hold a blank.
fn has_blank(path: &Path) -> bool {
    path.to_string_lossy().contains(char::is_whitespace)
}

/// A folder for this clone without a blank in its path: below the user's cache, or else below what all users share.
fn outside(inside: &Path) -> Result<PathBuf> {
    let cache = std::env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .or_else(|| std::env::home_dir().map(|home| home.join(".cache")))
        .map(|cache| cache.join("tealight"))
        .filter(|cache| cache.is_absolute() && !has_blank(cache));
    let folder = match cache {
        Some(cache) => cache,
        None => own(&Path::new("/var/tmp").join(format!("tealight-{}", rustix::process::geteuid().as_raw())))?,
    };
    let name = hex::encode(Sha256::digest(inside.as_os_str().as_encoded_bytes()));
    Ok(folder.join(&name[..16]))
}

/// This folder, made where it is not there, which must be nobody else's: what is in it is run.
fn own(folder: &Path) -> Result<PathBuf> {
    // Where it is there already, it is looked at next.
    let made = fs::DirBuilder::new().mode(0o700).create(folder);
    let found = fs::symlink_metadata(folder).or_else(|error| made.and(Err(error)));
    let user = rustix::process::geteuid().as_raw();
    match found {
        Ok(found) if found.is_dir() && found.uid() == user && found.mode() & 0o022 == 0 => Ok(folder.to_path_buf()),
        found => bail!(
            "the paths of the clone and of the home folder have blanks in them, which evcxr can't work with, and {} can't be \
             used instead: {}. Set XDG_CACHE_HOME to a folder without blanks in its path",
            folder.display(),
            found.map_or_else(|error| error.to_string(), |_| "it is not a folder of yours alone".to_owned())
        ),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_clone_with_a_blank_in_its_path_works_elsewhere() {
        let plain = Home::at(PathBuf::from("/home/ada/tealight"), true).unwrap();
        assert_eq!(plain.engine(), Path::new("/home/ada/tealight/.tealight/engine"));
        let blank = Home::at(PathBuf::from("/home/ada/my tealight"), true).unwrap();
        assert!(!has_blank(blank.engine()), "{}", blank.engine().display());
        assert_ne!(blank.engine(), Home::at(PathBuf::from("/home/ada/the tealight"), true).unwrap().engine());
    }

    #[test]
    fn in_anothers_clone_what_is_ready_is_used_and_what_is_written_is_ones_own() {
        let root = Path::new("/opt/tealight");
        let ours = Home::at(root.to_path_buf(), true).unwrap();
        assert!(ours.sessions().starts_with(root) && ours.jupyter_data().starts_with(root));
        let others = Home::at(root.to_path_buf(), false).unwrap();
        assert_eq!((others.engine(), others.jupyter()), (ours.engine(), ours.jupyter()));
        assert!(!others.sessions().starts_with(root) && !others.jupyter_data().starts_with(root));
        assert!(!has_blank(&others.sessions()), "{}", others.sessions().display());
    }

    #[test]
    fn a_folder_that_others_could_write_to_is_not_used() {
        let shared = tempfile::tempdir().unwrap();
        let folder = shared.path().join("tealight");
        assert_eq!(own(&folder).unwrap(), folder);
        assert_eq!(fs::metadata(&folder).unwrap().mode() & 0o777, 0o700);
        assert_eq!(own(&folder).unwrap(), folder, "a second time");
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o777)).unwrap();
        let error = own(&folder).unwrap_err().to_string();
        assert!(error.contains("not a folder of yours alone. Set XDG_CACHE_HOME"), "{error}");
        let link = shared.path().join("link");
        std::os::unix::fs::symlink(shared.path(), &link).unwrap();
        assert!(own(&link).is_err());
        let error = own(&shared.path().join("missing/tealight")).unwrap_err().to_string();
        assert!(error.contains("No such file"), "{error}");
    }

    #[test]
    fn the_clone_is_found_from_where_the_tests_run() {
        assert!(Home::find().unwrap().library().join("Cargo.toml").is_file());
    }
}
