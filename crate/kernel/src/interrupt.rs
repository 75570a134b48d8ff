//! Stop: what it means depends on what is going on.
//!
//! While a cell is compiled, the compiler is stopped, and nothing of the cell has run. While it runs, the library is asked
//! to stop, which `fit` and everything else that takes long heeds. Code that does not listen can only be ended with its
//! process, and every variable with it: that takes a second press, after a warning. While nothing runs, nothing happens.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use tokio::sync::Notify;

use crate::pid;

/// How far the kernel is with a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    Idle,
    Compiling,
    Running,
}

/// What became of the presses on stop during one cell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Pressed {
    /// The compiler was told to stop.
    pub(super) compiler: bool,
    /// The library was asked to stop.
    pub(super) library: bool,
    /// The process that runs cells was ended.
    pub(super) killed: bool,
    /// The cell has asked whether it was to stop, and so knows what to do about it.
    pub(super) handled: bool,
}

struct State {
    phase: Phase,
    pressed: Pressed,
    engine: Option<Pid>,
    runtime: Option<Pid>,
    stop: PathBuf,
}

/// The one place that knows what stop means now; shared by all that hear of it.
#[derive(Clone)]
pub(super) struct Stops {
    state: Arc<Mutex<State>>,
    asked: Arc<Notify>,
}

impl Stops {
    /// `stop` is the file that asks the library to stop.
    pub(super) fn new(stop: PathBuf) -> Self {
        let state = State { phase: Phase::Idle, pressed: Pressed::default(), engine: None, runtime: None, stop };
        Self { state: Arc::new(Mutex::new(state)), asked: Arc::new(Notify::new()) }
    }

    /// The user wants what goes on to stop.
    pub(super) fn ask(&self) {
        self.with(|state| match state.phase {
            Phase::Idle => {}
            Phase::Compiling => {
                state.pressed.compiler = true;
                state.stop_compiler();
            }
            Phase::Running if !state.pressed.library => state.ask_library(),
            Phase::Running => {
                state.pressed.killed = true;
                if let Some(runtime) = state.runtime {
                    let _ = kill_process(runtime, Signal::KILL);
                }
            }
        });
        self.asked.notify_one();
    }

    /// Stops the compiler again, which may not have been there when the user pressed stop. Returns whether the cell is still being
    /// compiled.
    pub(super) fn ask_compiler_again(&self) -> bool {
        self.with(|state| {
            let is_compiling = state.phase == Phase::Compiling && state.pressed.compiler;
            if is_compiling {
                state.stop_compiler();
            }
            is_compiling
        })
    }

    /// Waits until stop is asked for.
    pub(super) async fn asked(&self) {
        self.asked.notified().await;
    }

    /// A cell is about to be compiled.
    pub(super) fn begin(&self) {
        self.with(|state| {
            state.phase = Phase::Compiling;
            state.pressed = Pressed::default();
        });
    }

    /// The cell runs. A stop that came too late for the compiler is one for the library.
    pub(super) fn run(&self) {
        self.with(|state| {
            // What the engine runs by itself is no cell.
            if state.phase == Phase::Idle {
                return;
            }
            state.phase = Phase::Running;
            if state.pressed.compiler {
                state.ask_library();
            }
        });
    }

    /// What has run has ended; evcxr may compile the cell again.
    pub(super) fn ran(&self) {
        self.with(|state| {
            if state.phase == Phase::Running {
                state.phase = Phase::Compiling;
            }
        });
    }

    /// The cell is over: what was pressed.
    pub(super) fn end(&self) -> Pressed {
        self.with(|state| {
            state.phase = Phase::Idle;
            let _ = std::fs::remove_file(&state.stop);
            state.pressed.handled = std::fs::remove_file(notebook_protocol::stop_handled_file(&state.stop)).is_ok();
            std::mem::take(&mut state.pressed)
        })
    }

    /// What was pressed so far.
    pub(super) fn pressed(&self) -> Pressed {
        self.with(|state| state.pressed)
    }

    /// Whether the cell runs now.
    pub(super) fn is_running(&self) -> bool {
        self.with(|state| state.phase == Phase::Running)
    }

    /// The engine that compiles cells from now on.
    pub(super) fn set_engine(&self, process: Option<u32>) {
        self.with(|state| state.engine = process.and_then(pid::of));
    }

    /// The process that runs cells from now on.
    pub(super) fn set_runtime(&self, process: u32) {
        self.with(|state| state.runtime = pid::of(process));
    }

    /// Ends the engine, the compilers that it has started and the process that runs cells.
    pub(super) fn end_processes(&self) {
        self.with(|state| {
            if let Some(engine) = state.engine.take() {
                let _ = kill_process_group(engine, Signal::KILL);
            }
            if let Some(runtime) = state.runtime.take() {
                let _ = kill_process(runtime, Signal::KILL);
            }
        });
    }

    fn with<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        change(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl State {
    fn stop_compiler(&self) {
        if let Some(engine) = self.engine {
            // The engine itself outlives it, the compiler does not.
            let _ = kill_process_group(engine, Signal::INT);
        }
    }

    fn ask_library(&mut self) {
        self.pressed.library = true;
        // Where it can't be written, the second press is left.
        let _ = std::fs::write(&self.stop, "");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stop_means_what_the_phase_says() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("stop");
        let stops = Stops::new(file.clone());
        stops.ask();
        assert!(!file.exists(), "idle");
        stops.begin();
        stops.ask();
        assert_eq!(stops.pressed(), Pressed { compiler: true, ..Pressed::default() });
        assert!(!file.exists(), "compiling");
        stops.run();
        assert!(file.exists(), "too late for the compiler");
        stops.end();
        assert!(!file.exists(), "the next cell is not meant");
        stops.begin();
        stops.run();
        stops.ask();
        assert!(file.exists() && !stops.pressed().killed, "the first press");
        stops.ask();
        std::fs::write(notebook_protocol::stop_handled_file(&file), "").unwrap();
        let pressed = stops.end();
        assert!(pressed.killed && pressed.handled, "the second");
        stops.run();
        stops.ask();
        assert!(!file.exists(), "a run of the engine's own");
        assert_eq!(stops.pressed(), Pressed::default());
    }
}
