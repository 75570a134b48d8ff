//! The engine as the kernel sees it: a child process, two named pipes, and the events of the cells that it runs.

use std::path::PathBuf;
use std::process::Stdio;

use anyhow::{Context as _, Result, anyhow};
use notebook_engine::messages::{Event, Reply, Request, Typed};
use notebook_engine::{Host, Session, SessionPipes, engine_command};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::net::unix::pipe;
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

/// A running engine process.
pub(super) struct EngineProcess {
    child: Child,
    requests: ChildStdin,
    replies: Lines<BufReader<ChildStdout>>,
}

impl EngineProcess {
    /// Starts an engine in a session's folder. It accepts cells once it has sent [`Reply::Ready`].
    pub(super) fn start(host: &Host, session: &Session, pipes: &Pipes) -> Result<Self> {
        let mut child = Command::from(engine_command(host, session, &pipes.pipes)?)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // A process group of its own, which includes the compilers that it starts.
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
            .context("starting the engine")?;
        let missing = "a pipe of the engine is missing";
        let requests = child.stdin.take().context(missing)?;
        let replies = BufReader::new(child.stdout.take().context(missing)?).lines();
        Ok(Self { child, requests, replies })
    }

    /// Returns the process id, or `None` if the process has ended.
    pub(super) fn id(&self) -> Option<u32> {
        self.child.id()
    }

    /// Sends a request.
    pub(super) async fn send(&mut self, request: &Request) -> Result<()> {
        let mut line = serde_json::to_vec(request)?;
        line.push(b'\n');
        self.requests.write_all(&line).await.context("sending a request to the engine")
    }

    /// Waits for the next reply. Cancel safe: no reply is lost if the future is dropped.
    pub(super) async fn next_reply(&mut self) -> Result<Reply> {
        match self.replies.next_line().await? {
            Some(line) => serde_json::from_str(&line).context("parsing a reply of the engine"),
            None => Err(anyhow!("the engine has ended")),
        }
    }
}

/// The named pipes between the kernel and the process that runs cells. They outlive engines.
pub(super) struct Pipes {
    pipes: SessionPipes,
    events: Lines<BufReader<pipe::Receiver>>,
    answers: pipe::Sender,
}

impl Pipes {
    /// Creates the pipes in a session's folder.
    pub(super) fn create(session: &Session) -> Result<Self> {
        let pipes = SessionPipes::create(session.folder())?;
        // Both ends are opened, so that a pipe does not end when a process that writes to it ends.
        let open = || pipe::OpenOptions::new().read_write(true).clone();
        let events = open().open_receiver(pipes.events()).context("opening the pipe of events")?;
        let answers = open().open_sender(pipes.answers()).context("opening the pipe of answers")?;
        Ok(Self { pipes, events: BufReader::new(events).lines(), answers })
    }

    /// Returns the file whose existence asks the library to stop.
    pub(super) fn stop_file(&self) -> PathBuf {
        self.pipes.stop_file()
    }

    /// Waits for the next event. Cancel safe: no event is lost if the future is dropped.
    pub(super) async fn next_event(&mut self) -> Result<Event> {
        loop {
            let line = self.events.next_line().await?.context("the pipe of events has ended")?;
            // A process that was killed may leave half a line behind.
            if let Ok(event) = serde_json::from_str(&line) {
                return Ok(event);
            }
        }
    }

    /// Sends the user's input for the input request with the id `answer`.
    pub(super) async fn send_input(&mut self, answer: &str, typed: &Typed) -> Result<()> {
        self.send_answer(&format!("{answer} {}", serde_json::to_string(typed)?)).await
    }

    /// Sends the answer that a waiting process needs to continue.
    pub(super) async fn send_answer(&mut self, answer: &str) -> Result<()> {
        Ok(self.answers.write_all(format!("{answer}\n").as_bytes()).await?)
    }
}
