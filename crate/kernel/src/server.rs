//! Answers the requests of the shell: cells one after the other, and the rest also while a cell runs.
//!
//! What runs a [cell](execution), what looks after the [engine](care) and the [control channel](control), which is answered at
//! once, are beside.

mod aside;
mod care;
mod control;
mod execution;
mod input;
mod times;

use std::collections::VecDeque;
use std::sync::Arc;

use anyhow::Result;
use jupyter_protocol::{CommClose, JupyterMessage, JupyterMessageContent, UnknownMessage};
use notebook_engine::messages::{Event, Reply, Request};
use notebook_engine::{HostLibrary, Session};
use serde_json::{Value, json};
use tokio::sync::Notify;

use super::cell::Cell;
use super::engine_process::{Engine, Pipes};
use super::history::History;
use super::interrupt::Stops;
use super::place::Sources;
use super::sockets::{Channel, Publisher, Sockets};
use super::{abilities, completeness};
use crate::config::KernelConfig;

/// The kernel's side of the shell.
pub(super) struct Server<'a> {
    session: &'a Session,
    config: KernelConfig,
    sources: Sources,
    shell: Channel,
    /// Requests that wait for the end of the cell that runs, or for the engine.
    waiting: VecDeque<JupyterMessage>,
    stdin: Channel,
    publisher: Publisher,
    engine: Engine,
    pipes: Pipes,
    /// Whether the engine has said that it takes cells; and whether tealight's words are known in them.
    ready: bool,
    has_prelude: bool,
    /// The end of the process that runs cells, where it has ended while no cell ran.
    gone: Option<Event>,
    /// Whether a cell is being run.
    in_cell: bool,
    /// How many cells the process that runs them has begun and not ended.
    running: usize,
    /// How often in a row the engine has ended before it took cells.
    failed_starts: u32,
    stops: Stops,
    history: History,
    count: usize,
    /// The cell that ran last: text of threads that it left running belongs to it.
    last: Option<Cell>,
    quit: Arc<Notify>,
}

impl<'a> Server<'a> {
    /// Starts the engine and listens to the control channel. The second value is how a signal asks to stop.
    pub(super) fn new(config: &KernelConfig, session: &'a Session, sockets: Sockets) -> Result<(Self, Stops)> {
        let pipes = Pipes::create(session)?;
        let stops = Stops::new(pipes.stop_file());
        let engine = Engine::start(&config.host, session, &pipes)?;
        stops.set_engine(engine.process());
        let quit = Arc::new(Notify::new());
        let Sockets { shell, control: control_channel, stdin, publisher, readers } = sockets;
        tokio::spawn(control::listen(
            config.clone(),
            control_channel,
            publisher.clone(),
            stops.clone(),
            Arc::clone(&quit),
            readers,
        ));
        if let Some(folder) = config.history_file.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let server = Self {
            session,
            config: config.clone(),
            sources: Sources::new(session.program()),
            shell,
            waiting: VecDeque::new(),
            stdin,
            publisher,
            engine,
            pipes,
            ready: false,
            has_prelude: false,
            gone: None,
            in_cell: false,
            running: 0,
            failed_starts: 0,
            stops: stops.clone(),
            history: History::open(&config.history_file),
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
        Ok(())
    }

    /// The library whose names cells have already, if its prelude has run.
    fn prelude(&self) -> Option<&HostLibrary> {
        self.config.host.library.as_ref().filter(|_| self.has_prelude)
    }

    async fn answer_requests(&mut self) -> Result<()> {
        loop {
            if let Some(request) = self.waiting.pop_front() {
                self.answer(request).await?;
                continue;
            }
            tokio::select! {
                request = self.shell.requests.recv() => match request {
                    Some(request) => self.answer(request).await?,
                    None => return Ok(()),
                },
                event = self.pipes.event() => self.take(event?).await?,
                reply = self.engine.reply(), if !self.ready && !self.is_given_up() => match reply {
                    Ok(Reply::Ready { prelude }) => self.begin(prelude),
                    _ => self.restart_engine().await?,
                },
            }
        }
    }

    async fn answer(&mut self, request: JupyterMessage) -> Result<()> {
        self.publisher.busy(&request).await;
        if let JupyterMessageContent::ExecuteRequest(execute) = &request.content {
            let abandoned = self.execute(&request, execute).await?;
            self.publisher.idle(&request).await;
            return self.abort(abandoned).await;
        }
        let reply = match question(&request) {
            Some(question) => Some(answer_to(&request, self.ask(question).await?)),
            None => self.answer_alone(&request).await,
        };
        if let Some(reply) = reply {
            self.shell.reply(&request, reply).await;
        }
        self.publisher.idle(&request).await;
        Ok(())
    }

    /// The reply to what needs neither the engine nor a cell's process; none where there is no reply.
    async fn answer_alone(&mut self, request: &JupyterMessage) -> Option<JupyterMessageContent> {
        match &request.content {
            JupyterMessageContent::KernelInfoRequest(_) => Some(abilities::kernel_info(&self.config)),
            JupyterMessageContent::IsCompleteRequest(asked) => Some(completeness::of(&asked.code).into()),
            // The protocol's own type has too much in it that clients leave out.
            JupyterMessageContent::UnknownMessage(asked) if asked.msg_type == "history_request" => {
                Some(reply_of(request, self.history.find(&asked.content)))
            }
            JupyterMessageContent::CommInfoRequest(_) => Some(reply_of(request, json!({"status": "ok", "comms": {}}))),
            JupyterMessageContent::CommOpen(open) => {
                // Nothing here speaks over comms; the client learns it.
                let close = CommClose { comm_id: open.comm_id.clone(), data: serde_json::Map::new() };
                self.publisher.publish(request, close).await;
                None
            }
            _ => None,
        }
    }
}

/// What a request asks the engine; none where it asks something else.
fn question(request: &JupyterMessage) -> Option<Request> {
    match &request.content {
        JupyterMessageContent::CompleteRequest(asked) => {
            let at = byte(&asked.code, asked.cursor_pos);
            Some(Request::Complete { code: asked.code.clone(), at })
        }
        JupyterMessageContent::InspectRequest(asked) => {
            let at = byte(&asked.code, asked.cursor_pos);
            Some(Request::Inspect { code: asked.code.clone(), at })
        }
        _ => None,
    }
}

/// What is replied to such a request, where the engine says this.
fn answer_to(request: &JupyterMessage, reply: Option<Reply>) -> JupyterMessageContent {
    let content = match (&request.content, reply) {
        (JupyterMessageContent::CompleteRequest(asked), reply) => {
            let (start, end, choices) = match reply {
                Some(Reply::Completed { choices, start, end }) => {
                    (character(&asked.code, start), character(&asked.code, end), choices)
                }
                _ => (asked.cursor_pos, asked.cursor_pos, Vec::new()),
            };
            let types: Vec<Value> = choices
                .iter()
                .map(|choice| {
                    json!({
                        "text": choice.name, "type": choice.kind, "signature": choice.signature,
                        "start": start, "end": end,
                    })
                })
                .collect();
            let matches: Vec<&str> = choices.iter().map(|choice| choice.name.as_str()).collect();
            json!({
                "status": "ok", "matches": matches, "cursor_start": start, "cursor_end": end,
                "metadata": {"_jupyter_types_experimental": types},
            })
        }
        (_, reply) => {
            let found = if let Some(Reply::Inspected { found }) = reply { found } else { None };
            let data =
                found.as_ref().map_or_else(|| json!({}), |(text, html)| json!({"text/plain": text, "text/html": html}));
            json!({"status": "ok", "found": found.is_some(), "data": data, "metadata": {}})
        }
    };
    reply_of(request, content)
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
