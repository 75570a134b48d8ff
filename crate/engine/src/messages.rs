//! The messages between kernel, engine and supervisor: one JSON object a line.

use std::time::Duration;

use notebook_protocol::DisplayMessage;
use serde::{Deserialize, Serialize};

/// A request of the kernel's to the engine. The kernel sends the next one after the reply.
#[derive(Debug, Serialize, Deserialize)]
pub enum Request {
    /// Compile and run a cell.
    Execute {
        /// The code of the cell.
        code: String,
    },
    /// Complete the name at a place.
    Complete {
        /// The code of the cell.
        code: String,
        /// The byte at which the caret is.
        at: usize,
    },
    /// Document the item at a place.
    Inspect {
        /// The code of the cell.
        code: String,
        /// The byte at which the caret is.
        at: usize,
    },
    /// Correct the list of variables after a cell that did not reach its end: its variables were restored.
    RestoreVariables,
    /// Correct the list of variables after a cell that has moved variables and assigned them again.
    KeepReassigned,
    /// Start another process to run cells, because the last one has ended.
    RestartRuntime,
}

/// A reply of the engine's: [`Reply::Ready`] once, then one for each request.
#[derive(Debug, Serialize, Deserialize)]
pub enum Reply {
    /// The engine takes cells.
    Ready {
        /// Why the host's library is not available, if it is not.
        prelude: Option<Failure>,
    },
    /// The cell was compiled, and runs if there is something to run.
    Executed {
        /// The output of evcxr's commands, such as `:vars`: MIME types and contents.
        shown: Vec<(String, String)>,
        /// Whether the user has turned `:timing` on.
        timed: bool,
        /// The times of the compilation, or `None` if nothing was compiled.
        times: Option<CompileTimes>,
        /// The warnings of the compiler.
        warnings: Vec<String>,
        /// Why the cell failed, if it did before it ran.
        failure: Option<Failure>,
    },
    /// The progress of the build of the cell's crates.
    Building {
        /// A line for the page. The next one replaces it.
        text: String,
    },
    /// The list of variables was corrected.
    VariablesRestored {
        /// The variables that the cell has used up.
        lost: Vec<String>,
    },
    /// Another process was started, which has no variables.
    RuntimeRestarted,
    /// The completions of a name.
    Completed {
        /// The completions, the likeliest first.
        choices: Vec<Choice>,
        /// The first byte that a completion replaces.
        start: usize,
        /// The byte after the last one that a completion replaces.
        end: usize,
    },
    /// The documentation of an item.
    Inspected {
        /// The documentation as text and as HTML.
        found: Option<(String, String)>,
    },
}

/// The times of the compilation of a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CompileTimes {
    /// The time in which rust-analyzer inferred the types of the variables.
    pub type_inference: Duration,
    /// The time of all runs of cargo and the compiler, linking included.
    pub compile: Duration,
}

/// The times of the run of a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunTimes {
    /// The time in which the compiled library was loaded and the types of the variables were compared.
    pub load: Duration,
    /// The time of the cell's own code.
    pub run: Duration,
}

/// One completion.
#[derive(Debug, Serialize, Deserialize)]
pub struct Choice {
    /// The name that is put into the cell.
    pub name: String,
    /// The parameters of a function, in parentheses.
    pub signature: String,
    /// The kind of item, as Jupyter shows it: `function`, `module`, `instance`, …
    pub kind: String,
}

/// Why a cell failed, as it is shown in the page and stored in the notebook's file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// The kind of failure in one word.
    pub name: String,
    /// The error's message, without colors.
    pub value: String,
    /// The lines to print: the message, the line of the cell, what to do. They may contain colors.
    pub traceback: Vec<String>,
    /// Whether the process that ran the cells has ended, and every variable with it.
    pub lost: bool,
}

/// An event of the supervisor's, while a cell runs.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Event {
    /// A process that runs cells was started.
    Started {
        /// Its process id.
        process: u32,
    },
    /// It begins to load and run a compiled cell.
    Running,
    /// Text that the cell has written.
    Text {
        /// Whether it was written to standard error.
        error: bool,
        /// The text.
        text: String,
    },
    /// A display of the cell's.
    Display(DisplayMessage),
    /// The value that the cell ends with.
    Result {
        /// MIME types and contents.
        data: Vec<(String, String)>,
    },
    /// The cell has panicked.
    Panicked,
    /// An error leaves the cell through a `?`.
    Returned {
        /// The line of the generated program in which the `?` is. With a line, this event comes before the error's message,
        /// which is written to standard error next; without one, after the message.
        place: Option<usize>,
    },
    /// The cell did not reach its end.
    Unfinished {
        /// The line of the generated program with the statement that ran last.
        line: Option<usize>,
    },
    /// The cell has moved variables and assigned them again.
    Reassigned,
    /// The cell reads a line of input. The kernel answers with the [typed text](Typed).
    Input {
        /// The name of the answer.
        answer: String,
        /// The prompt.
        prompt: String,
        /// Whether the input is a password.
        password: bool,
    },
    /// The cell has ended, and all of its output was sent.
    Done {
        /// The name of the answer after which the end of the cell is reported to the engine, if it was not reported yet.
        answer: Option<String>,
        /// The times of the cell, if it began to run.
        times: Option<RunTimes>,
    },
    /// The process that runs cells has ended.
    Ended {
        /// Its exit code.
        code: Option<i32>,
        /// The signal that ended it.
        signal: Option<i32>,
    },
}

/// The kernel's answer to a cell that reads a line of input.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Typed {
    /// A line, without its newline.
    Line(String),
    /// The end of the input.
    End,
    /// The user has stopped the cell: the input ends, and further reads are errors.
    Stop,
}
