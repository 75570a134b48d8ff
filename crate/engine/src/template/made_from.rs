//! What a template was made from, by which it is known when another one is needed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};
use sha2::{Digest as _, Sha256};

use super::super::{public_source, warm};
use super::WORKSPACE;
use crate::host::Host;

/// Changed where a template holds something else than before, so that it is warmed again.
const FORM: &[u8] = b"with cargo's answers, of a standard library of fewer parts and the public source of libraries";

/// Digests of what a template was made from.
#[derive(PartialEq)]
pub(super) struct MadeFrom {
    /// The compiler and the packages.
    pub(super) dependencies: String,
    /// tealight's own source; nothing where the template is not whole yet.
    pub(super) library: String,
}

impl MadeFrom {
    const FILE: &str = "made-from";

    /// What the template in `folder` was made from, where there is one.
    pub(super) fn of(folder: &Path) -> Option<Self> {
        let text = fs::read_to_string(folder.join(Self::FILE)).ok()?;
        let (dependencies, library) = text.trim_end().split_once('\n').unwrap_or((&text, ""));
        Some(Self { dependencies: dependencies.trim_end().to_owned(), library: library.to_owned() })
    }

    /// What a template would be made from now.
    pub(super) fn now(host: &Host) -> Result<Self> {
        let compiler = Command::new("rustc").arg("-vV").output().context("asking rustc for its version")?;
        let cells = host.library.as_ref().map(warm::cells).unwrap_or_default();
        let mut dependencies = Sha256::new();
        for part in [&compiler.stdout, WORKSPACE.as_bytes(), cells.concat().as_bytes()] {
            dependencies.update(Sha256::digest(part));
        }
        if let Some(library) = &host.library {
            let manifests = library.packages.iter().map(|package| package.join("Cargo.toml"));
            let manifests = manifests.chain([library.lock_file.clone(), library.workspace_manifest.clone()]);
            add(&mut dependencies, &manifests.collect::<Vec<_>>())?;
        }
        Ok(Self { dependencies: hex::encode(dependencies.finalize()), library: library(host)? })
    }

    /// Writes it into `folder`.
    pub(super) fn write(&self, folder: &Path) -> Result<()> {
        let path = folder.join(Self::FILE);
        fs::write(&path, format!("{}\n{}\n", self.dependencies, self.library))
            .with_context(|| format!("writing {}", path.display()))
    }
}

/// A digest of tealight's own source.
pub(super) fn library(host: &Host) -> Result<String> {
    let mut library = Sha256::new();
    library.update(FORM);
    library.update(public_source::FORM);
    for package in host.library.iter().flat_map(|library| &library.packages) {
        add(&mut library, &files_below(&package.join("src"))?)?;
    }
    Ok(hex::encode(library.finalize()))
}

/// Adds the paths and contents of files to a digest.
fn add(digest: &mut Sha256, files: &[PathBuf]) -> Result<()> {
    for path in files {
        let content = fs::read(path).with_context(|| format!("reading {}", path.display()))?;
        digest.update(Sha256::digest(path.as_os_str().as_encoded_bytes()));
        digest.update(Sha256::digest(content));
    }
    Ok(())
}

/// The files below a folder, sorted.
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
