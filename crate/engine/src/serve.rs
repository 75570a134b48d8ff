//! The engine: evcxr behind a pipe. It compiles cells and has them run; everything else is the kernel's.
//!
//! evcxr is used as a library, by the few methods of its `CommandContext`. The other way, evcxr_jupyter as a child whose
//! messages are filtered, would need a second set of sockets and keys, and would see of an error only its text. A process of
//! its own it is because evcxr and rust-analyzer may crash, or be told to quit, and the kernel lives on; and because stopping
//! a compiler means a signal to the group of processes that it is in.

use std::fs::File;
use std::io::{self, BufRead as _, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use anyhow::{Context as _, Result};
use evcxr::{CommandContext, EvalContext};
use rustix::event::{PollFd, PollFlags, Timespec};
use tokio::signal::unix::{SignalKind, signal};

use super::effort::Effort;
use super::implementations::Implementations;
use super::ledger::{self, Ledger};
use super::messages::{Failure, Reply, Request};
use super::mistake::Known;
use super::names::{Ending, Names};
use super::patch::restore::Variables;
use super::patch::{build, last_value, statics};
use super::{complete, crates, failure, inserted, inspect, session, warnings};
use crate::host::Host;

/// How often the kernel is told how far the build of crates is.
const NEWS: Duration = Duration::from_millis(300);

/// Plays the part until the kernel closes the pipe.
pub(crate) fn serve(host: Host) -> Result<()> {
    // A compiler is stopped by a signal to the whole group, which this process must outlive. Ignored, the signal would be
    // ignored by the compiler too.
    let signals = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
    let mut interrupts = signals.block_on(async { signal(SignalKind::interrupt()) })?;
    std::thread::spawn(move || signals.block_on(async { while interrupts.recv().await.is_some() {} }));
    // evcxr prints here and there; what is printed goes to the log.
    let replies = File::from(rustix::io::dup(rustix::stdio::stdout())?);
    rustix::stdio::dup2_stdout(rustix::stdio::stderr())?;
    Engine::start(host, replies)?.run()
}

struct Engine {
    host: Host,
    context: CommandContext,
    session: PathBuf,
    effort: Effort,
    names: Names,
    implementations: Implementations,
    replies: File,
}

impl Engine {
    fn start(host: Host, mut replies: File) -> Result<Self> {
        let session = session::of_this_process().context("the engine was not told its folder")?;
        ledger::close(&session);
        let runtime = Command::new(std::env::current_exe().context("finding this program")?);
        let started = EvalContext::with_subprocess_command(runtime);
        let (context, outputs) = started.map_err(|error| anyhow::anyhow!("starting evcxr: {error}"))?;
        // What cells print goes to the kernel by another way; what comes here is evcxr's own.
        std::thread::spawn(move || outputs.stdout.iter().for_each(|line| eprintln!("{line}")));
        std::thread::spawn(move || outputs.stderr.iter().for_each(|line| eprintln!("{line}")));
        let mut context = CommandContext::with_eval_context(context);
        let prelude = prelude(&host, &mut context).err();
        send(&mut replies, &Reply::Ready { prelude })?;
        if let Some(library) = &host.library
            && nobody_asks()?
        {
            let first = library.warmup_completion;
            let _ = context.completions(first, first.len());
        }
        let effort = Effort::new(&session);
        let (names, implementations) = (Names::default(), Implementations::default());
        Ok(Self { host, context, session, effort, names, implementations, replies })
    }

    fn run(mut self) -> Result<()> {
        while let Some(request) = next_request()? {
            let reply = match request {
                Request::Execute { code } => {
                    let (shown, timed, failure) = self.execute(&code);
                    let lost = failure.as_ref().is_some_and(|failure| failure.lost);
                    let warnings = warnings::of(&self.session, &code);
                    send(&mut self.replies, &Reply::Executed { shown, timed, warnings, failure })?;
                    if lost {
                        statics::forget(&self.session);
                        self.attach();
                    }
                    continue;
                }
                Request::Adopt => {
                    let reassigned = build::variables(&self.session).unwrap_or_default().reassigned;
                    self.learn(&Variables { restored: reassigned, ..Variables::default() })?;
                    self.names.ended("", Known::of(&self.context), Ending::Ran);
                    Reply::Recovered { lost: Vec::new() }
                }
                Request::Recover => Reply::Recovered { lost: self.recover()? },
                Request::Restart => {
                    statics::forget(&self.session);
                    // A cell that is not run is enough for evcxr to learn of it, and to start another process.
                    let _ = self.learn(&Variables::default());
                    self.attach();
                    self.names.ended("", Known::of(&self.context), Ending::LostAll);
                    Reply::Restarted
                }
                Request::Complete { code, at } => complete::complete(&mut self.context, &code, at),
                Request::Inspect { code, at } => inspect::inspect(&mut self.context, &code, at),
            };
            send(&mut self.replies, &reply)?;
        }
        Ok(())
    }

    /// Lets the library answer the kernel in a new process that runs cells.
    fn attach(&mut self) {
        if let Some(library) = &self.host.library {
            // A failure was reported when the session began.
            let _ = self.context.execute(library.attach);
        }
    }

    fn execute(&mut self, code: &str) -> (Vec<(String, String)>, bool, Option<Failure>) {
        self.effort.begin(code);
        build::begin(&self.session);
        if let Some(failure) = failure::before(code, &self.names) {
            self.names.ended(code, Known::of(&self.context), Ending::Refused);
            return (Vec::new(), false, Some(failure));
        }
        last_value::note(&self.session, code);
        statics::begin(&self.session, code);
        let named = self.implementations.named(code);
        inserted::set(named.as_ref().map_or_else(Vec::new, |named| named.insertions.clone()));
        let given = named.as_ref().map_or(code, |named| &named.code);
        let result = telling_of_crates(&self.session, &self.replies, || self.context.execute(given));
        let failure = result.as_ref().err().map(|error| failure::of(error, code, &self.names));
        let ending = match &failure {
            None => Ending::Ran,
            Some(failure) if failure.lost => Ending::LostAll,
            Some(_) => Ending::Refused,
        };
        self.names.ended(code, Known::of(&self.context), ending);
        match result {
            Ok(outputs) => {
                if code.lines().any(|line| line.trim() == ":clear") {
                    self.implementations.clear();
                }
                if let Some(named) = named {
                    self.implementations.keep(named);
                }
                statics::keep(&self.session);
                let timed = outputs.timing.is_some();
                let mut shown: Vec<_> = outputs.content_by_mime_type.into_iter().collect();
                shown.sort();
                (shown, timed, None)
            }
            Err(_) => (Vec::new(), false, failure),
        }
    }

    /// Tells evcxr which variables the cell that ran last has left, and gives those that it has used up.
    fn recover(&mut self) -> Result<Vec<String>> {
        let variables = build::variables(&self.session).unwrap_or_default();
        self.learn(&variables)?;
        self.names.failed(Known::of(&self.context));
        let known: Vec<&str> = self.context.variables_and_types().map(|(name, _)| name).collect();
        let restored = variables.restored.into_iter().map(|variable| variable.name);
        Ok(restored.filter(|name| !known.contains(&name.as_str())).chain(variables.lost).collect())
    }

    fn learn(&mut self, variables: &Variables) -> Result<()> {
        let (forgotten, code) = ledger::entries(variables);
        let _ledger = Ledger::open(&self.session, &forgotten)?;
        // What evcxr does not take, it does not know, and finds missing when it looks for it.
        let _ = self.context.execute(&code);
        Ok(())
    }
}

/// Runs a cell, and tells the kernel meanwhile how far the build of its crates is.
fn telling_of_crates<T>(session: &Path, replies: &File, run: impl FnOnce() -> T) -> T {
    let (ended, end) = mpsc::channel::<()>();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            let mut is_over = false;
            while !is_over {
                is_over = !matches!(end.recv_timeout(NEWS), Err(RecvTimeoutError::Timeout));
                if let (Some(text), Ok(mut replies)) = (crates::progress::news(session), replies.try_clone()) {
                    // The reply to the cell comes when this has ended.
                    let _ = send(&mut replies, &Reply::Building { text });
                }
            }
        });
        let result = run();
        drop(ended);
        result
    })
}

/// Makes cells depend on the host's library and brings its names into scope, as the first cell of a lesson does.
fn prelude(host: &Host, context: &mut CommandContext) -> Result<(), Failure> {
    let Some(library) = &host.library else { return Ok(()) };
    let code = format!(
        "{}
{}
{}",
        library.dependency(),
        library.prelude,
        library.attach
    );
    context.execute(&code).map(|_| ()).map_err(|error| failure::of(&error, &code, &Names::default()))
}

/// Whether there is time until the first request.
fn nobody_asks() -> Result<bool> {
    let stdin = io::stdin();
    let mut asked = [PollFd::new(&stdin, PollFlags::IN)];
    let patience = Timespec { tv_sec: 0, tv_nsec: 300_000_000 };
    Ok(rustix::event::poll(&mut asked, Some(&patience))? == 0)
}

fn next_request() -> Result<Option<Request>> {
    let mut line = String::new();
    if io::stdin().lock().read_line(&mut line)? == 0 {
        return Ok(None);
    }
    Ok(Some(serde_json::from_str(&line).context("reading what the kernel asked")?))
}

fn send(to: &mut impl Write, reply: &Reply) -> Result<()> {
    let mut line = serde_json::to_vec(reply)?;
    line.push(b'\n');
    to.write_all(&line).context("answering the kernel")
}
