//! Fills a work folder by running a session's first cells in it, in a process of its own.

use std::path::Path;

use anyhow::{Context as _, Result};

use super::serve;

/// The argument that says that this process is to do so; the library's path follows it.
pub(crate) const ARGUMENT: &str = "--warm";

/// What a session's first cells are like; after them their dependencies are built and cargo's caches full.
pub(crate) const CELLS: [&str; 3] =
    [serve::USE, serve::ATTEND, "let warm = Tensor::zeros((2, 2), DType::F32, &Device::Cpu)?; println!(\"{warm}\");"];

/// Runs the cells in the folder that `EVCXR_TMPDIR` names.
pub(crate) fn fill() -> Result<()> {
    let library = std::env::args().nth(2).context("--warm needs the library's folder")?;
    let (mut context, outputs) = evcxr::CommandContext::new().map_err(|error| anyhow::anyhow!("{error}"))?;
    // Read to the end: the engine waits for its output to be taken.
    std::thread::spawn(move || for _ in outputs.stdout {});
    std::thread::spawn(move || {
        for line in outputs.stderr {
            eprintln!("{line}");
        }
    });
    let dependency = serve::dependency(Path::new(&library));
    for cell in std::iter::once(dependency.as_str()).chain(CELLS) {
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
