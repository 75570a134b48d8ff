//! Where the clone is, and where the command keeps what it makes: all of it in one ignored folder of the clone.
//!
//! A clone may be another's: a class shares one that only its teacher can write to. Then what was made ready in it is used as it
//! is, and what a kernel or JupyterLab writes goes to a folder of the user's own.

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

    fn at(root: PathBuf, ours: bool) -> Result<Self> {
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

fn outside(inside: &Path) -> Result<PathBuf> {
    let cache = std::env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .or_else(|| std::env::home_dir().map(|home| home.join(".cache")))
        .context("there is no home folder; set XDG_CACHE_HOME to a folder without blanks in its path")?;
    let name = hex::encode(Sha256::digest(inside.as_os_str().as_encoded_bytes()));
    let folder = cache.join("tealight").join(&name[..16]);
    if has_blank(&folder) {
        bail!(
            "the clone's path {} has a blank in it, which evcxr can't work with, and so has {}. Set XDG_CACHE_HOME to \
             a folder without blanks in its path",
            inside.display(),
            folder.display()
        );
    }
    Ok(folder)
}

#[cfg(test)]
mod tests {
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
    fn the_clone_is_found_from_where_the_tests_run() {
        assert!(Home::find().unwrap().library().join("Cargo.toml").is_file());
    }
}
