//! The source of libraries as rust-analyzer is to read it: without what a notebook can't name.
//!
//! evcxr asks rust-analyzer for private items too, and there is no way to ask it otherwise: completion offered private fields and
//! methods first, and the tooltip of a setter showed the private field of the same name. So rust-analyzer is shown a copy of each
//! library's source in which [private items are left out](prune). The user's own types are not in a library, so their private
//! fields are still offered in cells. The bodies of functions are left out as well, which saves reading them.
//!
//! The copy lies in the session's folder, next to the [names](Index) that completion sorts by.

mod prune;
mod tokens;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub(super) use prune::PRIVATE;
use prune::{Names, prune};

/// The folder of the copies in a session's folder.
pub(super) const FOLDER: &str = "public-source";
/// The form of the copies, changed where one would come out differently than before.
pub(super) const FORM: &str = "public source 3";
/// The library whose names come first.
const TEALIGHT: &str = "tealight";

/// What completion and tooltips need to know about the libraries.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Index {
    /// Public methods that are of no trait.
    pub(super) methods: BTreeSet<String>,
    /// Functions that traits declare.
    pub(super) of_traits: BTreeSet<String>,
    /// What fits into the parentheses of tealight's functions: the variants of the enums that their parameters take.
    pub(super) fitting: BTreeMap<String, Vec<String>>,
    /// Modules of tealight that a user can't name.
    pub(super) private_modules: BTreeSet<String>,
}

impl Index {
    /// The index of all libraries in a session.
    pub(super) fn of(session: &Path) -> Self {
        let mut index = Self::default();
        let Ok(entries) = fs::read_dir(session.join(FOLDER)) else { return index };
        let files =
            entries.flatten().map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|e| e == "json"));
        for file in files {
            let Some(found) = fs::read(&file).ok().and_then(|text| serde_json::from_slice::<Self>(&text).ok()) else {
                continue;
            };
            index.methods.extend(found.methods);
            index.of_traits.extend(found.of_traits);
            index.fitting.extend(found.fitting);
            index.private_modules.extend(found.private_modules);
        }
        index
    }

    fn write(&self, file: &Path) -> io::Result<()> {
        write_if_changed(file, &serde_json::to_vec(self)?)
    }

    /// The index of the files of a library.
    fn new(files: Vec<Names>, is_tealight: bool) -> Self {
        let mut index = Self::default();
        let mut public_modules = HashSet::new();
        let (mut enums, mut parameters) = (HashMap::new(), Vec::new());
        for names in files {
            index.methods.extend(names.methods);
            index.of_traits.extend(names.of_traits);
            if is_tealight {
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

/// Lets the metadata name the copies, which are made or brought up to date. Packages of the user's own stay as they are.
pub(super) fn redirect(metadata: &mut Value, session: &Path) {
    let own: HashSet<String> = metadata
        .pointer("/workspace_members")
        .and_then(Value::as_array)
        .map_or(&[][..], Vec::as_slice)
        .iter()
        .filter_map(|id| id.as_str().map(str::to_owned))
        .collect();
    let Some(packages) = metadata.get_mut("packages").and_then(Value::as_array_mut) else { return };
    for package in packages.iter_mut().filter_map(Value::as_object_mut) {
        // Where the copy can't be made, the source itself serves.
        let _ = redirect_package(package, session, &own);
    }
}

fn redirect_package(package: &mut Map<String, Value>, session: &Path, own: &HashSet<String>) -> Option<()> {
    let text = |key: &str| package.get(key).and_then(Value::as_str);
    let (name, version, manifest) = (text("name")?.to_owned(), text("version")?, PathBuf::from(text("manifest_path")?));
    let is_from_registry = text("source").is_some() && !text("id").is_some_and(|id| own.contains(id));
    let is_meant = name == TEALIGHT || is_from_registry;
    let folder = session.join(FOLDER).join(format!("{name}-{version}"));
    let index = session.join(FOLDER).join(format!("{name}-{version}.json"));
    let root = manifest.parent()?.to_owned();
    let targets = package.get_mut("targets").and_then(Value::as_array_mut)?;
    let library = targets.iter_mut().find(|target| is_library(target)).filter(|_| is_meant)?;
    let source = PathBuf::from(library.get("src_path").and_then(Value::as_str)?);
    // A library whose source is not in its package's folder is left alone.
    let inside = source.strip_prefix(&root).ok()?.to_owned();
    let found = copy(source.parent()?, folder.join(&inside).parent()?, name == TEALIGHT).ok()?;
    found.write(&index).ok()?;
    library["src_path"] = folder.join(inside).to_str()?.into();
    package.insert("manifest_path".to_owned(), folder.join("Cargo.toml").to_str()?.into());
    Some(())
}

fn is_library(target: &Value) -> bool {
    let kinds = target.get("kind").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    kinds.iter().filter_map(Value::as_str).any(|kind| matches!(kind, "lib" | "rlib" | "dylib"))
}

/// Copies the source files of one of the standard library's parts, and writes its index.
pub(super) fn copy_standard(part: &str, from: &Path, to: &Path, session: &Path) -> io::Result<()> {
    copy(from, to, false)?.write(&session.join(FOLDER).join(format!("{part}.json")))
}

/// Copies the source files of a library without what is private, and gives the index of its names.
fn copy(from: &Path, to: &Path, is_tealight: bool) -> io::Result<Index> {
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
    Ok(Index::new(found, is_tealight))
}

fn sorted_entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries: io::Result<Vec<PathBuf>> = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect();
    let mut entries = entries?;
    entries.sort();
    Ok(entries)
}

/// Writes a file in one step, unless it is there with this content: two processes may write it at once.
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

    /// A package with a library of these files, and its part of cargo's metadata.
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
    fn libraries_are_copied_without_private_items_and_own_packages_stay() {
        let folder = tempfile::tempdir().unwrap();
        let files = [
            ("lib.rs", "mod inner; pub use inner::open;"),
            ("inner.rs", "pub mod open; mod a; pub struct A { x: u8 } impl A { pub fn fit(&self) {} fn no(&self) {} }"),
            ("inner/open.rs", "pub trait T { fn call(&self); } fn hidden() {}"),
        ];
        let mut metadata = json!({
            "workspace_members": ["own"],
            "packages": [
                package(folder.path(), "tealight", None, &files),
                package(folder.path(), "own", None, &[("lib.rs", "fn x() {}")]),
                package(folder.path(), "rand", Some("registry"), &[("lib.rs", "fn x() {}")]),
                package(folder.path(), "mine", None, &[("lib.rs", "fn x() {}")]),
            ],
        });
        let session = folder.path().join("session");
        redirect(&mut metadata, &session);
        let place = |index: usize| metadata["packages"][index]["targets"][0]["src_path"].as_str().unwrap().to_owned();
        let copied = |name: &str| session.join(FOLDER).join(format!("{name}-0.1.0")).join("src/lib.rs");
        assert_eq!(place(0), copied("tealight").to_str().unwrap());
        assert_eq!(place(1), folder.path().join("own/src/lib.rs").to_str().unwrap());
        assert_eq!(place(2), copied("rand").to_str().unwrap());
        assert_eq!(place(3), folder.path().join("mine/src/lib.rs").to_str().unwrap());
        assert_eq!(fs::read_to_string(copied("rand")).unwrap(), "");
        let inner = fs::read_to_string(copied("tealight").with_file_name("inner.rs")).unwrap();
        assert!(!inner.contains("x: u8") && !inner.contains("fn no") && inner.contains("fn fit"), "{inner}");
        let index = Index::of(&session);
        assert_eq!(index.methods, BTreeSet::from(["fit".to_owned()]));
        assert!(index.of_traits.contains("call"));
        assert_eq!(index.private_modules, BTreeSet::from(["inner".to_owned(), "a".to_owned()]));
    }
}
