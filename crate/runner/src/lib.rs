//! `tealight run`: executes notebooks from top to bottom and stores their outputs, without Python or a browser.
//!
//! Each notebook gets a fresh kernel of its own, which is the kernel that JupyterLab starts too, and is spoken to in
//! Jupyter's protocol ([`client`]). What comes back is gathered ([`outputs`]) and put into the file
//! ([`notebook_file`]). The first cell that fails ends its notebook, whose file shows how far it came, and no other notebook is
//! begun unless the user wants to keep going.

#![cfg(target_os = "linux")]

mod client;
mod deadline;
mod failure;
mod notebook_file;
mod outputs;
mod pid;
mod process;
mod report;
mod room;
mod session;
mod stop;

use std::collections::HashMap;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context as _, anyhow, bail};
use tokio::task::JoinSet;

use self::failure::Failure;
use self::notebook_file::NotebookFile;
pub use self::process::KernelCommand;
use self::process::KernelProcess;
use self::report::Screen;
use self::session::Session;
use self::stop::Stop;

/// A cell failed, or its kernel did.
const FAILED: u8 = 1;
/// Exit codes from here on say that a signal ended the command.
const SIGNALLED: u8 = 128;
/// Nothing was run: a file is not there or not a notebook, or the outputs could not be written.
const BAD_INPUT: u8 = 2;

/// The most seconds that a cell may be given. The clock itself ends somewhere, and a number beyond its end is a mistake.
const LONGEST: u64 = 365 * 24 * 60 * 60;

/// Run notebooks from top to bottom and store their outputs
///
/// A notebook ends at its first cell that fails: one that does not compile, panics, ends with an error, loses its kernel or takes
/// longer than --timeout. Then no other notebook is begun, unless --keep-going says so. Exit codes: 0 all cells ran, 1 a cell failed, 2 a notebook could not be read or not be written, 130 stopped by Ctrl-C.
#[derive(Debug, clap::Args)]
pub struct RunArgs {
    /// The notebooks to run, in this order
    #[arg(required = true, value_name = "NOTEBOOK")]
    notebooks: Vec<PathBuf>,

    /// How many notebooks run at once. They share the machine: what a cell says of its time is not that of the cell alone
    #[arg(short, long, value_name = "NUMBER", default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..))]
    jobs: u8,

    /// Write the notebooks with their outputs into this folder instead of changing them in place
    #[arg(long, value_name = "FOLDER")]
    output_dir: Option<PathBuf>,

    /// How many seconds a cell may take before it is stopped, as by the stop button; any time without this, or with 0
    #[arg(long, value_name = "SECONDS", default_value_t = 0, hide_default_value = true, value_parser = clap::value_parser!(u64).range(0..=LONGEST))]
    timeout: u64,

    /// Go on after a failure: with the next notebook, and after a cell that --timeout has stopped, with the next cell
    #[arg(short, long)]
    keep_going: bool,

    /// Show the text that cells print
    #[arg(short, long)]
    verbose: bool,
}

/// One notebook and where its outputs go.
struct Job {
    notebook: NotebookFile,
    target: PathBuf,
    in_place: bool,
}

/// What is wanted of each notebook.
#[derive(Clone, Copy)]
struct Wanted {
    limit: Option<Duration>,
    keep_going: bool,
}

/// What became of a notebook: its exit code, and where cells failed, a line that says so.
struct Done {
    code: u8,
    failed: Option<String>,
}

/// How a notebook ended.
enum Outcome {
    Passed,
    /// Cells failed: those that the session says.
    Failed,
    /// The command was told to stop, by the signal of this number.
    Stopped(i32),
}

/// Runs the notebooks; the exit code says how it went, as [`RunArgs`] describes. `prepare` makes the kernel ready, once
/// the notebooks are known to be readable.
///
/// # Errors
/// Where a kernel cannot be started or the outputs cannot be written.
pub fn run(
    args: RunArgs,
    command: KernelCommand,
    prepare: impl FnOnce() -> anyhow::Result<()>,
) -> anyhow::Result<ExitCode> {
    let jobs = match plan(&args) {
        Ok(jobs) => jobs,
        Err(error) => {
            eprintln!("error: {error:#}");
            return Ok(ExitCode::from(BAD_INPUT));
        }
    };
    prepare()?;
    let limit = (args.timeout > 0).then(|| Duration::from_secs(args.timeout));
    let wanted = Wanted { limit, keep_going: args.keep_going };
    let notebooks: Vec<&Path> = jobs.iter().map(|job| job.notebook.path()).collect();
    let screen = Screen::new(&notebooks, args.jobs > 1, args.verbose);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let tasks = tokio::task::LocalSet::new();
    runtime.block_on(tasks.run_until(async {
        let stop = Stop::listen()?;
        let mut waiting = jobs.into_iter();
        let mut running = JoinSet::new();
        let mut result = Ok(0);
        let mut failed = Vec::new();
        loop {
            while goes_on(&result, args.keep_going)
                && running.len() < usize::from(args.jobs)
                && let Some(job) = waiting.next()
            {
                running.spawn_local(run_one(job, command.clone(), wanted, screen.clone(), stop.clone()));
            }
            let Some(ended) = running.join_next().await else { break };
            // However it ended: what runs beside it runs to its own end.
            let ended = ended.unwrap_or_else(|lost| Err(anyhow!(lost).context("a notebook's run broke off")));
            let code = ended.map(|done| {
                failed.extend(done.failed);
                done.code
            });
            // The first that goes wrong says how all of it went, but for a stop by the user.
            match code {
                code if matches!(result, Ok(0)) || code.as_ref().is_ok_and(|code| *code >= SIGNALLED) => result = code,
                Err(error) => screen.say(&format!("error: {error:#}")),
                Ok(_) => {}
            }
        }
        if args.keep_going {
            failed.iter().for_each(|line| screen.say(line));
        }
        for left in waiting {
            screen.say(&format!("{} was not run.", left.notebook.path().display()));
        }
        result.map(ExitCode::from)
    }))
}

/// Whether another notebook is to be begun.
fn goes_on(result: &anyhow::Result<u8>, keep_going: bool) -> bool {
    match result {
        Ok(0) => true,
        Ok(code) => keep_going && *code < SIGNALLED,
        Err(_) => keep_going,
    }
}

/// Reads all notebooks and decides where they go, before anything runs.
fn plan(args: &RunArgs) -> anyhow::Result<Vec<Job>> {
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
        fs::create_dir_all(folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
    }
    for job in &jobs {
        let other = if job.in_place { "a" } else { "another" };
        notebook_file::check_can_be_written(&job.target).map_err(|error| {
            anyhow!("{error:#}. Nothing was run; choose {other} folder for the outputs with --output-dir FOLDER")
        })?;
    }
    Ok(jobs)
}

/// Runs one notebook with a kernel of its own and returns the exit code.
async fn run_one(
    mut job: Job,
    command: KernelCommand,
    wanted: Wanted,
    screen: Screen,
    mut stop: Stop,
) -> anyhow::Result<Done> {
    let path = job.notebook.path().to_owned();
    let folder = fs::canonicalize(&path)?.parent().unwrap_or(Path::new("/")).to_owned();
    let mut session = Session::new(&job.notebook, screen.clone());
    session.progress.step("starting the kernel");
    let mut kernel = KernelProcess::start(&command, &folder).await?;
    // A signal may come at any moment, and what the session has gathered by then is kept.
    let outcome = tokio::select! {
        outcome = session.drive(&mut kernel, wanted) => outcome,
        number = stop.asked() => Ok(Outcome::Stopped(number)),
    };
    if session.begun > 0 {
        // Of a cell that was interrupted, too, a line stays.
        session.progress.cell_ended();
    }
    session.progress.step("stopping the kernel");
    kernel.stop(session.asked_to_stop).await;
    session.progress.step_ended();
    let outcome = outcome?;

    if let (Outcome::Stopped(_), Some(last)) = (&outcome, session.begun.checked_sub(1)) {
        session.failures.push((last, Failure::interrupted()));
    }
    session.note_failures();
    let wrote = session.begun > 0 || matches!(outcome, Outcome::Passed);
    if wrote {
        session.store(&mut job.notebook);
        job.notebook.save(&job.target)?;
    }
    let code = match outcome {
        Outcome::Passed => {
            session.progress.finished(&path, (!job.in_place).then_some(&job.target));
            0
        }
        Outcome::Failed => {
            session.tell_failures(&job, &screen);
            return Ok(Done { code: FAILED, failed: Some(session.summary(&path)) });
        }
        Outcome::Stopped(number) => {
            let kept = if wrote { "the outputs so far are in" } else { "nothing was written to" };
            screen.say(&format!("stopped by you: {kept} {}", job.target.display()));
            // What a shell reports for a program that a signal ended.
            SIGNALLED + u8::try_from(number).unwrap_or(FAILED)
        }
    };
    Ok(Done { code, failed: None })
}
