//! One run of a cell, from the request to the reply.

use std::time::Duration;

use anyhow::Result;
use jupyter_protocol::{
    ExecuteReply, ExecuteRequest, ExecutionCount, JupyterMessage, JupyterMessageContent, ReplyError, ReplyStatus,
    UnknownMessage,
};
use serde_json::json;
use tokio::time::{Instant, sleep_until};

use super::super::cell::Cell;
use super::super::prelude;
use super::Server;
use super::care::{Heard, hear};
use super::input::Question;
use super::times::Times;
use crate::deadline::reach;
use notebook_engine::messages::{Event, Failure, Reply, Request, Typed};

/// How long code that was asked to stop may go on before the user is told what the next press does.
const PATIENCE: Duration = Duration::from_millis(1_500);
/// How long after one signal the compiler gets the next, while a cell that was stopped is still being compiled.
const STOP_AGAIN: Duration = Duration::from_millis(100);

const NOT_STOPPED: &str = "The code has not stopped. Stop again ends it, and with it every variable.\n";

/// A cell on its way.
#[derive(Default)]
pub(super) struct Run {
    /// The engine has compiled it, and is free.
    is_compiled: bool,
    /// The user wants to know how long it takes.
    is_timed: bool,
    /// The request for which the engine was asked something meanwhile.
    asking: Option<JupyterMessage>,
    /// The name of the answer that the input box gives.
    pub(super) input: Option<String>,
    /// The user was told that there is no keyboard.
    pub(super) has_no_keyboard: bool,
    /// How often the cell has wanted a line.
    pub(super) inputs: usize,
    warn: Option<Instant>,
    /// When to stop the compiler again.
    stop_compiler: Option<Instant>,
}

impl Server<'_> {
    /// Runs a cell. Where it failed, the requests that were sent with it are not to be run any more.
    pub(super) async fn execute(
        &mut self,
        request: &JupyterMessage,
        execute: &ExecuteRequest,
    ) -> Result<Vec<JupyterMessage>> {
        let code = execute.code.as_str();
        if !execute.silent {
            if execute.store_history {
                self.count += 1;
                self.history.add(self.count, code);
            }
            let input = json!({"code": code, "execution_count": self.count});
            let input = UnknownMessage { msg_type: "execute_input".to_owned(), content: input };
            self.publisher.publish(request, input).await;
        }
        self.sources.add(self.count, code);
        let sources = self.sources.clone();
        self.last = Some(Cell::new(self.publisher.clone(), request.clone(), sources, self.count, execute.silent));
        let failure = self.run(request, execute).await?;
        let mut reply = ExecuteReply {
            execution_count: ExecutionCount::new(self.count),
            user_expressions: Some([].into()),
            ..ExecuteReply::default()
        };
        let mut abandoned = Vec::new();
        if let Some(Failure { name, value, traceback, .. }) = failure {
            reply.status = ReplyStatus::Error;
            reply.error = Some(Box::new(ReplyError { ename: name, evalue: value, traceback }));
            // Those that are there now: what a client sends when it knows of the failure, it means.
            if execute.stop_on_error {
                abandoned.extend(self.waiting.drain(..));
                abandoned.extend(std::iter::from_fn(|| self.shell.requests.try_recv().ok()));
            }
        }
        self.shell.reply(request, reply).await;
        Ok(abandoned)
    }

    async fn run(&mut self, request: &JupyterMessage, execute: &ExecuteRequest) -> Result<Option<Failure>> {
        self.stops.begin();
        let failure = self.compile_and_run(request, execute).await;
        self.in_cell = false;
        let pressed = self.stops.end();
        let mut failure = failure?;
        let mut lost = Vec::new();
        if let (Some(cell), None) = (&self.last, &failure) {
            let asked = match (cell.is_gone(), cell.is_unfinished(), cell.has_reassigned()) {
                (true, ..) => Some(Request::RestartRuntime),
                (_, true, _) => Some(Request::RestoreVariables),
                (.., true) => Some(Request::KeepReassigned),
                _ => None,
            };
            let is_gone = cell.is_gone();
            if let Some(asked) = asked
                && let Some(Reply::VariablesRestored { lost: names }) = self.ask(asked).await?
            {
                lost = names;
            }
            if is_gone {
                failure = Some(Failure { lost: true, ..Failure::default() });
            }
        }
        match &mut self.last {
            Some(cell) => Ok(cell.end(failure, pressed, &lost).await),
            None => Ok(failure),
        }
    }

    async fn compile_and_run(&mut self, request: &JupyterMessage, execute: &ExecuteRequest) -> Result<Option<Failure>> {
        if let Some(failure) = self.wait_until_ready().await? {
            return Ok(Some(failure));
        }
        let code = match self.prelude() {
            Some(library) => prelude::without(&execute.code, library),
            None => execute.code.clone(),
        };
        if code.trim().is_empty() {
            return Ok(None);
        }
        if let (Some(end), Some(cell)) = (self.gone.take(), &mut self.last) {
            cell.take(end).await;
            return Ok(None);
        }
        if self.engine.ask(&Request::Execute { code }).await.is_err() {
            return self.lose_engine().await.map(Some);
        }
        self.in_cell = true;
        let mut run = Run::default();
        let mut times = Times::begin();
        loop {
            if run.is_compiled && run.asking.is_none() {
                if self.running == 0 {
                    break;
                }
                run.asking = self.ask_aside().await?;
            }
            let heard = tokio::select! {
                heard = hear(&mut self.pipes, &mut self.engine) => heard?,
                Some(other) = self.shell.requests.recv() => {
                    self.take_aside(other, request).await;
                    continue;
                }
                Some(typed) = self.stdin.requests.recv(), if run.input.is_some() => {
                    self.take_typed(typed, &mut run.input).await?;
                    continue;
                }
                () = self.stops.asked() => {
                    if self.stops.pressed().compiler {
                        run.stop_compiler = Some(Instant::now() + STOP_AGAIN);
                    }
                    if self.stops.pressed().library {
                        run.warn.get_or_insert(Instant::now() + PATIENCE);
                        if let Some(answer) = run.input.take() {
                            self.pipes.give(&answer, &Typed::Stop).await?;
                        }
                    }
                    continue;
                }
                () = reach(run.stop_compiler) => {
                    // What comes before the compiler may have outlived the first signal.
                    run.stop_compiler = self.stops.ask_compiler_again().then(|| Instant::now() + STOP_AGAIN);
                    continue;
                }
                () = reach(run.warn) => {
                    run.warn = None;
                    if self.stops.is_running() && let Some(cell) = &self.last {
                        cell.say(NOT_STOPPED).await;
                    }
                    continue;
                }
            };
            match heard {
                Heard::Event(Event::Input { answer, prompt, password }) => {
                    self.ask_for_input(request, execute, &mut run, Question { answer, prompt, password }).await?;
                }
                Heard::Event(event) => {
                    times.note(&event);
                    self.take(event).await?;
                }
                Heard::Reply(Reply::Executed { shown, timed, times: compile_times, warnings, failure }) => {
                    (run.is_compiled, run.is_timed) = (true, timed);
                    times.compiled(compile_times);
                    if failure.as_ref().is_some_and(|failure| failure.lost) {
                        self.take_last_words().await?;
                    }
                    if let Some(cell) = &mut self.last {
                        cell.warn(warnings);
                        cell.show_result(&shown).await;
                    }
                    if failure.is_some() {
                        return Ok(failure);
                    }
                }
                Heard::Reply(Reply::Building { text }) => {
                    if let Some(cell) = &mut self.last {
                        cell.show_building(&text).await;
                    }
                }
                Heard::Reply(reply) => {
                    if let Some(asked) = run.asking.take() {
                        self.answer_aside(&asked, reply, request).await;
                    }
                }
                Heard::Lost => return self.lose_engine().await.map(Some),
            }
        }
        if run.is_timed
            && let (Some(times), Some(cell)) = (times.sentence(), &self.last)
        {
            cell.print(&times).await;
        }
        Ok(None)
    }

    /// What a process that has crashed wrote last: it is in the pipe, with the word that the process has ended.
    async fn take_last_words(&mut self) -> Result<()> {
        let deadline = Instant::now() + Duration::from_secs(1);
        while self.last.as_ref().is_some_and(|cell| !cell.is_gone()) {
            tokio::select! {
                event = self.pipes.event() => {
                    self.take(event?).await?;
                }
                () = sleep_until(deadline) => break,
            }
        }
        Ok(())
    }

    /// After a cell that failed, the cells that were sent with it don't run.
    pub(super) async fn abort(&mut self, requests: Vec<JupyterMessage>) -> Result<()> {
        for request in requests {
            if !matches!(request.content, JupyterMessageContent::ExecuteRequest(_)) {
                Box::pin(self.answer(request)).await?;
                continue;
            }
            self.publisher.busy(&request).await;
            let reply = ExecuteReply {
                status: ReplyStatus::Aborted,
                execution_count: ExecutionCount::new(self.count),
                ..ExecuteReply::default()
            };
            self.shell.reply(&request, reply).await;
            self.publisher.idle(&request).await;
        }
        Ok(())
    }
}
