//! Stands between the engine and the process that runs the cells.
//!
//! The engine starts the keeper where it means to start the process that loads and runs compiled cells; the keeper starts
//! that one and passes the engine's commands on to it. What comes back the keeper takes apart: text, displays and values go
//! to the kernel at once, in the order in which they were written, through a pipe of their own; only evcxr's signals go to
//! the engine. So output is seen while the cell runs, in any number and any order. The engine is told that a cell has ended
//! as soon as it begins to run, so that it can answer the kernel's questions meanwhile. A process of its own it is because the last words of a process that
//! crashes are in its pipes: nobody inside of it could read them.

mod events;
mod keyboard;

use std::collections::VecDeque;
use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::os::fd::AsFd as _;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{Mode, OFlags};

use super::messages::{Event, Typed};
use super::output::{Output, Piece};
use super::patch;
use super::runtime::{RUN, UNPLUG};
use super::signals::{BEGINS, COMPLETE, INPUT, PANIC, PASSWORD, REASSIGNED, RETURNED, UNFINISHED};
use super::{ledger, tools};
use events::Events;
use keyboard::Keyboard;

/// The folder of the pipes between keeper and kernel; where it is not set there is no kernel, and no keeper.
pub const PIPES: &str = "TEALIGHT_PIPES";
/// The pipes in that folder.
pub const EVENTS: &str = "events";
pub const ANSWERS: &str = "answers";
/// The pipe in that folder that is the standard input of cells.
pub(crate) const KEYBOARD: &str = "keyboard";
/// Set for the process that the keeper starts.
pub(crate) const KEPT: &str = "TEALIGHT_KEPT";

/// How much is read at once.
const MOST: usize = 1 << 16;
/// How long the library may take to write out what it keeps back.
const TIME_TO_FLUSH: Duration = Duration::from_millis(300);
/// How long the kernel may take to say that it has everything. It is waited for, because the order of things hangs on it,
/// and given up where it is gone.
const TIME_TO_ANSWER: Duration = Duration::from_secs(30);

/// Plays the part until the process that runs cells ends, and ends as it did.
pub(crate) fn keep(pipes: &Path) -> Result<()> {
    let mut command = Command::new(std::env::current_exe().context("finding this program")?);
    // What a cell starts is none of the engine's.
    tools::restore(&mut command);
    let mut child = command
        .args(std::env::args_os().skip(1))
        .env(KEPT, "1")
        // A panic is reported with its place; the calls between it and the notebook are the engine's own.
        .env("RUST_BACKTRACE", "0")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        // Out of reach of what is sent to the engine's group to stop a compiler.
        .process_group(0)
        .spawn()
        .context("starting the process that runs cells")?;
    let status = Keeper::new(pipes, &mut child)?.run();
    let _ = child.kill();
    status?;
    end_like(child.wait()?, pipes)
}

/// A pipe in this folder. Both ends are held open, so that a kernel or a keeper that begins anew finds it as it was.
fn open(pipes: &Path, name: &str) -> Result<File> {
    let path = pipes.join(name);
    File::options().read(true).write(true).open(&path).with_context(|| format!("opening {}", path.display()))
}

struct Keeper {
    commands: Option<ChildStdin>,
    output: File,
    errors: File,
    errors_open: bool,
    events: Events,
    answers: File,
    flush: PathBuf,
    /// What the engine has said of its next command.
    command: Vec<u8>,
    pieces: Output,
    error_pieces: Output,
    /// How many answers of the kernel's were asked for.
    asked: u64,
    /// What the kernel has said of its next answer.
    answer: Vec<u8>,
    /// The cells that were passed on and have not ended: whether the engine was told that they have.
    running: VecDeque<bool>,
    /// The cell's error has been told of.
    returned: bool,
    /// The cell has ended, and its last text is waited for until then.
    ending: Option<Instant>,
    keyboard: Keyboard,
    input: Input,
}

/// How far a cell is that wants a line of input.
enum Input {
    /// It wants none.
    None,
    /// Its last text is waited for until then, which says what to type.
    Flushing(Instant),
    /// The kernel was asked, and gives this answer.
    Asked(String),
}

impl Keeper {
    fn new(pipes: &Path, child: &mut Child) -> Result<Self> {
        let missing = "a pipe of the process that runs cells is missing";
        let mut events = Events::new(open(pipes, EVENTS)?);
        events.begin_line()?;
        events.send(&Event::Started { process: child.id() })?;
        Ok(Self {
            commands: child.stdin.take(),
            output: File::from(std::os::fd::OwnedFd::from(child.stdout.take().context(missing)?)),
            errors: File::from(std::os::fd::OwnedFd::from(child.stderr.take().context(missing)?)),
            errors_open: true,
            events,
            answers: open(pipes, ANSWERS)?,
            flush: notebook_protocol::flush_pipe().unwrap_or_default(),
            command: Vec::new(),
            pieces: Output::default(),
            error_pieces: Output::default(),
            asked: 0,
            answer: Vec::new(),
            running: VecDeque::new(),
            returned: false,
            ending: None,
            keyboard: Keyboard::new(pipes.join(KEYBOARD), child.id()),
            input: Input::None,
        })
    }

    /// Passes everything on, until the process has closed its output.
    fn run(mut self) -> Result<()> {
        let mut buffer = vec![0; MOST];
        let engine = io::stdin();
        loop {
            let flushing = if let Input::Flushing(until) = self.input { Some(until) } else { None };
            let deadlines = [self.events.due(), self.ending, self.keyboard.due(), flushing];
            let deadline = deadlines.into_iter().flatten().min();
            let wait = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
            let wait = wait.map(Timespec::try_from).transpose()?;
            // What has ended is always ready, and says no more: the engine when it is gone, errors when a cell has closed them.
            let mut ready = vec![PollFd::new(&self.output, PollFlags::IN), PollFd::new(&self.answers, PollFlags::IN)];
            let watched = [(self.errors_open, self.errors.as_fd()), (self.commands.is_some(), engine.as_fd())];
            ready.extend(
                watched
                    .iter()
                    .filter(|(open, _)| *open)
                    .map(|(_, pipe)| PollFd::from_borrowed_fd(*pipe, PollFlags::IN)),
            );
            match poll(&mut ready, wait.as_ref()) {
                Err(rustix::io::Errno::INTR) => continue,
                polled => polled.context("waiting for output")?,
            };
            let mut found = ready.iter().map(|fd| !fd.revents().is_empty());
            let mut next_of = |open: bool| open && found.next().unwrap_or(false);
            let (output, answers, errors) = (next_of(true), next_of(true), next_of(self.errors_open));
            let command = next_of(self.commands.is_some());
            if output {
                let read = self.output.read(&mut buffer)?;
                if read == 0 {
                    return self.finish();
                }
                self.take(&buffer[..read])?;
            }
            if errors {
                // Looked at again: what was there may have been taken with the end of a cell.
                self.take_errors()?;
            }
            if command {
                let read = rustix::io::read(&engine, &mut buffer)?;
                self.pass_on(&buffer[..read])?;
            }
            if answers {
                let read = self.answers.read(&mut buffer)?;
                self.take_answers(&buffer[..read])?;
            }
            let now = Instant::now();
            if self.keyboard.is_unplugged(now) {
                self.unplug();
            }
            // Before that, what the cell has said last is looked at.
            if !output && !errors {
                self.look_for_input(now)?;
            }
            if self.events.due().is_some_and(|due| now >= due) {
                self.events.send_text()?;
            }
            if self.ending.is_some_and(|deadline| now >= deadline) {
                self.complete()?;
            }
        }
    }

    /// A command of the engine's, or what the user has typed for a cell.
    fn pass_on(&mut self, bytes: &[u8]) -> Result<()> {
        if bytes.is_empty() {
            // The engine is gone; the process ends when it sees that there is nothing more to read.
            self.commands = None;
            return Ok(());
        }
        self.command.extend_from_slice(bytes);
        while let Some(end) = self.command.iter().position(|&byte| byte == b'\n') {
            let line: Vec<u8> = self.command.drain(..=end).collect();
            if let Some(what) = line.strip_prefix(RUN.as_bytes()) {
                let library = what.rsplitn(2, |&byte| byte == b' ').last().unwrap_or_default();
                if let Some(said) = ledger::said(Path::new(OsStr::from_bytes(library))) {
                    said.iter().try_for_each(|said| to_engine(said))?;
                    to_engine(COMPLETE)?;
                    continue;
                }
                self.events.send(&Event::Running)?;
                self.running.push_back(false);
                self.keyboard.begin();
            }
            if let Some(commands) = &mut self.commands {
                // Where the process is gone, its output ends, which is looked at next.
                let _ = commands.write_all(&line).and_then(|()| commands.flush());
            }
        }
        Ok(())
    }

    fn take(&mut self, bytes: &[u8]) -> Result<()> {
        let mut pieces = Vec::new();
        self.pieces.take(bytes, |piece| pieces.push(piece));
        for piece in pieces {
            match piece {
                Piece::Text(text) => self.events.text(false, &text)?,
                Piece::Display(display) => self.events.send(&Event::Display(display))?,
                Piece::Content(mime_type, content) => self.events.value(mime_type, content)?,
                Piece::Flushed => {
                    if self.ending.is_some() {
                        self.complete()?;
                    } else if matches!(self.input, Input::Flushing(_)) {
                        self.ask_for_input("", false)?;
                    }
                }
                Piece::Signal(signal) => self.signal(&signal)?,
            }
        }
        Ok(())
    }

    fn signal(&mut self, signal: &str) -> Result<()> {
        match signal {
            BEGINS => {
                if let Some(told @ false) = self.running.front_mut() {
                    *told = true;
                    to_engine(COMPLETE)?;
                }
                return Ok(());
            }
            REASSIGNED => return self.events.send(&Event::Reassigned),
            _ if signal.starts_with(UNFINISHED) => {
                let line = signal.strip_prefix(UNFINISHED).and_then(|line| line.parse().ok());
                return self.events.send(&Event::Unfinished { line });
            }
            _ if signal.starts_with(INPUT) => {
                let prompt = signal.split_once(':').map_or("", |(_, prompt)| prompt);
                return self.ask_for_input(prompt, signal.starts_with(PASSWORD));
            }
            PANIC => self.events.send(&Event::Panicked)?,
            COMPLETE => {
                if self.ask_for_the_rest() {
                    self.ending = Some(Instant::now() + TIME_TO_FLUSH);
                    return Ok(());
                }
                return self.complete();
            }
            RETURNED => {
                self.take_errors()?;
                if !std::mem::take(&mut self.returned) {
                    self.events.send(&Event::Returned { place: None })?;
                }
            }
            _ => {}
        }
        // Of a cell that runs, the engine believes that it has ended.
        if self.running.front() == Some(&true) { Ok(()) } else { to_engine(signal) }
    }

    /// Text of standard error, where the place of an error stands before its words.
    fn take_error(&mut self, bytes: &[u8]) -> Result<()> {
        let mut pieces = Vec::new();
        self.error_pieces.take(bytes, |piece| pieces.push(piece));
        for piece in pieces {
            match piece {
                Piece::Text(text) => self.events.text(true, &text)?,
                Piece::Signal(signal) => match patch::place(&signal) {
                    Some(place) => {
                        self.returned = true;
                        self.events.send(&Event::Returned { place: Some(place) })?;
                    }
                    None => self.events.text(true, format!("{signal}\n").as_bytes())?,
                },
                // Nothing else is written there.
                _ => {}
            }
        }
        Ok(())
    }

    /// Asks the library to write out what it keeps back. False where it is not there to be asked.
    fn ask_for_the_rest(&self) -> bool {
        let opened = rustix::fs::open(&self.flush, OFlags::WRONLY | OFlags::NONBLOCK, Mode::empty());
        opened.is_ok_and(|pipe| rustix::io::write(pipe, b"\n").is_ok())
    }

    /// Everything that the cell has written to standard error so far.
    fn take_errors(&mut self) -> Result<()> {
        let mut buffer = vec![0; MOST];
        loop {
            if !is_ready(&self.errors, Duration::ZERO)? {
                return Ok(());
            }
            let read = self.errors.read(&mut buffer)?;
            if read == 0 {
                self.errors_open = false;
                return Ok(());
            }
            self.take_error(&buffer[..read])?;
        }
    }

    /// The cell has ended and all of its output is here. Where the engine does not know of its end yet, it may know when the
    /// kernel has everything.
    fn complete(&mut self) -> Result<()> {
        self.ending = None;
        self.input = Input::None;
        self.keyboard.rest();
        self.take_errors()?;
        if self.running.pop_front() == Some(true) {
            return self.events.send(&Event::Done { answer: None });
        }
        let answer = self.next_answer();
        self.events.send(&Event::Done { answer: Some(answer.clone()) })?;
        self.wait_for(&answer)?;
        to_engine(COMPLETE)
    }

    /// The name of an answer that the kernel is to give.
    fn next_answer(&mut self) -> String {
        self.asked += 1;
        format!("{}/{}", std::process::id(), self.asked)
    }

    /// Looks whether the cell waits for something to be typed.
    fn look_for_input(&mut self, now: Instant) -> Result<()> {
        match self.input {
            Input::None if self.keyboard.is_wanted(now) => {
                // The question may be among what Rust keeps back.
                if !self.ask_for_the_rest() {
                    return self.ask_for_input("", false);
                }
                self.input = Input::Flushing(now + TIME_TO_FLUSH);
            }
            Input::Flushing(until) if now >= until => self.ask_for_input("", false)?,
            _ => {}
        }
        Ok(())
    }

    fn ask_for_input(&mut self, prompt: &str, password: bool) -> Result<()> {
        let answer = self.next_answer();
        self.input = Input::Asked(answer.clone());
        self.events.send(&Event::Input { answer, prompt: prompt.to_owned(), password })
    }

    /// Makes every further read of the cell an error.
    fn unplug(&mut self) {
        if let Some(commands) = &mut self.commands {
            // Where the process is gone, nothing reads any more.
            let _ = writeln!(commands, "{UNPLUG}").and_then(|()| commands.flush());
        }
    }

    /// What the user has typed.
    fn take_answers(&mut self, bytes: &[u8]) -> Result<()> {
        self.answer.extend_from_slice(bytes);
        while let Some(end) = self.answer.iter().position(|&byte| byte == b'\n') {
            let line: Vec<u8> = self.answer.drain(..=end).collect();
            let line = String::from_utf8_lossy(&line);
            let Some((answer, typed)) = line.split_once(' ') else { continue };
            if !matches!(&self.input, Input::Asked(asked) if asked == answer) {
                continue;
            }
            self.input = Input::None;
            match serde_json::from_str(typed).unwrap_or(Typed::End) {
                Typed::Line(text) => self.keyboard.give(&format!("{text}\n"))?,
                Typed::End => self.keyboard.end(),
                Typed::Stop => {
                    self.keyboard.end();
                    self.unplug();
                }
            }
        }
        Ok(())
    }

    fn wait_for(&mut self, answer: &str) -> Result<()> {
        let deadline = Instant::now() + TIME_TO_ANSWER;
        let mut line = Vec::new();
        while let Some(wait) = deadline.checked_duration_since(Instant::now()) {
            if !is_ready(&self.answers, wait).unwrap_or(false) {
                continue;
            }
            let mut byte = [0];
            self.answers.read_exact(&mut byte)?;
            if byte[0] != b'\n' {
                line.push(byte[0]);
            } else if std::mem::take(&mut line) == answer.as_bytes() {
                return Ok(());
            }
        }
        Ok(())
    }

    fn finish(mut self) -> Result<()> {
        self.take_errors()?;
        self.events.send_all()
    }
}

/// Whether there is something to read in this pipe, or it has ended, now or before so much time has passed.
fn is_ready(pipe: &File, wait: Duration) -> Result<bool> {
    let mut ready = [PollFd::new(pipe, PollFlags::IN)];
    poll(&mut ready, Some(&Timespec::try_from(wait)?))?;
    Ok(!ready[0].revents().is_empty())
}

fn to_engine(signal: &str) -> Result<()> {
    let mut engine = io::stdout().lock();
    writeln!(engine, "{signal}")?;
    Ok(engine.flush()?)
}

/// Tells the kernel how the process ended, and ends this one in the same way, for the engine's sake.
fn end_like(status: ExitStatus, pipes: &Path) -> Result<()> {
    let ended = Event::Ended { code: status.code(), signal: status.signal() };
    Events::new(open(pipes, EVENTS)?).send(&ended)?;
    let signal = status.signal().and_then(rustix::process::Signal::from_named_raw);
    if let Some(signal) = signal {
        let _ = rustix::process::kill_process(rustix::process::getpid(), signal);
    }
    std::process::exit(status.code().unwrap_or(1));
}
