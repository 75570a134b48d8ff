//! The licenses of all dependencies, which `crate/LICENSES.md` lists.

use std::fmt::Write as _;
use std::fs;
use std::process::Command;

use acceptance::root;
use serde_json::Value;

/// The environment variable that rewrites the list.
const WRITE: &str = "TEALIGHT_WRITE_LICENSES";

/// The only allowed source of packages.
const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// Licenses that only require attribution.
const PERMISSIVE: [&str; 11] = [
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

/// Packages with other licenses, and why they may be used.
const EXCEPTIONS: [(&str, &str); 1] =
    // Changes of its files would have to be published; it is used unchanged, by the command, to find the home folder.
    [("option-ext", "MPL-2.0")];

struct Package {
    name: String,
    version: String,
    source: String,
    license: String,
}

/// Returns all packages of the lock file, for all systems, except those of this workspace.
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
    let package = |package| Package {
        name: text(package, "name"),
        version: text(package, "version"),
        source: text(package, "source"),
        // Older packages have a slash instead of OR.
        license: text(package, "license").replace(" / ", " OR ").replace('/', " OR "),
    };
    let mut packages: Vec<Package> = others.map(package).collect();
    packages.sort_by(|a, b| (&a.name, &a.version).cmp(&(&b.name, &b.version)));
    packages
}

/// Returns whether one of the alternatives is permissive in all of its parts.
fn is_permissive(license: &str) -> bool {
    let is_permissive = |part: &str| PERMISSIVE.contains(&part.trim());
    match license.split_once(") AND ").and_then(|(first, second)| Some((first.strip_prefix('(')?, second))) {
        Some((first, second)) => first.split(" OR ").any(is_permissive) && is_permissive(second),
        None => license.split(" OR ").any(|choice| choice.split(" AND ").all(is_permissive)),
    }
}

#[test]
fn packages_are_permissive_and_from_the_registry() {
    for Package { name, version, source, license } in packages() {
        assert_eq!(source, REGISTRY, "{name} {version} comes from elsewhere");
        let is_known = EXCEPTIONS.contains(&(&name, &license));
        assert!(is_permissive(&license) || is_known, "{name} {version} is under {license:?}: may it be used here?");
    }
}

#[test]
fn license_list_is_current() {
    let path = root().join("crate/LICENSES.md");
    let list = fs::read_to_string(&path).unwrap();
    let head = list.split_inclusive("| --- | --- | --- |\n").next().unwrap();
    let mut expected = head.to_owned();
    for Package { name, version, license, .. } in packages() {
        writeln!(expected, "| {name} | {version} | {license} |").unwrap();
    }
    if std::env::var_os(WRITE).is_some() {
        fs::write(&path, &expected).unwrap();
    }
    let list = fs::read_to_string(&path).unwrap();
    let difference = expected.lines().find(|line| !list.contains(line));
    let again = format!("{WRITE}=1 cargo test --release -p tealight-acceptance license_list");
    assert_eq!(list, expected, "update it with\n{again}\nThe first missing line: {difference:?}");
}
