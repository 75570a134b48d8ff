//! Shared code of the acceptance tests: the `tealight` command, built from this workspace, and small notebooks.

mod lesson;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::{Value, json};

pub use lesson::{Lesson, LessonRun, committed, numbers_after};

/// Returns the folder of the repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Returns the `tealight` command. The first call builds it.
pub fn tealight() -> Result<Command> {
    static PROGRAM: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    let program = PROGRAM.get_or_init(|| build().map_err(|error| format!("{error:#}")));
    match program {
        Ok(program) => Ok(Command::new(program)),
        Err(error) => bail!("{error}"),
    }
}

fn build() -> Result<PathBuf> {
    let output = Command::new(env!("CARGO"))
        // Selects the same packages as `cargo run`, so that nothing is rebuilt with other features.
        .args(["build", "--release", "--bin", "tealight", "--message-format", "json"])
        .current_dir(root())
        .output()
        .context("running cargo")?;
    ensure!(output.status.success(), "cargo build failed:\n{}", String::from_utf8_lossy(&output.stderr));
    let messages = String::from_utf8(output.stdout)?;
    let executables = messages.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let executable = executables.filter_map(|message| message["executable"].as_str().map(PathBuf::from)).next_back();
    executable.context("cargo named no executable")
}

/// A notebook of code cells in a temporary folder.
pub struct Notebook {
    folder: tempfile::TempDir,
    name: String,
}

/// The result of running a notebook.
pub struct Run {
    /// The output and the exit status of the command.
    pub output: Output,
    /// The notebook as it was written.
    pub notebook: Value,
}

impl Notebook {
    /// Creates a notebook whose first cell loads tealight, followed by `cells`.
    pub fn with_tealight(cells: &[&str]) -> Result<Self> {
        let library = root().join("crate/tealight").canonicalize()?;
        let library = library.to_str().context("the clone's path is not UTF-8")?;
        let first = format!(":dep tealight = {{ path = \"{library}\" }}\nuse tealight::prelude::*;");
        Self::with_cells(&[&[first.as_str()], cells].concat())
    }

    /// Creates a notebook of these cells only.
    pub fn with_cells(cells: &[&str]) -> Result<Self> {
        let cells = cells.iter().enumerate().map(|(index, source)| {
            json!({
                "cell_type": "code",
                "id": format!("cell-{index}"),
                "metadata": {},
                "execution_count": null,
                "outputs": [],
                "source": source,
            })
        });
        let notebook = json!({
            "cells": cells.collect::<Vec<_>>(),
            "metadata": { "kernelspec": { "display_name": "Rust", "language": "rust", "name": "rust" } },
            "nbformat": 4,
            "nbformat_minor": 5,
        });
        let folder = tempfile::tempdir()?;
        let name = "test.ipynb".to_owned();
        fs::write(folder.path().join(&name), serde_json::to_string_pretty(&notebook)?)?;
        Ok(Self { folder, name })
    }

    /// Returns the path of the notebook.
    pub fn path(&self) -> PathBuf {
        self.folder.path().join(&self.name)
    }

    /// Runs the notebook in place with the real kernel.
    pub fn run(&self) -> Result<Run> {
        self.read_run(tealight()?.arg("run").arg(self.path()).output()?)
    }

    /// Reads the result of a run in place, from the output of its command.
    pub fn read_run(&self, output: Output) -> Result<Run> {
        let notebook = serde_json::from_str(&fs::read_to_string(self.path())?)?;
        Ok(Run { output, notebook })
    }
}

impl Run {
    /// Returns an error with everything that was printed, unless all cells ran.
    pub fn passed(&self) -> Result<()> {
        ensure!(self.output.status.success(), "{}", self.printed());
        Ok(())
    }

    /// Returns everything that the command printed.
    pub fn printed(&self) -> String {
        String::from_utf8_lossy(&self.output.stdout).into_owned() + &String::from_utf8_lossy(&self.output.stderr)
    }

    /// Returns the text that a code cell (from 0) printed to `stream`, `"stdout"` or `"stderr"`.
    pub fn text(&self, cell: usize, stream: &str) -> String {
        let streams = outputs(&self.notebook, cell).into_iter().filter(|output| output["name"] == stream);
        streams.map(|output| multiline(&output["text"])).collect()
    }

    /// Returns what a code cell (from 0) displayed in a MIME type, one entry for each output.
    pub fn shown(&self, cell: usize, mime_type: &str) -> Vec<String> {
        shown(&self.notebook, cell, mime_type)
    }
}

/// Returns what a code cell (from 0) of a notebook displays in a MIME type, one entry for each output.
pub fn shown(notebook: &Value, cell: usize, mime_type: &str) -> Vec<String> {
    let data = outputs(notebook, cell).into_iter().map(|output| &output["data"][mime_type]);
    data.filter(|content| !content.is_null()).map(multiline).collect()
}

/// Returns the code cells of a notebook.
pub fn code_cells(notebook: &Value) -> Vec<&Value> {
    notebook["cells"].as_array().into_iter().flatten().filter(|cell| cell["cell_type"] == "code").collect()
}

/// Returns the outputs of a code cell (from 0) of a notebook.
pub fn outputs(notebook: &Value, cell: usize) -> Vec<&Value> {
    let cell = code_cells(notebook).into_iter().nth(cell);
    cell.and_then(|cell| cell["outputs"].as_array()).into_iter().flatten().collect()
}

/// Returns a text of a notebook, which is a string or a list of lines.
pub fn multiline(text: &Value) -> String {
    match text {
        Value::Array(lines) => lines.iter().filter_map(Value::as_str).collect(),
        text => text.as_str().unwrap_or_default().to_owned(),
    }
}
