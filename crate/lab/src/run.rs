//! `tealight run`: executes notebooks from top to bottom and stores their outputs, without Python or a browser.
//!
//! Each notebook gets a fresh kernel of its own, which is the kernel that JupyterLab starts too, and is spoken to in
//! Jupyter's protocol ([`client`]). What comes back is gathered ([`outputs`]) and put into the file
//! ([`notebook_file`]). The first cell that fails ends everything, and the file shows how far it came.

mod client;
mod failure;
mod notebook_file;
mod outputs;
mod process;
mod report;
mod room;
mod stop;

use std::collections::HashMap;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context as _, anyhow, bail};
use jupyter_protocol::JupyterMessageContent;
use tokio::task::JoinSet;

use self::client::{Client, Ending};
use self::failure::Failure;
use self::notebook_file::{CodeCell, NotebookFile};
use self::outputs::Outputs;
use self::process::{KernelCommand, KernelProcess};
use self::report::{Place, Progress, Screen, failure_message, is_plain};
use self::stop::Stop;

/// A cell failed, or its kernel did.
const FAILED: u8 = 1;
/// Nothing was run: a file is not there or not a notebook, or the outputs could not be written.
const BAD_INPUT: u8 = 2;

/// The most seconds that a cell may be given. The clock itself ends somewhere, and a number beyond its end is a mistake.
const LONGEST: u64 = 365 * 24 * 60 * 60;

/// Run notebooks from top to bottom and store their outputs
///
/// A notebook ends at its first cell that fails: one that does not compile, panics, ends with an error, takes too long or
/// loses its kernel. Then no other notebook is begun. Exit codes: 0 all cells ran, 1 a cell failed, 2 a notebook could not be read or not be written, 130 stopped by Ctrl-C.
#[derive(Debug, clap::Args)]
pub(crate) struct RunArgs {
    /// The notebooks to run, in this order
    #[arg(required = true, value_name = "NOTEBOOK")]
    notebooks: Vec<PathBuf>,

    /// How many notebooks run at once. They share the machine: what a cell says of its time is not that of the cell alone
    #[arg(short, long, value_name = "NUMBER", default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..))]
    jobs: u8,

    /// Write the notebooks with their outputs into this folder instead of changing them in place
    #[arg(long, value_name = "FOLDER")]
    output_dir: Option<PathBuf>,

    /// How many seconds a cell may take, a year at most; 0 for any time
    #[arg(long, value_name = "SECONDS", default_value_t = 600, value_parser = clap::value_parser!(u64).range(0..=LONGEST))]
    timeout: u64,

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

/// How a notebook ended.
enum Outcome {
    Passed,
    /// The last cell that was begun failed.
    Failed(Failure),
    /// The command was told to stop, by the signal of this number.
    Stopped(i32),
}

/// Runs the notebooks; the exit code says how it went, as [`RunArgs`] describes. `prepare` makes the kernel ready, once
/// the notebooks are known to be readable.
///
/// # Errors
/// Where a kernel cannot be started or the outputs cannot be written.
pub(crate) fn run(args: RunArgs, prepare: impl FnOnce() -> anyhow::Result<()>) -> anyhow::Result<ExitCode> {
    let jobs = match plan(&args) {
        Ok(jobs) => jobs,
        Err(error) => {
            eprintln!("error: {error:#}");
            return Ok(ExitCode::from(BAD_INPUT));
        }
    };
    prepare()?;
    let command = KernelCommand::own()?;
    let limit = (args.timeout > 0).then(|| Duration::from_secs(args.timeout));
    let notebooks: Vec<&Path> = jobs.iter().map(|job| job.notebook.path()).collect();
    let screen = Screen::new(&notebooks, args.jobs > 1, args.verbose);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let tasks = tokio::task::LocalSet::new();
    runtime.block_on(tasks.run_until(async {
        let stop = Stop::listen()?;
        let mut waiting = jobs.into_iter();
        let mut running = JoinSet::new();
        let mut result = Ok(0);
        loop {
            while matches!(result, Ok(0))
                && running.len() < usize::from(args.jobs)
                && let Some(job) = waiting.next()
            {
                running.spawn_local(run_one(job, command.clone(), limit, screen.clone(), stop.clone()));
            }
            let Some(ended) = running.join_next().await else { break };
            // However it ended: what runs beside it runs to its own end.
            let ended = ended.unwrap_or_else(|lost| Err(anyhow!(lost).context("a notebook's run broke off")));
            // The first that goes wrong says how all of it went.
            match ended {
                ended if matches!(result, Ok(0)) => result = ended,
                Err(error) => screen.say(&format!("error: {error:#}")),
                Ok(_) => {}
            }
        }
        for left in waiting {
            screen.say(&format!("{} was not run.", left.notebook.path().display()));
        }
        result.map(ExitCode::from)
    }))
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
    limit: Option<Duration>,
    screen: Screen,
    mut stop: Stop,
) -> anyhow::Result<u8> {
    let path = job.notebook.path().to_owned();
    let folder = fs::canonicalize(&path)?.parent().unwrap_or(Path::new("/")).to_owned();
    let mut session = Session {
        cells: job.notebook.code_cells(),
        outputs: Outputs::default(),
        begun: 0,
        progress: Progress::new(&path, job.notebook.code_cells().len(), screen.clone()),
        asked_to_stop: false,
        language_info: None,
    };
    session.progress.step("starting the kernel");
    let mut kernel = KernelProcess::start(&command, &folder).await?;
    // A signal may come at any moment, and what the session has gathered by then is kept.
    let outcome = tokio::select! {
        outcome = session.drive(&mut kernel, limit) => outcome,
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

    let failure = match &outcome {
        Outcome::Passed => None,
        Outcome::Failed(failure) => Some(failure),
        Outcome::Stopped(_) => Some(&Failure::interrupted()),
    };
    if let (Some(failure), Some(last)) = (failure, session.begun.checked_sub(1))
        && !failure.in_outputs
    {
        session.outputs.add_error(last, &failure.name, &failure.stored_message());
    }
    let wrote = session.begun > 0 || matches!(outcome, Outcome::Passed);
    if wrote {
        session.store(&mut job.notebook);
        job.notebook.save(&job.target)?;
    }
    Ok(match outcome {
        Outcome::Passed => {
            session.progress.finished(&path, (!job.in_place).then_some(&job.target));
            0
        }
        Outcome::Failed(failure) => {
            session.tell_failure(&job, &failure, &screen);
            FAILED
        }
        Outcome::Stopped(number) => {
            let kept = if wrote { "the outputs so far are in" } else { "nothing was written to" };
            screen.say(&format!("stopped by you: {kept} {}", job.target.display()));
            // What a shell reports for a program that a signal ended.
            128 + u8::try_from(number).unwrap_or(FAILED)
        }
    })
}

/// A notebook while it runs.
struct Session {
    cells: Vec<CodeCell>,
    outputs: Outputs,
    /// How many cells were begun.
    begun: usize,
    progress: Progress,
    asked_to_stop: bool,
    language_info: Option<serde_json::Value>,
}

impl Session {
    /// Runs all cells, or up to the first that fails.
    async fn drive(&mut self, kernel: &mut KernelProcess, limit: Option<Duration>) -> anyhow::Result<Outcome> {
        let mut client = Client::connect(kernel).await?;
        self.language_info = Some(client.language_info().clone());
        self.progress.step_ended();
        for cell in &self.cells {
            let index = self.outputs.begin_cell();
            self.begun = index + 1;
            self.progress.cell(self.begun, &cell.source);
            let (outputs, progress) = (&mut self.outputs, &self.progress);
            let ending = client
                .execute(index, &cell.source, limit, |cell, content| {
                    if let JupyterMessageContent::StreamContent(stream) = &content {
                        progress.text(&stream.text);
                    }
                    outputs.collect(cell, content);
                })
                .await;
            self.progress.cell_ended();
            let failure = self.outputs.cell(index).and_then(|outputs| Failure::of(&ending, outputs));
            if let Some(failure) = failure {
                if !matches!(ending, Ending::TimedOut(_) | Ending::KernelLost(_)) {
                    self.asked_to_stop = client.ask_to_stop().await;
                }
                return Ok(Outcome::Failed(failure));
            }
        }
        self.asked_to_stop = client.ask_to_stop().await;
        Ok(Outcome::Passed)
    }

    /// Puts what was gathered into the notebook.
    fn store(&self, notebook: &mut NotebookFile) {
        notebook.clear_outputs();
        for (index, cell) in self.cells.iter().take(self.begun).enumerate() {
            if let Some(outputs) = self.outputs.cell(index) {
                notebook.set_outputs(cell.position, index + 1, outputs.to_json(index + 1));
            }
        }
        if let Some(language_info) = &self.language_info {
            notebook.name_language(language_info);
        }
    }

    fn tell_failure(&self, job: &Job, failure: &Failure, screen: &Screen) {
        let Some(cell) = self.begun.checked_sub(1).and_then(|index| self.cells.get(index)) else { return };
        let place = Place {
            notebook: job.notebook.path(),
            number: self.begun,
            position: (cell.position + 1, job.notebook.cell_count()),
            source: &cell.source,
        };
        let rest = if self.begun < self.cells.len() { "The cells after it were not run. " } else { "" };
        screen.say(&format!("\n{}", failure_message(&place, failure, is_plain())));
        screen.say(&format!("{rest}The outputs so far are in {}.", job.target.display()));
    }
}
