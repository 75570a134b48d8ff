//! Fills a work folder by running a session's first cells in it, in a process of its own.

use anyhow::Result;

use crate::host::{Host, HostLibrary};

/// The argument that says that this process is to do so.
pub(crate) const ARGUMENT: &str = "--warm";

/// What a session's first cells are like; after them their dependencies are built and cargo's caches full.
pub(crate) fn cells(library: &HostLibrary) -> [&'static str; 3] {
    [library.prelude, library.attach, library.warmup_cell]
}

/// Runs the cells in the folder that `EVCXR_TMPDIR` names.
pub(crate) fn fill(host: &Host) -> Result<()> {
    let library = host.library.as_ref();
    let (mut context, outputs) = evcxr::CommandContext::new().map_err(|error| anyhow::anyhow!("{error}"))?;
    // Read to the end: the engine waits for its output to be taken.
    std::thread::spawn(move || for _ in outputs.stdout {});
    std::thread::spawn(move || {
        for line in outputs.stderr {
            eprintln!("{line}");
        }
    });
    // Even without a library, the first cell fills cargo's caches.
    let cells = library.map_or_else(
        || vec!["let warm = 1; println!(\"{warm}\");".to_owned()],
        |library| std::iter::once(library.dependency()).chain(cells(library).map(str::to_owned)).collect(),
    );
    for cell in &cells {
        context.execute(cell).map_err(|error| anyhow::anyhow!("{cell}\n{}", explain(&error)))?;
    }
    Ok(())
}

fn explain(error: &evcxr::Error) -> String {
    match error {
        evcxr::Error::CompilationErrors(errors) => {
            errors.iter().map(evcxr::CompilationError::rendered).collect::<Vec<_>>().join("\n")
        }
        other => other.to_string(),
    }
}
