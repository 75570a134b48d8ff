//! The evcxr engine: the process that compiles cells, the process that runs them, and the folders they work in.
//!
//! One program plays all parts, told apart before anything else happens (see [`Part`]): the *kernel* starts the
//! [*engine*](serve), which compiles cells; the engine starts a [*keeper*](keeper), and that the process which loads and runs
//! them; and for the engine, the program stands [in front of cargo](tools).

#![cfg(target_os = "linux")]

mod answers;
mod cargo;
mod complete;
mod copy;
mod crates;
mod diagnostic;
mod effort;
mod enclosing;
mod failure;
mod hint;
mod host;
mod implementations;
mod inserted;
mod inspect;
pub mod keeper;
mod ledger;
pub mod lexer;
mod lifeline;
pub mod lock;
pub mod messages;
mod metadata;
mod mistake;
mod names;
pub mod output;
mod patch;
mod public_source;
mod render;
mod replay;
mod runtime;
mod serve;
mod session;
mod signals;
mod standard;
mod template;
mod tokens;
mod tools;
mod warm;
mod warnings;

use std::path::PathBuf;
use std::process::ExitCode;

use tools::Tool;

pub use host::{Folders, Host, HostLibrary};
pub use session::Session;
pub use template::Template;

/// The argument that says that this process is to be the engine.
pub const ENGINE: &str = "--engine";

/// What this process was started for, if it is one of the engine's own.
pub struct ProcessRole(Part);

impl ProcessRole {
    /// Returns the role of this process, or `None` if it is the host's own.
    #[must_use]
    pub fn of_this_process() -> Option<Self> {
        Part::of_this_process().map(Self)
    }

    /// Does the work of this role until it ends. `host` is called by the roles that need the host.
    #[must_use]
    pub fn run(self, host: impl FnOnce() -> anyhow::Result<Host>) -> ExitCode {
        self.0.play(host)
    }
}

/// The roles that the engine starts its program for.
enum Part {
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
    fn of_this_process() -> Option<Self> {
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
    fn play(self, host: impl FnOnce() -> anyhow::Result<Host>) -> ExitCode {
        let played = match self {
            Self::Engine => {
                lifeline::end_with_parent();
                host().and_then(serve::serve)
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
                host().and_then(|host| warm::fill(&host))
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
