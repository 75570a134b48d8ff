//! What the command says while it runs and at its end: cells and failures to stderr, the text of cells to stdout.
//!
//! One [screen](Screen) is shared by all notebooks that run; each has a [line of its own](Progress) that moves.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use console::{Alignment, Term, measure_text_width, pad_str, strip_ansi_codes};
use indicatif::{MultiProgress, ProgressBar, ProgressState, ProgressStyle};

use super::failure::Failure;

/// The width of lines where nothing else says how wide they may be.
const USUAL_WIDTH: usize = 80;
/// A cell's first line is cut at this width even in a wide window, so that the times stand near it.
const WIDEST_LABEL: usize = 70;

/// Where the command speaks.
#[derive(Clone)]
pub(super) struct Screen {
    bars: MultiProgress,
    terminal: bool,
    width: usize,
    /// Whether the text of cells is shown as well.
    echo: bool,
    /// The width of the longest name, where several notebooks run and each line says of which it is.
    names: Option<usize>,
}

impl Screen {
    /// For the run of these notebooks, one at a time or several.
    pub(super) fn new(notebooks: &[&Path], several: bool, echo: bool) -> Self {
        let stderr = Term::stderr();
        let terminal = stderr.is_term();
        let width = stderr.size_checked().map_or(USUAL_WIDTH, |(_, columns)| usize::from(columns));
        let names = notebooks.iter().map(|notebook| measure_text_width(&name(notebook))).max().filter(|_| several);
        Self { bars: MultiProgress::new(), terminal, width, echo, names }
    }

    /// Prints a line for the person who runs the command.
    pub(super) fn say(&self, line: &str) {
        // A terminal that went away is no reason to stop: the outputs are what the command is for.
        self.bars.suspend(|| {
            let _ = writeln!(std::io::stderr().lock(), "{line}");
        });
    }
}

/// What a notebook is called in the lines of its cells.
fn name(notebook: &Path) -> String {
    notebook.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

/// Shows the progress through the cells of one notebook: a moving line for the cell that runs where someone watches,
/// and one line for each that is done.
pub(super) struct Progress {
    screen: Screen,
    /// What each line begins with.
    name: String,
    cells: usize,
    started: Instant,
    now: Option<Now>,
}

/// What runs at the moment.
struct Now {
    label: String,
    since: Instant,
    bar: ProgressBar,
}

impl Progress {
    /// For a notebook with this many cells to run.
    pub(super) fn new(notebook: &Path, cells: usize, screen: Screen) -> Self {
        let padded = |width| pad_str(&name(notebook), width, Alignment::Left, None).into_owned();
        let name = screen.names.map_or_else(String::new, padded);
        screen.say(&format!("{}", notebook.display()));
        Self { screen, name, cells, started: Instant::now(), now: None }
    }

    /// The kernel is being started, or something else than a cell goes on.
    pub(super) fn step(&mut self, what: &str) {
        let label = format!("{}  {what}", self.name);
        self.begin(label);
    }

    /// The cell with this number, counted from 1, begins.
    pub(super) fn cell(&mut self, number: usize, source: &str) {
        let digits = self.cells.to_string().len();
        let counter = format!("{}  [{number:>digits$}/{}] ", self.name, self.cells);
        // The time takes 10 columns: up to 9999.9 with unit and space.
        let room = self.screen.width.saturating_sub(measure_text_width(&counter) + 10).clamp(10, WIDEST_LABEL);
        let label = pad_str(first_line(source), room, Alignment::Left, Some("…")).into_owned();
        self.begin(counter + &label);
    }

    /// The cell ended, well or not; its line stays.
    pub(super) fn cell_ended(&mut self) {
        if let Some(now) = self.now.take() {
            now.bar.finish_and_clear();
            self.screen.say(&format!("{}{}", now.label, seconds(now.since.elapsed())));
        }
    }

    /// What goes on is over, and nothing is to stay of its line.
    pub(super) fn step_ended(&mut self) {
        if let Some(now) = self.now.take() {
            now.bar.finish_and_clear();
        }
    }

    /// Text that a cell printed.
    pub(super) fn text(&self, text: &str) {
        if self.screen.echo {
            self.screen.bars.suspend(|| {
                let mut stdout = std::io::stdout().lock();
                // A reader that went away, as in `| head`, is no reason to stop the notebook.
                let _ = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush());
            });
        }
    }

    /// The notebook ran to its end and was written to `target`, which is none where that is the notebook itself.
    pub(super) fn finished(&self, notebook: &Path, target: Option<&Path>) {
        let cells = if self.cells == 1 { "1 cell".to_owned() } else { format!("{} cells", self.cells) };
        let written = target.map_or("written in place".to_owned(), |target| format!("written to {}", target.display()));
        let time = self.started.elapsed().as_secs_f64();
        self.screen.say(&format!("{}: {cells}, {time:.1} s, {written}", notebook.display()));
    }

    fn begin(&mut self, label: String) {
        let since = Instant::now();
        let bar = match self.screen.terminal {
            true => self.screen.bars.add(ProgressBar::new_spinner()),
            false => ProgressBar::hidden(),
        };
        let time = move |_: &ProgressState, line: &mut dyn std::fmt::Write| {
            // Writing into the line that is about to be drawn cannot fail.
            let _ = line.write_str(&seconds(since.elapsed()));
        };
        if let Ok(style) = ProgressStyle::with_template("{msg}{time}") {
            bar.set_style(style.with_key("time", time));
        }
        bar.set_message(label.clone());
        bar.enable_steady_tick(Duration::from_millis(100));
        self.now = Some(Now { label, since, bar });
    }
}

/// Where a failed cell stands.
pub(super) struct Place<'a> {
    /// The notebook.
    pub(super) notebook: &'a Path,
    /// The number in brackets that JupyterLab shows at the left of the cell.
    pub(super) number: usize,
    /// The place among all cells, text cells too, counted from 1, and how many there are.
    pub(super) position: (usize, usize),
    /// The cell's code.
    pub(super) source: &'a str,
}

/// The whole message about a cell that failed, without colours where `plain`.
pub(super) fn failure_message(place: &Place<'_>, failure: &Failure, plain: bool) -> String {
    let (position, cells) = place.position;
    let named = failure.line.and_then(|line| Some((line, place.source.lines().nth(line - 1)?)));
    let (at, line) =
        named.map_or((String::new(), first_line(place.source)), |(at, line)| (format!(", line {at}"), line));
    let mut message = format!(
        "error: {}, cell [{}] (cell {position} of {cells}){at}:\n\n    {}\n\n  The cell {}",
        place.notebook.display(),
        place.number,
        line.trim(),
        failure.what,
    );
    if failure.words.is_empty() {
        message.push('.');
    } else {
        message.push(':');
    }
    let words = if plain { strip_ansi_codes(&failure.words) } else { Cow::from(&failure.words) };
    for line in words.lines() {
        // Writing to a string cannot fail.
        let _ = write!(message, "\n    {line}");
    }
    message.push('\n');
    message
}

/// Whether messages are to be without colours.
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

    fn failure(line: Option<usize>) -> Failure {
        let words = "\u{1b}[31mindex 7\u{1b}[0m\nof 3".to_owned();
        Failure { name: "Panic".to_owned(), what: "panicked".to_owned(), words, line, in_outputs: false }
    }

    #[test]
    fn a_failure_names_notebook_cell_line_and_error() {
        let source = "\nlet a = 1;\n    let b = data[7];\n";
        let place = Place { notebook: Path::new("notebooks/a.ipynb"), number: 3, position: (7, 9), source };
        let at_line = "error: notebooks/a.ipynb, cell [3] (cell 7 of 9), line 3:\n\n    let b = data[7];\n\n  \
                       The cell panicked:\n    index 7\n    of 3\n";
        assert_eq!(failure_message(&place, &failure(Some(3)), true), at_line);
        let at_first = "error: notebooks/a.ipynb, cell [3] (cell 7 of 9):\n\n    let a = 1;\n\n  \
                        The cell panicked:\n    \u{1b}[31mindex 7\u{1b}[0m\n    of 3\n";
        assert_eq!(failure_message(&place, &failure(None), false), at_first);
        assert!(failure_message(&place, &failure(Some(99)), true).contains("let a = 1;"));
    }

    #[test]
    fn a_time_stands_in_its_column() {
        assert_eq!(seconds(Duration::from_millis(14_249)), "    14.2 s");
        assert_eq!(seconds(Duration::from_secs(1234)).len(), 10);
    }
}
