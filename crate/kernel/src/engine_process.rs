//! The engine, seen from the kernel: a process with two pipes, and the events of the cells that it runs.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context as _, Result, anyhow};
use rustix::fs::Mode;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::net::unix::pipe;
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

use notebook_engine as engine;
use notebook_engine::Session;
use notebook_engine::keeper;
use notebook_engine::messages::{Event, Reply, Request, Typed};

/// A running engine.
pub(super) struct Engine {
    child: Child,
    requests: ChildStdin,
    replies: Lines<BufReader<ChildStdout>>,
}

impl Engine {
    /// Starts an engine in a session's folder. It is ready when it says so.
    pub(super) fn start(session: &Session, pipes: &Pipes) -> Result<Self> {
        let mut child = Command::new(std::env::current_exe().context("finding this program")?)
            .arg(engine::ENGINE)
            .envs(session.environment()?)
            .envs(pipes.environment())
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

/// The pipes between the kernel and whatever runs cells: they outlive engines.
pub(super) struct Pipes {
    folder: PathBuf,
    events: Lines<BufReader<pipe::Receiver>>,
    answers: pipe::Sender,
}

const FLUSH: &str = "flush";

impl Pipes {
    /// Makes the pipes in a session's folder.
    pub(super) fn make(folder: &Path) -> Result<Self> {
        for name in [keeper::EVENTS, keeper::ANSWERS, FLUSH] {
            let path = folder.join(name);
            rustix::fs::mkfifoat(rustix::fs::CWD, &path, Mode::RUSR | Mode::WUSR)
                .with_context(|| format!("making the pipe {}", path.display()))?;
        }
        // Open at both ends, a pipe has no end when a process that wrote to it has one.
        let open = || pipe::OpenOptions::new().read_write(true).clone();
        let events = open().open_receiver(folder.join(keeper::EVENTS)).context("opening the pipe of events")?;
        let answers = open().open_sender(folder.join(keeper::ANSWERS)).context("opening the pipe of answers")?;
        Ok(Self { folder: folder.to_path_buf(), events: BufReader::new(events).lines(), answers })
    }

    /// The file that asks the library to stop.
    pub(super) fn stop_file(&self) -> PathBuf {
        self.folder.join("stop")
    }

    fn environment(&self) -> [(&'static str, PathBuf); 4] {
        [
            (keeper::PIPES, self.folder.clone()),
            (notebook_protocol::VERSION_VARIABLE, PathBuf::from(notebook_protocol::VERSION.to_string())),
            (notebook_protocol::STOP_VARIABLE, self.stop_file()),
            (notebook_protocol::FLUSH_VARIABLE, self.folder.join(FLUSH)),
        ]
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
