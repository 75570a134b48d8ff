//! The supervisor: the process between the engine and the process that runs cells.
//!
//! evcxr starts the supervisor as its process for running cells. The supervisor starts the [runtime](crate::runtime), passes
//! evcxr's commands on to it, and splits its output. Text, displays and values go to the kernel at once, in the order in which
//! they were written, through a pipe of their own; evcxr's signals go to the engine. So output is seen while the cell runs.
//! The supervisor reports the end of a cell to the engine as soon as the cell begins to run, so that the engine can complete
//! and inspect code meanwhile. The supervisor is a separate process because the final output of a crashed runtime is still in its pipes.

mod event_writer;
mod keyboard;

use std::collections::VecDeque;
use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::os::fd::{AsFd as _, OwnedFd};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{Mode, OFlags};

use crate::messages::{Event, RunTimes, Typed};
use crate::output_parser::{OutputParser, Token};
use crate::patch;
use crate::patch::variable_sync;
use crate::pipes::{ANSWERS, EVENTS, KEYBOARD, RUN_COMMAND, SUPERVISED_VARIABLE, UNPLUG_COMMAND};
use crate::shims::toolchain;
use crate::signal_lines::{BEGINS, COMPLETE, INPUT, PANIC, PASSWORD, REASSIGNED, RETURNED, UNFINISHED};
use event_writer::EventWriter;
use keyboard::Keyboard;

/// The number of bytes that are read at once.
const READ_BUFFER_BYTES: usize = 1 << 16;
/// The time in which the library must write out buffered text.
const FLUSH_TIMEOUT: Duration = Duration::from_millis(300);
/// The time in which the kernel must acknowledge a cell's output. The supervisor waits for it, because the engine's reply must
/// come after the output.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(30);

/// Runs until the process that runs cells ends, and ends in the same way.
pub(crate) fn run(pipes: &Path) -> Result<()> {
    let mut command = Command::new(std::env::current_exe().context("finding this program")?);
    // Child processes of a cell must not inherit the engine's environment.
    toolchain::restore_environment(&mut command);
    let mut child = command
        .args(std::env::args_os().skip(1))
        .env(SUPERVISED_VARIABLE, "1")
        // A panic is reported with its line in the cell. A backtrace would show the engine's functions.
        .env("RUST_BACKTRACE", "0")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        // Signals to the engine's group, which stop a compiler, must not reach it.
        .process_group(0)
        .spawn()
        .context("starting the process that runs cells")?;
    let result = Supervisor::new(pipes, &mut child)?.run();
    // It may have ended already.
    let _ = child.kill();
    result?;
    end_like(child.wait()?, pipes)
}

/// Opens both ends of a pipe in this folder, so that it does not end when the kernel or the supervisor is replaced.
fn open(pipes: &Path, name: &str) -> Result<File> {
    let path = pipes.join(name);
    File::options().read(true).write(true).open(&path).with_context(|| format!("opening {}", path.display()))
}

struct Supervisor {
    /// The standard input of the runtime, until the engine has ended.
    commands: Option<ChildStdin>,
    output: File,
    errors: File,
    are_errors_open: bool,
    events: EventWriter,
    answers: File,
    /// The pipe that asks the library for buffered text, if there is one.
    flush: Option<PathBuf>,
    /// The beginning of the engine's next command.
    command: Vec<u8>,
    output_parser: OutputParser,
    error_parser: OutputParser,
    /// The number of answers that were requested from the kernel.
    requested_answers: u64,
    /// The beginning of the kernel's next answer.
    answer: Vec<u8>,
    /// The cells that have not ended.
    running: VecDeque<RunningCell>,
    /// Whether the error that leaves the cell was reported.
    is_error_reported: bool,
    /// The time until which the supervisor waits for the last text of a cell that has ended.
    ending: Option<Instant>,
    keyboard: Keyboard,
    input: Input,
}

/// A cell that was passed on to the runtime.
struct RunningCell {
    passed_on: Instant,
    /// The time at which its own code began. Its end was reported to the engine then.
    began: Option<Instant>,
}

impl RunningCell {
    fn times(&self) -> Option<RunTimes> {
        let began = self.began?;
        Some(RunTimes { load: began - self.passed_on, run: began.elapsed() })
    }
}

/// The pipes that can be read.
#[derive(Default)]
struct Ready {
    output: bool,
    answers: bool,
    errors: bool,
    command: bool,
}

/// The state of a cell that reads a line of input.
enum Input {
    /// It reads no line.
    None,
    /// The supervisor waits until then for its last text, which is the prompt.
    Flushing(Instant),
    /// The kernel will give the answer of this name.
    Requested(String),
}

impl Supervisor {
    fn new(pipes: &Path, child: &mut Child) -> Result<Self> {
        let missing = "a pipe of the process that runs cells is missing";
        let mut events = EventWriter::new(open(pipes, EVENTS)?);
        events.begin_line()?;
        events.send(&Event::Started { process: child.id() })?;
        Ok(Self {
            commands: child.stdin.take(),
            output: File::from(OwnedFd::from(child.stdout.take().context(missing)?)),
            errors: File::from(OwnedFd::from(child.stderr.take().context(missing)?)),
            are_errors_open: true,
            events,
            answers: open(pipes, ANSWERS)?,
            flush: notebook_protocol::flush_pipe(),
            command: Vec::new(),
            output_parser: OutputParser::default(),
            error_parser: OutputParser::default(),
            requested_answers: 0,
            answer: Vec::new(),
            running: VecDeque::new(),
            is_error_reported: false,
            ending: None,
            keyboard: Keyboard::new(pipes.join(KEYBOARD), child.id()),
            input: Input::None,
        })
    }

    /// Passes everything on until the runtime has closed its output.
    fn run(mut self) -> Result<()> {
        let mut buffer = vec![0; READ_BUFFER_BYTES];
        let engine = io::stdin();
        loop {
            let ready = self.wait(&engine)?;
            if ready.output {
                let read = self.output.read(&mut buffer)?;
                if read == 0 {
                    return self.finish();
                }
                self.take_output(&buffer[..read])?;
            }
            if ready.errors {
                // The text may have been read at the end of a cell, so this looks again.
                self.take_errors()?;
            }
            if ready.command {
                let read = rustix::io::read(&engine, &mut buffer)?;
                self.pass_on(&buffer[..read])?;
            }
            if ready.answers {
                let read = self.answers.read(&mut buffer)?;
                self.take_answers(&buffer[..read])?;
            }
            self.run_due_work(ready.output || ready.errors)?;
        }
    }

    /// Waits until a pipe can be read or something is due.
    fn wait(&self, engine: &io::Stdin) -> Result<Ready> {
        let flushing = if let Input::Flushing(until) = self.input { Some(until) } else { None };
        let deadlines = [self.events.due(), self.ending, self.keyboard.due(), flushing];
        let deadline = deadlines.into_iter().flatten().min();
        let timeout = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
        let timeout = timeout.map(Timespec::try_from).transpose()?;
        // A pipe that has ended is always ready, so the engine's is left out after its end, and the errors' if a cell has
        // closed them.
        let watched = [
            (true, self.output.as_fd()),
            (true, self.answers.as_fd()),
            (self.are_errors_open, self.errors.as_fd()),
            (self.commands.is_some(), engine.as_fd()),
        ];
        let open = watched.iter().filter(|(is_open, _)| *is_open);
        let mut polled: Vec<_> = open.map(|(_, pipe)| PollFd::from_borrowed_fd(*pipe, PollFlags::IN)).collect();
        match poll(&mut polled, timeout.as_ref()) {
            Err(rustix::io::Errno::INTR) => return Ok(Ready::default()),
            result => result.context("waiting for output")?,
        };
        let mut found = polled.iter().map(|fd| !fd.revents().is_empty());
        let mut next = |is_open: bool| is_open && found.next().unwrap_or(false);
        let [output, answers, errors, command] = watched.map(|(is_open, _)| next(is_open));
        Ok(Ready { output, answers, errors, command })
    }

    /// Does what is due by the clock.
    fn run_due_work(&mut self, has_output: bool) -> Result<()> {
        let now = Instant::now();
        if self.keyboard.is_unplugged(now) {
            self.unplug();
        }
        // The prompt may be in the output, so that is read first.
        if !has_output {
            self.look_for_input(now)?;
        }
        if self.events.due().is_some_and(|due| now >= due) {
            self.events.send_text()?;
        }
        if self.ending.is_some_and(|deadline| now >= deadline) {
            self.complete()?;
        }
        Ok(())
    }

    /// Passes commands of the engine's on to the runtime. A cell that only corrects evcxr's list of variables is answered here.
    fn pass_on(&mut self, bytes: &[u8]) -> Result<()> {
        if bytes.is_empty() {
            // The engine has ended. The runtime ends when it finds the end of its commands.
            self.commands = None;
            return Ok(());
        }
        self.command.extend_from_slice(bytes);
        while let Some(end) = self.command.iter().position(|&byte| byte == b'\n') {
            let line: Vec<u8> = self.command.drain(..=end).collect();
            if let Some(arguments) = line.strip_prefix(RUN_COMMAND.as_bytes()) {
                let library = arguments.rsplitn(2, |&byte| byte == b' ').last().unwrap_or(arguments);
                if let Some(signals) = variable_sync::signals_of(Path::new(OsStr::from_bytes(library))) {
                    signals.iter().try_for_each(|signal| send_to_engine(signal))?;
                    send_to_engine(COMPLETE)?;
                    continue;
                }
                self.events.send(&Event::Running)?;
                self.running.push_back(RunningCell { passed_on: Instant::now(), began: None });
                self.keyboard.begin();
            }
            if let Some(commands) = &mut self.commands
                && let Err(error) = commands.write_all(&line).and_then(|()| commands.flush())
            {
                // The runtime has ended; its output ends next.
                tracing::debug!(%error, "a command could not be passed on");
            }
        }
        Ok(())
    }

    fn take_output(&mut self, bytes: &[u8]) -> Result<()> {
        let mut tokens = Vec::new();
        self.output_parser.parse(bytes, |token| tokens.push(token));
        for token in tokens {
            match token {
                Token::Text(text) => self.events.text(false, &text)?,
                Token::Display(display) => self.events.send(&Event::Display(display))?,
                Token::Content(mime_type, content) => self.events.value(mime_type, content)?,
                Token::Flushed => {
                    if self.ending.is_some() {
                        self.complete()?;
                    } else if matches!(self.input, Input::Flushing(_)) {
                        self.request_input("", false)?;
                    }
                }
                Token::Signal(signal) => self.take_signal(&signal)?,
            }
        }
        Ok(())
    }

    fn take_signal(&mut self, signal: &str) -> Result<()> {
        match signal {
            BEGINS => {
                if let Some(cell @ RunningCell { began: None, .. }) = self.running.front_mut() {
                    cell.began = Some(Instant::now());
                    send_to_engine(COMPLETE)?;
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
                return self.request_input(prompt, signal.starts_with(PASSWORD));
            }
            PANIC => self.events.send(&Event::Panicked)?,
            COMPLETE => {
                if self.request_flush() {
                    self.ending = Some(Instant::now() + FLUSH_TIMEOUT);
                    return Ok(());
                }
                return self.complete();
            }
            RETURNED => {
                self.take_errors()?;
                if !std::mem::take(&mut self.is_error_reported) {
                    self.events.send(&Event::Returned { place: None })?;
                }
            }
            _ => {}
        }
        // The end of a cell that has begun was already reported to the engine.
        if self.running.front().is_some_and(|cell| cell.began.is_some()) { Ok(()) } else { send_to_engine(signal) }
    }

    /// Passes text of standard error on, in which the line of an error precedes its message.
    fn take_error(&mut self, bytes: &[u8]) -> Result<()> {
        let mut tokens = Vec::new();
        self.error_parser.parse(bytes, |token| tokens.push(token));
        for token in tokens {
            match token {
                Token::Text(text) => self.events.text(true, &text)?,
                Token::Signal(signal) => match patch::parse_error_line(&signal) {
                    Some(line) => {
                        self.is_error_reported = true;
                        self.events.send(&Event::Returned { place: Some(line) })?;
                    }
                    None => self.events.text(true, format!("{signal}\n").as_bytes())?,
                },
                // Displays and values are written to standard output only.
                _ => {}
            }
        }
        Ok(())
    }

    /// Asks the library to write out buffered text. Returns whether the library listens.
    fn request_flush(&self) -> bool {
        let Some(flush) = &self.flush else { return false };
        let opened = rustix::fs::open(flush, OFlags::WRONLY | OFlags::NONBLOCK, Mode::empty());
        opened.is_ok_and(|pipe| rustix::io::write(pipe, b"\n").is_ok())
    }

    /// Passes on everything that the cell has written to standard error so far.
    fn take_errors(&mut self) -> Result<()> {
        let mut buffer = vec![0; READ_BUFFER_BYTES];
        loop {
            if !is_ready(&self.errors, Duration::ZERO)? {
                return Ok(());
            }
            let read = self.errors.read(&mut buffer)?;
            if read == 0 {
                self.are_errors_open = false;
                return Ok(());
            }
            self.take_error(&buffer[..read])?;
        }
    }

    /// Reports the end of a cell, all of whose output was read. If the engine does not know of the end yet, it is reported after the
    /// kernel has received everything.
    fn complete(&mut self) -> Result<()> {
        self.ending = None;
        self.input = Input::None;
        self.keyboard.stop_looking();
        self.take_errors()?;
        if let Some(times) = self.running.pop_front().and_then(|cell| cell.times()) {
            tracing::info!(load = ?times.load, run = ?times.run, "the cell has run");
            return self.events.send(&Event::Done { answer: None, times: Some(times) });
        }
        let answer = self.next_answer();
        self.events.send(&Event::Done { answer: Some(answer.clone()), times: None })?;
        self.wait_for(&answer)?;
        send_to_engine(COMPLETE)
    }

    /// Returns the name of the next answer of the kernel's.
    fn next_answer(&mut self) -> String {
        self.requested_answers += 1;
        format!("{}/{}", std::process::id(), self.requested_answers)
    }

    /// Looks whether the cell waits for input, and requests it.
    fn look_for_input(&mut self, now: Instant) -> Result<()> {
        match self.input {
            Input::None if self.keyboard.is_wanted(now) => {
                // The prompt may still be buffered.
                if !self.request_flush() {
                    return self.request_input("", false);
                }
                self.input = Input::Flushing(now + FLUSH_TIMEOUT);
            }
            Input::Flushing(until) if now >= until => self.request_input("", false)?,
            _ => {}
        }
        Ok(())
    }

    fn request_input(&mut self, prompt: &str, password: bool) -> Result<()> {
        let answer = self.next_answer();
        self.input = Input::Requested(answer.clone());
        self.events.send(&Event::Input { answer, prompt: prompt.to_owned(), password })
    }

    /// Makes every further read of the cell an error.
    fn unplug(&mut self) {
        if let Some(commands) = &mut self.commands
            && let Err(error) = writeln!(commands, "{UNPLUG_COMMAND}").and_then(|()| commands.flush())
        {
            // The runtime has ended, and with it all reads.
            tracing::debug!(%error, "the keyboard could not be unplugged");
        }
    }

    /// Passes what the user has typed on to the cell.
    fn take_answers(&mut self, bytes: &[u8]) -> Result<()> {
        self.answer.extend_from_slice(bytes);
        while let Some(end) = self.answer.iter().position(|&byte| byte == b'\n') {
            let line: Vec<u8> = self.answer.drain(..=end).collect();
            let line = String::from_utf8_lossy(&line);
            let Some((answer, typed)) = line.split_once(' ') else { continue };
            if !matches!(&self.input, Input::Requested(name) if name == answer) {
                continue;
            }
            self.input = Input::None;
            match serde_json::from_str(typed).context("reading the kernel's answer")? {
                Typed::Line(text) => self.keyboard.type_text(&format!("{text}\n"))?,
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
        let deadline = Instant::now() + ANSWER_TIMEOUT;
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

/// Returns whether this pipe can be read or has ended, now or within the timeout.
fn is_ready(pipe: &File, timeout: Duration) -> Result<bool> {
    let mut ready = [PollFd::new(pipe, PollFlags::IN)];
    poll(&mut ready, Some(&Timespec::try_from(timeout)?))?;
    Ok(!ready[0].revents().is_empty())
}

fn send_to_engine(signal: &str) -> Result<()> {
    let mut engine = io::stdout().lock();
    writeln!(engine, "{signal}")?;
    Ok(engine.flush()?)
}

/// Reports how the runtime has ended, and ends this process in the same way, because evcxr looks at how it ends.
fn end_like(status: ExitStatus, pipes: &Path) -> Result<()> {
    let ended = Event::Ended { code: status.code(), signal: status.signal() };
    EventWriter::new(open(pipes, EVENTS)?).send(&ended)?;
    let signal = status.signal().and_then(rustix::process::Signal::from_named_raw);
    if let Some(signal) = signal
        && let Err(error) = rustix::process::kill_process(rustix::process::getpid(), signal)
    {
        tracing::warn!(%error, ?signal, "the supervisor could not end like the runtime");
    }
    std::process::exit(status.code().unwrap_or(1));
}
