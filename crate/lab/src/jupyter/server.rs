//! Starts JupyterLab on the lessons.

use std::convert::Infallible;
use std::os::unix::process::CommandExt as _;
use std::process::Command;

use anyhow::{Context as _, Result};

use super::{python, settings};
use crate::home::Home;

/// Becomes JupyterLab: on loopback, with its token on, with settings of its own that no other Jupyter here shares.
pub(crate) fn open(home: &Home, port: Option<u16>, browser: bool) -> Result<Infallible> {
    settings::write(home)?;
    let mut server = command(home, port, browser);
    // Only an error comes back.
    let error = server.exec();
    Err(error).with_context(|| format!("starting {}", server.get_program().to_string_lossy()))
}

fn command(home: &Home, port: Option<u16>, browser: bool) -> Command {
    let jupyter = home.jupyter_data();
    let mut server = Command::new(python::program(home));
    server
        // Not to be looked for in the folder where it starts, in which the user's own files are.
        .args(["-P", "-m", "jupyterlab"])
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
    fn jupyterlab_starts_in_a_clone_that_was_moved() {
        let folder = tempfile::tempdir().unwrap();
        let home = |name: &str| Home::at(folder.path().join(name), true).unwrap();
        let (before, after) = (home("before"), home("nach dem Umzug"));
        fs::create_dir_all(before.notebooks()).unwrap();
        let system = python::Python::find().unwrap().program;
        run(Command::new(system).args(["-m", "venv", "--without-pip"]).arg(before.python()));
        let find = "import site; print(site.getsitepackages()[0])";
        let packages = run(Command::new(python::program(&before)).args(["-c", find]));
        let package = Path::new(&packages).join("jupyterlab");
        fs::create_dir(&package).unwrap();
        fs::write(package.join("__main__.py"), "import sys; print(sys.prefix); print(sys.argv[1])").unwrap();
        // A file of the user's that has the name of one of Python's own.
        fs::write(before.notebooks().join("runpy.py"), "raise SystemExit('not this one')").unwrap();
        fs::rename(before.root(), after.root()).unwrap();
        let said = run(&mut command(&after, None, false));
        assert_eq!(said, format!("{}\n--ServerApp.ip=127.0.0.1", after.python().display()));
    }
}
