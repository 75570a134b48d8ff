//! The run of one notebook: its cells, their outputs, and the failures.

use std::path::Path;

use jupyter_protocol::JupyterMessageContent;

use super::cell_failure::CellFailure;
use super::client::{CellEnd, Client, Remains};
use super::console_report::{CellRef, Console, Progress, failure_message, is_plain};
use super::notebook_file::{CodeCell, NotebookFile};
use super::outputs::Outputs;
use super::process::KernelProcess;
use super::{Job, Outcome, RunOptions};

/// The run of one notebook.
pub(super) struct NotebookRun {
    cells: Vec<CodeCell>,
    outputs: Outputs,
    /// How many cells were started.
    pub(super) started: usize,
    /// The failures, each with the index of its cell.
    pub(super) failures: Vec<(usize, CellFailure)>,
    pub(super) progress: Progress,
    /// Whether the kernel was asked to shut down.
    pub(super) shutdown_requested: bool,
    language_info: Option<serde_json::Value>,
}

impl NotebookRun {
    pub(super) fn new(notebook: &NotebookFile, console: Console) -> Self {
        let cells = notebook.code_cells();
        Self {
            outputs: Outputs::default(),
            started: 0,
            failures: Vec::new(),
            progress: Progress::new(notebook.path(), cells.len(), console),
            shutdown_requested: false,
            language_info: None,
            cells,
        }
    }

    /// Runs all cells, or up to the first that fails. With `keep_going`, a cell that was stopped at its time limit does not end
    /// the run.
    pub(super) async fn run(&mut self, kernel: &mut KernelProcess, options: RunOptions) -> anyhow::Result<Outcome> {
        let mut client = Client::connect(kernel).await?;
        self.language_info = Some(client.language_info().clone());
        self.progress.end_step();
        for cell in &self.cells {
            let index = self.outputs.begin_cell();
            self.started = index + 1;
            self.progress.begin_cell(self.started, &cell.source);
            let (outputs, progress) = (&mut self.outputs, &self.progress);
            let end = client
                .execute(index, &cell.source, options.limit, |cell, content| {
                    if let JupyterMessageContent::StreamContent(stream) = &content {
                        progress.print_text(&stream.text);
                    }
                    outputs.collect(cell, content);
                })
                .await;
            self.progress.end_cell();
            let failure = self.outputs.cell(index).and_then(|outputs| CellFailure::from_end(&end, outputs));
            let Some(failure) = failure else { continue };
            self.failures.push((index, failure));
            match end {
                CellEnd::TimedOut { remains: Remains::Variables, .. } if options.keep_going => {}
                CellEnd::TimedOut { remains: Remains::Nothing, .. } | CellEnd::KernelLost(_) => {
                    return Ok(Outcome::Failed);
                }
                _ => break,
            }
        }
        self.shutdown_requested = client.request_shutdown().await;
        Ok(if self.failures.is_empty() { Outcome::Passed } else { Outcome::Failed })
    }

    /// Adds errors to the outputs of cells whose failure the kernel did not report.
    pub(super) fn add_missing_errors(&mut self) {
        for (index, failure) in self.failures.iter().filter(|(_, failure)| !failure.in_outputs) {
            self.outputs.add_error(*index, &failure.name, &failure.stored_message());
        }
    }

    /// Stores the outputs in the notebook.
    pub(super) fn store(&self, notebook: &mut NotebookFile) {
        notebook.clear_outputs();
        for (index, cell) in self.cells.iter().take(self.started).enumerate() {
            if let Some(outputs) = self.outputs.cell(index) {
                notebook.set_outputs(cell.position, index + 1, outputs.to_json(index + 1));
            }
        }
        if let Some(language_info) = &self.language_info {
            notebook.set_language_info(language_info);
        }
    }

    /// Prints which cells failed, and why.
    pub(super) fn print_failures(&self, job: &Job, console: &Console) {
        for (index, failure) in &self.failures {
            let Some(cell) = self.cells.get(*index) else { continue };
            let cell_ref = CellRef {
                notebook: job.notebook.path(),
                number: index + 1,
                position: (cell.position + 1, job.notebook.cell_count()),
                source: &cell.source,
            };
            console.print(&format!("\n{}", failure_message(&cell_ref, failure, is_plain())));
        }
        let rest = if self.started < self.cells.len() { "The cells after it were not run. " } else { "" };
        console.print(&format!("{rest}The outputs so far are in {}.", job.target.display()));
    }

    /// Returns a line that names the failed cells.
    pub(super) fn summary(&self, notebook: &Path) -> String {
        let cells = self.failures.iter().map(|(index, failure)| format!("cell [{}] {}", index + 1, failure.predicate));
        format!("failed: {}: {}", notebook.display(), cells.collect::<Vec<_>>().join("; "))
    }
}
