//! One run of a cell: its outputs, and how it failed.

use jupyter_protocol::{
    ClearOutput, ErrorOutput, JupyterMessage, JupyterMessageContent, StreamContent, UnknownMessage,
};
use notebook_engine::messages::{Event, Failure};
use notebook_protocol::{DisplayMessage, Output};
use serde_json::{Map, Value, json};

use crate::failure_report::{
    ENGINE_LOST, find_last_panic_report, interrupted, lost_variables_message, new_failure, panic_message,
    rename_if_interrupted,
};
use crate::interrupt::InterruptLog;
use crate::sockets::Publisher;
use crate::source_line::{SourceLine, Sources};

/// How much of a cell's standard error is kept to explain a failure.
const MAX_STDERR_BYTES: usize = 1 << 14;

/// The run of a cell that is being executed or was executed last.
pub(super) struct CellRun {
    publisher: Publisher,
    request: JupyterMessage,
    sources: Sources,
    /// The number at the left of the cell.
    execution_count: usize,
    silent: bool,
    /// The last text on standard error that is not published yet: a panic report, or the message of an error.
    held_stderr: String,
    /// The end of all text on standard error.
    stderr: String,
    panicked: bool,
    /// An error has left the cell through a `?`, at this line of the generated program if it is known.
    returned: Option<Option<usize>>,
    /// The cell did not reach its end, and stopped at this line of the generated program if it is known.
    unfinished: Option<Option<usize>>,
    /// Whether the cell has read from a keyboard that does not exist.
    missed_keyboard: bool,
    /// Whether the cell has assigned new values to variables that it had moved.
    reassigned: bool,
    /// The exit code and the signal of the process that ran the cell, if it has ended.
    process_end: Option<(Option<i32>, Option<i32>)>,
    /// How many outputs were dropped since the last one that was published.
    dropped_outputs: usize,
    /// The compiler's warnings, which are published unless the cell fails.
    warnings: Vec<String>,
    /// The id of the display that shows the progress of building the cell's dependencies.
    build_display: Option<String>,
}

impl CellRun {
    pub(super) fn new(
        publisher: Publisher,
        request: JupyterMessage,
        sources: Sources,
        execution_count: usize,
        silent: bool,
    ) -> Self {
        Self {
            publisher,
            request,
            sources,
            execution_count,
            silent,
            held_stderr: String::new(),
            stderr: String::new(),
            panicked: false,
            returned: None,
            unfinished: None,
            missed_keyboard: false,
            reassigned: false,
            process_end: None,
            dropped_outputs: 0,
            warnings: Vec::new(),
            build_display: None,
        }
    }

    /// Shows the progress of building the cell's dependencies, in place of the previous state.
    pub(super) async fn show_build_progress(&mut self, text: &str) {
        let output = Output::new([("text/plain", text)]);
        let display = match &self.build_display {
            Some(id) => DisplayMessage::Update(output.id(id.clone())),
            None => {
                let id = uuid::Uuid::new_v4().to_string();
                self.build_display = Some(id.clone());
                DisplayMessage::Show(output.id(id))
            }
        };
        self.show(display_message(display)).await;
    }

    /// Sets the compiler's warnings.
    pub(super) fn set_warnings(&mut self, warnings: Vec<String>) {
        self.warnings = warnings;
    }

    /// Publishes or records an event of the process that runs cells.
    pub(super) async fn handle_event(&mut self, event: Event) {
        match event {
            Event::Text { error: true, text } => self.handle_stderr(&text).await,
            Event::Text { error: false, text } => self.show(StreamContent::stdout(&text)).await,
            Event::Display(display) => self.show(display_message(display)).await,
            Event::Result { data } => self.show_result(&data).await,
            Event::Panicked => self.panicked = true,
            Event::Unfinished { line } => self.unfinished = Some(line),
            Event::Reassigned => self.reassigned = true,
            Event::Returned { place } => {
                if place.is_some() {
                    self.publish_held_stderr().await;
                }
                self.returned = Some(place);
            }
            Event::Ended { code, signal } => self.process_end = Some((code, signal)),
            Event::Started { .. } | Event::Running | Event::Input { .. } | Event::Done { .. } => {}
        }
    }

    /// Notes that the cell has read from a keyboard that does not exist.
    pub(super) fn note_missing_keyboard(&mut self) {
        self.missed_keyboard = true;
    }

    /// Returns whether the cell did not reach its end.
    pub(super) fn is_unfinished(&self) -> bool {
        self.unfinished.is_some()
    }

    /// Returns whether the cell has assigned new values to variables that it had moved.
    pub(super) fn has_reassigned(&self) -> bool {
        self.reassigned
    }

    /// Returns whether the process that ran the cell has ended.
    pub(super) fn has_lost_process(&self) -> bool {
        self.process_end.is_some()
    }

    /// Publishes the result of the cell, with the cell's number.
    pub(super) async fn show_result(&mut self, data: &[(String, String)]) {
        if data.is_empty() || self.silent {
            return;
        }
        let content = json!({"execution_count": self.execution_count, "data": mime_bundle(data), "metadata": {}});
        self.show(message("execute_result", content)).await;
    }

    /// Publishes a message of the kernel on standard error.
    pub(super) async fn print_stderr(&self, text: &str) {
        self.publish(StreamContent::stderr(text)).await;
    }

    /// Publishes a message of the kernel on standard output.
    pub(super) async fn print_stdout(&self, text: &str) {
        self.publish(StreamContent::stdout(text)).await;
    }

    async fn handle_stderr(&mut self, text: &str) {
        self.stderr.push_str(text);
        if self.stderr.len() > 2 * MAX_STDERR_BYTES {
            let from = self.stderr.ceil_char_boundary(self.stderr.len() - MAX_STDERR_BYTES);
            self.stderr.drain(..from);
        }
        if matches!(self.returned, Some(Some(_))) {
            self.held_stderr.push_str(text);
            return;
        }
        // Further output after a panic report shows that the cell has continued.
        self.publish_held_stderr().await;
        let at = find_last_panic_report(text).unwrap_or(text.len());
        let (now, later) = text.split_at(at);
        self.held_stderr.push_str(later);
        let now = if later.is_empty() { now } else { now.strip_suffix('\n').unwrap_or(now) };
        if !now.is_empty() {
            let now = self.sources.replace_locations(now).into_owned();
            self.show(StreamContent::stderr(&now)).await;
        }
    }

    async fn publish_held_stderr(&mut self) {
        if !self.held_stderr.is_empty() {
            let held = std::mem::take(&mut self.held_stderr);
            let held = self.sources.replace_locations(&held).into_owned();
            self.publish(StreamContent::stderr(&held)).await;
        }
    }

    /// Publishes an output once the clients have received enough of the earlier ones. Drops it if they receive nothing.
    async fn show(&mut self, content: impl Into<JupyterMessageContent>) {
        if self.publisher.backlog().wait_for_space().await {
            self.report_dropped_outputs().await;
            self.publish(content).await;
        } else {
            self.dropped_outputs += 1;
        }
    }

    async fn report_dropped_outputs(&mut self) {
        let outputs = match std::mem::take(&mut self.dropped_outputs) {
            0 => return,
            1 => "1 output was".to_owned(),
            dropped => format!("{dropped} outputs were"),
        };
        let seconds = self.publisher.backlog().stall_timeout().as_secs();
        let message = format!(
            "{outputs} left out here: for {seconds} s no client received the earlier outputs. Does a console or another page on \
             this kernel hang? Close it, and run the cell again.\n"
        );
        self.print_stderr(&message).await;
    }

    async fn publish(&self, content: impl Into<JupyterMessageContent>) {
        self.publisher.publish(&self.request, content).await;
    }

    /// Ends the run: determines why the cell failed, if it did, and publishes it. `lost` are the variables that the cell has
    /// moved.
    pub(super) async fn finish(
        &mut self,
        failure: Option<Failure>,
        interrupts: InterruptLog,
        lost: &[String],
    ) -> Option<Failure> {
        let mut failure = self.final_failure(failure, interrupts);
        if let (Some(failure), false) = (&mut failure, lost.is_empty()) {
            failure.traceback.push(lost_variables_message(lost));
        }
        self.publish_held_stderr().await;
        self.report_dropped_outputs().await;
        if failure.is_none() && !self.warnings.is_empty() {
            self.print_stderr(&(self.warnings.join("\n") + "\n")).await;
        }
        if let Some(failure) = &failure {
            let Failure { name, value, traceback, .. } = failure.clone();
            self.publish(ErrorOutput { ename: name, evalue: value, traceback }).await;
        }
        failure
    }

    /// Returns the failure that the user sees, from the failure that the engine reported and from what happened in the cell.
    fn final_failure(&mut self, failure: Option<Failure>, interrupts: InterruptLog) -> Option<Failure> {
        match failure {
            Some(failure) if failure.name == ENGINE_LOST => Some(failure),
            Some(failure) if failure.lost && interrupts.runtime_killed => Some(interrupted(
                "stopped by you. The code did not stop by itself, so its process was ended, and all variables are lost. Run the cells from the top",
                true,
            )),
            Some(failure) if failure.lost => Some(self.crash_failure(&failure)),
            Some(_) if interrupts.compiler_interrupted => Some(interrupted(
                "stopped while it was being compiled: nothing of the cell has run, and nothing is lost",
                false,
            )),
            Some(failure) => Some(failure),
            None if self.panicked => Some(self.panic_failure(interrupts)),
            None => match self.returned.take() {
                Some(line) => Some(self.error_failure(line, interrupts)),
                // The code has ended normally after the stop request. The cells after it must not run, either.
                None if interrupts.stop_requested && !interrupts.stop_handled => Some(interrupted(
                    "stopped by you. All variables are kept, and what ran after the stop did nothing or was cut short. The cells after this one were not run",
                    false,
                )),
                None => None,
            },
        }
    }

    /// Returns the failure of a cell that panicked.
    fn panic_failure(&mut self, interrupts: InterruptLog) -> Failure {
        self.held_stderr.clear();
        let report = &self.stderr[find_last_panic_report(&self.stderr).unwrap_or(0)..];
        let panic_line = self.sources.panic_location(report);
        let message = self.explain_missing_keyboard(panic_message(report));
        let (name, message) = rename_if_interrupted("Panic", message, interrupts);
        // If the panic is not in this cell, the line of the cell that led to it comes first.
        let is_elsewhere = panic_line.as_ref().is_none_or(SourceLine::is_in_earlier_cell);
        let statement = self.unfinished.flatten().filter(|_| is_elsewhere);
        let statement = statement.and_then(|line| self.sources.statement_line(line));
        let mut failure = new_failure(name, &message, statement.as_ref());
        failure.traceback.extend(panic_line.map(|line| line.to_string()));
        failure
    }

    /// Returns the failure of a cell that an error left through a `?`, at this line of the generated program.
    fn error_failure(&mut self, line: Option<usize>, interrupts: InterruptLog) -> Failure {
        let message = if line.is_some() { std::mem::take(&mut self.held_stderr) } else { self.stderr.clone() };
        let source_line = line.and_then(|line| self.sources.cell_line(line));
        let name = if interrupts.stop_requested { "Interrupted" } else { "Error" };
        let message = self.explain_missing_keyboard(message.trim_end().to_owned());
        let (name, message) = rename_if_interrupted(name, message, interrupts);
        new_failure(name, &message, source_line.as_ref())
    }

    /// Replaces the operating system's message for reading past the end of input, "Is a directory", by an explanation.
    fn explain_missing_keyboard(&self, message: String) -> String {
        if self.missed_keyboard && message.contains("Is a directory") {
            "the cell reads from the keyboard again and again, and there is none here".to_owned()
        } else {
            message
        }
    }

    /// Returns the failure of a cell whose process has ended.
    fn crash_failure(&mut self, failure: &Failure) -> Failure {
        self.held_stderr.clear();
        let stderr = &self.stderr;
        let reason = match self.process_end {
            _ if stderr.contains("has overflowed its stack") => {
                "it ran out of stack: most likely a function calls itself without end".to_owned()
            }
            Some((_, Some(9))) => "it was killed: most likely the machine ran out of memory".to_owned(),
            Some((_, Some(6))) if stderr.contains("memory allocation of") => {
                "it asked for more memory than there is".to_owned()
            }
            Some((_, Some(11))) => {
                "it ran out of stack (does a function call itself without end?), or unsafe code has broken memory"
                    .to_owned()
            }
            Some((_, Some(signal))) => format!("it was ended by signal {signal}"),
            Some((Some(code), _)) => format!("its code ended the process (exit code {code})"),
            _ => failure.value.clone(),
        };
        let message = format!(
            "the process that runs the cells ended: {reason}. All variables are lost. Run the cells from the top"
        );
        Failure { lost: true, ..new_failure("Crash", &message, None) }
    }
}

/// Converts a display to the message that clients expect.
fn display_message(display: DisplayMessage) -> JupyterMessageContent {
    let content = |output: Output| {
        let transient = output.id.map_or_else(|| json!({}), |id| json!({"display_id": id}));
        json!({"data": mime_bundle(&output.data), "metadata": {}, "transient": transient})
    };
    match display {
        DisplayMessage::Show(output) => message("display_data", content(output)),
        DisplayMessage::Update(output) => message("update_display_data", content(output)),
        DisplayMessage::Clear { wait } => ClearOutput { wait }.into(),
    }
}

/// Builds a message from JSON content.
fn message(msg_type: &str, content: Value) -> JupyterMessageContent {
    UnknownMessage { msg_type: msg_type.to_owned(), content }.into()
}

/// Builds the MIME bundle of an output. JSON types are sent as JSON, all others as text.
fn mime_bundle(data: &[(String, String)]) -> Map<String, Value> {
    let entry = |(mime_type, content): &(String, String)| {
        let json = mime_type.contains("json").then(|| serde_json::from_str(content).ok()).flatten();
        (mime_type.clone(), json.unwrap_or_else(|| Value::from(content.as_str())))
    };
    data.iter().map(entry).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_sent_as_json() {
        let data = [("application/json".to_owned(), "{\"a\":1}".to_owned()), ("text/plain".to_owned(), "1".to_owned())];
        assert_eq!(Value::from(mime_bundle(&data)), json!({"application/json": {"a": 1}, "text/plain": "1"}));
    }
}
