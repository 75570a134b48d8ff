//! The fingerprint of a prebuilt workspace: what it was made from, which decides when it is made again.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};
use sha2::{Digest as _, Sha256};

use super::prebuild;
use crate::analyzer::public_source;
use crate::host::Host;
use crate::layout::WORKSPACE_MANIFEST;

/// Changed when a workspace gets another content, so that it is made again.
const FORMAT_VERSION: &[u8] = b"prebuilt workspace 5";

/// Digests of what a workspace was made from.
#[derive(Debug, PartialEq)]
pub(super) struct Fingerprint {
    /// The compiler and the packages.
    pub(super) dependencies: String,
    /// The library's source, or nothing if the workspace is not complete yet.
    pub(super) library: String,
}

impl Fingerprint {
    const FILE: &str = "fingerprint";

    /// Reads the fingerprint of the workspace in `folder`, if there is one.
    pub(super) fn read(folder: &Path) -> Option<Self> {
        let text = fs::read_to_string(folder.join(Self::FILE)).ok()?;
        let (dependencies, library) = text.trim_end().split_once('\n').unwrap_or((&text, ""));
        Some(Self { dependencies: dependencies.trim_end().to_owned(), library: library.to_owned() })
    }

    /// Returns the fingerprint of a workspace that would be made now.
    pub(super) fn current(host: &Host) -> Result<Self> {
        let compiler = Command::new("rustc").arg("-vV").output().context("reading rustc's version")?;
        let cells = host.library.as_ref().map(prebuild::library_cells).unwrap_or_default();
        let mut dependencies = Sha256::new();
        for part in [&compiler.stdout, WORKSPACE_MANIFEST.as_bytes(), cells.concat().as_bytes()] {
            dependencies.update(Sha256::digest(part));
        }
        if let Some(library) = &host.library {
            let manifests = library.packages.iter().map(|package| package.join("Cargo.toml"));
            let manifests = manifests.chain([library.lock_file.clone(), library.workspace_manifest.clone()]);
            add_files(&mut dependencies, &manifests.collect::<Vec<_>>())?;
        }
        Ok(Self { dependencies: hex::encode(dependencies.finalize()), library: of_library(host)? })
    }

    /// Writes it into `folder`.
    pub(super) fn write(&self, folder: &Path) -> Result<()> {
        let path = folder.join(Self::FILE);
        fs::write(&path, format!("{}\n{}\n", self.dependencies, self.library))
            .with_context(|| format!("writing {}", path.display()))
    }
}

/// Returns a digest of the library's source.
pub(super) fn of_library(host: &Host) -> Result<String> {
    let mut digest = Sha256::new();
    digest.update(FORMAT_VERSION);
    digest.update(public_source::FORMAT_VERSION);
    for package in host.library.iter().flat_map(|library| &library.packages) {
        add_files(&mut digest, &files_below(&package.join("src"))?)?;
    }
    Ok(hex::encode(digest.finalize()))
}

/// Adds the paths and contents of files to a digest.
fn add_files(digest: &mut Sha256, files: &[PathBuf]) -> Result<()> {
    for path in files {
        let content = fs::read(path).with_context(|| format!("reading {}", path.display()))?;
        digest.update(Sha256::digest(path.as_os_str().as_encoded_bytes()));
        digest.update(Sha256::digest(content));
    }
    Ok(())
}

/// Returns the files below a folder, sorted.
fn files_below(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            files.extend(files_below(&entry.path())?);
        } else {
            files.push(entry.path());
        }
    }
    files.sort();
    Ok(files)
}
