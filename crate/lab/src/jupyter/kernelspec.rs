//! The kernel spec by which JupyterLab finds the kernel.
//!
//! It is named `rust`, as stock evcxr_jupyter's is, so that a notebook made with either opens in the other.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use crate::home::Home;

const LOGO: &str = include_str!("logo.svg");

/// Where the spec lies.
fn folder(home: &Home) -> PathBuf {
    home.jupyter().join("kernels/rust")
}

/// Whether the spec is there and names this program.
pub(crate) fn is_ready(home: &Home) -> Result<bool> {
    let written = fs::read_to_string(folder(home).join("kernel.json")).unwrap_or_default();
    Ok(serde_json::from_str::<Value>(&written).is_ok_and(|written| spec().is_ok_and(|spec| spec == written)))
}

/// Writes the spec.
pub(crate) fn write(home: &Home) -> Result<()> {
    let folder = folder(home);
    fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
    let path = folder.join("kernel.json");
    fs::write(folder.join("logo-svg.svg"), LOGO)?;
    // Another process may read it just now, and shall find it whole.
    let fresh = folder.join(format!("kernel.json.{}", std::process::id()));
    fs::write(&fresh, serde_json::to_string_pretty(&spec()?)?)
        .with_context(|| format!("writing {}", fresh.display()))?;
    fs::rename(&fresh, &path).with_context(|| format!("writing {}", path.display()))
}

fn spec() -> Result<Value> {
    let program = std::env::current_exe().context("finding this program")?;
    let program = program.to_str().with_context(|| format!("{} is not valid UTF-8", program.display()))?;
    Ok(json!({
        "argv": [program, "kernel", "{connection_file}"],
        "display_name": "Rust",
        "language": "rust",
        "interrupt_mode": "message",
    }))
}
