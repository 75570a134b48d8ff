//! The five sockets of Jupyter's protocol.
//!
//! A separate task reads each socket, so that requests and interrupts arrive whatever the kernel does. Messages that cannot be
//! parsed, or whose signature is wrong, are dropped, as the protocol requires.

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

use super::backlog::{Backlog, TrackedSocket};
use super::message;

/// The pause after a message that cannot be read, so that a broken socket does not keep a core busy.
const READ_ERROR_PAUSE: Duration = Duration::from_millis(1);

/// How long to retry binding a port.
const BIND_TIMEOUT: Duration = Duration::from_secs(5);
const BIND_RETRY_PAUSE: Duration = Duration::from_millis(20);

/// The sockets, with the tasks that read them.
pub(super) struct Sockets {
    pub(super) shell: Channel,
    pub(super) control: Channel,
    pub(super) stdin: Channel,
    pub(super) publisher: Publisher,
    /// The tasks that read the sockets. They end when this is dropped.
    pub(super) readers: JoinSet<()>,
}

/// A socket for requests and their replies.
pub(super) struct Channel {
    pub(super) requests: mpsc::UnboundedReceiver<JupyterMessage>,
    pub(super) replies: RouterSendConnection,
}

impl Sockets {
    /// Binds the sockets to the ports of a connection file.
    pub(super) async fn bind(connection: &ConnectionInfo) -> Result<Self> {
        let session = Uuid::new_v4().to_string();
        let mut readers = JoinSet::new();
        let mut heartbeat = retry_bind("heartbeat", || create_kernel_heartbeat_connection(connection)).await?;
        readers.spawn(async move {
            loop {
                if heartbeat.single_heartbeat().await.is_err() {
                    tokio::time::sleep(READ_ERROR_PAUSE).await;
                }
            }
        });
        let shell = retry_bind("shell", || create_kernel_shell_connection(connection, &session)).await?;
        let control = retry_bind("control", || create_kernel_control_connection(connection, &session)).await?;
        let stdin = retry_bind("input", || create_kernel_stdin_connection(connection, &session)).await?;
        let iopub = retry_bind("output", || create_kernel_iopub_connection(connection, &session)).await?;
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

/// Binds the port of a socket as soon as it is free. The process that starts a kernel may hold the ports until the kernel binds
/// them.
async fn retry_bind<T, F: Future<Output = jupyter_zmq_client::Result<T>>>(
    name: &str,
    bind: impl Fn() -> F,
) -> Result<T> {
    let deadline = Instant::now() + BIND_TIMEOUT;
    loop {
        match bind().await {
            Err(_) if Instant::now() < deadline => tokio::time::sleep(BIND_RETRY_PAUSE).await,
            bound => return bound.with_context(|| format!("binding the port of the {name} socket")),
        }
    }
}

async fn read(mut connection: RouterRecvConnection, sender: mpsc::UnboundedSender<JupyterMessage>) {
    while !sender.is_closed() {
        let Ok(parts) = connection.socket.recv().await else {
            tokio::time::sleep(READ_ERROR_PAUSE).await;
            continue;
        };
        let message = RawMessage::from_multipart(parts, &connection.mac).ok().and_then(message::parse);
        if let Some(message) = message {
            let _ = sender.send(message);
        }
    }
}

impl Channel {
    /// Sends the reply to a request.
    pub(super) async fn reply(&mut self, request: &JupyterMessage, content: impl Into<JupyterMessageContent>) {
        // The client may be gone.
        let _ = self.replies.send(JupyterMessage::new(content, Some(request))).await;
    }
}

/// The IOPub socket, whose messages every client receives.
#[derive(Clone)]
pub(super) struct Publisher {
    socket: Arc<Mutex<Connection<TrackedSocket>>>,
    backlog: Backlog,
}

impl Publisher {
    fn new(connection: KernelIoPubConnection) -> Self {
        let backlog = Backlog::new();
        let socket = TrackedSocket { socket: connection.socket, backlog: backlog.clone() };
        let connection = Connection { socket, mac: connection.mac, session_id: connection.session_id };
        Self { socket: Arc::new(Mutex::new(connection)), backlog }
    }

    /// Returns the messages that have not been sent yet.
    pub(super) fn backlog(&self) -> &Backlog {
        &self.backlog
    }

    /// Publishes a message about a request.
    pub(super) async fn publish(&self, request: &JupyterMessage, content: impl Into<JupyterMessageContent>) {
        self.send(JupyterMessage::new(content, Some(request))).await;
    }

    /// Publishes that the kernel is busy with a request.
    pub(super) async fn busy(&self, request: &JupyterMessage) {
        self.publish(request, Status::busy()).await;
    }

    /// Publishes that the kernel has finished a request.
    pub(super) async fn idle(&self, request: &JupyterMessage) {
        self.publish(request, Status::idle()).await;
    }

    /// Publishes that the kernel is starting. This message belongs to no request.
    pub(super) async fn starting(&self) {
        self.send(JupyterMessage::new(Status::starting(), None)).await;
    }

    async fn send(&self, message: JupyterMessage) {
        // The identities are those of the requesting client. A published message begins with its topic instead.
        let message = message.with_zmq_identities(Vec::new());
        let _ = self.socket.lock().await.send(message).await;
    }
}
