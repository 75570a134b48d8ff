//! evcxr's source contains the code, lines and messages that this crate looks for. Each entry of docs/evcxr-assumptions.md
//! about them is checked here, so that a new version of evcxr fails a test instead of a notebook.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::{Path, PathBuf};
use std::process::Command;

/// Returns the source of a package that this crate depends on.
fn source_of(package: &str) -> String {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let output = Command::new(cargo)
        .args(["metadata", "--format-version", "1", "--offline"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let found = packages.iter().find(|found| found["name"] == package).unwrap();
    let manifest = PathBuf::from(found["manifest_path"].as_str().unwrap());
    text_below(&manifest.parent().unwrap().join("src"))
}

fn text_below(folder: &Path) -> String {
    let mut text = String::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            text += &text_below(&path);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            text += &std::fs::read_to_string(path).unwrap();
        }
    }
    text
}

fn assert_contains(package: &str, expected: &[&str]) {
    let source = source_of(package);
    let missing: Vec<_> = expected.iter().filter(|expected| !source.contains(**expected)).collect();
    assert!(missing.is_empty(), "the source of {package} does not contain {missing:#?}");
}

#[test]
fn evcxr_generates_the_code_that_the_patches_look_for() {
    assert_contains(
        "evcxr",
        &[
            "run_user_code_",
            "struct EvcxrUserCodeError",
            "fn from(error: T) -> Self {",
            ") -> std::sync::Arc<T> {",
            "lazy_arc {name} changed type",
            "if !vars_ok {return evcxr_variable_store;}}",
            "match std::panic::catch_unwind(",
            "let _ = (|| -> std::result::Result<",
            "Ok(())})();",
            "Ok::<(), EvcxrUserCodeError>(())",
            "if let Some(v) = self.variables.get(name)",
            "evcxr_variable_store.put_variable::<",
            "evcxr_variable_store.take_variable::<",
            ").evcxr_display();",
            "evcxr_send_text_plain(&format!",
            "fn evcxr_send_text_plain",
            "mod evcxr_internal_runtime",
            "#[unsafe(no_mangle)]",
        ],
    );
}

#[test]
fn evcxr_writes_the_lines_that_the_supervisor_looks_for() {
    assert_contains(
        "evcxr",
        &[
            "LOAD_AND_RUN {} {}",
            "EVCXR_EXECUTION_COMPLETE",
            "EVCXR_PANIC_NOTIFICATION",
            "EVCXR_ERROR_OCCURRED",
            "EVCXR_VARIABLE_CHANGED_TYPE:",
            "EVCXR_BEGIN_CONTENT",
            "EVCXR_END_CONTENT",
        ],
    );
    assert_contains("evcxr_input", &["EVCXR_INPUT_REQUEST", "EVCXR_INPUT_REQUEST_PASSWORD"]);
}

#[test]
fn evcxr_reads_the_environment_and_cargos_messages() {
    assert_contains(
        "evcxr",
        &["EVCXR_IS_RUNTIME", "EVCXR_TMPDIR", "EVCXR_CONFIG_DIR", "compiler-artifact", "RUSTC_WRAPPER", "code_{}"],
    );
}

#[test]
fn evcxr_has_the_messages_that_get_a_sentence() {
    assert_contains(
        "evcxr",
        &[
            "No documentation found",
            "missing a semicolon",
            "is a closure, which cannot be persisted",
            "Couldn't automatically determine type",
            "which cannot be persisted",
            "Failed to determine type of variable",
            "contains a reference with a non-static lifetime",
        ],
    );
}
