//! What tealight is built of, and under which licences: `crate/LICENSES.md` lists it, and is kept true here.

use std::fmt::Write as _;
use std::fs;
use std::process::Command;

use acceptance::root;
use serde_json::Value;

/// Set to write the list anew.
const WRITE: &str = "TEALIGHT_WRITE_LICENSES";

/// Where packages may come from.
const SOURCE: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// Licences that ask for no more than to be named, each of which is enough by itself.
const FREE: [&str; 11] = [
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "CC0-1.0",
    "ISC",
    "MIT",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// What has another licence, and why that is no hindrance.
const OTHERS: [(&str, &str); 1] =
    // Changes of its own files would have to be published; it is used as it is, by the command, to find the home folder.
    [("option-ext", "MPL-2.0")];

struct Package {
    name: String,
    version: String,
    source: String,
    licence: String,
}

/// All packages but those of this workspace, as the lock file has them, for any system.
fn packages() -> Vec<Package> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--locked", "--format-version", "1"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let text = |package: &Value, key: &str| package[key].as_str().unwrap_or_default().to_owned();
    let others = metadata["packages"].as_array().unwrap().iter().filter(|package| !package["source"].is_null());
    let of = |package| Package {
        name: text(package, "name"),
        version: text(package, "version"),
        source: text(package, "source"),
        // As it is written today: older packages have a slash.
        licence: text(package, "license").replace(" / ", " OR ").replace('/', " OR "),
    };
    let mut packages: Vec<Package> = others.map(of).collect();
    packages.sort_by(|a, b| (&a.name, &a.version).cmp(&(&b.name, &b.version)));
    packages
}

/// Whether one of the choices is free in all of its parts.
fn is_free(licence: &str) -> bool {
    let is_free = |part: &str| FREE.contains(&part.trim());
    match licence.split_once(") AND ").and_then(|(first, second)| Some((first.strip_prefix('(')?, second))) {
        Some((first, second)) => first.split(" OR ").any(is_free) && is_free(second),
        None => licence.split(" OR ").any(|choice| choice.split(" AND ").all(is_free)),
    }
}

#[test]
fn every_package_is_free_and_comes_from_the_registry() {
    for Package { name, version, source, licence } in packages() {
        assert_eq!(source, SOURCE, "{name} {version} comes from elsewhere");
        let is_known = OTHERS.contains(&(&name, &licence));
        assert!(is_free(&licence) || is_known, "{name} {version} is under {licence:?}: may it be used here?");
    }
}

#[test]
fn the_list_of_licences_is_true() {
    let path = root().join("crate/LICENSES.md");
    let list = fs::read_to_string(&path).unwrap();
    let head = list.split_inclusive("| --- | --- | --- |\n").next().unwrap();
    let mut expected = head.to_owned();
    for Package { name, version, licence, .. } in packages() {
        writeln!(expected, "| {name} | {version} | {licence} |").unwrap();
    }
    if std::env::var_os(WRITE).is_some() {
        fs::write(&path, &expected).unwrap();
    }
    let list = fs::read_to_string(&path).unwrap();
    let difference = expected.lines().find(|line| !list.contains(line));
    let again = format!("{WRITE}=1 cargo test --release -p acceptance licences");
    assert_eq!(list, expected, "write it anew with\n{again}\nThe first package that it lacks: {difference:?}");
}
