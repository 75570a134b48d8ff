//! What the kernel, the engine and the keeper of the cells say to each other: one JSON object a line.

use notebook_protocol::DisplayMessage;
use serde::{Deserialize, Serialize};

/// From the kernel to the engine, one at a time.
#[derive(Debug, Serialize, Deserialize)]
pub enum Request {
    /// Compile and run a cell.
    Execute { code: String },
    /// What could stand at this byte of the code.
    Complete { code: String, at: usize },
    /// What stands at this byte of the code.
    Inspect { code: String, at: usize },
    /// The cell that ran last did not reach its end: its variables are those of before.
    Recover,
    /// The cell that ran last has given values to variables that it has moved.
    Adopt,
    /// The process that runs cells has ended: there is to be another one.
    Restart,
}

/// From the engine to the kernel: [`Reply::Ready`] once, then one for each request.
#[derive(Debug, Serialize, Deserialize)]
pub enum Reply {
    /// The engine takes cells. `prelude` says why tealight is not there, where it is not.
    Ready { prelude: Option<Failure> },
    /// The cell was compiled, and runs if there is something to run. `shown` is what evcxr's own commands, such as `:vars`,
    /// have to say; `timed` says that the user wants to know how long it takes; `warnings` is what the compiler warned of.
    Executed { shown: Vec<(String, String)>, timed: bool, warnings: Vec<String>, failure: Option<Failure> },
    /// How far the build of the crates is that the cell brings in: a line for the page, which the next one replaces.
    Building { text: String },
    /// The variables are those of before, but for these, which the cell has used up.
    Recovered { lost: Vec<String> },
    /// There is another process, without variables.
    Restarted,
    /// What could stand there, and the bytes that it would replace.
    Completed { choices: Vec<Choice>, start: usize, end: usize },
    /// What stands there, as text and as HTML.
    Inspected { found: Option<(String, String)> },
}

/// One completion.
#[derive(Debug, Serialize, Deserialize)]
pub struct Choice {
    /// What is put into the cell.
    pub name: String,
    /// Of a function, its parameters in parentheses.
    pub signature: String,
    pub kind: String,
}

/// Why a cell failed, as the page and the notebook's file say it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// The kind of failure in one word.
    pub name: String,
    /// The error's own words, without colours.
    pub value: String,
    /// What to print: the words, the line of the cell, what to do. May hold colours.
    pub traceback: Vec<String>,
    /// Whether the process that ran the cells is gone, and every variable with it.
    pub lost: bool,
}

/// From the keeper to the kernel, while a cell runs.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Event {
    /// A process that runs cells is there.
    Started { process: u32 },
    /// It begins to run what was compiled.
    Running,
    /// Text of the cell.
    Text { error: bool, text: String },
    /// A display of the cell's own.
    Display(DisplayMessage),
    /// The value that the cell ends with.
    Result { data: Vec<(String, String)> },
    /// The cell has panicked.
    Panicked,
    /// An error leaves the cell through a `?`. With its `place`, a line of the program that the engine wrote around the
    /// cell, it comes before its words, which are what is written to standard error next; without, after them.
    Returned { place: Option<usize> },
    /// The cell did not reach its end, and came to the statement at this line of the program.
    Unfinished { line: Option<usize> },
    /// The cell has moved variables and has given them values again.
    Reassigned,
    /// The cell wants a line of input. The kernel writes the answer's name and what was [typed](Typed) to the other pipe.
    Input { answer: String, prompt: String, password: bool },
    /// All of the cell's output has passed. Where the engine is still to learn that the cell has ended, it does so when the
    /// kernel has written the answer to the other pipe.
    Done { answer: Option<String> },
    /// The process that runs cells is gone.
    Ended { code: Option<i32>, signal: Option<i32> },
}

/// From the kernel to the keeper, where a cell wants a line of input.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Typed {
    /// A line, without its newline.
    Line(String),
    /// There is no more to come.
    End,
    /// The user wants the cell to stop: there is no more to come, and who reads on gets an error.
    Stop,
}
