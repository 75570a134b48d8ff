//! The five sockets of Jupyter's protocol, and what comes in on them.
//!
//! Each socket is read by a task of its own, so that a request is taken in, and a stop heard, whatever the kernel does. A
//! message that can't be read, or whose signature is wrong, is dropped, as the protocol asks.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use jupyter_protocol::{ConnectionInfo, JupyterMessage, JupyterMessageContent, Status};
use jupyter_zmq_client::{
    Connection, KernelIoPubConnection, RawMessage, RouterRecvConnection, RouterSendConnection,
    create_kernel_control_connection, create_kernel_heartbeat_connection, create_kernel_iopub_connection,
    create_kernel_shell_connection, create_kernel_stdin_connection,
};
use tokio::sync::{Mutex, mpsc};
use tokio::task::JoinSet;
use tokio::time::Instant;
use uuid::Uuid;
use zeromq::SocketRecv as _;

use super::backlog::{Backlog, Counted};
use super::message;

/// How long a reader rests after a message that can't be read: a socket that is broken must not keep a core busy.
const AFTER_PROBLEM: Duration = Duration::from_millis(1);

/// How long a port is waited for, and how often it is tried.
const TIME_TO_BIND: Duration = Duration::from_secs(5);
const BETWEEN_BINDS: Duration = Duration::from_millis(20);

/// The sockets, with the tasks that read them.
pub(super) struct Sockets {
    pub(super) shell: Channel,
    pub(super) control: Channel,
    pub(super) stdin: Channel,
    pub(super) publisher: Publisher,
    /// The tasks that read: they end when this is dropped.
    pub(super) readers: JoinSet<()>,
}

/// A socket that requests come in on, and their replies go out.
pub(super) struct Channel {
    pub(super) requests: mpsc::UnboundedReceiver<JupyterMessage>,
    pub(super) replies: RouterSendConnection,
}

impl Sockets {
    /// Binds the sockets to the ports of a connection file.
    pub(super) async fn bind(connection: &ConnectionInfo) -> Result<Self> {
        let session = Uuid::new_v4().to_string();
        let mut readers = JoinSet::new();
        let mut heartbeat = patiently("heartbeat", || create_kernel_heartbeat_connection(connection)).await?;
        readers.spawn(async move {
            loop {
                if heartbeat.single_heartbeat().await.is_err() {
                    tokio::time::sleep(AFTER_PROBLEM).await;
                }
            }
        });
        let shell = patiently("shell", || create_kernel_shell_connection(connection, &session)).await?;
        let control = patiently("control", || create_kernel_control_connection(connection, &session)).await?;
        let stdin = patiently("input", || create_kernel_stdin_connection(connection, &session)).await?;
        let iopub = patiently("output", || create_kernel_iopub_connection(connection, &session)).await?;
        let mut channel = |socket: jupyter_zmq_client::KernelShellConnection| {
            let (replies, requests) = socket.split();
            let (sender, receiver) = mpsc::unbounded_channel();
            readers.spawn(read(requests, sender));
            Channel { requests: receiver, replies }
        };
        let (shell, control, stdin) = (channel(shell), channel(control), channel(stdin));
        let publisher = Publisher::new(iopub);
        Ok(Self { shell, control, stdin, publisher, readers })
    }
}

/// Binds the port of `whose` socket as soon as it is free. Who starts a kernel may hold its ports until the kernel is there
/// to take them.
async fn patiently<T, F: Future<Output = jupyter_zmq_client::Result<T>>>(
    whose: &str,
    bind: impl Fn() -> F,
) -> Result<T> {
    let deadline = Instant::now() + TIME_TO_BIND;
    loop {
        match bind().await {
            Err(_) if Instant::now() < deadline => tokio::time::sleep(BETWEEN_BINDS).await,
            bound => return bound.with_context(|| format!("binding the {whose}'s port")),
        }
    }
}

async fn read(mut connection: RouterRecvConnection, sender: mpsc::UnboundedSender<JupyterMessage>) {
    while !sender.is_closed() {
        let Ok(parts) = connection.socket.recv().await else {
            tokio::time::sleep(AFTER_PROBLEM).await;
            continue;
        };
        let message = RawMessage::from_multipart(parts, &connection.mac).ok().and_then(message::of);
        if let Some(message) = message {
            let _ = sender.send(message);
        }
    }
}

impl Channel {
    /// Answers a request.
    pub(super) async fn reply(&mut self, request: &JupyterMessage, content: impl Into<JupyterMessageContent>) {
        // A client that is gone needs no answer.
        let _ = self.replies.send(JupyterMessage::new(content, Some(request))).await;
    }
}

/// What every client hears.
#[derive(Clone)]
pub(super) struct Publisher {
    socket: Arc<Mutex<Connection<Counted>>>,
    backlog: Backlog,
}

impl Publisher {
    fn new(connection: KernelIoPubConnection) -> Self {
        let backlog = Backlog::new();
        let socket = Counted { socket: connection.socket, backlog: backlog.clone() };
        let connection = Connection { socket, mac: connection.mac, session_id: connection.session_id };
        Self { socket: Arc::new(Mutex::new(connection)), backlog }
    }

    /// What was published and has not gone out yet, for which an output waits.
    pub(super) fn backlog(&self) -> &Backlog {
        &self.backlog
    }

    /// Publishes something about a request.
    pub(super) async fn publish(&self, request: &JupyterMessage, content: impl Into<JupyterMessageContent>) {
        self.send(JupyterMessage::new(content, Some(request))).await;
    }

    /// Publishes that work on a request begins.
    pub(super) async fn busy(&self, request: &JupyterMessage) {
        self.publish(request, Status::busy()).await;
    }

    /// Publishes that work on a request has ended.
    pub(super) async fn idle(&self, request: &JupyterMessage) {
        self.publish(request, Status::idle()).await;
    }

    /// Publishes that the kernel begins, which no request asked for.
    pub(super) async fn starting(&self) {
        self.send(JupyterMessage::new(Status::starting(), None)).await;
    }

    async fn send(&self, message: JupyterMessage) {
        // The identities are those of the one client that asked; what is published begins with its topic.
        let message = message.with_zmq_identities(Vec::new());
        let _ = self.socket.lock().await.send(message).await;
    }
}
