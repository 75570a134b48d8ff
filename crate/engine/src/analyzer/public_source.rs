//! The public source of libraries, which rust-analyzer reads in place of the complete source.
//!
//! evcxr asks rust-analyzer for private items, too, and this can't be changed: completion offered private fields and methods
//! first, and the tooltip of a setter showed the private field of the same name. So rust-analyzer gets a copy of each library's
//! source from which [private items are removed](prune). The user's own types are not in a library, so completion in cells still
//! offers their private fields. The bodies of functions are removed as well, which saves the time to read them.
//!
//! The copy lies in the session's folder, next to the [index of names](Index) by which completion sorts.

mod prune;
mod tokens;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::host_library::HostLibrary;
pub(crate) use prune::PRIVATE_FIELD_PREFIX;
use prune::{Names, prune};

/// The folder of the copies in a session's folder.
pub(crate) const FOLDER: &str = "public-source";
/// Changed when the copies get another content.
pub(crate) const FORMAT_VERSION: &str = "public source 3";

/// The names in libraries that completion and tooltips use.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Index {
    /// Public methods that don't belong to a trait.
    pub(crate) methods: BTreeSet<String>,
    /// Functions that traits declare.
    pub(crate) trait_functions: BTreeSet<String>,
    /// The arguments that fit the functions of the host's library: the variants of the enums that their parameters take.
    pub(crate) fitting: BTreeMap<String, Vec<String>>,
    /// Modules of the host's library that a user can't name.
    pub(crate) private_modules: BTreeSet<String>,
}

impl Index {
    /// Reads the index of all libraries in a session.
    pub(crate) fn read(session: &Path) -> Self {
        let mut index = Self::default();
        let Ok(entries) = fs::read_dir(session.join(FOLDER)) else { return index };
        let files =
            entries.flatten().map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|e| e == "json"));
        for file in files {
            let Some(found) = fs::read(&file).ok().and_then(|text| serde_json::from_slice::<Self>(&text).ok()) else {
                continue;
            };
            index.methods.extend(found.methods);
            index.trait_functions.extend(found.trait_functions);
            index.fitting.extend(found.fitting);
            index.private_modules.extend(found.private_modules);
        }
        index
    }

    fn write(&self, file: &Path) -> io::Result<()> {
        write_if_changed(file, &serde_json::to_vec(self)?)
    }

    /// Makes the index of the files of a library.
    fn new(files: Vec<Names>, is_host_library: bool) -> Self {
        let mut index = Self::default();
        let mut public_modules = HashSet::new();
        let (mut enums, mut parameters) = (HashMap::new(), Vec::new());
        for names in files {
            index.methods.extend(names.methods);
            index.trait_functions.extend(names.trait_functions);
            if is_host_library {
                index.private_modules.extend(names.private_modules);
                public_modules.extend(names.public_modules);
                enums.extend(names.enums);
                parameters.extend(names.parameters);
            }
        }
        index.private_modules.retain(|name| !public_modules.contains(name));
        for (function, types) in parameters {
            let fitting: Vec<String> = types.iter().filter_map(|name| enums.get(name)).flatten().cloned().collect();
            if !fitting.is_empty() {
                index.fitting.entry(function).or_default().extend(fitting);
            }
        }
        index
    }
}

/// Makes or updates the copies, and names them in the metadata. The user's own packages are not changed.
pub(super) fn redirect(metadata: &mut Value, session: &Path, library: Option<&HostLibrary>) {
    let own: HashSet<String> = metadata
        .pointer("/workspace_members")
        .and_then(Value::as_array)
        .map_or(&[][..], Vec::as_slice)
        .iter()
        .filter_map(|id| id.as_str().map(str::to_owned))
        .collect();
    let Some(packages) = metadata.get_mut("packages").and_then(Value::as_array_mut) else { return };
    for package in packages.iter_mut().filter_map(Value::as_object_mut) {
        if redirect_package(package, session, &own, library).is_none() {
            // rust-analyzer reads its complete source.
            tracing::trace!(package = ?package.get("name"), "a package has no copy of its public source");
        }
    }
}

fn redirect_package(
    package: &mut Map<String, Value>,
    session: &Path,
    own: &HashSet<String>,
    host_library: Option<&HostLibrary>,
) -> Option<()> {
    let text = |key: &str| package.get(key).and_then(Value::as_str);
    let (name, version, manifest) = (text("name")?.to_owned(), text("version")?, PathBuf::from(text("manifest_path")?));
    let is_from_registry = text("source").is_some() && !text("id").is_some_and(|id| own.contains(id));
    let is_host_library = host_library.is_some_and(|library| library.name == name);
    let folder = session.join(FOLDER).join(format!("{name}-{version}"));
    let index = session.join(FOLDER).join(format!("{name}-{version}.json"));
    let root = manifest.parent()?.to_owned();
    let targets = package.get_mut("targets").and_then(Value::as_array_mut)?;
    let library =
        targets.iter_mut().find(|target| is_library(target)).filter(|_| is_host_library || is_from_registry)?;
    let source = PathBuf::from(library.get("src_path").and_then(Value::as_str)?);
    // A library whose source is outside its package's folder is not copied.
    let inside = source.strip_prefix(&root).ok()?.to_owned();
    let found = copy(source.parent()?, folder.join(&inside).parent()?, is_host_library).ok()?;
    found.write(&index).ok()?;
    library["src_path"] = folder.join(inside).to_str()?.into();
    package.insert("manifest_path".to_owned(), folder.join("Cargo.toml").to_str()?.into());
    Some(())
}

fn is_library(target: &Value) -> bool {
    let kinds = target.get("kind").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    kinds.iter().filter_map(Value::as_str).any(|kind| matches!(kind, "lib" | "rlib" | "dylib"))
}

/// Copies the public source of a crate of the standard library, and writes its index.
pub(super) fn copy_standard_crate(name: &str, from: &Path, to: &Path, session: &Path) -> io::Result<()> {
    copy(from, to, false)?.write(&session.join(FOLDER).join(format!("{name}.json")))
}

/// Copies the public source of a library, and returns the index of its names.
fn copy(from: &Path, to: &Path, is_host_library: bool) -> io::Result<Index> {
    let mut found = Vec::new();
    let mut folders = vec![from.to_owned()];
    while let Some(folder) = folders.pop() {
        for path in sorted_entries(&folder)? {
            let inside = path.strip_prefix(from).map_err(io::Error::other)?;
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let source = fs::read_to_string(&path)?;
                let pruned = match prune(&source) {
                    Some((pruned, names)) => {
                        found.push(names);
                        pruned
                    }
                    None => source,
                };
                write_if_changed(&to.join(inside), pruned.as_bytes())?;
            }
        }
    }
    Ok(Index::new(found, is_host_library))
}

fn sorted_entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries: io::Result<Vec<PathBuf>> = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect();
    let mut entries = entries?;
    entries.sort();
    Ok(entries)
}

/// Writes a file in one step, unless it has this content: two processes may write it at once.
fn write_if_changed(path: &Path, content: &[u8]) -> io::Result<()> {
    if fs::read(path).is_ok_and(|before| before == content) {
        return Ok(());
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let new = path.with_extension(format!("{}.new", std::process::id()));
    fs::write(&new, content)?;
    fs::rename(new, path)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::host_library::test_library;

    /// Writes a package with a library of these files, and returns its part of cargo's metadata.
    fn package(folder: &Path, name: &str, source: Option<&str>, files: &[(&str, &str)]) -> Value {
        let root = folder.join(name);
        for (path, content) in files {
            write_if_changed(&root.join("src").join(path), content.as_bytes()).unwrap();
        }
        json!({
            "name": name, "version": "0.1.0", "id": name, "source": source, "manifest_path": root.join("Cargo.toml"),
            "targets": [{"kind": ["lib", "dylib"], "src_path": root.join("src/lib.rs")}],
        })
    }

    #[test]
    fn libraries_are_copied_without_private_items_and_own_packages_are_not() {
        let folder = tempfile::tempdir().unwrap();
        let files = [
            ("lib.rs", "mod inner; pub use inner::open;"),
            ("inner.rs", "pub mod open; mod a; pub struct A { x: u8 } impl A { pub fn fit(&self) {} fn no(&self) {} }"),
            ("inner/open.rs", "pub trait T { fn call(&self); } fn hidden() {}"),
        ];
        let mut metadata = json!({
            "workspace_members": ["own"],
            "packages": [
                package(folder.path(), "nets", None, &files),
                package(folder.path(), "own", None, &[("lib.rs", "fn x() {}")]),
                package(folder.path(), "rand", Some("registry"), &[("lib.rs", "fn x() {}")]),
                package(folder.path(), "mine", None, &[("lib.rs", "fn x() {}")]),
            ],
        });
        let session = folder.path().join("session");
        redirect(&mut metadata, &session, Some(&test_library()));
        let place = |index: usize| metadata["packages"][index]["targets"][0]["src_path"].as_str().unwrap().to_owned();
        let copied = |name: &str| session.join(FOLDER).join(format!("{name}-0.1.0")).join("src/lib.rs");
        assert_eq!(place(0), copied("nets").to_str().unwrap());
        assert_eq!(place(1), folder.path().join("own/src/lib.rs").to_str().unwrap());
        assert_eq!(place(2), copied("rand").to_str().unwrap());
        assert_eq!(place(3), folder.path().join("mine/src/lib.rs").to_str().unwrap());
        assert_eq!(fs::read_to_string(copied("rand")).unwrap(), "");
        let inner = fs::read_to_string(copied("nets").with_file_name("inner.rs")).unwrap();
        assert!(!inner.contains("x: u8") && !inner.contains("fn no") && inner.contains("fn fit"), "{inner}");
        let index = Index::read(&session);
        assert_eq!(index.methods, BTreeSet::from(["fit".to_owned()]));
        assert!(index.trait_functions.contains("call"));
        assert_eq!(index.private_modules, BTreeSet::from(["inner".to_owned(), "a".to_owned()]));
    }
}
