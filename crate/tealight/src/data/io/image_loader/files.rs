//! Which images a path means.

use crate::Result;
use crate::data::io::image_files::{entries, fail, is_image, name};
use std::path::{Path, PathBuf};

/// Images, and their classes where their folders say them.
pub(super) struct Files {
    pub(super) paths: Vec<PathBuf>,
    pub(super) classes: Option<(Vec<u32>, Vec<String>)>,
}

impl Files {
    /// One file, or those of a folder, or those of its sub-folders, each of which is a class.
    pub(super) fn find(path: &Path) -> Result<Self> {
        if !path.is_dir() {
            return Ok(Self { paths: vec![path.to_owned()], classes: None });
        }
        let own = entries(path, is_image)?;
        let mut paths = Vec::new();
        let (mut labels, mut names) = (Vec::new(), Vec::new());
        for folder in entries(path, |path| path.is_dir())? {
            let images = entries(&folder, is_image)?;
            if images.is_empty() {
                continue;
            }
            labels.extend(std::iter::repeat_n(names.len() as u32, images.len()));
            names.push(name(&folder));
            paths.extend(images);
        }
        match (own.is_empty(), paths.is_empty()) {
            (true, false) => Ok(Self { paths, classes: Some((labels, names)) }),
            (false, true) => Ok(Self { paths: own, classes: None }),
            (true, true) => Err(fail(path, "has no .png or .jpg files, and no sub-folders with such files.")),
            (false, false) => Err(fail(
                path,
                "has images of its own, and sub-folders with images: are these classes? Give the path of one of them, or move \
                 the images.",
            )),
        }
    }
}
