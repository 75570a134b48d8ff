//! Makes ready whatever is missing, and says what it does.

use anyhow::Result;
use notebook_engine::{PrebuiltWorkspace, Session};

use crate::home::Home;
use crate::host::host;
use crate::jupyter::{kernelspec, python};
use crate::steps::{already, step};

/// All that the lab needs.
pub(crate) fn everything(home: &Home) -> Result<()> {
    // Before the long step, so that what only the user can mend is said at once.
    if !python::is_ready(home) {
        python::Python::find()?;
    }
    kernel(home)?;
    if python::is_ready(home) {
        already("JupyterLab");
    } else {
        step("JupyterLab, in a Python environment of its own", |progress| python::make(home, progress))?;
    }
    if kernelspec::is_ready(home)? {
        already("kernel spec");
    } else {
        step("kernel spec", |_| kernelspec::write(home))?;
    }
    Ok(())
}

/// All that running cells needs, which is no Python.
pub(crate) fn kernel(home: &Home) -> Result<()> {
    let host = host(home);
    let prebuilt = PrebuiltWorkspace::new(&host);
    if prebuilt.is_ready()? {
        already("kernel, with tealight and candle built for notebooks");
        return Ok(());
    }
    step("kernel: building tealight and candle for notebooks (a few minutes, once)", |progress| {
        let mut built = 0;
        prebuilt.make(|package| {
            built += 1;
            progress(&format!("{built} packages, now {package}"));
        })?;
        // The first kernel is waited for, too.
        Session::prepare_next(&host)
    })
}
