//! One run of a cell: what it shows, and how it fails.

use jupyter_protocol::{
    ClearOutput, ErrorOutput, JupyterMessage, JupyterMessageContent, StreamContent, UnknownMessage,
};
use notebook_protocol::{DisplayMessage, Output};
use serde_json::{Map, Value, json};

use super::interrupt::Pressed;
use super::place::{Place, Sources, colour};
use super::sockets::Publisher;
use notebook_engine::messages::{Event, Failure};

/// How much of what a cell writes to standard error is kept to tell why it failed.
const MOST_ERRORS: usize = 1 << 14;
/// How the report of a panic begins on standard error.
const PANIC_REPORT: &str = "thread '";

/// The name of the failure of a cell that ended with the engine, which the kernel knows before the cell does.
pub(super) const ENGINE_LOST: &str = "EngineLost";

/// A cell that is being run, or was the last to be.
pub(super) struct Cell {
    publisher: Publisher,
    request: JupyterMessage,
    sources: Sources,
    /// The number at the left of the cell.
    count: usize,
    silent: bool,
    /// What was written to standard error last and is not shown yet: the report of a panic, or an error's words.
    held: String,
    /// The last of what was written to standard error.
    errors: String,
    panicked: bool,
    returned: Option<Option<usize>>,
    /// It did not reach its end, and came to this line of the program.
    unfinished: Option<Option<usize>>,
    /// It has read from a keyboard that there is not.
    no_keyboard: bool,
    /// It has given values to variables that it has moved.
    reassigned: bool,
    ended: Option<(Option<i32>, Option<i32>)>,
    /// How many outputs nobody took and nobody was told of yet.
    left_out: usize,
    /// What the compiler warned of, which is shown where the cell does not fail.
    warnings: Vec<String>,
    /// The output that says how far the build of the cell's crates is, where there is one.
    building: Option<String>,
}

impl Cell {
    pub(super) fn new(
        publisher: Publisher,
        request: JupyterMessage,
        sources: Sources,
        count: usize,
        silent: bool,
    ) -> Self {
        Self {
            publisher,
            request,
            sources,
            count,
            silent,
            held: String::new(),
            errors: String::new(),
            panicked: false,
            returned: None,
            unfinished: None,
            no_keyboard: false,
            reassigned: false,
            ended: None,
            left_out: 0,
            warnings: Vec::new(),
            building: None,
        }
    }

    /// Shows how far the build of the cell's crates is, in place of how far it was.
    pub(super) async fn show_building(&mut self, text: &str) {
        let show = Output::new([("text/plain", text)]);
        let display = match &self.building {
            Some(id) => DisplayMessage::Update(show.id(id.clone())),
            None => {
                let id = uuid::Uuid::new_v4().to_string();
                self.building = Some(id.clone());
                DisplayMessage::Show(show.id(id))
            }
        };
        self.show(display_message(display)).await;
    }

    /// Takes what the compiler warned of.
    pub(super) fn warn(&mut self, warnings: Vec<String>) {
        self.warnings = warnings;
    }

    /// Shows what an event of the process that runs cells has to show.
    pub(super) async fn take(&mut self, event: Event) {
        match event {
            Event::Text { error: true, text } => self.take_error(&text).await,
            Event::Text { error: false, text } => self.show(StreamContent::stdout(&text)).await,
            Event::Display(display) => self.show(display_message(display)).await,
            Event::Result { data } => self.show_result(&data).await,
            Event::Panicked => self.panicked = true,
            Event::Unfinished { line } => self.unfinished = Some(line),
            Event::Reassigned => self.reassigned = true,
            Event::Returned { place } => {
                if place.is_some() {
                    self.show_held().await;
                }
                self.returned = Some(place);
            }
            Event::Ended { code, signal } => self.ended = Some((code, signal)),
            Event::Started { .. } | Event::Running | Event::Input { .. } | Event::Done { .. } => {}
        }
    }

    /// It has read from a keyboard that there is not.
    pub(super) fn has_no_keyboard(&mut self) {
        self.no_keyboard = true;
    }

    /// Whether it did not reach its end.
    pub(super) fn is_unfinished(&self) -> bool {
        self.unfinished.is_some()
    }

    /// Whether it has given values to variables that it has moved.
    pub(super) fn has_reassigned(&self) -> bool {
        self.reassigned
    }

    /// Whether the process that ran it is gone.
    pub(super) fn is_gone(&self) -> bool {
        self.ended.is_some()
    }

    /// Shows a value, with the cell's number beside it.
    pub(super) async fn show_result(&mut self, data: &[(String, String)]) {
        if data.is_empty() || self.silent {
            return;
        }
        let content = json!({"execution_count": self.count, "data": bundle(data), "metadata": {}});
        self.show(message("execute_result", content)).await;
    }

    /// A word of the kernel's own.
    pub(super) async fn say(&self, text: &str) {
        self.publish(StreamContent::stderr(text)).await;
    }

    /// The same, among what the cell prints.
    pub(super) async fn print(&self, text: &str) {
        self.publish(StreamContent::stdout(text)).await;
    }

    async fn take_error(&mut self, text: &str) {
        self.errors.push_str(text);
        if self.errors.len() > 2 * MOST_ERRORS {
            let from = self.errors.ceil_char_boundary(self.errors.len() - MOST_ERRORS);
            self.errors.drain(..from);
        }
        if matches!(self.returned, Some(Some(_))) {
            self.held.push_str(text);
            return;
        }
        // What comes after the report of a panic shows that the cell has gone on.
        self.show_held().await;
        let at = report_of_panic(text).unwrap_or(text.len());
        let (now, later) = text.split_at(at);
        self.held.push_str(later);
        let now = if later.is_empty() { now } else { now.strip_suffix('\n').unwrap_or(now) };
        if !now.is_empty() {
            let now = self.sources.readable(now).into_owned();
            self.show(StreamContent::stderr(&now)).await;
        }
    }

    async fn show_held(&mut self) {
        if !self.held.is_empty() {
            let held = std::mem::take(&mut self.held);
            let held = self.sources.readable(&held).into_owned();
            self.publish(StreamContent::stderr(&held)).await;
        }
    }

    /// Shows an output, as soon as the clients have taken enough of those before it.
    async fn show(&mut self, content: impl Into<JupyterMessageContent>) {
        if self.publisher.backlog().room().await {
            self.tell_what_was_left_out().await;
            self.publish(content).await;
        } else {
            self.left_out += 1;
        }
    }

    async fn tell_what_was_left_out(&mut self) {
        let outputs = match std::mem::take(&mut self.left_out) {
            0 => return,
            1 => "1 output was".to_owned(),
            left_out => format!("{left_out} outputs were"),
        };
        let seconds = self.publisher.backlog().patience().as_secs();
        let words =
            "Is there a console or another page on this kernel that does not go on? Close it, and run the cell again";
        let words =
            format!("{outputs} left out here: for {seconds} s nothing was taken of what was shown before. {words}.\n");
        self.say(&words).await;
    }

    async fn publish(&self, content: impl Into<JupyterMessageContent>) {
        self.publisher.publish(&self.request, content).await;
    }

    /// The cell is over: publishes why it failed, where it did. `lost` are the variables that it has used up.
    pub(super) async fn end(&mut self, failure: Option<Failure>, pressed: Pressed, lost: &[String]) -> Option<Failure> {
        let mut failure = self.failure(failure, pressed);
        if let (Some(failure), false) = (&mut failure, lost.is_empty()) {
            failure.traceback.push(words_of_lost(lost));
        }
        self.show_held().await;
        self.tell_what_was_left_out().await;
        if failure.is_none() && !self.warnings.is_empty() {
            self.say(&(self.warnings.join("\n") + "\n")).await;
        }
        if let Some(failure) = &failure {
            let Failure { name, value, traceback, .. } = failure.clone();
            self.publish(ErrorOutput { ename: name, evalue: value, traceback }).await;
        }
        failure
    }

    fn failure(&mut self, failure: Option<Failure>, pressed: Pressed) -> Option<Failure> {
        match failure {
            Some(failure) if failure.name == ENGINE_LOST => Some(failure),
            Some(failure) if failure.lost && pressed.killed => Some(interrupted(
                "stopped by you. The code did not stop by itself, so its process was ended, and all variables are lost. Run the cells from the top",
                true,
            )),
            Some(failure) if failure.lost => Some(self.crash(&failure)),
            Some(_) if pressed.compiler => Some(interrupted(
                "stopped while it was being compiled: nothing of the cell has run, and nothing is lost",
                false,
            )),
            Some(failure) => Some(failure),
            None if self.panicked => {
                self.held.clear();
                let report = &self.errors[report_of_panic(&self.errors).unwrap_or(0)..];
                let place = self.sources.panic(report);
                let (name, words) = stopped("Panic", self.words(panic_words(report)), pressed);
                // Where it is not in the cell, the line of the cell that led to it comes first.
                let is_elsewhere = place.as_ref().is_none_or(Place::is_earlier);
                let led =
                    self.unfinished.flatten().filter(|_| is_elsewhere).and_then(|line| self.sources.statement(line));
                let mut failure = failed(name, &words, led.as_ref());
                failure.traceback.extend(place.map(|place| place.to_string()));
                Some(failure)
            }
            None => match self.returned.take() {
                Some(place) => {
                    let words = if place.is_some() { std::mem::take(&mut self.held) } else { self.errors.clone() };
                    let place = place.and_then(|line| self.sources.line(line));
                    let name = if pressed.library { "Interrupted" } else { "Error" };
                    let (name, words) = stopped(name, self.words(words.trim_end().to_owned()), pressed);
                    Some(failed(name, &words, place.as_ref()))
                }
                // The code has ended, as it was asked to. The user wants the cells after it to stop, too.
                None if pressed.library && !pressed.handled => Some(interrupted(
                    "stopped by you. All variables are kept, and what ran after the stop did nothing or was cut short. The cells after this one were not run",
                    false,
                )),
                None => None,
            },
        }
    }

    /// An error's words. To read on after the end of the input is an error of the system's, in words of the system's.
    fn words(&self, words: String) -> String {
        if self.no_keyboard && words.contains("Is a directory") {
            "the cell reads from the keyboard again and again, and there is none here".to_owned()
        } else {
            words
        }
    }

    /// The process that ran the cells is gone.
    fn crash(&mut self, failure: &Failure) -> Failure {
        self.held.clear();
        let last = &self.errors;
        let why = match self.ended {
            _ if last.contains("has overflowed its stack") => {
                "it ran out of stack: most likely a function calls itself without end".to_owned()
            }
            Some((_, Some(9))) => "it was killed: most likely the machine ran out of memory".to_owned(),
            Some((_, Some(6))) if last.contains("memory allocation of") => {
                "it asked for more memory than there is".to_owned()
            }
            Some((_, Some(11))) => {
                "it ran out of stack (does a function call itself without end?), or unsafe code has broken memory"
                    .to_owned()
            }
            Some((_, Some(signal))) => format!("it was ended by signal {signal}"),
            Some((Some(code), _)) => format!("its code ended the process (exit code {code})"),
            _ => failure.value.clone(),
        };
        let words =
            format!("the process that runs the cells ended: {why}. All variables are lost. Run the cells from the top");
        Failure { lost: true, ..failed("Crash", &words, None) }
    }
}

/// A failure with its words, and the line of the cell where it was.
pub(super) fn failed(name: &str, words: &str, place: Option<&Place>) -> Failure {
    let mut traceback: Vec<String> = words.lines().map(str::to_owned).collect();
    let first = traceback.first().cloned().unwrap_or_default();
    let title = format!("{}: {first}", colour(name));
    if traceback.is_empty() {
        traceback.push(title);
    } else {
        traceback[0] = title;
    }
    traceback.extend(place.map(Place::to_string));
    Failure { name: name.to_owned(), value: words.to_owned(), traceback, lost: false }
}

fn interrupted(words: &str, lost: bool) -> Failure {
    Failure { lost, ..failed("Interrupted", words, None) }
}

/// The name and the words of an error that came of a press on stop; those of others as they are.
fn stopped(name: &'static str, words: String, pressed: Pressed) -> (&'static str, String) {
    // A read from the keyboard after a stop.
    if pressed.library && words.contains("Is a directory") {
        return ("Interrupted", "stopped by you while the cell waited for input".to_owned());
    }
    let is_ours = pressed.library && words.contains("stopped by you");
    (if is_ours { "Interrupted" } else { name }, words)
}

/// What is said of variables that a cell has used up before it failed.
fn words_of_lost(lost: &[String]) -> String {
    let names = lost.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let (is, it) = if lost.len() == 1 { ("is", "it") } else { ("are", "them") };
    format!(
        "{names} {is} gone: the cell that failed moves {it}. Run the cell that makes {it} again, or lend {it} with `&` next time. \
         All other variables are as they were."
    )
}

/// Where the last report of a panic begins in this text: at the beginning of a line.
fn report_of_panic(text: &str) -> Option<usize> {
    let reports = text.match_indices(PANIC_REPORT).map(|(at, _)| at);
    let reports = reports.filter(|&at| at == 0 || text[..at].ends_with('\n'));
    reports.filter(|&at| text[at..].lines().next().is_some_and(|line| line.contains(" panicked at "))).last()
}

/// What a panic says: the lines between its place and the advice to look at the calls.
fn panic_words(report: &str) -> String {
    let lines = report.lines().skip_while(|line| !line.starts_with(PANIC_REPORT)).skip(1);
    let lines = lines.take_while(|line| !line.starts_with("note: run with `RUST_BACKTRACE"));
    lines.collect::<Vec<_>>().join("\n").trim_end().to_owned()
}

fn display_message(display: DisplayMessage) -> JupyterMessageContent {
    let content = |show: Output| {
        let transient = show.id.map_or_else(|| json!({}), |id| json!({"display_id": id}));
        json!({"data": bundle(&show.data), "metadata": {}, "transient": transient})
    };
    match display {
        DisplayMessage::Show(show) => message("display_data", content(show)),
        DisplayMessage::Update(show) => message("update_display_data", content(show)),
        DisplayMessage::Clear { wait } => ClearOutput { wait }.into(),
    }
}

/// A message whose content is JSON.
fn message(kind: &str, content: Value) -> JupyterMessageContent {
    UnknownMessage { msg_type: kind.to_owned(), content }.into()
}

/// The forms of an output by MIME type; JSON as JSON.
fn bundle(data: &[(String, String)]) -> Map<String, Value> {
    let form = |(mime_type, content): &(String, String)| {
        let json = mime_type.contains("json").then(|| serde_json::from_str(content).ok()).flatten();
        (mime_type.clone(), json.unwrap_or_else(|| Value::from(content.as_str())))
    };
    data.iter().map(form).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_says_its_words_alone() {
        let report = "thread 'main' (77) panicked at src/lib.rs:12:5:\nindex out of bounds\nthe len is 3\nnote: run with `RUST_BACKTRACE=1` environment variable to display a backtrace\n";
        assert_eq!(panic_words(report), "index out of bounds\nthe len is 3");
    }

    #[test]
    fn the_last_report_is_the_one_that_counts() {
        let text = "oh\nthread 'a' panicked at x.rs:1:1:\none\nthread 'b' (2) panicked at y.rs:1:1:\ntwo\n";
        assert!(text[report_of_panic(text).unwrap()..].starts_with("thread 'b'"));
        assert_eq!(report_of_panic("a thread 'b' panicked at\n"), None);
        assert_eq!(report_of_panic("thread 'b' is done\npanicked at\n"), None);
    }

    #[test]
    fn a_failure_begins_with_its_name() {
        let failure = failed("Error", "first\nsecond", None);
        assert_eq!(failure.value, "first\nsecond");
        assert_eq!(failure.traceback.len(), 2);
        assert!(console::strip_ansi_codes(&failure.traceback[0]).starts_with("Error: first"));
    }

    #[test]
    fn json_is_sent_as_json() {
        let data = [("application/json".to_owned(), "{\"a\":1}".to_owned()), ("text/plain".to_owned(), "1".to_owned())];
        assert_eq!(Value::from(bundle(&data)), json!({"application/json": {"a": 1}, "text/plain": "1"}));
    }
}
