//! Answers requests: those of the shell one after the other, those of the control channel at once.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use jupyter_protocol::{
    CommClose, ExecuteReply, ExecuteRequest, ExecutionCount, InputRequest, InterruptReply, JupyterMessage,
    JupyterMessageContent, ReplyError, ReplyStatus, ShutdownReply, UnknownMessage,
};
use serde_json::{Value, json};
use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};

use super::cell::{Cell, ENGINE_LOST, failed};
use super::engine_process::{Engine, Pipes};
use super::history::History;
use super::interrupt::Stops;
use super::sockets::{Channel, Publisher, Sockets};
use super::{abilities, completeness, prelude};
use crate::engine::messages::{Event, Failure, Reply, Request};
use crate::engine::session::Session;
use crate::home::Home;

/// How long code that was asked to stop may go on before the user is told what the next press does.
const PATIENCE: Duration = Duration::from_millis(1_500);

/// The kernel's side of the shell.
pub(super) struct Server<'a> {
    session: &'a Session,
    library: PathBuf,
    program: PathBuf,
    shell: Channel,
    stdin: Channel,
    publisher: Publisher,
    engine: Engine,
    pipes: Pipes,
    /// Whether the engine has said that it takes cells; and whether tealight's words are known in them.
    ready: bool,
    has_prelude: bool,
    stops: Stops,
    history: History,
    count: usize,
    /// The cell that ran last: text of threads that it left running belongs to it.
    last: Option<Cell>,
    quit: Arc<Notify>,
}

/// What the kernel waits for.
enum Heard {
    Event(Event),
    Reply(Reply),
    /// The engine is gone.
    Lost,
}

impl<'a> Server<'a> {
    /// Starts the engine and listens to the control channel. The second value is how a signal asks to stop.
    pub(super) fn new(home: &Home, session: &'a Session, sockets: Sockets) -> Result<(Self, Stops)> {
        let pipes = Pipes::make(session.folder())?;
        let stops = Stops::new(pipes.stop_file());
        let engine = Engine::start(session, &pipes)?;
        stops.set_engine(engine.process());
        let quit = Arc::new(Notify::new());
        let Sockets { shell, control, stdin, publisher, readers } = sockets;
        tokio::spawn(listen(control, publisher.clone(), stops.clone(), Arc::clone(&quit), readers));
        std::fs::create_dir_all(home.jupyter())?;
        let server = Self {
            session,
            library: home.library(),
            program: session.program(),
            shell,
            stdin,
            publisher,
            engine,
            pipes,
            ready: false,
            has_prelude: false,
            stops: stops.clone(),
            history: History::open(&home.jupyter().join("history.jsonl")),
            count: 0,
            last: None,
            quit,
        };
        Ok((server, stops))
    }

    /// Answers requests until a client asks the kernel to shut down.
    pub(super) async fn serve(mut self) -> Result<()> {
        let quit = Arc::clone(&self.quit);
        self.publisher.starting().await;
        tokio::select! {
            served = self.answer_requests() => served?,
            () = quit.notified() => {}
        }
        self.stops.end_processes();
        Ok(())
    }

    async fn answer_requests(&mut self) -> Result<()> {
        loop {
            tokio::select! {
                request = self.shell.requests.recv() => match request {
                    Some(request) => self.answer(request).await?,
                    None => return Ok(()),
                },
                event = self.pipes.event() => self.take_idle(event?).await?,
                reply = self.engine.reply(), if !self.ready => match reply {
                    Ok(Reply::Ready { prelude }) => self.begin(prelude),
                    _ => self.restart_engine().await?,
                },
            }
        }
    }

    async fn answer(&mut self, request: JupyterMessage) -> Result<()> {
        self.publisher.busy(&request).await;
        let reply = match request.content.clone() {
            JupyterMessageContent::ExecuteRequest(execute) => {
                let abandoned = self.execute(&request, &execute).await?;
                self.publisher.idle(&request).await;
                return self.abort(abandoned).await;
            }
            JupyterMessageContent::KernelInfoRequest(_) => Some(abilities::kernel_info()),
            JupyterMessageContent::IsCompleteRequest(asked) => Some(completeness::of(&asked.code).into()),
            JupyterMessageContent::HistoryRequest(asked) => {
                Some(reply_of(&request, self.history.find(&serde_json::to_value(asked)?)))
            }
            // Clients leave out what the protocol's type has.
            JupyterMessageContent::UnknownMessage(asked) if asked.msg_type == "history_request" => {
                Some(reply_of(&request, self.history.find(&asked.content)))
            }
            JupyterMessageContent::CompleteRequest(asked) => {
                let (start, end, choices) = self.complete(&asked.code, asked.cursor_pos).await?;
                let types: Vec<Value> = choices
                    .iter()
                    .map(|choice| json!({"text": choice.label, "type": choice.kind, "start": start, "end": end}))
                    .collect();
                let matches: Vec<&str> = choices.iter().map(|choice| choice.code.as_str()).collect();
                Some(reply_of(
                    &request,
                    json!({
                        "status": "ok", "matches": matches, "cursor_start": start, "cursor_end": end,
                        "metadata": {"_jupyter_types_experimental": types},
                    }),
                ))
            }
            JupyterMessageContent::InspectRequest(asked) => {
                let at = byte(&asked.code, asked.cursor_pos);
                let found = match self.ask(Request::Inspect { code: asked.code, at }).await? {
                    Some(Reply::Inspected { found }) => found,
                    _ => None,
                };
                let data = found
                    .as_ref()
                    .map_or_else(|| json!({}), |(text, html)| json!({"text/plain": text, "text/html": html}));
                Some(reply_of(
                    &request,
                    json!({
                        "status": "ok", "found": found.is_some(), "data": data, "metadata": {},
                    }),
                ))
            }
            JupyterMessageContent::CommInfoRequest(_) => Some(reply_of(&request, json!({"status": "ok", "comms": {}}))),
            JupyterMessageContent::CommOpen(open) => {
                // Nothing here speaks over comms; the client learns it.
                let close = CommClose { comm_id: open.comm_id, data: serde_json::Map::new() };
                self.publisher.publish(&request, close).await;
                None
            }
            _ => None,
        };
        if let Some(reply) = reply {
            self.shell.reply(&request, reply).await;
        }
        self.publisher.idle(&request).await;
        Ok(())
    }

    /// Runs a cell. Where it failed, the requests that were sent with it are not to be run any more.
    async fn execute(&mut self, request: &JupyterMessage, execute: &ExecuteRequest) -> Result<Vec<JupyterMessage>> {
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
        self.wait_until_ready().await?;
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

    /// An event while no cell runs: of the prelude, or of a thread that a cell left running.
    async fn take_idle(&mut self, event: Event) -> Result<()> {
        match event {
            Event::Started { process } => self.stops.set_runtime(process),
            Event::Done { answer } => self.pipes.answer(&answer).await?,
            event @ (Event::Text { .. } | Event::Display(_)) => {
                if let Some(cell) = &mut self.last {
                    cell.take(event).await;
                }
            }
            _ => {}
        }
        Ok(())
    }

    async fn wait_until_ready(&mut self) -> Result<()> {
        while !self.ready {
            match hear(&mut self.pipes, &mut self.engine).await? {
                Heard::Event(event) => self.take_idle(event).await?,
                Heard::Reply(Reply::Ready { prelude }) => self.begin(prelude),
                Heard::Reply(_) => {}
                Heard::Lost => anyhow::bail!("the engine can't be started: what it said is above"),
            }
        }
        Ok(())
    }

    fn begin(&mut self, prelude: Option<Failure>) {
        self.ready = true;
        self.has_prelude = prelude.is_none();
        if let Some(failure) = prelude {
            // The lesson's own first cell will say it where it is seen.
            eprintln!("tealight is not there yet: {}", failure.value);
        }
    }

    /// The engine is gone in the middle of a cell.
    async fn lose_engine(&mut self) -> Result<Failure> {
        self.restart_engine().await?;
        let words = "the engine that compiles cells has ended, and every variable with it. It is started anew: run the cells from the top";
        Ok(Failure { lost: true, ..failed(ENGINE_LOST, words, None) })
    }

    async fn restart_engine(&mut self) -> Result<()> {
        self.stops.end_processes();
        // A crash at the very start would repeat itself at once, for ever.
        tokio::time::sleep(Duration::from_millis(200)).await;
        self.engine = Engine::start(self.session, &self.pipes)?;
        self.stops.set_engine(self.engine.process());
        (self.ready, self.has_prelude) = (false, false);
        Ok(())
    }

    /// Asks the engine something that runs no cell. None where it is gone.
    async fn ask(&mut self, request: Request) -> Result<Option<Reply>> {
        self.wait_until_ready().await?;
        if self.engine.ask(&request).await.is_ok() {
            loop {
                match hear(&mut self.pipes, &mut self.engine).await? {
                    Heard::Event(event) => self.take_idle(event).await?,
                    Heard::Reply(reply) => return Ok(Some(reply)),
                    Heard::Lost => break,
                }
            }
        }
        self.restart_engine().await?;
        Ok(None)
    }

    async fn complete(
        &mut self,
        code: &str,
        cursor: usize,
    ) -> Result<(usize, usize, Vec<crate::engine::messages::Choice>)> {
        let at = byte(code, cursor);
        let reply = self.ask(Request::Complete { code: code.to_owned(), at }).await?;
        Ok(match reply {
            Some(Reply::Completed { choices, start, end }) => (character(code, start), character(code, end), choices),
            _ => (cursor, cursor, Vec::new()),
        })
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
    async fn abort(&mut self, requests: Vec<JupyterMessage>) -> Result<()> {
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

/// Waits for the next thing that concerns the cells. What they have shown comes before how they ended.
async fn hear(pipes: &mut Pipes, engine: &mut Engine) -> Result<Heard> {
    tokio::select! {
        biased;
        event = pipes.event() => event.map(Heard::Event),
        reply = engine.reply() => Ok(reply.map_or(Heard::Lost, Heard::Reply)),
    }
}

/// Answers the control channel, until a client asks the kernel to shut down.
async fn listen(
    mut control: Channel,
    publisher: Publisher,
    stops: Stops,
    quit: Arc<Notify>,
    _readers: tokio::task::JoinSet<()>,
) {
    while let Some(request) = control.requests.recv().await {
        publisher.busy(&request).await;
        let mut ends = false;
        match &request.content {
            JupyterMessageContent::InterruptRequest(_) => {
                stops.ask();
                control.reply(&request, InterruptReply::new()).await;
            }
            JupyterMessageContent::ShutdownRequest(asked) => {
                let reply = ShutdownReply { restart: asked.restart, status: ReplyStatus::Ok, error: None };
                publisher.publish(&request, reply.clone()).await;
                control.reply(&request, reply).await;
                ends = true;
            }
            JupyterMessageContent::KernelInfoRequest(_) => control.reply(&request, abilities::kernel_info()).await,
            _ => {}
        }
        publisher.idle(&request).await;
        if ends {
            // The last messages are on their way in tasks of their own.
            tokio::time::sleep(Duration::from_millis(50)).await;
            quit.notify_one();
        }
    }
}

/// The reply to a request, of JSON.
fn reply_of(request: &JupyterMessage, content: Value) -> JupyterMessageContent {
    let msg_type = request.header.msg_type.replace("_request", "_reply");
    UnknownMessage { msg_type, content }.into()
}

/// The byte at which a character stands; the end where there are fewer. Jupyter counts characters.
fn byte(code: &str, character: usize) -> usize {
    code.char_indices().nth(character).map_or(code.len(), |(at, _)| at)
}

/// How many characters stand before a byte.
fn character(code: &str, byte: usize) -> usize {
    code.get(..byte).unwrap_or(code).chars().count()
}

async fn reach(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => sleep_until(deadline).await,
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests {
    use super::{byte, character};

    #[test]
    fn a_cursor_counts_characters() {
        let code = "let é = x";
        assert_eq!(byte(code, 5), 6);
        assert_eq!(byte(code, 99), code.len());
        assert_eq!(character(code, 6), 5);
    }
}
