//! Interrupts: what Jupyter's stop button does in each phase of a cell.
//!
//! While a cell is compiled, the compiler is interrupted, and nothing of the cell has run. While it runs, the library is asked
//! to stop; `fit` and everything else that takes long checks for it. Code that does not check can only be ended with its
//! process, which loses every variable: that takes a second interrupt, after a warning. While nothing runs, nothing happens.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use tokio::sync::Notify;

use crate::pid;

/// The phase of the current cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    Idle,
    Compiling,
    Running,
}

/// The effects of the interrupts during one cell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct InterruptLog {
    /// The compiler was interrupted.
    pub(super) compiler_interrupted: bool,
    /// The library was asked to stop.
    pub(super) stop_requested: bool,
    /// The process that runs cells was killed.
    pub(super) runtime_killed: bool,
    /// The cell has checked for the stop, and so has handled it itself.
    pub(super) stop_handled: bool,
}

struct State {
    phase: Phase,
    log: InterruptLog,
    engine: Option<Pid>,
    runtime: Option<Pid>,
    stop_file: PathBuf,
}

/// Carries out interrupts. All clones share one state.
#[derive(Clone)]
pub(super) struct InterruptController {
    state: Arc<Mutex<State>>,
    interrupted: Arc<Notify>,
}

impl InterruptController {
    /// Creates a controller in the idle phase. The existence of `stop_file` asks the library to stop.
    pub(super) fn new(stop_file: PathBuf) -> Self {
        let state = State { phase: Phase::Idle, log: InterruptLog::default(), engine: None, runtime: None, stop_file };
        Self { state: Arc::new(Mutex::new(state)), interrupted: Arc::new(Notify::new()) }
    }

    /// Interrupts the current cell.
    pub(super) fn interrupt(&self) {
        tracing::debug!(phase = ?self.with(|state| state.phase), "interrupt");
        self.with(|state| match state.phase {
            Phase::Idle => {}
            Phase::Compiling => {
                state.log.compiler_interrupted = true;
                state.interrupt_compiler();
            }
            Phase::Running if !state.log.stop_requested => state.request_stop(),
            Phase::Running => {
                state.log.runtime_killed = true;
                if let Some(runtime) = state.runtime {
                    let _ = kill_process(runtime, Signal::KILL);
                }
            }
        });
        self.interrupted.notify_one();
    }

    /// Interrupts the compiler again, which may have started after the first signal. Returns whether the cell is still being
    /// compiled.
    pub(super) fn interrupt_compiler_again(&self) -> bool {
        self.with(|state| {
            let is_compiling = state.phase == Phase::Compiling && state.log.compiler_interrupted;
            if is_compiling {
                state.interrupt_compiler();
            }
            is_compiling
        })
    }

    /// Waits for the next interrupt.
    pub(super) async fn interrupted(&self) {
        self.interrupted.notified().await;
    }

    /// Begins a cell, which is compiled first.
    pub(super) fn begin_cell(&self) {
        self.with(|state| {
            state.phase = Phase::Compiling;
            state.log = InterruptLog::default();
        });
    }

    /// Notes that the cell begins to run. An interrupt that came too late for the compiler now asks the library to stop.
    pub(super) fn begin_running(&self) {
        self.with(|state| {
            // Code that the engine runs itself is not a cell.
            if state.phase == Phase::Idle {
                return;
            }
            state.phase = Phase::Running;
            if state.log.compiler_interrupted {
                state.request_stop();
            }
        });
    }

    /// Notes that a run has ended. evcxr may compile and run the cell a second time.
    pub(super) fn end_running(&self) {
        self.with(|state| {
            if state.phase == Phase::Running {
                state.phase = Phase::Compiling;
            }
        });
    }

    /// Ends the cell and returns the effects of its interrupts.
    pub(super) fn end_cell(&self) -> InterruptLog {
        self.with(|state| {
            state.phase = Phase::Idle;
            let _ = std::fs::remove_file(&state.stop_file);
            let handled_file = notebook_protocol::stop_handled_file(&state.stop_file);
            state.log.stop_handled = std::fs::remove_file(handled_file).is_ok();
            std::mem::take(&mut state.log)
        })
    }

    /// Returns the effects of the interrupts so far.
    pub(super) fn log(&self) -> InterruptLog {
        self.with(|state| state.log)
    }

    /// Returns whether the cell is running.
    pub(super) fn is_running(&self) -> bool {
        self.with(|state| state.phase == Phase::Running)
    }

    /// Sets the process that compiles cells.
    pub(super) fn set_engine(&self, process: Option<u32>) {
        self.with(|state| state.engine = process.and_then(pid::from_u32));
    }

    /// Sets the process that runs cells.
    pub(super) fn set_runtime(&self, process: u32) {
        self.with(|state| state.runtime = pid::from_u32(process));
    }

    /// Kills the engine, the compilers that it has started, and the process that runs cells.
    pub(super) fn kill_processes(&self) {
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
    fn interrupt_compiler(&self) {
        if let Some(engine) = self.engine {
            // The engine itself survives the signal, the compiler does not.
            let _ = kill_process_group(engine, Signal::INT);
        }
    }

    fn request_stop(&mut self) {
        self.log.stop_requested = true;
        // If this fails, a second interrupt still ends the cell.
        let _ = std::fs::write(&self.stop_file, "");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn interrupt_acts_according_to_the_phase() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("stop");
        let interrupts = InterruptController::new(file.clone());
        interrupts.interrupt();
        assert!(!file.exists(), "idle");
        interrupts.begin_cell();
        interrupts.interrupt();
        assert_eq!(interrupts.log(), InterruptLog { compiler_interrupted: true, ..InterruptLog::default() });
        assert!(!file.exists(), "compiling");
        interrupts.begin_running();
        assert!(file.exists(), "too late for the compiler");
        interrupts.end_cell();
        assert!(!file.exists(), "the next cell is not meant");
        interrupts.begin_cell();
        interrupts.begin_running();
        interrupts.interrupt();
        assert!(file.exists() && !interrupts.log().runtime_killed, "the first interrupt");
        interrupts.interrupt();
        std::fs::write(notebook_protocol::stop_handled_file(&file), "").unwrap();
        let log = interrupts.end_cell();
        assert!(log.runtime_killed && log.stop_handled, "the second");
        interrupts.begin_running();
        interrupts.interrupt();
        assert!(!file.exists(), "code that the engine runs itself");
        assert_eq!(interrupts.log(), InterruptLog::default());
    }
}
