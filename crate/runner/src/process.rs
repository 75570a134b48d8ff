//! The process of a kernel: started in the notebook's folder, and gone with everything that it started.

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

/// How long a kernel that was asked to stop may take to remove its session folder.
const TIME_TO_STOP: Duration = Duration::from_secs(10);

const LOG: &str = "kernel.log";
/// How many of the log's last lines go into the message that a kernel died.
const LOG_LINES: usize = 20;

/// The command that starts a kernel. The path of the connection file is appended to it.
#[derive(Debug, Clone)]
pub struct KernelCommand {
    /// The program to start.
    pub program: PathBuf,
    /// Its arguments, before the path of the connection file.
    pub arguments: Vec<OsString>,
}

/// A running kernel process with the folder that holds its connection file and its log.
#[derive(Debug)]
pub(super) struct KernelProcess {
    child: Child,
    /// The process group of the kernel and all that it starts.
    group: Option<Pid>,
    connection: ConnectionInfo,
    folder: TempDir,
}

impl KernelProcess {
    /// Starts a kernel in the folder `working`, on free ports of the loopback address.
    pub(super) async fn start(command: &KernelCommand, working: &Path) -> anyhow::Result<Self> {
        let folder = tempfile::Builder::new().prefix("tealight-run-").tempdir().context("cannot make a folder")?;
        // The listeners hold the ports until the kernel is there to take them.
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
        let log = File::create(folder.path().join(LOG))?;
        let child = Command::new(&command.program)
            .args(&command.arguments)
            .arg(&connection_file)
            .current_dir(working)
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            // In a process group of its own, Ctrl-C reaches this command only, which then stops the kernel in order.
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("cannot start {}", command.program.display()))?;
        drop(listeners);
        let group = child.id().and_then(pid::of);
        Ok(Self { child, group, connection, folder })
    }

    /// Where the kernel listens.
    pub(super) fn connection(&self) -> &ConnectionInfo {
        &self.connection
    }

    /// Waits until the process ends by itself, and says how it ended and what it wrote last.
    pub(super) async fn death(&mut self) -> anyhow::Error {
        let status = self.child.wait().await;
        let how = status.map_or_else(|error| error.to_string(), describe);
        let log = self.log();
        if log.is_empty() { anyhow!("{how}") } else { anyhow!("{how}; the last it said was:\n{log}") }
    }

    /// Ends the process and everything that it started. A kernel that was `asked` to shut down gets the time to do so;
    /// one that was not, because it is busy with a cell, is told by a signal; one that does not listen is killed.
    pub(super) async fn stop(mut self, asked: bool) {
        let mut stopped = asked && self.stops_in_time().await;
        if !stopped {
            self.terminate();
            stopped = self.stops_in_time().await;
        }
        // What the kernel left behind, for example a compiler in the middle of its work.
        self.kill_group();
        if !stopped {
            let _ = self.child.wait().await;
        }
    }

    async fn stops_in_time(&mut self) -> bool {
        tokio::time::timeout(TIME_TO_STOP, self.child.wait()).await.is_ok()
    }

    /// Asks the kernel itself to end, which then sees to its own processes.
    fn terminate(&self) {
        // `id` is none once the process was waited for, so this cannot hit another process of the same number.
        if let Some(id) = self.child.id().and_then(pid::of) {
            let _ = kill_process(id, Signal::TERM);
        }
    }

    fn kill_group(&self) {
        // Where the group has no living member, this fails, which is as good.
        if let Some(group) = self.group {
            let _ = kill_process_group(group, Signal::KILL);
        }
    }

    fn log(&self) -> String {
        let log = fs::read(self.folder.path().join(LOG)).unwrap_or_default();
        let log = String::from_utf8_lossy(&log);
        let lines: Vec<&str> = log.trim_end().lines().collect();
        lines[lines.len().saturating_sub(LOG_LINES)..].join("\n")
    }
}

fn describe(status: ExitStatus) -> String {
    match (status.code(), std::os::unix::process::ExitStatusExt::signal(&status)) {
        (Some(code), _) => format!("its process ended with exit code {code}"),
        (None, Some(signal)) => format!("its process was killed by signal {signal}"),
        (None, None) => "its process ended".to_owned(),
    }
}
