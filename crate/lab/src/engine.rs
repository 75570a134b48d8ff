//! The evcxr engine: the process that compiles cells, the process that runs them, and the folders they work in.
//!
//! One program plays all parts, told apart before anything else happens (see [`Part`]): the *kernel* starts the
//! [*engine*](serve), which compiles cells; the engine starts a [*keeper*](keeper), and that the process which loads and runs
//! them; and for the engine, the program stands [in front of cargo](tools).

mod answers;
mod cargo;
mod complete;
mod copy;
mod crates;
mod diagnostic;
mod effort;
mod enclosing;
pub(crate) mod failure;
mod hint;
mod implementations;
mod inserted;
mod inspect;
pub(crate) mod keeper;
mod ledger;
mod lifeline;
pub(crate) mod messages;
mod metadata;
mod mistake;
mod names;
mod output;
mod patch;
mod public_source;
mod render;
mod replay;
mod runtime;
pub(crate) mod serve;
pub(crate) mod session;
mod signals;
mod standard;
pub(crate) mod template;
mod tokens;
mod tools;
mod warm;
mod warnings;

use std::path::PathBuf;
use std::process::ExitCode;

use tools::Tool;

/// The argument that says that this process is to be the engine.
pub(crate) const ENGINE: &str = "--engine";

/// The parts that this program is started for, beside the command's own.
pub(crate) enum Part {
    /// Compiles cells for the kernel.
    Engine,
    /// Stands between the engine and the process that runs cells; the folder of its pipes to the kernel.
    Keeper(PathBuf),
    /// Loads and runs compiled cells.
    Runtime,
    /// Stands in front of cargo.
    Tool(Tool),
    /// Fills the work folder that sessions are copied from.
    Warm,
}

impl Part {
    /// The part that this process was started for, if any.
    pub(crate) fn of_this_process() -> Option<Self> {
        if let Some(tool) = Tool::of_this_process() {
            return Some(Self::Tool(tool));
        }
        if std::env::var_os("EVCXR_IS_RUNTIME").is_some() {
            let kept = std::env::var_os(keeper::KEPT).is_some();
            return Some(match std::env::var_os(keeper::PIPES) {
                Some(pipes) if !kept => Self::Keeper(pipes.into()),
                _ => Self::Runtime,
            });
        }
        match std::env::args_os().nth(1)?.to_str()? {
            ENGINE => Some(Self::Engine),
            warm::ARGUMENT => Some(Self::Warm),
            _ => None,
        }
    }

    /// Plays the part until its end.
    pub(crate) fn play(self) -> ExitCode {
        let played = match self {
            Self::Engine => {
                lifeline::end_with_parent();
                serve::serve()
            }
            Self::Keeper(pipes) => {
                // What is sent to the engine's group to stop a compiler is not for it.
                let _ = rustix::process::setpgid(None, None);
                lifeline::end_with_parent();
                keeper::keep(&pipes)
            }
            Self::Runtime => {
                lifeline::end_at_once_with_parent();
                if std::env::var_os(keeper::KEPT).is_some() {
                    runtime::run()
                } else {
                    evcxr::runtime_hook();
                    Ok(())
                }
            }
            Self::Tool(tool) => tool.play(),
            Self::Warm => {
                lifeline::end_with_parent();
                warm::fill()
            }
        };
        match played {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("{error:#}");
                ExitCode::FAILURE
            }
        }
    }
}
