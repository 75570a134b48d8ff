//! Cargo's metadata, cut down to what is needed to infer the types of variables, and with the [public part](super::public_source)
//! of each library in place of its source.
//!
//! rust-analyzer reads every package that cargo names: the hundred below candle, and those below the standard library, cost
//! seconds at each start, a second in each cell and nearly a gigabyte of memory, and no type that a notebook names comes from
//! them.

use std::collections::{HashMap, HashSet};
use std::ffi::OsString;
use std::path::Path;

use serde_json::Value;

use super::{public_source, session, standard};

/// The parts of the standard library whose types are its users' own.
const STANDARD: [&str; 4] = ["sysroot", "std", "alloc", "core"];
/// What tealight's users get to see of the packages below it.
const BELOW_TEALIGHT: [&str; 2] = ["candle-core", "candle-nn"];

/// What cargo answered to these arguments, cut down; none where it is not metadata of packages with all that they depend on.
pub(super) fn cut(answer: &[u8], arguments: &[OsString]) -> Option<Vec<u8>> {
    let is_whole = arguments.first()? == "metadata" && !arguments.iter().any(|argument| argument == "--no-deps");
    let mut metadata = serde_json::from_slice(answer).ok().filter(|_| is_whole)?;
    keep(&mut metadata, is_standard(arguments), has_dependencies());
    if let Some(session) = session::of_this_process() {
        public_source::redirect(&mut metadata, &session);
    }
    serde_json::to_vec(&metadata).ok()
}

/// Whether the metadata is of the standard library.
fn is_standard(arguments: &[OsString]) -> bool {
    let manifest = arguments.windows(2).find(|pair| pair[0] == "--manifest-path").map(|pair| Path::new(&pair[1]));
    let library = std::env::var_os(standard::PLACE);
    manifest.zip(library).is_some_and(|(manifest, library)| manifest.starts_with(library))
}

/// Whether cells depend on anything yet. At the very start they don't, and for a moment need not even know what a number is.
fn has_dependencies() -> bool {
    let manifest = session::of_this_process().map(|session| session.join("cell/Cargo.toml"));
    let manifest = manifest.and_then(|path| std::fs::read_to_string(path).ok());
    manifest.is_none_or(|text| text.contains("tealight"))
}

/// Leaves in the metadata what a notebook's types come from.
fn keep(metadata: &mut Value, standard: bool, has_dependencies: bool) {
    let names: HashMap<String, String> = list(metadata, "/packages")
        .iter()
        .filter_map(|package| Some((text(package, "id")?, text(package, "name")?)))
        .collect();
    let kept: HashSet<String> = if standard {
        let is_kept = |name: &String| has_dependencies && STANDARD.contains(&name.as_str());
        names.iter().filter(|(_, name)| is_kept(name)).map(|(id, _)| id.clone()).collect()
    } else {
        needed(metadata, &names)
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

/// The workspace's own packages and all that they depend on; below tealight, what its users get to see.
fn needed(metadata: &Value, names: &HashMap<String, String>) -> HashSet<String> {
    let below: HashMap<String, Vec<String>> = list(metadata, "/resolve/nodes")
        .iter()
        .filter_map(|node| {
            let dependencies = list(node, "/dependencies").iter().filter_map(Value::as_str).map(str::to_owned);
            Some((text(node, "id")?, dependencies.collect()))
        })
        .collect();
    let members = list(metadata, "/workspace_members").iter().filter_map(Value::as_str);
    let mut open: Vec<String> = members.map(str::to_owned).collect();
    let mut needed = HashSet::new();
    while let Some(id) = open.pop() {
        let name = names.get(&id).map_or("", String::as_str);
        let dependencies = below.get(&id).into_iter().flatten();
        match name {
            "tealight" => {
                let seen = |id: &&String| names.get(*id).is_some_and(|name| BELOW_TEALIGHT.contains(&name.as_str()));
                needed.extend(dependencies.filter(seen).cloned());
            }
            _ => open.extend(dependencies.filter(|id| !needed.contains(*id)).cloned()),
        }
        needed.insert(id);
    }
    needed
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

    /// Metadata of packages and what they depend on; the first is the workspace's own.
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
    fn below_tealight_only_candle_is_seen_and_below_others_everything() {
        let mut metadata = metadata(&[
            ("ctx", &["tealight", "regex"]),
            ("tealight", &["candle-core", "png"]),
            ("candle-core", &["gemm"]),
            ("gemm", &[]),
            ("png", &[]),
            ("regex", &["memchr"]),
            ("memchr", &[]),
        ]);
        keep(&mut metadata, false, true);
        assert_eq!(names(&metadata), ["ctx", "tealight", "candle-core", "regex", "memchr"]);
        let nodes = list(&metadata, "/resolve/nodes");
        assert_eq!(nodes[1]["dependencies"], json!(["candle-core"]));
        assert_eq!(nodes[2]["deps"], json!([]));
    }

    #[test]
    fn of_the_standard_library_its_own_types_are_seen_once_cells_need_them() {
        let packages: [(&str, &[&str]); 3] = [("std", &["core", "hashbrown"]), ("core", &[]), ("hashbrown", &[])];
        let mut with = metadata(&packages);
        keep(&mut with, true, true);
        assert_eq!(names(&with), ["std", "core"]);
        let mut without = metadata(&packages);
        keep(&mut without, true, false);
        assert!(names(&without).is_empty());
    }
}
