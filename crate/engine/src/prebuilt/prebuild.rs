//! Builds a workspace by running the first cells of a session in it. It is a process of its own.

use anyhow::Result;

use crate::host::Host;
use crate::host_library::HostLibrary;

/// The argument that starts this process.
pub(crate) const ARGUMENT: &str = "--prebuild";

/// The first cell of a session without a library.
const PLAIN_CELL: &str = "let warm = 1; println!(\"{warm}\");";

/// Returns cells that use the library as a session's first cells do. After them its dependencies are built and cargo's
/// caches are full.
pub(crate) fn library_cells(library: &HostLibrary) -> [&'static str; 3] {
    [library.prelude, library.attach, library.warmup_cell]
}

/// Runs the cells in the folder that `EVCXR_TMPDIR` names.
pub(crate) fn run(host: &Host) -> Result<()> {
    let (mut context, outputs) = evcxr::CommandContext::new().map_err(|error| anyhow::anyhow!("{error}"))?;
    // evcxr waits until its output is read.
    std::thread::spawn(move || for _ in outputs.stdout {});
    std::thread::spawn(move || {
        for line in outputs.stderr {
            eprintln!("{line}");
        }
    });
    let cells = match &host.library {
        Some(library) => {
            std::iter::once(library.dependency_command()).chain(library_cells(library).map(str::to_owned)).collect()
        }
        None => vec![PLAIN_CELL.to_owned()],
    };
    for cell in &cells {
        context.execute(cell).map_err(|error| anyhow::anyhow!("{cell}\n{}", message(&error)))?;
    }
    Ok(())
}

/// Returns the message of an error, with those of the compiler.
fn message(error: &evcxr::Error) -> String {
    match error {
        evcxr::Error::CompilationErrors(errors) => {
            errors.iter().map(evcxr::CompilationError::rendered).collect::<Vec<_>>().join("\n")
        }
        other => other.to_string(),
    }
}
