//! One notebook while it runs: its cells, their outputs, and those that failed.

use std::path::Path;

use jupyter_protocol::JupyterMessageContent;

use super::client::{Client, Ending, Left};
use super::failure::Failure;
use super::notebook_file::{CodeCell, NotebookFile};
use super::outputs::Outputs;
use super::process::KernelProcess;
use super::report::{Place, Progress, Screen, failure_message, is_plain};
use super::{Job, Outcome, Wanted};

/// A notebook while it runs.
pub(super) struct Session {
    cells: Vec<CodeCell>,
    outputs: Outputs,
    /// How many cells were begun.
    pub(super) begun: usize,
    /// The cells that failed, each by its index.
    pub(super) failures: Vec<(usize, Failure)>,
    pub(super) progress: Progress,
    pub(super) asked_to_stop: bool,
    language_info: Option<serde_json::Value>,
}

impl Session {
    pub(super) fn new(notebook: &NotebookFile, screen: Screen) -> Self {
        let cells = notebook.code_cells();
        Self {
            outputs: Outputs::default(),
            begun: 0,
            failures: Vec::new(),
            progress: Progress::new(notebook.path(), cells.len(), screen),
            asked_to_stop: false,
            language_info: None,
            cells,
        }
    }

    /// Runs all cells, or up to the first that fails. The user may want to go on after one that was stopped at its limit.
    pub(super) async fn drive(&mut self, kernel: &mut KernelProcess, wanted: Wanted) -> anyhow::Result<Outcome> {
        let mut client = Client::connect(kernel).await?;
        self.language_info = Some(client.language_info().clone());
        self.progress.step_ended();
        for cell in &self.cells {
            let index = self.outputs.begin_cell();
            self.begun = index + 1;
            self.progress.cell(self.begun, &cell.source);
            let (outputs, progress) = (&mut self.outputs, &self.progress);
            let ending = client
                .execute(index, &cell.source, wanted.limit, |cell, content| {
                    if let JupyterMessageContent::StreamContent(stream) = &content {
                        progress.text(&stream.text);
                    }
                    outputs.collect(cell, content);
                })
                .await;
            self.progress.cell_ended();
            let failure = self.outputs.cell(index).and_then(|outputs| Failure::of(&ending, outputs));
            let Some(failure) = failure else { continue };
            self.failures.push((index, failure));
            match ending {
                Ending::TimedOut { left: Left::Variables, .. } if wanted.keep_going => {}
                Ending::TimedOut { left: Left::Nothing, .. } | Ending::KernelLost(_) => return Ok(Outcome::Failed),
                _ => break,
            }
        }
        self.asked_to_stop = client.ask_to_stop().await;
        Ok(if self.failures.is_empty() { Outcome::Passed } else { Outcome::Failed })
    }

    /// Adds to the outputs why cells failed, where the kernel did not say it.
    pub(super) fn note_failures(&mut self) {
        for (index, failure) in self.failures.iter().filter(|(_, failure)| !failure.in_outputs) {
            self.outputs.add_error(*index, &failure.name, &failure.stored_message());
        }
    }

    /// Puts what was gathered into the notebook.
    pub(super) fn store(&self, notebook: &mut NotebookFile) {
        notebook.clear_outputs();
        for (index, cell) in self.cells.iter().take(self.begun).enumerate() {
            if let Some(outputs) = self.outputs.cell(index) {
                notebook.set_outputs(cell.position, index + 1, outputs.to_json(index + 1));
            }
        }
        if let Some(language_info) = &self.language_info {
            notebook.name_language(language_info);
        }
    }

    /// Says which cells failed, and why.
    pub(super) fn tell_failures(&self, job: &Job, screen: &Screen) {
        for (index, failure) in &self.failures {
            let Some(cell) = self.cells.get(*index) else { continue };
            let place = Place {
                notebook: job.notebook.path(),
                number: index + 1,
                position: (cell.position + 1, job.notebook.cell_count()),
                source: &cell.source,
            };
            screen.say(&format!("\n{}", failure_message(&place, failure, is_plain())));
        }
        let rest = if self.begun < self.cells.len() { "The cells after it were not run. " } else { "" };
        screen.say(&format!("{rest}The outputs so far are in {}.", job.target.display()));
    }

    /// A line that says which cells failed.
    pub(super) fn summary(&self, notebook: &Path) -> String {
        let cells = self.failures.iter().map(|(index, failure)| format!("cell [{}] {}", index + 1, failure.what));
        format!("failed: {}: {}", notebook.display(), cells.collect::<Vec<_>>().join("; "))
    }
}
