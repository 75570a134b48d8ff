//! The report on the console: cells and failures on stderr, the text of cells on stdout.
//!
//! All running notebooks share one [`Console`]; each has a [progress line](Progress).

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use console::{Alignment, Term, measure_text_width, pad_str, strip_ansi_codes};
use indicatif::{MultiProgress, ProgressBar, ProgressState, ProgressStyle};

use super::cell_failure::CellFailure;

/// The width of lines if stderr is not a terminal.
const DEFAULT_WIDTH: usize = 80;
/// The width at which the first line of a cell is truncated even in a wide terminal, so that the times are near it.
const MAX_LABEL_WIDTH: usize = 70;

/// The console of the command.
#[derive(Clone)]
pub(super) struct Console {
    bars: MultiProgress,
    terminal: bool,
    width: usize,
    /// Whether the text of cells is printed.
    echo: bool,
    /// The width of the longest name, if several notebooks run at once and each line names its notebook.
    names: Option<usize>,
}

impl Console {
    /// Creates the console for these notebooks. `concurrent` means that several run at once.
    pub(super) fn new(notebooks: &[&Path], concurrent: bool, echo: bool) -> Self {
        let stderr = Term::stderr();
        let terminal = stderr.is_term();
        let width = stderr.size_checked().map_or(DEFAULT_WIDTH, |(_, columns)| usize::from(columns));
        let names = notebooks.iter().map(|notebook| measure_text_width(&name(notebook))).max().filter(|_| concurrent);
        Self { bars: MultiProgress::new(), terminal, width, echo, names }
    }

    /// Prints a line on stderr.
    pub(super) fn print(&self, line: &str) {
        // A closed terminal is no reason to stop: the outputs are stored all the same.
        self.bars.suspend(|| {
            let _ = writeln!(std::io::stderr().lock(), "{line}");
        });
    }
}

/// Returns the name of a notebook in progress lines.
fn name(notebook: &Path) -> String {
    notebook.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

/// The progress through the cells of one notebook: on a terminal, an animated line for the current cell, and a line for each
/// finished one.
pub(super) struct Progress {
    console: Console,
    /// The prefix of each line.
    name: String,
    cells: usize,
    started: Instant,
    current: Option<CurrentLine>,
}

/// The line of the current cell or step.
struct CurrentLine {
    label: String,
    since: Instant,
    bar: ProgressBar,
}

impl Progress {
    /// Creates the progress of a notebook with this many cells to run.
    pub(super) fn new(notebook: &Path, cells: usize, console: Console) -> Self {
        let padded = |width| pad_str(&name(notebook), width, Alignment::Left, None).into_owned();
        let name = console.names.map_or_else(String::new, padded);
        console.print(&format!("{}", notebook.display()));
        Self { console, name, cells, started: Instant::now(), current: None }
    }

    /// Begins a step that is not a cell, such as the start of the kernel.
    pub(super) fn begin_step(&mut self, what: &str) {
        let label = format!("{}  {what}", self.name);
        self.begin_line(label);
    }

    /// Begins the cell with this number, counted from 1.
    pub(super) fn begin_cell(&mut self, number: usize, source: &str) {
        let digits = self.cells.to_string().len();
        let counter = format!("{}  [{number:>digits$}/{}] ", self.name, self.cells);
        // The time takes 10 columns: up to 9999.9 with unit and space.
        let label_width =
            self.console.width.saturating_sub(measure_text_width(&counter) + 10).clamp(10, MAX_LABEL_WIDTH);
        let label = pad_str(first_line(source), label_width, Alignment::Left, Some("…")).into_owned();
        self.begin_line(counter + &label);
    }

    /// Ends the cell, whether it failed or not. Its line stays.
    pub(super) fn end_cell(&mut self) {
        if let Some(current) = self.current.take() {
            current.bar.finish_and_clear();
            self.console.print(&format!("{}{}", current.label, seconds(current.since.elapsed())));
        }
    }

    /// Ends the step and removes its line.
    pub(super) fn end_step(&mut self) {
        if let Some(current) = self.current.take() {
            current.bar.finish_and_clear();
        }
    }

    /// Prints text of a cell on stdout, if the user wants it.
    pub(super) fn print_text(&self, text: &str) {
        if self.console.echo {
            self.console.bars.suspend(|| {
                let mut stdout = std::io::stdout().lock();
                // A closed pipe, as in `| head`, is no reason to stop the notebook.
                let _ = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush());
            });
        }
    }

    /// Reports that the notebook ran to its end and was written to `target`, or in place if it is `None`.
    pub(super) fn report_finished(&self, notebook: &Path, target: Option<&Path>) {
        let cells = if self.cells == 1 { "1 cell".to_owned() } else { format!("{} cells", self.cells) };
        let written = target.map_or("written in place".to_owned(), |target| format!("written to {}", target.display()));
        let time = self.started.elapsed().as_secs_f64();
        self.console.print(&format!("{}: {cells}, {time:.1} s, {written}", notebook.display()));
    }

    fn begin_line(&mut self, label: String) {
        let since = Instant::now();
        let bar = match self.console.terminal {
            true => self.console.bars.add(ProgressBar::new_spinner()),
            false => ProgressBar::hidden(),
        };
        let time = move |_: &ProgressState, line: &mut dyn std::fmt::Write| {
            // Writing to the line in memory cannot fail.
            let _ = line.write_str(&seconds(since.elapsed()));
        };
        if let Ok(style) = ProgressStyle::with_template("{msg}{time}") {
            bar.set_style(style.with_key("time", time));
        }
        bar.set_message(label.clone());
        bar.enable_steady_tick(Duration::from_millis(100));
        self.current = Some(CurrentLine { label, since, bar });
    }
}

/// The position of a cell.
pub(super) struct CellRef<'a> {
    pub(super) notebook: &'a Path,
    /// The number in brackets that JupyterLab shows at the left of the cell.
    pub(super) number: usize,
    /// The position among all cells including text cells, counted from 1, and the number of all cells.
    pub(super) position: (usize, usize),
    /// The cell's code.
    pub(super) source: &'a str,
}

/// Formats the message about a failed cell. `plain` removes ANSI colors.
pub(super) fn failure_message(cell: &CellRef<'_>, failure: &CellFailure, plain: bool) -> String {
    let (position, cells) = cell.position;
    let named = failure.line.and_then(|line| Some((line, cell.source.lines().nth(line - 1)?)));
    let (at, line) =
        named.map_or((String::new(), first_line(cell.source)), |(at, line)| (format!(", line {at}"), line));
    let mut message = format!(
        "error: {}, cell [{}] (cell {position} of {cells}){at}:\n\n    {}\n\n  The cell {}",
        cell.notebook.display(),
        cell.number,
        line.trim(),
        failure.predicate,
    );
    if failure.message.is_empty() {
        message.push('.');
    } else {
        message.push(':');
    }
    let text = if plain { strip_ansi_codes(&failure.message) } else { Cow::from(&failure.message) };
    for line in text.lines() {
        // Writing to a string cannot fail.
        let _ = write!(message, "\n    {line}");
    }
    message.push('\n');
    message
}

/// Returns whether messages must not contain ANSI colors.
pub(super) fn is_plain() -> bool {
    !console::colors_enabled_stderr()
}

fn first_line(source: &str) -> &str {
    source.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default()
}

fn seconds(time: Duration) -> String {
    format!("{:>8.1} s", time.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure(line: Option<usize>) -> CellFailure {
        let message = "\u{1b}[31mindex 7\u{1b}[0m\nof 3".to_owned();
        CellFailure { name: "Panic".to_owned(), predicate: "panicked".to_owned(), message, line, in_outputs: false }
    }

    #[test]
    fn failure_message_names_notebook_cell_line_and_error() {
        let source = "\nlet a = 1;\n    let b = data[7];\n";
        let cell = CellRef { notebook: Path::new("notebooks/a.ipynb"), number: 3, position: (7, 9), source };
        let at_line = "error: notebooks/a.ipynb, cell [3] (cell 7 of 9), line 3:\n\n    let b = data[7];\n\n  \
                       The cell panicked:\n    index 7\n    of 3\n";
        assert_eq!(failure_message(&cell, &failure(Some(3)), true), at_line);
        let at_first = "error: notebooks/a.ipynb, cell [3] (cell 7 of 9):\n\n    let a = 1;\n\n  \
                        The cell panicked:\n    \u{1b}[31mindex 7\u{1b}[0m\n    of 3\n";
        assert_eq!(failure_message(&cell, &failure(None), false), at_first);
        assert!(failure_message(&cell, &failure(Some(99)), true).contains("let a = 1;"));
    }

    #[test]
    fn times_are_right_aligned() {
        assert_eq!(seconds(Duration::from_millis(14_249)), "    14.2 s");
        assert_eq!(seconds(Duration::from_secs(1234)).len(), 10);
    }
}
