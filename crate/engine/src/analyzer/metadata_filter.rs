//! Removes from cargo's metadata what rust-analyzer need not read, and names the [public source](super::public_source) of
//! each library in place of its source.
//!
//! rust-analyzer reads every package in the metadata. The hundred packages below the host's library, and those below the
//! standard library, cost seconds at each start, a second in each cell and nearly a gigabyte of memory, and a notebook names
//! no type of theirs.

use std::collections::{HashMap, HashSet};
use std::ffi::OsString;
use std::path::Path;

use serde_json::Value;

use super::{public_source, sysroot};
use crate::host_library::HostLibrary;
use crate::layout;

/// The packages of the standard library whose types users name.
const STANDARD_PACKAGES: [&str; 4] = ["sysroot", "std", "alloc", "core"];

/// Filters cargo's answer to a call with these arguments. Returns `None` if it is not metadata with dependencies.
pub(crate) fn filter(answer: &[u8], arguments: &[OsString], library: Option<&HostLibrary>) -> Option<Vec<u8>> {
    let has_dependencies =
        arguments.first()? == "metadata" && !arguments.iter().any(|argument| argument == "--no-deps");
    let mut metadata = serde_json::from_slice(answer).ok().filter(|_| has_dependencies)?;
    retain_packages(&mut metadata, is_of_standard_library(arguments), cells_have_dependencies(library), library);
    if let Some(session) = layout::session_of_this_process() {
        public_source::redirect(&mut metadata, &session, library);
    }
    serde_json::to_vec(&metadata).ok()
}

/// Returns whether the metadata is that of the standard library.
fn is_of_standard_library(arguments: &[OsString]) -> bool {
    let manifest = arguments.windows(2).find(|pair| pair[0] == "--manifest-path").map(|pair| Path::new(&pair[1]));
    let library = std::env::var_os(sysroot::RUST_SRC_PATH_VAR);
    manifest.zip(library).is_some_and(|(manifest, library)| manifest.starts_with(library))
}

/// Returns whether cells depend on the host's library yet. At the start of a session they don't, and their types are not
/// needed before they do.
fn cells_have_dependencies(library: Option<&HostLibrary>) -> bool {
    let Some(library) = library else { return true };
    let manifest = layout::session_of_this_process().map(|session| layout::cell_manifest(&session));
    let manifest = manifest.and_then(|path| std::fs::read_to_string(path).ok());
    manifest.is_none_or(|text| text.contains(library.name))
}

/// Keeps the packages that define the types of a notebook.
fn retain_packages(
    metadata: &mut Value,
    is_standard: bool,
    cells_have_dependencies: bool,
    library: Option<&HostLibrary>,
) {
    let names: HashMap<String, String> = list(metadata, "/packages")
        .iter()
        .filter_map(|package| Some((text(package, "id")?, text(package, "name")?)))
        .collect();
    let kept: HashSet<String> = if is_standard {
        let is_kept = |name: &String| cells_have_dependencies && STANDARD_PACKAGES.contains(&name.as_str());
        names.iter().filter(|(_, name)| is_kept(name)).map(|(id, _)| id.clone()).collect()
    } else {
        visible_packages(metadata, &names, library)
    };
    let is_kept = |value: &Value| value.as_str().is_some_and(|id| kept.contains(id));
    let id_is_kept = |value: &Value| value.get("id").is_some_and(is_kept);
    retain(metadata, "/packages", id_is_kept);
    for members in ["/workspace_members", "/workspace_default_members"] {
        retain(metadata, members, is_kept);
    }
    retain(metadata, "/resolve/nodes", id_is_kept);
    if let Some(nodes) = metadata.pointer_mut("/resolve/nodes").and_then(Value::as_array_mut) {
        for node in nodes {
            retain(node, "/dependencies", is_kept);
            retain(node, "/deps", |dependency| dependency.get("pkg").is_some_and(is_kept));
        }
    }
}

/// Returns the members of the workspace and all their dependencies; below the host's library, only its visible ones.
fn visible_packages(
    metadata: &Value,
    names: &HashMap<String, String>,
    library: Option<&HostLibrary>,
) -> HashSet<String> {
    let dependencies_of: HashMap<String, Vec<String>> = list(metadata, "/resolve/nodes")
        .iter()
        .filter_map(|node| {
            let dependencies = list(node, "/dependencies").iter().filter_map(Value::as_str).map(str::to_owned);
            Some((text(node, "id")?, dependencies.collect()))
        })
        .collect();
    let members = list(metadata, "/workspace_members").iter().filter_map(Value::as_str);
    let mut open: Vec<String> = members.map(str::to_owned).collect();
    let mut visible = HashSet::new();
    while let Some(id) = open.pop() {
        let name = names.get(&id).map_or("", String::as_str);
        let dependencies = dependencies_of.get(&id).into_iter().flatten();
        match library.filter(|library| library.name == name) {
            Some(library) => {
                let is_visible = |id: &&String| {
                    names.get(*id).is_some_and(|name| library.visible_dependencies.contains(&name.as_str()))
                };
                visible.extend(dependencies.filter(is_visible).cloned());
            }
            None => open.extend(dependencies.filter(|id| !visible.contains(*id)).cloned()),
        }
        visible.insert(id);
    }
    visible
}

fn list<'a>(value: &'a Value, pointer: &str) -> &'a [Value] {
    value.pointer(pointer).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn text(value: &Value, key: &str) -> Option<String> {
    value.get(key)?.as_str().map(str::to_owned)
}

fn retain(value: &mut Value, pointer: &str, is_kept: impl Fn(&Value) -> bool) {
    if let Some(list) = value.pointer_mut(pointer).and_then(Value::as_array_mut) {
        list.retain(|item| is_kept(item));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::host_library::test_library;

    /// Metadata of packages and their dependencies. The first is a member of the workspace.
    fn metadata(packages: &[(&str, &[&str])]) -> Value {
        let nodes = packages.iter().map(|(id, below)| {
            json!({"id": id, "dependencies": below, "deps": below.iter().map(|id| json!({"pkg": id})).collect::<Vec<_>>()})
        });
        json!({
            "packages": packages.iter().map(|(id, _)| json!({"id": id, "name": id})).collect::<Vec<_>>(),
            "workspace_members": [packages[0].0],
            "resolve": {"nodes": nodes.collect::<Vec<_>>()},
        })
    }

    fn names(metadata: &Value) -> Vec<&str> {
        list(metadata, "/packages").iter().filter_map(|package| package["name"].as_str()).collect()
    }

    #[test]
    fn below_the_library_only_visible_packages_are_kept() {
        let mut metadata = metadata(&[
            ("ctx", &["nets", "regex"]),
            ("nets", &["tensors", "png"]),
            ("tensors", &["gemm"]),
            ("gemm", &[]),
            ("png", &[]),
            ("regex", &["memchr"]),
            ("memchr", &[]),
        ]);
        retain_packages(&mut metadata, false, true, Some(&test_library()));
        assert_eq!(names(&metadata), ["ctx", "nets", "tensors", "regex", "memchr"]);
        let nodes = list(&metadata, "/resolve/nodes");
        assert_eq!(nodes[1]["dependencies"], json!(["tensors"]));
        assert_eq!(nodes[2]["deps"], json!([]));
    }

    #[test]
    fn the_standard_library_is_kept_once_cells_have_dependencies() {
        let packages: [(&str, &[&str]); 3] = [("std", &["core", "hashbrown"]), ("core", &[]), ("hashbrown", &[])];
        let mut with = metadata(&packages);
        retain_packages(&mut with, true, true, None);
        assert_eq!(names(&with), ["std", "core"]);
        let mut without = metadata(&packages);
        retain_packages(&mut without, true, false, None);
        assert!(names(&without).is_empty());
    }
}
