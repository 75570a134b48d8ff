//! tealight as the host of the notebook engine: the library that every cell can use, and the kernel around it.

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use notebook_engine::{Folders, Host, HostLibrary};
use notebook_kernel::KernelConfig;
use notebook_runner::KernelCommand;

use crate::hints::KerasHints;
use crate::home::Home;

/// Returns what the engine needs to know of tealight.
pub(crate) fn host(home: &Home) -> Host {
    Host {
        name: "tealight",
        folders: Folders {
            engine: home.engine().to_owned(),
            sessions: home.sessions(),
            logs: logs(home),
            is_writable: home.is_ours(),
        },
        log_variable: "TEALIGHT_LOG",
        hints: &KerasHints,
        library: Some(HostLibrary {
            name: "tealight",
            path: home.library(),
            packages: vec![home.library(), home.protocol(), home.root().join("crate/spin-pool")],
            workspace_manifest: home.root().join("Cargo.toml"),
            lock_file: home.lock_file(),
            prelude: "use tealight::prelude::*;",
            // Its `?` is for evcxr's sake, which learns from a failed build that cells have one. Nobody waits for this build.
            attach: "tealight::notebook::start_flush_thread()?;",
            last_value: Some("tealight::notebook::last_value"),
            visible_dependencies: &["candle-core", "candle-nn"],
            // candle numbers tensors from one counter.
            shared_dependencies: &["candle-core"],
            short_paths: &["tealight::prelude::", "tealight::candle_core::", "tealight::"],
            first_methods: &[
                "new",
                "add",
                "build",
                "compile",
                "fit",
                "evaluate",
                "predict",
                "predict_classes",
                "summary",
                "history",
            ],
            warmup_cell: "let warm = Tensor::zeros((2, 2), DType::F32, &Device::Cpu)?; println!(\"{warm}\");",
            warmup_completion: "let warm = Sequential::new([1]).add(Dense::new(1)).build(1)?; \
                let warm = Tensor::zeros(1, DType::F32, &Device::Cpu)?; warm.",
        }),
    }
}

/// Returns the folder of the log files: in the clone, or in the user's own folder if the clone is another user's.
fn logs(home: &Home) -> PathBuf {
    if home.is_ours() { home.root().join(".tealight/logs") } else { home.sessions().with_file_name("logs") }
}

/// Returns the configuration of tealight's kernel.
pub(crate) fn kernel(home: &Home) -> KernelConfig {
    KernelConfig {
        host: host(home),
        version: env!("CARGO_PKG_VERSION"),
        banner: concat!("tealight ", env!("CARGO_PKG_VERSION"), ": neural networks in Rust notebooks"),
        doctor: Some("cargo run --release -- doctor"),
        history_file: home.jupyter_data().join("history.jsonl"),
    }
}

/// Returns the command that serves this program's kernel.
pub(crate) fn kernel_command() -> Result<KernelCommand> {
    let program = std::env::current_exe().context("cannot find the tealight command's own file")?;
    Ok(KernelCommand { program, arguments: vec!["kernel".into()] })
}
