//! Requests that are answered while a cell is compiled or runs.
//!
//! The kernel answers at once what it knows itself. Completion and documentation wait until the engine has compiled the cell;
//! while the cell runs, the engine is free. Further cells are queued.

use anyhow::Result;
use jupyter_protocol::{JupyterMessage, JupyterMessageContent};

use super::{Server, engine_reply, engine_request};
use notebook_engine::messages::Reply;

impl Server<'_> {
    /// Answers or queues a request that arrives while `cell` is being executed.
    pub(super) async fn handle_concurrent_request(&mut self, request: JupyterMessage, cell: &JupyterMessage) {
        tracing::debug!(
            msg_type = request.header.msg_type,
            id = request.header.msg_id,
            "request received during a cell"
        );
        let is_cell = matches!(request.content, JupyterMessageContent::ExecuteRequest(_));
        if is_cell || engine_request(&request).is_some() {
            self.waiting.push_back(request);
            return;
        }
        self.publisher.busy(&request).await;
        let reply = self.kernel_reply(&request).await;
        self.send_concurrent_reply(&request, reply, cell).await;
    }

    /// Sends the first queued request that needs the engine to the engine, and returns it.
    pub(super) async fn send_queued_request(&mut self) -> Result<Option<JupyterMessage>> {
        let first = self.waiting.iter().enumerate().find_map(|(at, request)| Some((at, engine_request(request)?)));
        let Some((at, engine_request)) = first else { return Ok(None) };
        let Some(request) = self.waiting.remove(at) else { return Ok(None) };
        self.publisher.busy(&request).await;
        // If the engine is gone, waiting for its reply finds out.
        let _ = self.engine.send(&engine_request).await;
        Ok(Some(request))
    }

    /// Replies to a request that the engine has answered while `cell` runs.
    pub(super) async fn handle_concurrent_reply(
        &mut self,
        request: &JupyterMessage,
        reply: Reply,
        cell: &JupyterMessage,
    ) {
        let reply = engine_reply(request, Some(reply));
        self.send_concurrent_reply(request, Some(reply), cell).await;
    }

    async fn send_concurrent_reply(
        &mut self,
        request: &JupyterMessage,
        reply: Option<JupyterMessageContent>,
        cell: &JupyterMessage,
    ) {
        if let Some(reply) = reply {
            self.shell.reply(request, reply).await;
        }
        self.publisher.idle(request).await;
        // Clients show the state that they received last, and the cell is still running.
        self.publisher.busy(cell).await;
    }
}
