//! Starts JupyterLab on the lessons.

use std::convert::Infallible;
use std::fs;
use std::os::unix::process::CommandExt as _;
use std::process::Command;

use anyhow::{Context as _, Result};
use serde_json::json;

use super::python;
use crate::home::Home;

/// Becomes JupyterLab: on loopback, with its token on, with settings of its own that no other Jupyter here shares.
pub(crate) fn open(home: &Home, port: Option<u16>, browser: bool) -> Result<Infallible> {
    let jupyter = home.jupyter_data();
    write_settings(home)?;
    let mut server = Command::new(python::program(home, "jupyter-lab"));
    server
        .arg("--ServerApp.ip=127.0.0.1")
        .arg(format!("--ServerApp.root_dir={}", home.notebooks().display()))
        .env("JUPYTER_PATH", home.jupyter())
        .env("JUPYTER_CONFIG_DIR", jupyter.join("config"))
        .env("JUPYTER_DATA_DIR", jupyter.join("data"))
        .env("JUPYTER_RUNTIME_DIR", jupyter.join("runtime"))
        .current_dir(home.notebooks());
    if let Some(port) = port {
        // A port that was asked for is not silently another.
        server.arg(format!("--ServerApp.port={port}")).arg("--ServerApp.port_retries=0");
    }
    if !browser {
        server.arg("--no-browser");
    }
    if rustix::process::geteuid().is_root() {
        server.arg("--allow-root");
    }
    // Only an error comes back.
    let error = server.exec();
    Err(error).with_context(|| format!("starting {}", server.get_program().to_string_lossy()))
}

/// The question about Jupyter's news needs the network, and comes in the way of a first lesson.
fn write_settings(home: &Home) -> Result<()> {
    let folder = home.jupyter_data().join("config/labconfig");
    let path = folder.join("page_config.json");
    if path.exists() {
        return Ok(());
    }
    let settings = json!({ "disabledExtensions": { "@jupyterlab/apputils-extension:announcements": true } });
    fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
    fs::write(&path, serde_json::to_string_pretty(&settings)?).with_context(|| format!("writing {}", path.display()))
}
