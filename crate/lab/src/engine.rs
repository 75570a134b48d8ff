//! The evcxr engine: the kernel that Jupyter starts, the process that runs the cells, and the folders they work in.
//!
//! One program plays four parts, told apart before anything else happens (see [`Part`]):
//! `tealight kernel` makes a session folder and starts the *engine* (evcxr_jupyter's own main) in it; the engine compiles
//! cells and starts the *runtime*, which loads and runs them; and cargo may call the program back to wrap rustc.

pub(crate) mod kernel;
mod lifeline;
pub(crate) mod relay;
mod session;
pub(crate) mod template;
mod warm;

use std::process::ExitCode;

/// The parts that evcxr re-executes this program for.
pub(crate) enum Part {
    /// Compiles cells and talks to Jupyter.
    Engine,
    /// Loads and runs compiled cells.
    Runtime,
    /// Stands in front of rustc.
    Wrapper,
    /// Fills the work folder that sessions are copied from.
    Warm,
}

impl Part {
    /// The part that this process was started for, if any.
    pub(crate) fn of_this_process() -> Option<Self> {
        if std::env::var_os("EVCXR_IS_RUNTIME").is_some() {
            return Some(Self::Runtime);
        }
        if std::env::var_os("EVCXR_RUSTC_WRAPPER").is_some() {
            return Some(Self::Wrapper);
        }
        match std::env::args_os().nth(1)?.to_str()? {
            "--control_file" => Some(Self::Engine),
            warm::ARGUMENT => Some(Self::Warm),
            _ => None,
        }
    }

    /// Plays the part until its end.
    pub(crate) fn play(self) -> ExitCode {
        let played = match self {
            Self::Engine => {
                lifeline::end_with_parent();
                evcxr_jupyter::main()
            }
            Self::Runtime => {
                lifeline::end_with_parent();
                relay::install().map_err(Into::into).and_then(|()| evcxr_jupyter::main())
            }
            Self::Wrapper => evcxr_jupyter::main(),
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
