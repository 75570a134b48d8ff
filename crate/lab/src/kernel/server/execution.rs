//! One run of a cell, from the request to the reply.

use std::time::Duration;

use anyhow::Result;
use jupyter_protocol::{
    ExecuteReply, ExecuteRequest, ExecutionCount, InputRequest, JupyterMessage, JupyterMessageContent, ReplyError,
    ReplyStatus, UnknownMessage,
};
use serde_json::json;
use tokio::time::{Instant, sleep_until};

use super::super::cell::Cell;
use super::super::prelude;
use super::Server;
use super::care::{Heard, hear};
use crate::deadline::reach;
use crate::engine::messages::{Event, Failure, Reply, Request};

/// How long code that was asked to stop may go on before the user is told what the next press does.
const PATIENCE: Duration = Duration::from_millis(1_500);

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
        self.last = Some(Cell::new(self.publisher.clone(), request.clone(), code, self.count, execute.silent));
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
            while execute.stop_on_error
                && let Ok(request) = self.shell.requests.try_recv()
            {
                abandoned.push(request);
            }
        }
        self.shell.reply(request, reply).await;
        Ok(abandoned)
    }

    async fn run(&mut self, request: &JupyterMessage, execute: &ExecuteRequest) -> Result<Option<Failure>> {
        self.stops.begin();
        let failure = self.compile_and_run(request, execute).await;
        let pressed = self.stops.end();
        match &mut self.last {
            Some(cell) => Ok(cell.end(failure?, pressed, &self.program).await),
            None => failure,
        }
    }

    async fn compile_and_run(&mut self, request: &JupyterMessage, execute: &ExecuteRequest) -> Result<Option<Failure>> {
        if let Some(failure) = self.wait_until_ready().await? {
            return Ok(Some(failure));
        }
        let code = if self.has_prelude { prelude::without(&execute.code, &self.library) } else { execute.code.clone() };
        if code.trim().is_empty() {
            return Ok(None);
        }
        if self.engine.ask(&Request::Execute { code }).await.is_err() {
            return self.lose_engine().await.map(Some);
        }
        let mut warn: Option<Instant> = None;
        loop {
            let heard = tokio::select! {
                heard = hear(&mut self.pipes, &mut self.engine) => heard?,
                () = self.stops.asked() => {
                    if self.stops.pressed().library {
                        warn.get_or_insert(Instant::now() + PATIENCE);
                    }
                    continue;
                }
                () = reach(warn) => {
                    warn = None;
                    if self.stops.is_running() && let Some(cell) = &self.last {
                        cell.say("This code does not listen to stop; it goes on. Stop again ends it, and with it every variable.\n").await;
                    }
                    continue;
                }
            };
            match heard {
                Heard::Event(event) => self.take(event).await?,
                Heard::Reply(Reply::Executed { shown, failure }) => {
                    if failure.as_ref().is_some_and(|failure| failure.lost) {
                        self.take_last_words().await?;
                    }
                    if let Some(cell) = &mut self.last {
                        cell.show_result(&shown).await;
                    }
                    return Ok(failure);
                }
                Heard::Reply(Reply::Input { prompt, password }) => {
                    let text = self.input(request, execute, &prompt, password).await;
                    if self.engine.ask(&Request::Input { text }).await.is_err() {
                        return self.lose_engine().await.map(Some);
                    }
                }
                Heard::Reply(_) => {}
                Heard::Lost => return self.lose_engine().await.map(Some),
            }
        }
    }

    /// What a process that has crashed wrote last: it is in the pipe, with the word that the process has ended.
    async fn take_last_words(&mut self) -> Result<()> {
        let deadline = Instant::now() + Duration::from_secs(1);
        loop {
            tokio::select! {
                event = self.pipes.event() => {
                    let event = event?;
                    let is_last = matches!(event, Event::Ended { .. });
                    self.take(event).await?;
                    if is_last {
                        return Ok(());
                    }
                }
                () = sleep_until(deadline) => return Ok(()),
            }
        }
    }

    /// An event while a cell runs.
    async fn take(&mut self, event: Event) -> Result<()> {
        match &event {
            Event::Running => self.stops.run(),
            Event::Started { process } => self.stops.set_runtime(*process),
            Event::Done { answer } => {
                self.stops.ran();
                self.pipes.answer(answer).await?;
            }
            _ => {}
        }
        if let Some(cell) = &mut self.last {
            cell.take(event).await;
        }
        Ok(())
    }

    /// A line that the user types; nothing where there is nobody to type.
    async fn input(
        &mut self,
        request: &JupyterMessage,
        execute: &ExecuteRequest,
        prompt: &str,
        password: bool,
    ) -> String {
        if !execute.allow_stdin {
            return String::new();
        }
        // What was typed for a cell that was stopped is not for this one.
        while self.stdin.requests.try_recv().is_ok() {}
        self.stdin.reply(request, InputRequest { prompt: prompt.to_owned(), password }).await;
        loop {
            tokio::select! {
                reply = self.stdin.requests.recv() => match reply.map(|reply| reply.content) {
                    Some(JupyterMessageContent::InputReply(reply)) => return reply.value,
                    Some(_) => {}
                    None => return String::new(),
                },
                () = self.stops.asked() => return String::new(),
            }
        }
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
