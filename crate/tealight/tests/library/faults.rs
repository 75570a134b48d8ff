//! What goes wrong where many learn at once: each fault is an error that says what to do, and nothing is lost.

mod downloads;
mod learning;
mod memory;
mod saving;

use std::process::{Command, Output};

/// Set in a process that a test starts of this very program: the path that it is to work on.
const PLACE: &str = "TEALIGHT_TEST_FAULT_PLACE";

/// This program as a shell starts it behind `limits`, to run the test called `name` alone.
#[cfg(unix)]
fn child(limits: &str, name: &str) -> Command {
    let mut command = Command::new("sh");
    command.arg("-c").arg(format!("{limits} exec \"$0\" --exact \"$1\" --nocapture"));
    command.arg(std::env::current_exe().unwrap()).arg(name);
    command
}

#[track_caller]
fn passed(output: Output) {
    let text = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && text.contains("1 passed"), "{:?}\n{text}", output.status);
}
