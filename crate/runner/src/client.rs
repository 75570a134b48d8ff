//! The client's side of the Jupyter protocol: connect to a kernel, run a cell, collect what it says, ask it to stop.

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
use crate::deadline::reach;

/// How long a kernel may take to start. It needs seconds, and a machine that is busy with other things some more.
const LONGEST_START: Duration = Duration::from_secs(300);
/// How long an attempt to connect may take, at first and at most. Within one, the library doubles its pauses up to 30 s,
/// so attempts begin short; on a busy machine they need longer.
const FIRST_ATTEMPT: Duration = Duration::from_millis(250);
const LONGEST_ATTEMPT: Duration = Duration::from_secs(4);
/// How long to wait after an attempt that met an error.
const AFTER_PROBLEM: Duration = Duration::from_millis(100);
/// How long to wait for the published half of an answer before the question is put again.
const PUBLISHED: Duration = Duration::from_millis(500);
/// How many messages may wait to be looked at. The kernel waits while there are more, so that a cell that prints faster
/// than its text is gathered does not fill the memory.
const MOST_WAITING: usize = 16;
/// How long a cell that was asked to stop may go on before its process is ended, and how long that may take.
const TIME_TO_STOP: Duration = Duration::from_secs(10);

/// How a cell ended.
#[derive(Debug)]
pub(super) enum Ending {
    /// It ran to its end.
    Finished,
    /// The kernel said that it failed, and why: that is among its outputs.
    Failed,
    /// It took longer than it may, and was stopped.
    TimedOut { limit: Duration, left: Left },
    /// The kernel is gone or does not speak the protocol any more.
    KernelLost(anyhow::Error),
}

/// What is left of a kernel whose cell took too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Left {
    /// The cell ended when it was asked to: all variables.
    Variables,
    /// The process that ran it was ended, and the variables with it.
    Kernel,
    /// Nothing: the kernel did not end the cell.
    Nothing,
}

/// A connection to a kernel that answers.
pub(super) struct Client<'kernel> {
    process: &'kernel mut KernelProcess,
    shell: DealerSendConnection,
    control: ClientControlConnection,
    incoming: mpsc::Receiver<Incoming>,
    /// Which cell each request ran; text may come after the next cell was begun.
    cells: HashMap<String, usize>,
    language_info: Value,
    /// Reads the sockets for as long as this client lives. Reading in a task of its own means that a message is never
    /// lost to a wait that is given up half way.
    _readers: JoinSet<()>,
}

enum Incoming {
    Reply(Box<JupyterMessage>),
    Published(Box<JupyterMessage>),
    Broken(String),
}

impl<'kernel> Client<'kernel> {
    /// Connects to the kernel and waits until it answers on both ways: a request by its reply, and what it publishes.
    ///
    /// # Errors
    /// Where the kernel's process ends instead, or no answer comes for minutes.
    pub(super) async fn connect(process: &'kernel mut KernelProcess) -> anyhow::Result<Self> {
        let deadline = Some(Instant::now() + LONGEST_START);
        let connection = process.connection().clone();
        let mut problem = None;
        let connected = tokio::select! {
            sockets = open_sockets(&connection, &mut problem) => Ok(sockets),
            death = process.death() => Err(death.context("the kernel did not start")),
            () = reach(deadline) => Err(no_answer()),
        };
        let (shell, control, incoming, readers) = match (connected, problem) {
            (Ok(sockets), _) => sockets,
            (Err(error), Some(problem)) => {
                return Err(error.context(format!("cannot connect to the kernel: {problem}")));
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

    /// What the kernel says about its language, in the form in which a notebook's metadata has it.
    pub(super) fn language_info(&self) -> &Value {
        &self.language_info
    }

    /// Runs the code of the cell with this index and hands everything that the kernel publishes about it, or about a
    /// cell before it, to `collect` with the index of that cell. At `limit`, the cell is stopped as by the stop button:
    /// once, and again where it does not listen.
    pub(super) async fn execute(
        &mut self,
        cell: usize,
        code: &str,
        limit: Option<Duration>,
        mut collect: impl FnMut(usize, JupyterMessageContent),
    ) -> Ending {
        let request: JupyterMessage = ExecuteRequest::new(code.to_owned()).into();
        let id = request.header.msg_id.clone();
        self.cells.insert(id.clone(), cell);
        if let Err(error) = self.shell.send(request).await {
            return self.lost(anyhow!("cannot send to the kernel: {error}")).await;
        }
        let mut deadline = limit.map(|limit| Instant::now() + limit);
        let mut stops = 0;
        let mut status = None;
        let mut idle = false;
        while status.is_none() || !idle {
            let message = tokio::select! {
                message = self.incoming.recv() => message,
                death = self.process.death() => return Ending::KernelLost(death.context("the kernel died")),
                () = reach(deadline) => {
                    let asked = stops < 2 && self.control.send(InterruptRequest {}.into()).await.is_ok();
                    if !asked {
                        return Ending::TimedOut { limit: limit.unwrap_or_default(), left: Left::Nothing };
                    }
                    stops += 1;
                    deadline = Some(Instant::now() + TIME_TO_STOP);
                    continue;
                }
            };
            match message {
                Some(Incoming::Reply(reply)) if parent(&reply) == Some(&id) => {
                    if let JupyterMessageContent::ExecuteReply(reply) = reply.content {
                        status = Some(reply.status);
                    }
                }
                Some(Incoming::Reply(_)) => {}
                Some(Incoming::Published(message)) => {
                    idle |= is_idle(&message) && parent(&message) == Some(&id);
                    self.pass_on(*message, &mut collect);
                }
                Some(Incoming::Broken(error)) => return self.lost(anyhow!(error)).await,
                None => return self.lost(anyhow!("the connection is closed")).await,
            }
        }
        if stops > 0 {
            let left = if stops == 1 { Left::Variables } else { Left::Kernel };
            return Ending::TimedOut { limit: limit.unwrap_or_default(), left };
        }
        if status == Some(ReplyStatus::Ok) { Ending::Finished } else { Ending::Failed }
    }

    /// Asks the kernel to shut down, which it does once no cell runs any more.
    pub(super) async fn ask_to_stop(mut self) -> bool {
        self.control.send(ShutdownRequest { restart: false }.into()).await.is_ok()
    }

    async fn wait_until_ready(&mut self, deadline: Option<Instant>) -> anyhow::Result<()> {
        // A kernel publishes to those who listen at that moment, and it takes a moment until it knows that we do. So
        // the question is repeated until its echo among the published messages has come as well.
        loop {
            let request: JupyterMessage = KernelInfoRequest {}.into();
            let id = request.header.msg_id.clone();
            self.shell.send(request).await.context("cannot send to the kernel")?;
            let (mut replied, mut published) = (false, false);
            let mut give_up = None;
            while !(replied && published) {
                let message = tokio::select! {
                    message = self.incoming.recv() => message,
                    death = self.process.death() => return Err(death.context("the kernel did not start")),
                    () = reach(deadline) => return Err(no_answer()),
                    () = reach(give_up) => break,
                };
                match message {
                    Some(Incoming::Reply(reply)) if parent(&reply) == Some(&id) => {
                        replied = true;
                        give_up = Some(Instant::now() + PUBLISHED);
                        if let JupyterMessageContent::KernelInfoReply(info) = reply.content {
                            self.language_info = serde_json::to_value(info.language_info)?;
                        }
                    }
                    // Only the last of the messages about the request: none is left to come.
                    Some(Incoming::Published(message)) => {
                        published |= is_idle(&message) && parent(&message) == Some(&id);
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

    fn pass_on(&self, message: JupyterMessage, collect: &mut impl FnMut(usize, JupyterMessageContent)) {
        if let Some(cell) = parent(&message).and_then(|parent| self.cells.get(parent)) {
            collect(*cell, message.content);
        }
    }

    /// The connection broke: most often because the process died, which says more.
    async fn lost(&mut self, error: anyhow::Error) -> Ending {
        let death = timeout(Duration::from_secs(1), self.process.death()).await;
        Ending::KernelLost(death.unwrap_or(error).context("the kernel died"))
    }
}

type Sockets = (DealerSendConnection, ClientControlConnection, mpsc::Receiver<Incoming>, JoinSet<()>);

/// Connects as soon as the kernel listens. As long as it does not, the last `problem` says why.
async fn open_sockets(
    connection: &jupyter_protocol::ConnectionInfo,
    problem: &mut Option<jupyter_zmq_client::RuntimeError>,
) -> Sockets {
    let mut patience = FIRST_ATTEMPT;
    let (shell, control, mut iopub) = loop {
        // The kernel may not listen yet, or only in part; then an attempt is given up and made again, as a new peer: to
        // the kernel the old one may still be there.
        let session = Uuid::new_v4().to_string();
        let attempt = async {
            let identity = peer_identity_for_session(&session)?;
            let iopub = create_client_iopub_connection(connection, "", &session).await?;
            let control = create_client_control_connection(connection, &session).await?;
            let shell = create_client_shell_connection_with_identity(connection, &session, identity).await?;
            jupyter_zmq_client::Result::Ok((shell, control, iopub))
        };
        match timeout(patience, attempt).await {
            Ok(Ok(sockets)) => break sockets,
            Ok(Err(error)) => {
                *problem = Some(error);
                sleep(AFTER_PROBLEM).await;
            }
            Err(_) => patience = (patience * 2).min(LONGEST_ATTEMPT),
        }
    };
    let (sender, incoming) = mpsc::channel(MOST_WAITING);
    let (shell, mut replies) = shell.split();
    let mut readers = JoinSet::new();
    let to_client = sender.clone();
    readers.spawn(async move { while pass(replies.read().await, Incoming::Reply, &to_client).await {} });
    readers.spawn(async move { while pass(iopub.read().await, Incoming::Published, &sender).await {} });
    (shell, control, incoming, readers)
}

/// Passes a message on to the client. False when there is nobody to read it or nothing more to come.
async fn pass(
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

fn parent(message: &JupyterMessage) -> Option<&String> {
    message.parent_header.as_ref().map(|header| &header.msg_id)
}

fn is_idle(message: &JupyterMessage) -> bool {
    matches!(&message.content, JupyterMessageContent::Status(status) if status.execution_state == ExecutionState::Idle)
}

fn no_answer() -> anyhow::Error {
    anyhow!("the kernel did not answer within {} s", LONGEST_START.as_secs())
}
