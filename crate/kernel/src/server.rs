//! The server: it answers the requests of the shell channel, cells one after the other and the rest also while a cell runs.
//!
//! Its parts are the [execution](execution) of a cell, its keyboard [input](input), [requests](concurrent_requests) that arrive
//! meanwhile, the [supervision](engine_supervisor) of the engine, and the [control channel](control), which is always answered at
//! once.

mod cell_timing;
mod concurrent_requests;
mod control;
mod engine_supervisor;
mod execution;
mod input;

use std::collections::VecDeque;
use std::sync::Arc;

use anyhow::Result;
use jupyter_protocol::{CommClose, JupyterMessage, JupyterMessageContent, UnknownMessage};
use notebook_engine::messages::{Event, Reply, Request};
use notebook_engine::{HostLibrary, Session};
use serde_json::{Value, json};
use tokio::sync::Notify;

use crate::cell_run::CellRun;
use crate::completeness;
use crate::config::KernelConfig;
use crate::engine_process::{EngineProcess, Pipes};
use crate::history::History;
use crate::interrupt::InterruptController;
use crate::kernel_info::kernel_info;
use crate::sockets::{Channel, Publisher, Sockets};
use crate::source_line::Sources;

/// The server of the shell channel.
pub(super) struct Server<'a> {
    session: &'a Session,
    config: KernelConfig,
    sources: Sources,
    shell: Channel,
    /// Requests that wait for the end of the current cell, or for the engine.
    waiting: VecDeque<JupyterMessage>,
    stdin: Channel,
    publisher: Publisher,
    engine: EngineProcess,
    pipes: Pipes,
    /// Whether the engine accepts cells.
    ready: bool,
    /// Whether the prelude of the host library has run.
    has_prelude: bool,
    /// The end of the process that runs cells, if it ended while no cell ran.
    runtime_end: Option<Event>,
    /// Whether a cell is being executed.
    in_cell: bool,
    /// How many runs the process that runs cells has begun and not ended.
    running: usize,
    /// How often in a row the engine has ended before it was ready.
    failed_starts: u32,
    interrupts: InterruptController,
    history: History,
    execution_count: usize,
    /// The cell that ran last. The output of threads that it left running belongs to it.
    last_cell: Option<CellRun>,
    shutdown: Arc<Notify>,
}

impl<'a> Server<'a> {
    /// Starts the engine and serves the control channel. Also returns the controller by which a signal interrupts a cell.
    pub(super) fn new(
        config: &KernelConfig,
        session: &'a Session,
        sockets: Sockets,
    ) -> Result<(Self, InterruptController)> {
        let pipes = Pipes::create(session)?;
        let interrupts = InterruptController::new(pipes.stop_file());
        let engine = EngineProcess::start(&config.host, session, &pipes)?;
        interrupts.set_engine(engine.id());
        let shutdown = Arc::new(Notify::new());
        let Sockets { shell, control: control_channel, stdin, publisher, readers } = sockets;
        tokio::spawn(control::serve_control(
            config.clone(),
            control_channel,
            publisher.clone(),
            interrupts.clone(),
            Arc::clone(&shutdown),
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
            runtime_end: None,
            in_cell: false,
            running: 0,
            failed_starts: 0,
            interrupts: interrupts.clone(),
            history: History::open(&config.history_file),
            execution_count: 0,
            last_cell: None,
            shutdown,
        };
        Ok((server, interrupts))
    }

    /// Answers requests until a client asks the kernel to shut down.
    pub(super) async fn serve(mut self) -> Result<()> {
        let shutdown = Arc::clone(&self.shutdown);
        self.publisher.starting().await;
        tokio::select! {
            served = self.handle_requests() => served?,
            () = shutdown.notified() => {}
        }
        Ok(())
    }

    /// Returns the host library if its prelude has run.
    fn loaded_library(&self) -> Option<&HostLibrary> {
        self.config.host.library.as_ref().filter(|_| self.has_prelude)
    }

    async fn handle_requests(&mut self) -> Result<()> {
        loop {
            if let Some(request) = self.waiting.pop_front() {
                self.handle_request(request).await?;
                continue;
            }
            tokio::select! {
                request = self.shell.requests.recv() => match request {
                    Some(request) => self.handle_request(request).await?,
                    None => return Ok(()),
                },
                event = self.pipes.next_event() => self.handle_event(event?).await?,
                reply = self.engine.next_reply(), if !self.ready && !self.is_given_up() => match reply {
                    Ok(Reply::Ready { prelude }) => self.engine_ready(prelude),
                    _ => self.restart_engine().await?,
                },
            }
        }
    }

    async fn handle_request(&mut self, request: JupyterMessage) -> Result<()> {
        tracing::debug!(msg_type = request.header.msg_type, id = request.header.msg_id, "request received");
        self.publisher.busy(&request).await;
        if let JupyterMessageContent::ExecuteRequest(execute) = &request.content {
            let aborted = self.execute(&request, execute).await?;
            self.publisher.idle(&request).await;
            return self.abort(aborted).await;
        }
        let reply = match engine_request(&request) {
            Some(engine_request) => Some(engine_reply(&request, self.request(engine_request).await?)),
            None => self.kernel_reply(&request).await,
        };
        if let Some(reply) = reply {
            self.shell.reply(&request, reply).await;
        }
        self.publisher.idle(&request).await;
        Ok(())
    }

    /// Returns the reply to a request that the kernel answers without the engine, or `None` if the request has no reply.
    async fn kernel_reply(&mut self, request: &JupyterMessage) -> Option<JupyterMessageContent> {
        match &request.content {
            JupyterMessageContent::KernelInfoRequest(_) => Some(kernel_info(&self.config)),
            JupyterMessageContent::IsCompleteRequest(content) => Some(completeness::check(&content.code).into()),
            // jupyter_protocol's type requires fields that clients leave out.
            JupyterMessageContent::UnknownMessage(message) if message.msg_type == "history_request" => {
                Some(json_reply(request, self.history.find(&message.content)))
            }
            JupyterMessageContent::CommInfoRequest(_) => {
                Some(json_reply(request, json!({"status": "ok", "comms": {}})))
            }
            JupyterMessageContent::CommOpen(open) => {
                // This kernel has no comms; closing one tells the client.
                let close = CommClose { comm_id: open.comm_id.clone(), data: serde_json::Map::new() };
                self.publisher.publish(request, close).await;
                None
            }
            _ => None,
        }
    }
}

/// Converts a request to one for the engine, or returns `None` if the engine is not needed.
fn engine_request(request: &JupyterMessage) -> Option<Request> {
    match &request.content {
        JupyterMessageContent::CompleteRequest(content) => {
            let at = byte_offset(&content.code, content.cursor_pos);
            Some(Request::Complete { code: content.code.clone(), at })
        }
        JupyterMessageContent::InspectRequest(content) => {
            let at = byte_offset(&content.code, content.cursor_pos);
            Some(Request::Inspect { code: content.code.clone(), at })
        }
        _ => None,
    }
}

/// Converts the reply of the engine to the reply to a client. `None` means that the engine is lost.
fn engine_reply(request: &JupyterMessage, reply: Option<Reply>) -> JupyterMessageContent {
    let content = match (&request.content, reply) {
        (JupyterMessageContent::CompleteRequest(content), reply) => {
            let (start, end, choices) = match reply {
                Some(Reply::Completed { choices, start, end }) => {
                    (character_offset(&content.code, start), character_offset(&content.code, end), choices)
                }
                _ => (content.cursor_pos, content.cursor_pos, Vec::new()),
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
    json_reply(request, content)
}

/// Builds the reply to a request from JSON content.
fn json_reply(request: &JupyterMessage, content: Value) -> JupyterMessageContent {
    let msg_type = request.header.msg_type.replace("_request", "_reply");
    UnknownMessage { msg_type, content }.into()
}

/// Converts a cursor position, which Jupyter counts in characters, to a byte offset. A position past the end becomes the end.
fn byte_offset(code: &str, character: usize) -> usize {
    code.char_indices().nth(character).map_or(code.len(), |(at, _)| at)
}

/// Converts a byte offset to the number of characters before it.
fn character_offset(code: &str, byte: usize) -> usize {
    code.get(..byte).unwrap_or(code).chars().count()
}

#[cfg(test)]
mod tests {
    use super::{byte_offset, character_offset};

    #[test]
    fn cursor_positions_count_characters() {
        let code = "let é = x";
        assert_eq!(byte_offset(code, 5), 6);
        assert_eq!(byte_offset(code, 99), code.len());
        assert_eq!(character_offset(code, 6), 5);
    }
}
