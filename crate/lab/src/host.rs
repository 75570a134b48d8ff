//! tealight as the host of the notebook engine: the configuration of the engine, the kernel and the runner.

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use notebook_engine::{Folders, Host, HostLibrary};
use notebook_kernel::KernelConfig;
use notebook_runner::KernelCommand;

use crate::hints::KerasHints;
use crate::installation::Installation;

/// Returns the configuration of the engine.
pub(crate) fn host(installation: &Installation) -> Host {
    Host {
        name: "tealight",
        folders: Folders {
            engine: installation.engine().to_owned(),
            sessions: installation.sessions(),
            logs: logs(installation),
            is_writable: installation.is_writable(),
        },
        log_variable: "TEALIGHT_LOG",
        hints: &KerasHints,
        library: Some(HostLibrary {
            name: "tealight",
            path: installation.library(),
            packages: vec![
                installation.library(),
                installation.protocol(),
                installation.root().join("crate/spin-pool"),
            ],
            workspace_manifest: installation.root().join("Cargo.toml"),
            lock_file: installation.lock_file(),
            prelude: "use tealight::prelude::*;",
            // The `?` makes evcxr learn, from a failed build, that cells contain one. No user waits for this build.
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

/// Returns the folder of the log files: in the clone, or in the user's private folder if the clone is read-only.
fn logs(installation: &Installation) -> PathBuf {
    if installation.is_writable() {
        installation.root().join(".tealight/logs")
    } else {
        installation.sessions().with_file_name("logs")
    }
}

/// Returns the configuration of tealight's kernel.
pub(crate) fn kernel_config(installation: &Installation) -> KernelConfig {
    KernelConfig {
        host: host(installation),
        version: env!("CARGO_PKG_VERSION"),
        banner: concat!("tealight ", env!("CARGO_PKG_VERSION"), ": neural networks in Rust notebooks"),
        doctor: Some("cargo run --release -- doctor"),
        history_file: installation.jupyter_data().join("history.jsonl"),
    }
}

/// Returns the command that starts the kernel of this program.
pub(crate) fn kernel_command() -> Result<KernelCommand> {
    let program = std::env::current_exe().context("cannot find the tealight command's own file")?;
    Ok(KernelCommand { program, arguments: vec!["kernel".into()] })
}
