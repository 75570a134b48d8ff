//! A kernel for plain Rust notebooks: a host without a library.
//!
//! ```text
//! cargo run --release -p notebook-kernel --example plain_rust_kernel -- CONNECTION_FILE
//! ```
//!
//! The environment variable `PLAIN_RUST_FOLDER` names the folder for its files, which is otherwise `/var/tmp/plain-rust-kernel`.
//! Its path must not contain spaces. A kernel spec for Jupyter needs the `argv` `["…/plain_rust_kernel", "{connection_file}"]`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use notebook_engine::{Folders, Host, NoHints, ProcessRole};
use notebook_kernel::KernelConfig;

fn folder() -> PathBuf {
    std::env::var_os("PLAIN_RUST_FOLDER").map_or_else(|| "/var/tmp/plain-rust-kernel".into(), PathBuf::from)
}

fn host() -> Host {
    let folders = Folders {
        engine: folder().join("engine"),
        sessions: folder().join("sessions"),
        logs: folder().join("logs"),
        is_writable: true,
    };
    Host { name: "plain-rust", folders, log_variable: "PLAIN_RUST_LOG", library: None, hints: &NoHints }
}

fn main() -> ExitCode {
    // The engine starts this program for its other processes, too.
    if let Some(role) = ProcessRole::of_this_process() {
        return role.run(|| Ok(host()));
    }
    let Some(connection_file) = std::env::args_os().nth(1) else {
        eprintln!("usage: plain_rust_kernel CONNECTION_FILE");
        return ExitCode::FAILURE;
    };
    let config = KernelConfig {
        host: host(),
        version: env!("CARGO_PKG_VERSION"),
        banner: "Rust notebooks",
        doctor: None,
        history_file: folder().join("history.jsonl"),
    };
    match notebook_kernel::serve(&config, Path::new(&connection_file)) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}
