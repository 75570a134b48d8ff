//! The engine's process: evcxr behind a pipe. It compiles cells and has them run; the kernel does everything else.
//!
//! evcxr is used as a library, by a few methods of its `CommandContext`. The alternative, evcxr_jupyter as a child process
//! whose messages are filtered, would need a second set of sockets and keys, and would see only the text of an error. The
//! engine runs in its own process so that a crash of evcxr or rust-analyzer does not take the kernel down, and because a
//! compiler is stopped by a signal to the process group that it is in.

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

use crate::diagnostics::{self, CellOutcome, DefinedNames, HostContext, NameHistory};
use crate::host::Host;
use crate::messages::{CompileTimes, Failure, Reply, Request};
use crate::opt_level::OptLevelHeuristic;
use crate::patch::impl_blocks::ImplBlocks;
use crate::patch::restore::Variables;
use crate::patch::variable_sync::{self, VariableSync};
use crate::patch::{compile, insertions, last_value, statics};
use crate::shims::dep_build;
use crate::timing::CompileTimer;
use crate::{completion, layout, tooltip};

/// The time between two reports of the progress of a build.
const PROGRESS_INTERVAL: Duration = Duration::from_millis(300);
/// The time without a request after which the engine prepares completion.
const WARMUP_PATIENCE: Timespec = Timespec { tv_sec: 0, tv_nsec: 300_000_000 };

/// Runs the engine until the kernel closes the pipe.
pub(crate) fn run(host: Host) -> Result<()> {
    // A compiler is stopped by a signal to the whole group, which this process must survive. It must not ignore the signal,
    // because the compiler would inherit that.
    let signals = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
    let mut interrupts = signals.block_on(async { signal(SignalKind::interrupt()) })?;
    std::thread::spawn(move || signals.block_on(async { while interrupts.recv().await.is_some() {} }));
    // evcxr prints to standard output in some places. That goes to standard error.
    let replies = File::from(rustix::io::dup(rustix::stdio::stdout())?);
    rustix::stdio::dup2_stdout(rustix::stdio::stderr())?;
    Engine::start(host, replies)?.serve()
}

struct Engine {
    host: Host,
    context: CommandContext,
    session: PathBuf,
    opt_level: OptLevelHeuristic,
    names: NameHistory,
    impl_blocks: ImplBlocks,
    replies: File,
    /// The number of cells so far, for the log.
    cells: u64,
}

/// The result of a cell that was compiled and, if there is something to run, started.
struct Execution {
    shown: Vec<(String, String)>,
    timed: bool,
    times: Option<CompileTimes>,
    failure: Option<Failure>,
}

impl Engine {
    fn start(host: Host, mut replies: File) -> Result<Self> {
        let session = layout::session_of_this_process().context("the session's folder is not known")?;
        variable_sync::close(&session);
        let runtime = Command::new(std::env::current_exe().context("finding this program")?);
        let started = EvalContext::with_subprocess_command(runtime);
        let (context, outputs) = started.map_err(|error| anyhow::anyhow!("starting evcxr: {error}"))?;
        // The output of cells goes to the kernel through the supervisor's pipe; this is evcxr's own.
        std::thread::spawn(move || outputs.stdout.iter().for_each(|line| eprintln!("{line}")));
        std::thread::spawn(move || outputs.stderr.iter().for_each(|line| eprintln!("{line}")));
        let mut context = CommandContext::with_eval_context(context);
        let prelude = run_prelude(&host, &mut context).err();
        tracing::info!(has_failed = prelude.is_some(), "the engine is ready");
        send(&mut replies, &Reply::Ready { prelude })?;
        if let Some(library) = &host.library
            && no_request_waits()?
        {
            let code = library.warmup_completion;
            if let Err(error) = context.completions(code, code.len()) {
                tracing::debug!(%error, "the completion that warms rust-analyzer up has failed");
            }
        }
        let opt_level = OptLevelHeuristic::new(&session);
        let (names, impl_blocks) = (NameHistory::default(), ImplBlocks::default());
        Ok(Self { host, context, session, opt_level, names, impl_blocks, replies, cells: 0 })
    }

    /// Answers requests until the kernel closes the pipe.
    fn serve(mut self) -> Result<()> {
        while let Some(request) = next_request()? {
            match request {
                Request::Execute { code } => self.serve_cell(&code)?,
                Request::Complete { code, at } => {
                    let reply = completion::complete(&mut self.context, &code, at, self.host.library.as_ref());
                    send(&mut self.replies, &reply)?;
                }
                Request::Inspect { code, at } => {
                    let reply = tooltip::inspect(&mut self.context, &code, at, self.host.library.as_ref());
                    send(&mut self.replies, &reply)?;
                }
                Request::KeepReassigned => {
                    self.keep_reassigned()?;
                    send(&mut self.replies, &Reply::VariablesRestored { lost: Vec::new() })?;
                }
                Request::RestoreVariables => {
                    let lost = self.restore_variables()?;
                    send(&mut self.replies, &Reply::VariablesRestored { lost })?;
                }
                Request::RestartRuntime => {
                    self.restart_runtime();
                    send(&mut self.replies, &Reply::RuntimeRestarted)?;
                }
            }
        }
        Ok(())
    }

    /// Executes a cell and replies; after a crash, prepares the new process that runs cells.
    fn serve_cell(&mut self, code: &str) -> Result<()> {
        self.cells += 1;
        let span = tracing::info_span!("cell", number = self.cells);
        let _entered = span.enter();
        let Execution { shown, timed, times, failure } = self.execute(code);
        if let Some(CompileTimes { type_inference, compile }) = times {
            tracing::info!(?type_inference, ?compile, has_failed = failure.is_some(), "the cell was compiled");
        }
        let is_lost = failure.as_ref().is_some_and(|failure| failure.lost);
        let warnings = diagnostics::cell_warnings(&self.session, code);
        send(&mut self.replies, &Reply::Executed { shown, timed, times, warnings, failure })?;
        if is_lost {
            statics::clear(&self.session);
            self.attach_library();
        }
        Ok(())
    }

    /// Connects the library with the kernel in a new process that runs cells.
    fn attach_library(&mut self) {
        if let Some(library) = &self.host.library
            && let Err(error) = self.context.execute(library.attach)
        {
            // The user got the message when the session began.
            tracing::debug!(%error, "the library could not be attached");
        }
    }

    fn execute(&mut self, code: &str) -> Execution {
        let timer = CompileTimer::start(&self.session);
        self.opt_level.choose(code);
        compile::start_cell(&self.session);
        if let Some(failure) = diagnostics::mistakes_before_compiling(code, &self.names, &self.host_context()) {
            self.names.record(code, defined_names(&self.context), CellOutcome::Refused);
            return Execution { shown: Vec::new(), timed: false, times: None, failure: Some(failure) };
        }
        last_value::record_format_choice(&self.session, code);
        statics::start_cell(&self.session, code);
        let named = self.impl_blocks.with_names(code);
        insertions::set(named.as_ref().map_or_else(Vec::new, |named| named.insertions.clone()));
        let code_for_evcxr = named.as_ref().map_or(code, |named| &named.code);
        let result = with_progress_reports(&self.session, &self.replies, || self.context.execute(code_for_evcxr));
        let times = timer.times();
        let failure =
            result.as_ref().err().map(|error| diagnostics::failure(error, code, &self.names, &self.host_context()));
        let outcome = match &failure {
            None => CellOutcome::Ran,
            Some(failure) if failure.lost => CellOutcome::LostAll,
            Some(_) => CellOutcome::Refused,
        };
        self.names.record(code, defined_names(&self.context), outcome);
        let Ok(outputs) = result else { return Execution { shown: Vec::new(), timed: false, times, failure } };
        if code.lines().any(|line| line.trim() == ":clear") {
            self.impl_blocks.clear();
        }
        if let Some(named) = named {
            self.impl_blocks.commit(named);
        }
        statics::commit(&self.session);
        let timed = outputs.timing.is_some();
        let mut shown: Vec<_> = outputs.content_by_mime_type.into_iter().collect();
        shown.sort();
        Execution { shown, timed, times, failure: None }
    }

    /// Returns what diagnostics need to know of the host.
    fn host_context(&self) -> HostContext<'_> {
        host_context(&self.host)
    }

    /// Corrects evcxr's list of variables after a cell that has moved variables and assigned them again.
    fn keep_reassigned(&mut self) -> Result<()> {
        let reassigned = compile::variables(&self.session).unwrap_or_default().reassigned;
        self.sync_variables(&Variables { restored: reassigned, ..Variables::default() })?;
        self.names.record("", defined_names(&self.context), CellOutcome::Ran);
        Ok(())
    }

    /// Corrects evcxr's list of variables after a cell that has failed, and returns those that the cell has used up.
    fn restore_variables(&mut self) -> Result<Vec<String>> {
        let variables = compile::variables(&self.session).unwrap_or_default();
        self.sync_variables(&variables)?;
        self.names.record_failure(defined_names(&self.context));
        let known: Vec<&str> = self.context.variables_and_types().map(|(name, _)| name).collect();
        let restored = variables.restored.into_iter().map(|variable| variable.name);
        Ok(restored.filter(|name| !known.contains(&name.as_str())).chain(variables.lost).collect())
    }

    /// Has evcxr start another process that runs cells.
    fn restart_runtime(&mut self) {
        statics::clear(&self.session);
        // A cell that does not run is enough for evcxr to notice that the process has ended.
        if let Err(error) = self.sync_variables(&Variables::default()) {
            tracing::warn!(%error, "evcxr may not have noticed that its process has ended");
        }
        self.attach_library();
        self.names.record("", defined_names(&self.context), CellOutcome::LostAll);
    }

    fn sync_variables(&mut self, variables: &Variables) -> Result<()> {
        let (forgotten, code) = variable_sync::definitions(variables);
        let _sync = VariableSync::open(&self.session, &forgotten)?;
        // A variable that evcxr does not accept is missing from its list then, and is reported as lost.
        if let Err(error) = self.context.execute(&code) {
            tracing::debug!(%error, "evcxr has not accepted a restored variable");
        }
        Ok(())
    }
}

fn host_context(host: &Host) -> HostContext<'_> {
    let library = host.library.as_ref();
    HostContext {
        hints: host.hints,
        library: library.map(|library| library.name),
        short_paths: library.map_or(&[], |library| library.short_paths),
    }
}

/// Returns the names that evcxr knows.
fn defined_names(context: &CommandContext) -> DefinedNames {
    DefinedNames {
        variables: context
            .variables_and_types()
            .map(|(name, type_name)| (name.to_owned(), type_name.to_owned()))
            .collect(),
        items: context.defined_item_names().map(str::to_owned).collect(),
    }
}

/// Runs a cell, and reports the progress of the build of its crates to the kernel meanwhile.
fn with_progress_reports<T>(session: &Path, replies: &File, run: impl FnOnce() -> T) -> T {
    let (ended, end) = mpsc::channel::<()>();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            let mut is_over = false;
            while !is_over {
                is_over = !matches!(end.recv_timeout(PROGRESS_INTERVAL), Err(RecvTimeoutError::Timeout));
                // The reply to the cell is sent after this thread has ended.
                if let (Some(text), Ok(mut replies)) = (dep_build::progress::take_update(session), replies.try_clone())
                    && let Err(error) = send(&mut replies, &Reply::Building { text })
                {
                    tracing::debug!(%error, "the progress of a build could not be sent");
                }
            }
        });
        let result = run();
        drop(ended);
        result
    })
}

/// Makes cells depend on the host's library and brings its names into scope.
fn run_prelude(host: &Host, context: &mut CommandContext) -> Result<(), Failure> {
    let Some(library) = &host.library else { return Ok(()) };
    let code = format!("{}\n{}\n{}", library.dependency_command(), library.prelude, library.attach);
    match context.execute(&code) {
        Ok(_) => Ok(()),
        Err(error) => Err(diagnostics::failure(&error, &code, &NameHistory::default(), &host_context(host))),
    }
}

/// Returns whether there is time before the first request.
fn no_request_waits() -> Result<bool> {
    let stdin = io::stdin();
    let mut requests = [PollFd::new(&stdin, PollFlags::IN)];
    Ok(rustix::event::poll(&mut requests, Some(&WARMUP_PATIENCE))? == 0)
}

fn next_request() -> Result<Option<Request>> {
    let mut line = String::new();
    if io::stdin().lock().read_line(&mut line)? == 0 {
        return Ok(None);
    }
    Ok(Some(serde_json::from_str(&line).context("reading the kernel's request")?))
}

fn send(to: &mut impl Write, reply: &Reply) -> Result<()> {
    let mut line = serde_json::to_vec(reply)?;
    line.push(b'\n');
    to.write_all(&line).context("replying to the kernel")
}
