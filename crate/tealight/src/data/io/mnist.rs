//! The MNIST database: 70,000 images of handwritten digits, 28 × 28 pixels, in ten classes.
//!
//! LeCun, Bottou, Bengio and Haffner, *Gradient-based learning applied to document recognition*, 1998. Like
//! `keras.datasets.mnist`, but from files that come with the repository: nothing is downloaded.

use crate::data::dataset::Dataset;
use crate::{Error, ErrorKind, Result};
use std::path::{Path, PathBuf};

/// The environment variable that names the folder of the four files.
const VARIABLE: &str = "TEALIGHT_MNIST";
const FOLDER: &str = "data/mnist";
const FIRST_FILE: &str = "train-images-idx3-ubyte";

/// The training data (60,000 images) and the test data (10,000), pixels as bytes from 0 to 255.
///
/// The folder is the one that the environment variable `TEALIGHT_MNIST` names; else `data/mnist` in the current folder
/// or the nearest one above it that has it; else the `data/mnist` beside the sources that tealight was built from.
pub fn load() -> Result<(Dataset, Dataset)> {
    if let Some(folder) = std::env::var_os(VARIABLE) {
        return load_from(PathBuf::from(folder));
    }
    let here = std::env::current_dir().unwrap_or_default();
    let sources = Path::new(env!("CARGO_MANIFEST_DIR"));
    load_from(find(&here, sources)?)
}

/// As [`load`], from a folder that holds the four files `train-images-idx3-ubyte`, `train-labels-idx1-ubyte`,
/// `t10k-images-idx3-ubyte` and `t10k-labels-idx1-ubyte`, each plain or with `.gz`; or from Keras's own file, `mnist.npz`,
/// which has the arrays `x_train`, `y_train`, `x_test` and `y_test`.
pub fn load_from(folder: impl AsRef<Path>) -> Result<(Dataset, Dataset)> {
    load_all(folder.as_ref())
}

fn load_all(folder: &Path) -> Result<(Dataset, Dataset)> {
    if folder.is_file() {
        let digits = |data: Dataset| data.with_class_names((0..10).map(|digit| digit.to_string()));
        let train = digits(Dataset::from_npz(folder, "x_train", "y_train")?)?;
        return Ok((train, digits(Dataset::from_npz(folder, "x_test", "y_test")?)?));
    }
    let set = |images: &str, labels: &str| {
        Dataset::from_idx(file(folder, images)?, file(folder, labels)?, (0..10).map(|digit| digit.to_string()))
    };
    let train = set(FIRST_FILE, "train-labels-idx1-ubyte")?;
    let test = set("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")?;
    Ok((train, test))
}

/// The first folder that has MNIST, from `here` upwards and then from `sources` upwards.
fn find(here: &Path, sources: &Path) -> Result<PathBuf> {
    let mut folders = Vec::new();
    for folder in here.ancestors().chain(sources.ancestors()).map(|folder| folder.join(FOLDER)) {
        if !folders.contains(&folder) {
            folders.push(folder);
        }
    }
    if let Some(found) = folders.iter().find(|folder| file(folder, FIRST_FILE).is_ok()) {
        return Ok(found.clone());
    }
    let looked = folders.iter().map(|folder| format!("\n  {}", folder.display())).collect::<String>();
    let message = format!(
        "MNIST: {FIRST_FILE}.gz was not found. The variable {VARIABLE} is not set; looked in:{looked}\nRun from a clone \
         of tealight's repository, which has the files in {FOLDER}; or set {VARIABLE} to the folder that holds them; or \
         call mnist::load_from(folder)."
    );
    Err(Error::new(ErrorKind::Data, message))
}

/// The file in `folder`, gzipped or not.
fn file(folder: &Path, name: &str) -> Result<PathBuf> {
    let (gzipped, plain) = (folder.join(format!("{name}.gz")), folder.join(name));
    [gzipped, plain].into_iter().find(|path| path.is_file()).ok_or_else(|| {
        let message = format!(
            "MNIST: the folder {} has neither {name}.gz nor {name}. The variable {VARIABLE} and mnist::load_from take the \
             folder that holds all four files.",
            folder.display()
        );
        Error::new(ErrorKind::Data, message)
    })
}

#[cfg(test)]
mod tests {
    use super::find;
    use std::path::Path;

    #[test]
    fn a_missing_set_names_every_place_looked_at_and_what_to_do() {
        let error = find(Path::new("/nowhere/notebooks"), Path::new("/elsewhere/crate")).unwrap_err().to_string();
        for part in [
            "/nowhere/notebooks/data/mnist",
            "/nowhere/data/mnist",
            "/elsewhere/crate/data/mnist",
            "set TEALIGHT_MNIST",
            "mnist::load_from(folder)",
        ] {
            assert!(error.contains(part), "{part} is not in: {error}");
        }
    }

    #[test]
    fn the_repository_has_the_set_also_for_a_notebook_deep_in_it() {
        let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/data");
        let found = find(&here, Path::new("/elsewhere")).unwrap();
        assert!(found.ends_with("data/mnist"), "{found:?}");
        assert!(find(Path::new("/nowhere"), &here).is_ok());
    }
}
