//! The installation: the clone of the repository, and the folders in which the command keeps its files.
//!
//! All files are in one ignored folder of the clone. A class may share a clone that only its teacher can write to. Then the
//! students use the prebuilt files in it, and the files that a kernel or JupyterLab writes go to a private folder of the user.

use std::fs;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use rustix::fs::Access;
use sha2::{Digest as _, Sha256};

/// A clone of tealight with its folders.
#[derive(Clone, Debug)]
pub(crate) struct Installation {
    root: PathBuf,
    engine: PathBuf,
    /// The private folder of the user, if the clone is not writable.
    private: Option<PathBuf>,
}

impl Installation {
    /// Finds the clone that contains this program or the current folder, or that the program was built from.
    pub(crate) fn find() -> Result<Self> {
        let beside_the_program = std::env::current_exe().ok();
        let here = std::env::current_dir().ok();
        let built_from = Path::new(env!("CARGO_MANIFEST_DIR")).to_path_buf();
        let starts = [beside_the_program, here, Some(built_from)];
        let root = starts.iter().flatten().flat_map(|start| start.ancestors()).find(|folder| is_clone(folder));
        match root {
            Some(root) => Self::at(root.to_path_buf(), is_clone_writable(root)),
            None => bail!(
                "can't find the tealight clone: looked for a folder with crate/tealight/Cargo.toml above this program, \
                 above the current folder and where the program was built. Run it inside the clone: cargo run --release"
            ),
        }
    }

    /// Returns the installation in the clone at `root`. `writable` tells whether the user may change it.
    pub(crate) fn at(root: PathBuf, writable: bool) -> Result<Self> {
        let in_clone = root.join(".tealight/engine");
        let private =
            if writable { None } else { Some(folder_outside_clone(&in_clone).context("choosing a private folder")?) };
        let engine = if has_whitespace(&in_clone) {
            folder_outside_clone(&in_clone).context("choosing a folder for kernels")?
        } else {
            in_clone
        };
        Ok(Self { root, engine, private })
    }

    /// Returns the folder of the clone.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Returns the folder of the package that notebooks depend on.
    pub(crate) fn library(&self) -> PathBuf {
        self.root.join("crate/tealight")
    }

    /// Returns the folder of the package that both the library and the kernel depend on.
    pub(crate) fn protocol(&self) -> PathBuf {
        self.root.join("crate/protocol")
    }

    /// Returns the lock file, which fixes the versions of the workspace and of each notebook.
    pub(crate) fn lock_file(&self) -> PathBuf {
        self.root.join("Cargo.lock")
    }

    /// Returns the folder of the lessons.
    pub(crate) fn notebooks(&self) -> PathBuf {
        self.root.join("notebooks")
    }

    /// Returns the Python environment of JupyterLab.
    pub(crate) fn python(&self) -> PathBuf {
        self.root.join(".tealight/python")
    }

    /// Returns the folder of the kernel specs.
    pub(crate) fn jupyter(&self) -> PathBuf {
        self.root.join(".tealight/jupyter")
    }

    /// Returns the folder of Jupyter's data and configuration, and of the history of executed cells.
    pub(crate) fn jupyter_data(&self) -> PathBuf {
        self.private.as_ref().map_or_else(|| self.jupyter(), |private| private.join("jupyter"))
    }

    /// Returns the folder of the prebuilt workspace.
    pub(crate) fn engine(&self) -> &Path {
        &self.engine
    }

    /// Returns the folder of the sessions, which are copies of the prebuilt workspace.
    pub(crate) fn sessions(&self) -> PathBuf {
        self.private.as_ref().unwrap_or(&self.engine).join("sessions")
    }

    /// Returns whether the user may change the clone.
    pub(crate) fn is_writable(&self) -> bool {
        self.private.is_none()
    }
}

fn is_clone(folder: &Path) -> bool {
    folder.join("crate/tealight/Cargo.toml").is_file() && folder.join("notebooks").is_dir()
}

fn is_clone_writable(root: &Path) -> bool {
    let files = root.join(".tealight");
    let checked = if files.exists() { files.as_path() } else { root };
    rustix::fs::access(checked, Access::WRITE_OK).is_ok()
}

/// Returns whether a path has whitespace. evcxr separates the path of a compiled cell from other words by spaces.
fn has_whitespace(path: &Path) -> bool {
    path.to_string_lossy().contains(char::is_whitespace)
}

/// Returns a folder for this clone whose path has no whitespace: below the user's cache, or below `/var/tmp`.
fn folder_outside_clone(in_clone: &Path) -> Result<PathBuf> {
    let cache = std::env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .or_else(|| std::env::home_dir().map(|home| home.join(".cache")))
        .map(|cache| cache.join("tealight"))
        .filter(|cache| cache.is_absolute() && !has_whitespace(cache));
    let folder = match cache {
        Some(cache) => cache,
        None => private_dir(&Path::new("/var/tmp").join(format!("tealight-{}", rustix::process::geteuid().as_raw())))?,
    };
    let name = hex::encode(Sha256::digest(in_clone.as_os_str().as_encoded_bytes()));
    Ok(folder.join(&name[..16]))
}

/// Creates this folder unless it exists, and checks that only the user can write to it: programs in it are run.
fn private_dir(folder: &Path) -> Result<PathBuf> {
    // If it exists already, the check follows.
    let created = fs::DirBuilder::new().mode(0o700).create(folder);
    let found = fs::symlink_metadata(folder).or_else(|error| created.and(Err(error)));
    let user = rustix::process::geteuid().as_raw();
    match found {
        Ok(found) if found.is_dir() && found.uid() == user && found.mode() & 0o022 == 0 => Ok(folder.to_path_buf()),
        found => bail!(
            "the paths of the clone and of the home folder contain spaces, which evcxr does not support, and {} can't be \
             used instead: {}. Set XDG_CACHE_HOME to a folder whose path has no spaces",
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
    fn clone_with_a_space_in_its_path_uses_another_folder() {
        let plain = Installation::at(PathBuf::from("/home/ada/tealight"), true).unwrap();
        assert_eq!(plain.engine(), Path::new("/home/ada/tealight/.tealight/engine"));
        let blank = Installation::at(PathBuf::from("/home/ada/my tealight"), true).unwrap();
        assert!(!has_whitespace(blank.engine()), "{}", blank.engine().display());
        assert_ne!(blank.engine(), Installation::at(PathBuf::from("/home/ada/the tealight"), true).unwrap().engine());
    }

    #[test]
    fn read_only_clone_keeps_sessions_in_a_private_folder() {
        let root = Path::new("/opt/tealight");
        let ours = Installation::at(root.to_path_buf(), true).unwrap();
        assert!(ours.sessions().starts_with(root) && ours.jupyter_data().starts_with(root));
        let others = Installation::at(root.to_path_buf(), false).unwrap();
        assert_eq!((others.engine(), others.jupyter()), (ours.engine(), ours.jupyter()));
        assert!(!others.sessions().starts_with(root) && !others.jupyter_data().starts_with(root));
        assert!(!has_whitespace(&others.sessions()), "{}", others.sessions().display());
    }

    #[test]
    fn folder_that_others_can_write_to_is_rejected() {
        let shared = tempfile::tempdir().unwrap();
        let folder = shared.path().join("tealight");
        assert_eq!(private_dir(&folder).unwrap(), folder);
        assert_eq!(fs::metadata(&folder).unwrap().mode() & 0o777, 0o700);
        assert_eq!(private_dir(&folder).unwrap(), folder, "a second time");
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o777)).unwrap();
        let error = private_dir(&folder).unwrap_err().to_string();
        assert!(error.contains("not a folder of yours alone. Set XDG_CACHE_HOME"), "{error}");
        let link = shared.path().join("link");
        std::os::unix::fs::symlink(shared.path(), &link).unwrap();
        assert!(private_dir(&link).is_err());
        let error = private_dir(&shared.path().join("missing/tealight")).unwrap_err().to_string();
        assert!(error.contains("No such file"), "{error}");
    }

    #[test]
    fn clone_is_found_from_the_tests() {
        assert!(Installation::find().unwrap().library().join("Cargo.toml").is_file());
    }
}
