//! What the kernel, the engine and the keeper of the cells say to each other: one JSON object a line.

use serde::{Deserialize, Serialize};
use tealight_protocol::Display;

/// From the kernel to the engine, one at a time.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Request {
    /// Compile and run a cell.
    Execute { code: String },
    /// What could stand at this byte of the code.
    Complete { code: String, at: usize },
    /// What stands at this byte of the code.
    Inspect { code: String, at: usize },
    /// What the user typed, for an [`Reply::Input`]. None where there is nobody to type.
    Input { text: String },
}

/// From the engine to the kernel: [`Reply::Ready`] once, then one for each request, with inputs before it.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Reply {
    /// The engine takes cells. `prelude` says why tealight is not there, where it is not.
    Ready { prelude: Option<Failure> },
    /// The cell ended. `shown` is what evcxr's own commands, such as `:vars`, have to say.
    Executed { shown: Vec<(String, String)>, failure: Option<Failure> },
    /// The cell asks for a line of input.
    Input { prompt: String, password: bool },
    /// What could stand there, and the bytes that it would replace.
    Completed { choices: Vec<Choice>, start: usize, end: usize },
    /// What stands there, as text and as HTML.
    Inspected { found: Option<(String, String)> },
}

/// One completion.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Choice {
    pub(crate) code: String,
    pub(crate) label: String,
    pub(crate) kind: String,
}

/// Why a cell failed, as the page and the notebook's file say it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Failure {
    /// The kind of failure in one word.
    pub(crate) name: String,
    /// The error's own words, without colours.
    pub(crate) value: String,
    /// What to print: the words, the line of the cell, what to do. May hold colours.
    pub(crate) traceback: Vec<String>,
    /// Whether the process that ran the cells is gone, and every variable with it.
    pub(crate) lost: bool,
}

/// From the keeper to the kernel, while a cell runs.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Event {
    /// A process that runs cells is there.
    Started { process: u32 },
    /// It begins to run what was compiled.
    Running,
    /// Text of the cell.
    Text { error: bool, text: String },
    /// A display of the cell's own.
    Display(Display),
    /// The value that the cell ends with.
    Result { data: Vec<(String, String)> },
    /// The cell has panicked.
    Panicked,
    /// An error leaves the cell through a `?`. With its `place`, a line of the program that the engine wrote around the
    /// cell, it comes before its words, which are what is written to standard error next; without, after them.
    Returned { place: Option<usize> },
    /// All of the cell's output has passed. The kernel writes the answer to the other pipe, and only then does the engine
    /// learn that the cell has ended.
    Done { answer: String },
    /// The process that runs cells is gone.
    Ended { code: Option<i32>, signal: Option<i32> },
}
