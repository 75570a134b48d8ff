//! The execution of a cell, from the request to the reply.

use std::time::Duration;

use anyhow::Result;
use jupyter_protocol::{
    ExecuteReply, ExecuteRequest, ExecutionCount, JupyterMessage, JupyterMessageContent, ReplyError, ReplyStatus,
    UnknownMessage,
};
use serde_json::json;
use tokio::time::{Instant, sleep_until};

use super::Server;
use super::cell_timing::CellTiming;
use super::engine_supervisor::{EngineMessage, next_message};
use super::input::{InputPrompt, InputState};
use crate::cell_run::CellRun;
use crate::deadline::sleep_until_opt;
use crate::loaded_lines::remove_loaded_lines;
use notebook_engine::messages::{Event, Failure, Reply, Request, Typed};

/// How long code may run after a stop request before the user is told what a second interrupt does.
const STOP_WARNING_DELAY: Duration = Duration::from_millis(1_500);
/// The pause between signals to the compiler while an interrupted cell is still being compiled.
const COMPILER_INTERRUPT_INTERVAL: Duration = Duration::from_millis(100);

const NOT_STOPPED: &str = "The code has not stopped. Stop again ends it, and with it every variable.\n";

/// The state of the execution of a cell.
struct Execution {
    /// Whether the engine has compiled the cell and is free for other requests.
    is_compiled: bool,
    /// Whether the user wants to see the times of the cell.
    is_timed: bool,
    /// The concurrent request that the engine is answering.
    concurrent: Option<JupyterMessage>,
    input: InputState,
    /// When to warn that the code has not stopped.
    warn_at: Option<Instant>,
    /// When to interrupt the compiler again.
    interrupt_compiler_at: Option<Instant>,
    timing: CellTiming,
}

impl Execution {
    fn start() -> Self {
        Self {
            is_compiled: false,
            is_timed: false,
            concurrent: None,
            input: InputState::default(),
            warn_at: None,
            interrupt_compiler_at: None,
            timing: CellTiming::start(),
        }
    }
}

impl Server<'_> {
    /// Executes a cell and replies. Returns the queued requests that must not run any more because the cell failed.
    pub(super) async fn execute(
        &mut self,
        request: &JupyterMessage,
        execute: &ExecuteRequest,
    ) -> Result<Vec<JupyterMessage>> {
        let code = execute.code.as_str();
        if !execute.silent {
            if execute.store_history {
                self.execution_count += 1;
                self.history.add(self.execution_count, code);
            }
            let input = json!({"code": code, "execution_count": self.execution_count});
            let input = UnknownMessage { msg_type: "execute_input".to_owned(), content: input };
            self.publisher.publish(request, input).await;
        }
        self.sources.add(self.execution_count, code);
        let (publisher, sources) = (self.publisher.clone(), self.sources.clone());
        self.last_cell = Some(CellRun::new(publisher, request.clone(), sources, self.execution_count, execute.silent));
        let failure = self.run_cell(request, execute).await?;
        let mut reply = ExecuteReply {
            execution_count: ExecutionCount::new(self.execution_count),
            user_expressions: Some([].into()),
            ..ExecuteReply::default()
        };
        let mut aborted = Vec::new();
        let failure_name = failure.as_ref().map(|failure| failure.name.as_str());
        tracing::debug!(cell = self.execution_count, failure = failure_name, "cell finished");
        if let Some(Failure { name, value, traceback, .. }) = failure {
            reply.status = ReplyStatus::Error;
            reply.error = Some(Box::new(ReplyError { ename: name, evalue: value, traceback }));
            // Only drain requests that are already queued; later ones were sent by a client that knows of the failure.
            if execute.stop_on_error {
                aborted.extend(self.waiting.drain(..));
                aborted.extend(std::iter::from_fn(|| self.shell.requests.try_recv().ok()));
            }
        }
        self.shell.reply(request, reply).await;
        Ok(aborted)
    }

    /// Runs a cell and publishes its failure, if any. Restores the variables of a cell that did not reach its end.
    async fn run_cell(&mut self, request: &JupyterMessage, execute: &ExecuteRequest) -> Result<Option<Failure>> {
        self.interrupts.begin_cell();
        let failure = self.compile_and_run(request, execute).await;
        self.in_cell = false;
        let interrupts = self.interrupts.end_cell();
        let mut failure = failure?;
        let mut lost = Vec::new();
        if let (Some(cell), None) = (&self.last_cell, &failure) {
            let cleanup = match (cell.has_lost_process(), cell.is_unfinished(), cell.has_reassigned()) {
                (true, ..) => Some(Request::RestartRuntime),
                (_, true, _) => Some(Request::RestoreVariables),
                (.., true) => Some(Request::KeepReassigned),
                _ => None,
            };
            let has_lost_process = cell.has_lost_process();
            if let Some(cleanup) = cleanup
                && let Some(Reply::VariablesRestored { lost: names }) = self.request(cleanup).await?
            {
                lost = names;
            }
            if has_lost_process {
                failure = Some(Failure { lost: true, ..Failure::default() });
            }
        }
        match &mut self.last_cell {
            Some(cell) => Ok(cell.finish(failure, interrupts, &lost).await),
            None => Ok(failure),
        }
    }

    async fn compile_and_run(&mut self, request: &JupyterMessage, execute: &ExecuteRequest) -> Result<Option<Failure>> {
        if let Some(failure) = self.wait_until_ready().await? {
            return Ok(Some(failure));
        }
        let code = match self.loaded_library() {
            Some(library) => remove_loaded_lines(&execute.code, library),
            None => execute.code.clone(),
        };
        if code.trim().is_empty() {
            return Ok(None);
        }
        if let (Some(end), Some(cell)) = (self.runtime_end.take(), &mut self.last_cell) {
            cell.handle_event(end).await;
            return Ok(None);
        }
        tracing::debug!(cell = self.execution_count, "cell sent to the engine");
        if self.engine.send(&Request::Execute { code }).await.is_err() {
            return self.engine_lost().await.map(Some);
        }
        self.in_cell = true;
        let mut execution = Execution::start();
        loop {
            if execution.is_compiled && execution.concurrent.is_none() {
                if self.running == 0 {
                    break;
                }
                execution.concurrent = self.send_queued_request().await?;
            }
            let message = tokio::select! {
                message = next_message(&mut self.pipes, &mut self.engine) => message?,
                Some(other) = self.shell.requests.recv() => {
                    self.handle_concurrent_request(other, request).await;
                    continue;
                }
                Some(reply) = self.stdin.requests.recv(), if execution.input.pending.is_some() => {
                    if let JupyterMessageContent::InputReply(reply) = reply.content {
                        self.handle_input_reply(reply, &mut execution.input).await?;
                    }
                    continue;
                }
                () = self.interrupts.interrupted() => {
                    self.handle_interrupt(&mut execution).await?;
                    continue;
                }
                () = sleep_until_opt(execution.interrupt_compiler_at) => {
                    // Processes that run before the compiler may have survived the first signal.
                    let is_compiling = self.interrupts.interrupt_compiler_again();
                    execution.interrupt_compiler_at =
                        is_compiling.then(|| Instant::now() + COMPILER_INTERRUPT_INTERVAL);
                    continue;
                }
                () = sleep_until_opt(execution.warn_at) => {
                    execution.warn_at = None;
                    if self.interrupts.is_running() && let Some(cell) = &self.last_cell {
                        cell.print_stderr(NOT_STOPPED).await;
                    }
                    continue;
                }
            };
            match message {
                EngineMessage::Event(Event::Input { answer, prompt, password }) => {
                    let prompt = InputPrompt { answer, prompt, password };
                    self.request_input(request, execute, &mut execution.input, prompt).await?;
                }
                EngineMessage::Event(event) => {
                    execution.timing.record(&event);
                    self.handle_event(event).await?;
                }
                EngineMessage::Reply(reply) => {
                    if let Some(failure) = self.handle_reply(reply, request, &mut execution).await? {
                        return Ok(Some(failure));
                    }
                }
                EngineMessage::Lost => return self.engine_lost().await.map(Some),
            }
        }
        if execution.is_timed
            && let (Some(times), Some(cell)) = (execution.timing.summary(), &self.last_cell)
        {
            cell.print_stdout(&times).await;
        }
        Ok(None)
    }

    /// Reacts to an interrupt, which the [controller](crate::interrupt::InterruptController) has carried out.
    async fn handle_interrupt(&mut self, execution: &mut Execution) -> Result<()> {
        let log = self.interrupts.log();
        if log.compiler_interrupted {
            execution.interrupt_compiler_at = Some(Instant::now() + COMPILER_INTERRUPT_INTERVAL);
        }
        if log.stop_requested {
            execution.warn_at.get_or_insert(Instant::now() + STOP_WARNING_DELAY);
            if let Some(answer) = execution.input.pending.take() {
                self.pipes.send_input(&answer, &Typed::Stop).await?;
            }
        }
        Ok(())
    }

    /// Handles a reply of the engine while the cell `request` is executed. Returns the failure of the cell, if the reply has one.
    async fn handle_reply(
        &mut self,
        reply: Reply,
        request: &JupyterMessage,
        execution: &mut Execution,
    ) -> Result<Option<Failure>> {
        match reply {
            Reply::Executed { shown, timed, times, warnings, failure } => {
                (execution.is_compiled, execution.is_timed) = (true, timed);
                tracing::debug!(cell = self.execution_count, ?times, "cell compiled");
                execution.timing.set_compile_times(times);
                if failure.as_ref().is_some_and(|failure| failure.lost) {
                    self.drain_final_events().await?;
                }
                if let Some(cell) = &mut self.last_cell {
                    cell.set_warnings(warnings);
                    cell.show_result(&shown).await;
                }
                return Ok(failure);
            }
            Reply::Building { text } => {
                if let Some(cell) = &mut self.last_cell {
                    cell.show_build_progress(&text).await;
                }
            }
            reply => {
                if let Some(concurrent) = execution.concurrent.take() {
                    self.handle_concurrent_reply(&concurrent, reply, request).await;
                }
            }
        }
        Ok(None)
    }

    /// Handles the final output of a process that has crashed. It is still in the pipe, followed by the event of its end.
    async fn drain_final_events(&mut self) -> Result<()> {
        let deadline = Instant::now() + Duration::from_secs(1);
        while self.last_cell.as_ref().is_some_and(|cell| !cell.has_lost_process()) {
            tokio::select! {
                event = self.pipes.next_event() => {
                    self.handle_event(event?).await?;
                }
                () = sleep_until(deadline) => break,
            }
        }
        Ok(())
    }

    /// Aborts the cells that were queued behind a cell that failed, and answers the other requests.
    pub(super) async fn abort(&mut self, requests: Vec<JupyterMessage>) -> Result<()> {
        for request in requests {
            if !matches!(request.content, JupyterMessageContent::ExecuteRequest(_)) {
                Box::pin(self.handle_request(request)).await?;
                continue;
            }
            self.publisher.busy(&request).await;
            let reply = ExecuteReply {
                status: ReplyStatus::Aborted,
                execution_count: ExecutionCount::new(self.execution_count),
                ..ExecuteReply::default()
            };
            self.shell.reply(&request, reply).await;
            self.publisher.idle(&request).await;
        }
        Ok(())
    }
}
