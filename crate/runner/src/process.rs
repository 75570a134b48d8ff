//! The process of a kernel. It is started in the notebook's folder and ended together with all processes that it started.

use std::ffi::OsString;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use anyhow::{Context as _, anyhow};
use jupyter_protocol::ConnectionInfo;
use jupyter_protocol::connection_info::Transport;
use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use tempfile::TempDir;
use tokio::process::{Child, Command};
use uuid::Uuid;

use crate::pid;

/// How long a kernel may take to shut down, which includes removing its session folder.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(10);

const LOG_FILE: &str = "kernel.log";
/// How many of the last lines of the log are shown when a kernel dies.
const LOG_LINES: usize = 20;

/// The command that starts a kernel. The path of the connection file is appended to it.
#[derive(Debug, Clone)]
pub struct KernelCommand {
    /// The program to start.
    pub program: PathBuf,
    /// Its arguments, before the path of the connection file.
    pub arguments: Vec<OsString>,
}

/// A running kernel process, and the folder with its connection file and its log.
#[derive(Debug)]
pub(super) struct KernelProcess {
    child: Child,
    /// The process group of the kernel and of all processes that it starts.
    group: Option<Pid>,
    connection: ConnectionInfo,
    folder: TempDir,
}

impl KernelProcess {
    /// Starts a kernel with `current_dir` as its current folder, on free ports of the loopback address.
    pub(super) async fn start(command: &KernelCommand, current_dir: &Path) -> anyhow::Result<Self> {
        let folder = tempfile::Builder::new().prefix("notebook-run-").tempdir().context("cannot create a folder")?;
        // The listeners reserve the ports until the kernel has started.
        let loopback = std::net::Ipv4Addr::LOCALHOST;
        let (ports, listeners) = jupyter_zmq_client::peek_ports_with_listeners(loopback.into(), 5)
            .await
            .context("cannot find free ports for the kernel")?;
        let [shell_port, iopub_port, stdin_port, control_port, hb_port] = ports[..] else {
            return Err(anyhow!("asked for 5 free ports, got {}", ports.len()));
        };
        let connection = ConnectionInfo {
            ip: loopback.to_string(),
            transport: Transport::TCP,
            shell_port,
            iopub_port,
            stdin_port,
            control_port,
            hb_port,
            key: Uuid::new_v4().to_string(),
            signature_scheme: "hmac-sha256".to_owned(),
            kernel_name: Some("rust".to_owned()),
        };
        let connection_file = folder.path().join("connection.json");
        fs::write(&connection_file, serde_json::to_vec_pretty(&connection)?).context("cannot write to that folder")?;
        let log = File::create(folder.path().join(LOG_FILE))?;
        let child = Command::new(&command.program)
            .args(&command.arguments)
            .arg(&connection_file)
            .current_dir(current_dir)
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            // In a separate process group, Ctrl-C reaches only this command, which then shuts the kernel down properly.
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("cannot start {}", command.program.display()))?;
        drop(listeners);
        let group = child.id().and_then(pid::from_u32);
        Ok(Self { child, group, connection, folder })
    }

    /// Returns the ports and the key of the kernel.
    pub(super) fn connection(&self) -> &ConnectionInfo {
        &self.connection
    }

    /// Waits until the process ends by itself. Returns how it ended and the end of its log.
    pub(super) async fn death(&mut self) -> anyhow::Error {
        let status = self.child.wait().await;
        let how = status.map_or_else(|error| error.to_string(), describe_exit);
        let log = self.log_tail();
        if log.is_empty() { anyhow!("{how}") } else { anyhow!("{how}; the end of its log:\n{log}") }
    }

    /// Ends the process and everything that it started. If a shutdown was `requested`, the kernel gets time for it; otherwise it is
    /// busy with a cell and receives a signal. A kernel that does not react is killed.
    pub(super) async fn stop(mut self, requested: bool) {
        let mut stopped = requested && self.ends_in_time().await;
        if !stopped {
            self.terminate();
            stopped = self.ends_in_time().await;
        }
        // Processes that the kernel left behind, for example a compiler.
        self.kill_group();
        if !stopped {
            let _ = self.child.wait().await;
        }
    }

    async fn ends_in_time(&mut self) -> bool {
        tokio::time::timeout(SHUTDOWN_TIMEOUT, self.child.wait()).await.is_ok()
    }

    /// Sends the termination signal to the kernel, which then ends its own processes.
    fn terminate(&self) {
        // `id` is `None` once the process was waited for, so the signal cannot reach another process that reuses the id.
        if let Some(id) = self.child.id().and_then(pid::from_u32) {
            let _ = kill_process(id, Signal::TERM);
        }
    }

    fn kill_group(&self) {
        // This fails if all processes of the group have ended already.
        if let Some(group) = self.group {
            let _ = kill_process_group(group, Signal::KILL);
        }
    }

    fn log_tail(&self) -> String {
        let log = fs::read(self.folder.path().join(LOG_FILE)).unwrap_or_default();
        let log = String::from_utf8_lossy(&log);
        let lines: Vec<&str> = log.trim_end().lines().collect();
        lines[lines.len().saturating_sub(LOG_LINES)..].join("\n")
    }
}

fn describe_exit(status: ExitStatus) -> String {
    match (status.code(), std::os::unix::process::ExitStatusExt::signal(&status)) {
        (Some(code), _) => format!("its process ended with exit code {code}"),
        (None, Some(signal)) => format!("its process was killed by signal {signal}"),
        (None, None) => "its process ended".to_owned(),
    }
}
