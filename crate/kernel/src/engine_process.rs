//! The engine, seen from the kernel: a process with two pipes, and the events of the cells that it runs.

use std::path::PathBuf;
use std::process::Stdio;

use anyhow::{Context as _, Result, anyhow};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::net::unix::pipe;
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

use notebook_engine::messages::{Event, Reply, Request, Typed};
use notebook_engine::{Host, Session, SessionPipes, engine_command};

/// A running engine.
pub(super) struct Engine {
    child: Child,
    requests: ChildStdin,
    replies: Lines<BufReader<ChildStdout>>,
}

impl Engine {
    /// Starts an engine in a session's folder. It is ready when it says so.
    pub(super) fn start(host: &Host, session: &Session, pipes: &Pipes) -> Result<Self> {
        let mut child = Command::from(engine_command(host, session, &pipes.pipes)?)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // A group of its own, with the compilers that it starts.
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
            .context("starting the engine")?;
        let missing = "a pipe of the engine is missing";
        let requests = child.stdin.take().context(missing)?;
        let replies = BufReader::new(child.stdout.take().context(missing)?).lines();
        Ok(Self { child, requests, replies })
    }

    /// The engine's process.
    pub(super) fn process(&self) -> Option<u32> {
        self.child.id()
    }

    /// Asks something.
    pub(super) async fn ask(&mut self, request: &Request) -> Result<()> {
        let mut line = serde_json::to_vec(request)?;
        line.push(b'\n');
        self.requests.write_all(&line).await.context("asking the engine")
    }

    /// Waits for the next thing that the engine says. Nothing is lost where the wait is given up.
    pub(super) async fn reply(&mut self) -> Result<Reply> {
        match self.replies.next_line().await? {
            Some(line) => serde_json::from_str(&line).context("reading what the engine said"),
            None => Err(anyhow!("the engine has ended")),
        }
    }
}

/// The pipes between the kernel and the process that runs cells. They outlive engines.
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

    /// Waits for the next event. Nothing is lost where the wait is given up.
    pub(super) async fn event(&mut self) -> Result<Event> {
        loop {
            let line = self.events.next_line().await?.context("the pipe of events has ended")?;
            // Half a line is what a process that was killed leaves behind.
            if let Ok(event) = serde_json::from_str(&line) {
                return Ok(event);
            }
        }
    }

    /// Gives a keeper what was typed, for the answer of this name.
    pub(super) async fn give(&mut self, answer: &str, typed: &Typed) -> Result<()> {
        self.answer(&format!("{answer} {}", serde_json::to_string(typed)?)).await
    }

    /// Lets a keeper go on that waits for this answer.
    pub(super) async fn answer(&mut self, answer: &str) -> Result<()> {
        Ok(self.answers.write_all(format!("{answer}\n").as_bytes()).await?)
    }
}
