//! A Jupyter client: connects to a kernel, executes cells, collects their outputs, interrupts and shuts down.

use std::collections::HashMap;
use std::time::Duration;

use anyhow::{Context as _, anyhow, bail};
use jupyter_protocol::{
    ExecuteRequest, ExecutionState, InterruptRequest, JupyterMessage, JupyterMessageContent, KernelInfoRequest,
    ReplyStatus, ShutdownRequest,
};
use jupyter_zmq_client::{
    ClientControlConnection, DealerSendConnection, create_client_control_connection, create_client_iopub_connection,
    create_client_shell_connection_with_identity, peer_identity_for_session,
};
use serde_json::Value;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};
use uuid::Uuid;

use super::process::KernelProcess;
use crate::deadline::sleep_until_opt;

/// How long a kernel may take to start. It needs seconds, or longer on a busy machine.
const START_TIMEOUT: Duration = Duration::from_secs(300);
/// The first and the longest timeout of an attempt to connect. Within an attempt, the library doubles its pauses up to 30 s, so
/// attempts begin short; on a busy machine they need longer.
const FIRST_CONNECT_TIMEOUT: Duration = Duration::from_millis(250);
const MAX_CONNECT_TIMEOUT: Duration = Duration::from_secs(4);
/// The pause after a failed attempt to connect.
const CONNECT_RETRY_PAUSE: Duration = Duration::from_millis(100);
/// How long to wait for the published messages of a request before it is sent again.
const PUBLISH_TIMEOUT: Duration = Duration::from_millis(500);
/// The capacity of the channel of received messages. When it is full, the kernel waits, so that a cell that prints faster than
/// its output is collected does not fill the memory.
const MAX_QUEUED_MESSAGES: usize = 16;
/// How long a cell may run after each interrupt.
const INTERRUPT_TIMEOUT: Duration = Duration::from_secs(10);

/// How a cell ended.
#[derive(Debug)]
pub(super) enum CellEnd {
    /// It ran to its end.
    Finished,
    /// The kernel reported that it failed. The error is among the outputs.
    Failed,
    /// It reached its time limit and was stopped.
    TimedOut { limit: Duration, remains: Remains },
    /// The kernel has ended, or no longer speaks the protocol.
    KernelLost(anyhow::Error),
}

/// What remains of the state of a kernel after a cell that timed out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Remains {
    /// All variables: the cell ended after an interrupt.
    Variables,
    /// The kernel, but no variables: the process that ran the cell was ended.
    Kernel,
    /// Nothing: the kernel could not end the cell.
    Nothing,
}

/// A connection to a kernel that answers.
pub(super) struct Client<'kernel> {
    process: &'kernel mut KernelProcess,
    shell: DealerSendConnection,
    control: ClientControlConnection,
    incoming: mpsc::Receiver<Incoming>,
    /// The cell of each request by message id. Output may arrive after the next cell has begun.
    cells: HashMap<String, usize>,
    language_info: Value,
    /// Tasks that read the sockets as long as this client exists. Reading is not cancel safe, so `select!` must not do it.
    _readers: JoinSet<()>,
}

enum Incoming {
    Reply(Box<JupyterMessage>),
    Published(Box<JupyterMessage>),
    Broken(String),
}

impl<'kernel> Client<'kernel> {
    /// Connects to the kernel and waits until both its replies and its published messages arrive.
    ///
    /// # Errors
    /// Returns an error if the kernel's process ends, or does not answer for minutes.
    pub(super) async fn connect(process: &'kernel mut KernelProcess) -> anyhow::Result<Self> {
        let deadline = Some(Instant::now() + START_TIMEOUT);
        let connection = process.connection().clone();
        let mut last_error = None;
        let connected = tokio::select! {
            sockets = open_sockets(&connection, &mut last_error) => Ok(sockets),
            death = process.death() => Err(death.context("the kernel did not start")),
            () = sleep_until_opt(deadline) => Err(start_timed_out()),
        };
        let (shell, control, incoming, readers) = match (connected, last_error) {
            (Ok(sockets), _) => sockets,
            (Err(error), Some(connect_error)) => {
                return Err(error.context(format!("cannot connect to the kernel: {connect_error}")));
            }
            (Err(error), None) => return Err(error),
        };
        let mut client = Self {
            process,
            shell,
            control,
            incoming,
            cells: HashMap::new(),
            language_info: Value::Null,
            _readers: readers,
        };
        client.wait_until_ready(deadline).await?;
        Ok(client)
    }

    /// Returns the kernel's `language_info`, in the form of a notebook's metadata.
    pub(super) fn language_info(&self) -> &Value {
        &self.language_info
    }

    /// Executes the cell with this index. Passes everything that the kernel publishes about it or about an earlier cell to
    /// `collect`, with the index of that cell. At `limit`, the cell is interrupted, and a second time if it continues.
    pub(super) async fn execute(
        &mut self,
        cell: usize,
        code: &str,
        limit: Option<Duration>,
        mut collect: impl FnMut(usize, JupyterMessageContent),
    ) -> CellEnd {
        let request: JupyterMessage = ExecuteRequest::new(code.to_owned()).into();
        let id = request.header.msg_id.clone();
        self.cells.insert(id.clone(), cell);
        if let Err(error) = self.shell.send(request).await {
            return self.connection_lost(anyhow!("cannot send to the kernel: {error}")).await;
        }
        let mut deadline = limit.map(|limit| Instant::now() + limit);
        let mut interrupts = 0;
        let mut status = None;
        let mut idle = false;
        while status.is_none() || !idle {
            let message = tokio::select! {
                message = self.incoming.recv() => message,
                death = self.process.death() => return CellEnd::KernelLost(death.context("the kernel died")),
                () = sleep_until_opt(deadline) => {
                    let interrupted = interrupts < 2 && self.control.send(InterruptRequest {}.into()).await.is_ok();
                    if !interrupted {
                        return CellEnd::TimedOut { limit: limit.unwrap_or_default(), remains: Remains::Nothing };
                    }
                    interrupts += 1;
                    deadline = Some(Instant::now() + INTERRUPT_TIMEOUT);
                    continue;
                }
            };
            match message {
                Some(Incoming::Reply(reply)) if parent_id(&reply) == Some(&id) => {
                    if let JupyterMessageContent::ExecuteReply(reply) = reply.content {
                        status = Some(reply.status);
                    }
                }
                Some(Incoming::Reply(_)) => {}
                Some(Incoming::Published(message)) => {
                    idle |= is_idle(&message) && parent_id(&message) == Some(&id);
                    self.dispatch(*message, &mut collect);
                }
                Some(Incoming::Broken(error)) => return self.connection_lost(anyhow!(error)).await,
                None => return self.connection_lost(anyhow!("the connection is closed")).await,
            }
        }
        if interrupts > 0 {
            let remains = if interrupts == 1 { Remains::Variables } else { Remains::Kernel };
            return CellEnd::TimedOut { limit: limit.unwrap_or_default(), remains };
        }
        if status == Some(ReplyStatus::Ok) { CellEnd::Finished } else { CellEnd::Failed }
    }

    /// Requests the shutdown of the kernel. Returns whether the request was sent.
    pub(super) async fn request_shutdown(mut self) -> bool {
        self.control.send(ShutdownRequest { restart: false }.into()).await.is_ok()
    }

    async fn wait_until_ready(&mut self, deadline: Option<Instant>) -> anyhow::Result<()> {
        // A kernel publishes only to clients whose subscription has reached it. So the request is repeated until the messages
        // that are published about it arrive as well.
        loop {
            let request: JupyterMessage = KernelInfoRequest {}.into();
            let id = request.header.msg_id.clone();
            self.shell.send(request).await.context("cannot send to the kernel")?;
            let (mut replied, mut published) = (false, false);
            let mut repeat_at = None;
            while !(replied && published) {
                let message = tokio::select! {
                    message = self.incoming.recv() => message,
                    death = self.process.death() => return Err(death.context("the kernel did not start")),
                    () = sleep_until_opt(deadline) => return Err(start_timed_out()),
                    () = sleep_until_opt(repeat_at) => break,
                };
                match message {
                    Some(Incoming::Reply(reply)) if parent_id(&reply) == Some(&id) => {
                        replied = true;
                        repeat_at = Some(Instant::now() + PUBLISH_TIMEOUT);
                        if let JupyterMessageContent::KernelInfoReply(info) = reply.content {
                            self.language_info = serde_json::to_value(info.language_info)?;
                        }
                    }
                    // Idle is the last message about a request.
                    Some(Incoming::Published(message)) => {
                        published |= is_idle(&message) && parent_id(&message) == Some(&id);
                    }
                    Some(Incoming::Reply(_)) => {}
                    Some(Incoming::Broken(error)) => bail!(error),
                    None => bail!("the connection is closed"),
                }
            }
            if replied && published {
                return Ok(());
            }
        }
    }

    fn dispatch(&self, message: JupyterMessage, collect: &mut impl FnMut(usize, JupyterMessageContent)) {
        if let Some(cell) = parent_id(&message).and_then(|parent| self.cells.get(parent)) {
            collect(*cell, message.content);
        }
    }

    /// Returns the end of a cell whose connection broke. If the process has died, which is the usual cause, its end is reported.
    async fn connection_lost(&mut self, error: anyhow::Error) -> CellEnd {
        let death = timeout(Duration::from_secs(1), self.process.death()).await;
        CellEnd::KernelLost(death.unwrap_or(error).context("the kernel died"))
    }
}

type Sockets = (DealerSendConnection, ClientControlConnection, mpsc::Receiver<Incoming>, JoinSet<()>);

/// Connects as soon as the kernel listens. `last_error` is the error of the last failed attempt.
async fn open_sockets(
    connection: &jupyter_protocol::ConnectionInfo,
    last_error: &mut Option<jupyter_zmq_client::RuntimeError>,
) -> Sockets {
    let mut attempt_timeout = FIRST_CONNECT_TIMEOUT;
    let (shell, control, mut iopub) = loop {
        // The kernel may not listen yet on all sockets. Then the attempt is repeated with a new identity, because the kernel may
        // still know the old one.
        let session = Uuid::new_v4().to_string();
        let attempt = async {
            let identity = peer_identity_for_session(&session)?;
            let iopub = create_client_iopub_connection(connection, "", &session).await?;
            let control = create_client_control_connection(connection, &session).await?;
            let shell = create_client_shell_connection_with_identity(connection, &session, identity).await?;
            jupyter_zmq_client::Result::Ok((shell, control, iopub))
        };
        match timeout(attempt_timeout, attempt).await {
            Ok(Ok(sockets)) => break sockets,
            Ok(Err(error)) => {
                *last_error = Some(error);
                sleep(CONNECT_RETRY_PAUSE).await;
            }
            Err(_) => attempt_timeout = (attempt_timeout * 2).min(MAX_CONNECT_TIMEOUT),
        }
    };
    let (sender, incoming) = mpsc::channel(MAX_QUEUED_MESSAGES);
    let (shell, mut replies) = shell.split();
    let mut readers = JoinSet::new();
    let to_client = sender.clone();
    readers.spawn(async move { while forward(replies.read().await, Incoming::Reply, &to_client).await {} });
    readers.spawn(async move { while forward(iopub.read().await, Incoming::Published, &sender).await {} });
    (shell, control, incoming, readers)
}

/// Forwards a message to the client. Returns `false` if the client is gone or the connection is broken.
async fn forward(
    message: jupyter_zmq_client::Result<JupyterMessage>,
    kind: fn(Box<JupyterMessage>) -> Incoming,
    sender: &mpsc::Sender<Incoming>,
) -> bool {
    match message {
        Ok(message) => sender.send(kind(Box::new(message))).await.is_ok(),
        Err(error) => {
            let _ = sender.send(Incoming::Broken(format!("cannot read what the kernel sent: {error}"))).await;
            false
        }
    }
}

fn parent_id(message: &JupyterMessage) -> Option<&String> {
    message.parent_header.as_ref().map(|header| &header.msg_id)
}

fn is_idle(message: &JupyterMessage) -> bool {
    matches!(&message.content, JupyterMessageContent::Status(status) if status.execution_state == ExecutionState::Idle)
}

fn start_timed_out() -> anyhow::Error {
    anyhow!("the kernel did not answer within {} s", START_TIMEOUT.as_secs())
}
