//! Installation of whatever is missing: the prebuilt workspace, JupyterLab and the kernel spec.

use anyhow::Result;
use notebook_engine::{PrebuiltWorkspace, Session};

use crate::host::host;
use crate::installation::Installation;
use crate::jupyter::{kernelspec, python};
use crate::progress::{run_step, skip_step};

/// Installs everything that JupyterLab and the kernel need.
pub(crate) fn set_up_all(installation: &Installation) -> Result<()> {
    // Checked before the long step, because only the user can install Python.
    if !python::is_ready(installation) {
        python::Python::find()?;
    }
    set_up_kernel(installation)?;
    if python::is_ready(installation) {
        skip_step("JupyterLab");
    } else {
        run_step("JupyterLab, in a Python environment of its own", |progress| python::create(installation, progress))?;
    }
    if kernelspec::is_ready(installation)? {
        skip_step("kernel spec");
    } else {
        run_step("kernel spec", |_| kernelspec::write(installation))?;
    }
    Ok(())
}

/// Installs everything that the kernel needs, which does not include Python.
pub(crate) fn set_up_kernel(installation: &Installation) -> Result<()> {
    let host = host(installation);
    let prebuilt = PrebuiltWorkspace::new(&host);
    if prebuilt.is_ready()? {
        skip_step("kernel, with tealight and candle built for notebooks");
        return Ok(());
    }
    run_step("kernel: building tealight and candle for notebooks (a few minutes, once)", |progress| {
        let mut built = 0;
        prebuilt.make(|package| {
            built += 1;
            progress(&format!("{built} packages, now {package}"));
        })?;
        // Makes the first kernel start faster.
        Session::prepare_next(&host)
    })
}
