//! What is answered while a cell is compiled or runs.
//!
//! What the kernel knows by itself it answers at once. Completion and documentation wait until the engine has compiled the
//! cell; while the cell runs, the engine is free. Other cells wait for their turn.

use anyhow::Result;
use jupyter_protocol::{JupyterMessage, JupyterMessageContent};

use super::{Server, answer_to, question};
use notebook_engine::messages::Reply;

impl Server<'_> {
    /// A request that comes while `cell` is being run.
    pub(super) async fn take_aside(&mut self, request: JupyterMessage, cell: &JupyterMessage) {
        let waits = matches!(request.content, JupyterMessageContent::ExecuteRequest(_));
        if waits || question(&request).is_some() {
            self.waiting.push_back(request);
            return;
        }
        self.publisher.busy(&request).await;
        let reply = self.answer_alone(&request).await;
        self.reply_aside(&request, reply, cell).await;
    }

    /// Asks the engine the first thing that waits for it, and gives the request that asked for it.
    pub(super) async fn ask_aside(&mut self) -> Result<Option<JupyterMessage>> {
        let first = self.waiting.iter().enumerate().find_map(|(at, request)| Some((at, question(request)?)));
        let Some((at, question)) = first else { return Ok(None) };
        let Some(request) = self.waiting.remove(at) else { return Ok(None) };
        self.publisher.busy(&request).await;
        // An engine that is gone is found out next.
        let _ = self.engine.ask(&question).await;
        Ok(Some(request))
    }

    /// Replies to what the engine was asked while `cell` runs.
    pub(super) async fn answer_aside(&mut self, request: &JupyterMessage, reply: Reply, cell: &JupyterMessage) {
        let reply = answer_to(request, Some(reply));
        self.reply_aside(request, Some(reply), cell).await;
    }

    async fn reply_aside(
        &mut self,
        request: &JupyterMessage,
        reply: Option<JupyterMessageContent>,
        cell: &JupyterMessage,
    ) {
        if let Some(reply) = reply {
            self.shell.reply(request, reply).await;
        }
        self.publisher.idle(request).await;
        // A page shows the state that it heard last, and the cell still runs.
        self.publisher.busy(cell).await;
    }
}
