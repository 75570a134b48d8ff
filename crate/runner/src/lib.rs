//! A notebook runner: executes notebooks from top to bottom and stores their outputs, without Python or a browser.
//!
//! Each notebook gets a new kernel, the same that JupyterLab would start, and a client of Jupyter's protocol executes
//! its cells. Their outputs are stored in the notebook file. The first cell that fails ends its
//! notebook, and no other notebook is started unless the user wants to keep going.
//!
//! # Example
//!
//! A command that runs notebooks with a kernel that is installed as `my-kernel`:
//!
//! ```no_run
//! use std::process::ExitCode;
//!
//! use clap::Parser;
//! use notebook_runner::{KernelCommand, RunArgs};
//!
//! #[derive(Parser)]
//! struct Arguments {
//!     #[command(flatten)]
//!     run: RunArgs,
//! }
//!
//! fn main() -> anyhow::Result<ExitCode> {
//!     let kernel = KernelCommand { program: "my-kernel".into(), arguments: Vec::new() };
//!     // The second closure would build the kernel, if it were not installed.
//!     notebook_runner::run_notebooks(Arguments::parse().run, kernel, || Ok(()))
//! }
//! ```

#![cfg(target_os = "linux")]

mod cell_failure;
mod client;
mod console_report;
mod deadline;
mod notebook_file;
mod notebook_run;
mod output_quota;
mod outputs;
mod pid;
mod process;
mod stop_signal;

use std::collections::HashMap;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context as _, anyhow, bail};
use tokio::task::JoinSet;

use cell_failure::CellFailure;
use console_report::Console;
use notebook_file::NotebookFile;
use notebook_run::NotebookRun;
pub use process::KernelCommand;
use process::KernelProcess;
use stop_signal::StopSignal;

/// The exit code after a cell or its kernel failed.
const EXIT_FAILED: u8 = 1;
/// The smallest exit code that means that a signal ended the command.
const EXIT_SIGNAL_BASE: u8 = 128;
/// The exit code if nothing was run, because a file is missing or not a notebook, or the outputs cannot be written.
const EXIT_BAD_INPUT: u8 = 2;

/// The longest time limit of a cell in seconds. A much larger one would overflow the clock.
const MAX_TIMEOUT_SECONDS: u64 = 365 * 24 * 60 * 60;

/// Run notebooks from top to bottom and store their outputs
///
/// A notebook ends at its first cell that fails: one that does not compile, panics, ends with an error, loses its kernel or takes
/// longer than --timeout. Then no other notebook is started, unless --keep-going is given. Exit codes: 0 all cells ran, 1 a cell failed, 2 a notebook could not be read or not be written, 130 stopped by Ctrl-C.
#[derive(Debug, clap::Args)]
pub struct RunArgs {
    /// The notebooks to run, in this order
    #[arg(required = true, value_name = "NOTEBOOK")]
    notebooks: Vec<PathBuf>,

    /// How many notebooks run at once. They share the machine, so the times of their cells are longer
    #[arg(short, long, value_name = "NUMBER", default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..))]
    jobs: u8,

    /// Write the notebooks with their outputs into this folder instead of changing them in place
    #[arg(long, value_name = "FOLDER")]
    output_dir: Option<PathBuf>,

    /// How many seconds a cell may take before it is stopped, as with the stop button; 0 means no limit
    #[arg(long, value_name = "SECONDS", default_value_t = 0, hide_default_value = true, value_parser = clap::value_parser!(u64).range(0..=MAX_TIMEOUT_SECONDS))]
    timeout: u64,

    /// Continue after a failure: with the next notebook, and after a cell that --timeout has stopped, with the next cell
    #[arg(short, long)]
    keep_going: bool,

    /// Print the text of cells
    #[arg(short, long)]
    verbose: bool,
}

/// A notebook and the file that its outputs are written to.
struct Job {
    notebook: NotebookFile,
    target: PathBuf,
    in_place: bool,
}

/// The options for each notebook.
#[derive(Clone, Copy)]
struct RunOptions {
    limit: Option<Duration>,
    keep_going: bool,
}

/// The result of a notebook: its exit code, and a line that names the failed cells, if any.
struct RunResult {
    code: u8,
    failure_summary: Option<String>,
}

/// How a notebook ended.
enum Outcome {
    Passed,
    /// Cells failed: those in [`NotebookRun::failures`].
    Failed,
    /// The command received the signal with this number.
    Stopped(i32),
}

/// Runs the notebooks and returns the exit code that [`RunArgs`] describes. `prepare` prepares the kernel; it is called after
/// all notebooks were read.
///
/// # Errors
/// Returns an error if a kernel cannot be started or the outputs cannot be written.
pub fn run_notebooks(
    args: RunArgs,
    command: KernelCommand,
    prepare: impl FnOnce() -> anyhow::Result<()>,
) -> anyhow::Result<ExitCode> {
    let jobs = match plan_jobs(&args) {
        Ok(jobs) => jobs,
        Err(error) => {
            eprintln!("error: {error:#}");
            return Ok(ExitCode::from(EXIT_BAD_INPUT));
        }
    };
    prepare()?;
    let limit = (args.timeout > 0).then(|| Duration::from_secs(args.timeout));
    let options = RunOptions { limit, keep_going: args.keep_going };
    let notebooks: Vec<&Path> = jobs.iter().map(|job| job.notebook.path()).collect();
    let console = Console::new(&notebooks, args.jobs > 1, args.verbose);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let tasks = tokio::task::LocalSet::new();
    runtime.block_on(tasks.run_until(async {
        let stop = StopSignal::listen()?;
        let mut waiting = jobs.into_iter();
        let mut running = JoinSet::new();
        let mut result = Ok(0);
        let mut failures = Vec::new();
        loop {
            while continues(&result, args.keep_going)
                && running.len() < usize::from(args.jobs)
                && let Some(job) = waiting.next()
            {
                running.spawn_local(run_notebook(job, command.clone(), options, console.clone(), stop.clone()));
            }
            let Some(ended) = running.join_next().await else { break };
            // Notebooks that run concurrently continue after a failure.
            let ended = ended.unwrap_or_else(|error| Err(anyhow!(error).context("the run of a notebook panicked")));
            let code = ended.map(|result| {
                failures.extend(result.failure_summary);
                result.code
            });
            // The first failure determines the exit code, except that a stop by the user takes precedence.
            match code {
                code if matches!(result, Ok(0)) || code.as_ref().is_ok_and(|code| *code >= EXIT_SIGNAL_BASE) => {
                    result = code
                }
                Err(error) => console.print(&format!("error: {error:#}")),
                Ok(_) => {}
            }
        }
        if args.keep_going {
            failures.iter().for_each(|line| console.print(line));
        }
        for job in waiting {
            console.print(&format!("{} was not run.", job.notebook.path().display()));
        }
        result.map(ExitCode::from)
    }))
}

/// Returns whether another notebook may be started.
fn continues(result: &anyhow::Result<u8>, keep_going: bool) -> bool {
    match result {
        Ok(0) => true,
        Ok(code) => keep_going && *code < EXIT_SIGNAL_BASE,
        Err(_) => keep_going,
    }
}

/// Reads all notebooks and checks that their outputs can be written, before anything runs.
fn plan_jobs(args: &RunArgs) -> anyhow::Result<Vec<Job>> {
    let mut targets: HashMap<OsString, &Path> = HashMap::new();
    let mut jobs = Vec::new();
    for path in &args.notebooks {
        let notebook = NotebookFile::open(path)?;
        let target = match (&args.output_dir, path.file_name()) {
            (Some(folder), Some(name)) => folder.join(name),
            _ => path.clone(),
        };
        let key = match &args.output_dir {
            Some(_) => target.clone().into_os_string(),
            None => fs::canonicalize(path)?.into_os_string(),
        };
        if let Some(other) = targets.insert(key, path) {
            bail!("{} and {} would both be written to {}", other.display(), path.display(), target.display());
        }
        jobs.push(Job { notebook, target, in_place: args.output_dir.is_none() });
    }
    if let Some(folder) = &args.output_dir {
        fs::create_dir_all(folder).with_context(|| format!("cannot create the folder {}", folder.display()))?;
    }
    for job in &jobs {
        let other = if job.in_place { "a" } else { "another" };
        notebook_file::check_writable(&job.target).map_err(|error| {
            anyhow!("{error:#}. Nothing was run; choose {other} folder for the outputs with --output-dir FOLDER")
        })?;
    }
    Ok(jobs)
}

/// Runs one notebook with a new kernel.
async fn run_notebook(
    mut job: Job,
    command: KernelCommand,
    options: RunOptions,
    console: Console,
    mut stop: StopSignal,
) -> anyhow::Result<RunResult> {
    let path = job.notebook.path().to_owned();
    let folder = fs::canonicalize(&path)?.parent().unwrap_or(Path::new("/")).to_owned();
    let mut run = NotebookRun::new(&job.notebook, console.clone());
    run.progress.begin_step("starting the kernel");
    let mut kernel = KernelProcess::start(&command, &folder).await?;
    // A signal may arrive at any moment. The outputs until then are kept.
    let outcome = tokio::select! {
        outcome = run.run(&mut kernel, options) => outcome,
        number = stop.received() => Ok(Outcome::Stopped(number)),
    };
    if run.started > 0 {
        // The line of a cell that was interrupted stays, too.
        run.progress.end_cell();
    }
    run.progress.begin_step("stopping the kernel");
    kernel.stop(run.shutdown_requested).await;
    run.progress.end_step();
    let outcome = outcome?;

    if let (Outcome::Stopped(_), Some(last)) = (&outcome, run.started.checked_sub(1)) {
        run.failures.push((last, CellFailure::interrupted()));
    }
    run.add_missing_errors();
    let wrote = run.started > 0 || matches!(outcome, Outcome::Passed);
    if wrote {
        run.store(&mut job.notebook);
        job.notebook.save(&job.target)?;
    }
    let code = match outcome {
        Outcome::Passed => {
            run.progress.report_finished(&path, (!job.in_place).then_some(&job.target));
            0
        }
        Outcome::Failed => {
            run.print_failures(&job, &console);
            return Ok(RunResult { code: EXIT_FAILED, failure_summary: Some(run.summary(&path)) });
        }
        Outcome::Stopped(number) => {
            let kept = if wrote { "the outputs so far are in" } else { "nothing was written to" };
            console.print(&format!("stopped by you: {kept} {}", job.target.display()));
            // The exit code that a shell reports for a program that a signal ended.
            EXIT_SIGNAL_BASE + u8::try_from(number).unwrap_or(EXIT_FAILED)
        }
    };
    Ok(RunResult { code, failure_summary: None })
}
