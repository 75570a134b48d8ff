//! The order of the modules: each uses only modules before it, and no two files of a folder use each other.
//!
//! Paths that begin with `crate::` or `super::` are read as text, outside of comments and unit tests.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{read_dir, read_to_string};
use std::path::{Path, PathBuf};

/// The modules of the library. Each uses only modules of the lines before; `ARCHITECTURE.md` draws the same.
const ORDER: [&[&str]; 11] = [
    &["convert", "error", "format", "random", "stop"],
    &["arguments", "memory", "notebook", "step_id"],
    &["file", "progress", "warning"],
    &["data"],
    &["cpu", "custom_fn"],
    &["layers", "optimizers"],
    &["fused", "losses"],
    &["metrics"],
    &["history", "report"],
    &["figure", "model"],
    &["training"],
];

/// A use of one module by another, both as paths from the crate's root, and the file that has it.
struct Use {
    from: Vec<String>,
    to: Vec<String>,
    file: PathBuf,
}

#[test]
fn modules_use_only_earlier_modules() {
    let line_of = |name: &str| ORDER.iter().position(|line| line.contains(&name));
    let source = crates().join("tealight/src");
    let lib = read_to_string(source.join("lib.rs")).unwrap();
    let declared =
        lib.lines().filter_map(|line| line.trim_start_matches("pub ").strip_prefix("mod ")?.strip_suffix(';'));
    let declared = declared.collect::<BTreeSet<_>>();
    assert_eq!(declared, ORDER.concat().into_iter().collect(), "the modules of lib.rs and those of ORDER");

    let uses = uses(&source);
    assert!(uses.len() > 500, "only {} uses were found", uses.len());
    for Use { from, to, file } in uses {
        let (Some(user), Some(used)) = (line_of(&from[0]), line_of(&to[0])) else { continue };
        assert!(from[0] == to[0] || used < user, "{}: {} uses {}, a later module", file.display(), from[0], to[0]);
    }
}

#[test]
fn architecture_md_draws_the_module_order() {
    let drawn = ORDER.map(|line| line.join(", ")).join("\n→ ");
    let document = read_to_string(crates().join("../ARCHITECTURE.md")).unwrap();
    assert!(document.contains(&drawn), "ARCHITECTURE.md should draw\n{drawn}");
}

#[test]
fn no_folder_has_a_circle_between_its_files() {
    for entry in read_dir(crates()).unwrap() {
        let source = entry.unwrap().path().join("src");
        if !source.is_dir() {
            continue;
        }
        // The uses between the files of each folder.
        let mut folders: BTreeMap<Vec<String>, BTreeMap<String, BTreeSet<String>>> = BTreeMap::new();
        for Use { from, to, .. } in uses(&source) {
            let depth = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
            if depth < from.len() && depth < to.len() {
                let folder = folders.entry(from[..depth].to_vec()).or_default();
                folder.entry(from[depth].clone()).or_default().insert(to[depth].clone());
            }
        }
        for (folder, mut files) in folders {
            // Files that use no other are taken away again and again; only circles, and what uses them, remain.
            loop {
                let before = files.len();
                let names = files.keys().cloned().collect::<BTreeSet<_>>();
                files.retain(|_, used| used.iter().any(|name| names.contains(name)));
                if files.len() == before {
                    break;
                }
            }
            let path = source.join(folder.join("/"));
            assert!(files.is_empty(), "{}: files that use each other: {files:#?}", path.display());
        }
    }
}

fn crates() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Reads all uses of modules in a crate.
fn uses(source: &Path) -> Vec<Use> {
    let mut files = Vec::new();
    find_files(source, &mut files);
    let modules = files.iter().map(|file| module_of(source, file)).collect::<BTreeSet<_>>();
    let lib = read_to_string(source.join("lib.rs")).unwrap_or_default();
    let exported = exported(&lib);
    let mut uses = Vec::new();
    for file in files {
        let from = module_of(source, &file);
        for mut to in paths(&code(&read_to_string(&file).unwrap()), &from) {
            if let [name] = &to[..]
                && let Some(module) = exported.get(name)
            {
                to = vec![module.clone()];
            }
            // The longest part of the path that is a module.
            while !to.is_empty() && !modules.contains(&to) {
                to.pop();
            }
            if !to.is_empty() && to != from {
                uses.push(Use { from: from.clone(), to, file: file.clone() });
            }
        }
    }
    uses
}

fn find_files(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if path.is_dir() {
            find_files(&path, files);
        } else if name.ends_with(".rs") && !name.ends_with("tests.rs") && name != "lib.rs" && name != "main.rs" {
            files.push(path);
        }
    }
}

fn module_of(source: &Path, file: &Path) -> Vec<String> {
    let path = file.strip_prefix(source).unwrap().with_extension("");
    path.iter().map(|part| part.to_str().unwrap().to_owned()).collect()
}

/// Removes comments and unit tests.
fn code(text: &str) -> String {
    let text = text.find("#[cfg(test)]\nmod ").map_or(text, |tests| &text[..tests]);
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// The modules of the names that `lib.rs` exports from the crate's root.
fn exported(lib: &str) -> BTreeMap<String, String> {
    let mut exported = BTreeMap::new();
    for item in lib.split(';') {
        let Some((module, names)) = item.split_once("pub use ").and_then(|(_, path)| path.split_once("::")) else {
            continue;
        };
        for name in names.split(|char: char| !(char.is_alphanumeric() || char == '_')).filter(|name| !name.is_empty()) {
            exported.insert(name.to_owned(), module.to_owned());
        }
    }
    exported
}

/// The paths in `code` that begin with `crate::` or `super::`, from the crate's root. A list in braces gives one path each.
fn paths(code: &str, from: &[String]) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    for start in ["crate::", "super::"] {
        for (at, _) in code.match_indices(start) {
            let is_in_name = code[..at].ends_with(|char: char| char.is_alphanumeric() || char == '_' || char == ':');
            if is_in_name {
                continue;
            }
            let (mut base, mut rest) = (from.to_vec(), &code[at..]);
            while let Some(inner) = rest.strip_prefix("super::") {
                base.pop();
                rest = inner;
            }
            if let Some(inner) = rest.strip_prefix("crate::") {
                base.clear();
                rest = inner;
            }
            expand(&base, rest, &mut found);
        }
    }
    found
}

/// Adds the paths at the beginning of `rest`: `a::B`, or `a::{B, c::D}`. Returns what follows them.
fn expand<'a>(base: &[String], rest: &'a str, found: &mut Vec<Vec<String>>) -> &'a str {
    if let Some(mut list) = rest.strip_prefix('{') {
        while !list.starts_with('}') && !list.is_empty() {
            let before = list.len();
            list = expand(base, list.trim_start_matches([',', ' ', '\n']), found);
            if list.len() == before {
                list = list.get(1..).unwrap_or_default();
            }
        }
        return list.strip_prefix('}').unwrap_or_default();
    }
    let end = rest.find(|char: char| !(char.is_alphanumeric() || char == '_')).unwrap_or(rest.len());
    let (name, rest) = rest.split_at(end);
    let path = [base, &[name.to_owned()]].concat();
    match rest.strip_prefix("::") {
        Some(inner) if !name.is_empty() => expand(&path, inner, found),
        _ => {
            found.push(path);
            rest
        }
    }
}
