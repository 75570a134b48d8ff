//! The kernel spec, by which JupyterLab finds the kernel.
//!
//! Its name is `rust`, like that of evcxr_jupyter, so that notebooks of either kernel open with the other.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use crate::installation::Installation;

const LOGO: &str = include_str!("logo.svg");

/// Returns the folder of the spec.
fn folder(installation: &Installation) -> PathBuf {
    installation.jupyter().join("kernels/rust")
}

/// Returns whether the spec exists and names this program.
pub(crate) fn is_ready(installation: &Installation) -> Result<bool> {
    let written = fs::read_to_string(folder(installation).join("kernel.json")).unwrap_or_default();
    Ok(serde_json::from_str::<Value>(&written).is_ok_and(|written| spec().is_ok_and(|spec| spec == written)))
}

/// Writes the spec.
pub(crate) fn write(installation: &Installation) -> Result<()> {
    let folder = folder(installation);
    fs::create_dir_all(&folder).with_context(|| format!("creating {}", folder.display()))?;
    let path = folder.join("kernel.json");
    fs::write(folder.join("logo-svg.svg"), LOGO)?;
    // A rename, so that another process never reads half a file.
    let temporary = folder.join(format!("kernel.json.{}", std::process::id()));
    fs::write(&temporary, serde_json::to_string_pretty(&spec()?)?)
        .with_context(|| format!("writing {}", temporary.display()))?;
    fs::rename(&temporary, &path).with_context(|| format!("writing {}", path.display()))
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
