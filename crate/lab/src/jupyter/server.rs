//! The start of JupyterLab.

use std::convert::Infallible;
use std::os::unix::process::CommandExt as _;
use std::process::Command;

use anyhow::{Context as _, Result};

use super::{python, settings};
use crate::installation::Installation;

/// Replaces this process by JupyterLab: on the loopback address, with a token, and with settings that are separate from other
/// installations of Jupyter.
pub(crate) fn open(installation: &Installation, port: Option<u16>, browser: bool) -> Result<Infallible> {
    settings::write(installation)?;
    let mut server = command(installation, port, browser);
    // `exec` returns only if it fails.
    let error = server.exec();
    Err(error).with_context(|| format!("starting {}", server.get_program().to_string_lossy()))
}

fn command(installation: &Installation, port: Option<u16>, browser: bool) -> Command {
    let jupyter = installation.jupyter_data();
    let mut server = Command::new(python::program(installation));
    server
        // `-P`: don't import modules from the current folder, which contains the user's files.
        .args(["-P", "-m", "jupyterlab"])
        .arg("--ServerApp.ip=127.0.0.1")
        .arg(format!("--ServerApp.root_dir={}", installation.notebooks().display()))
        .env("JUPYTER_PATH", installation.jupyter())
        .env("JUPYTER_CONFIG_DIR", jupyter.join("config"))
        .env("JUPYTER_DATA_DIR", jupyter.join("data"))
        .env("JUPYTER_RUNTIME_DIR", jupyter.join("runtime"))
        .current_dir(installation.notebooks());
    if let Some(port) = port {
        // Fail if the requested port is taken, instead of choosing another.
        server.arg(format!("--ServerApp.port={port}")).arg("--ServerApp.port_retries=0");
    }
    if !browser {
        server.arg("--no-browser");
    }
    if rustix::process::geteuid().is_root() {
        server.arg("--allow-root");
    }
    server
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;

    fn run(command: &mut Command) -> String {
        let output = command.output().unwrap();
        assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    #[test]
    fn jupyterlab_starts_in_a_moved_clone() {
        let folder = tempfile::tempdir().unwrap();
        let installation = |name: &str| Installation::at(folder.path().join(name), true).unwrap();
        let (before, after) = (installation("before"), installation("nach dem Umzug"));
        fs::create_dir_all(before.notebooks()).unwrap();
        let system = python::Python::find().unwrap().program;
        run(Command::new(system).args(["-m", "venv", "--without-pip"]).arg(before.python()));
        let find = "import site; print(site.getsitepackages()[0])";
        let packages = run(Command::new(python::program(&before)).args(["-c", find]));
        let package = Path::new(&packages).join("jupyterlab");
        fs::create_dir(&package).unwrap();
        fs::write(package.join("__main__.py"), "import sys; print(sys.prefix); print(sys.argv[1])").unwrap();
        // A file of the user with the name of a module of Python.
        fs::write(before.notebooks().join("runpy.py"), "raise SystemExit('not this one')").unwrap();
        fs::rename(before.root(), after.root()).unwrap();
        let printed = run(&mut command(&after, None, false));
        assert_eq!(printed, format!("{}\n--ServerApp.ip=127.0.0.1", after.python().display()));
    }
}
