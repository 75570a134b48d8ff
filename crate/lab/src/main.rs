//! The `tealight` command.

mod run;

use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::process::CommandExt as _;
use std::process::{Command, ExitCode, Stdio};

use clap::Parser;

#[derive(Parser)]
enum Cli {
    Run(run::RunArgs),
    Kernel { connection_file: std::path::PathBuf },
}

fn main() -> anyhow::Result<ExitCode> {
    let set = |name: &str| std::env::var_os(name).is_some();
    if set("EVCXR_IS_RUNTIME")
        && !set("TEALIGHT_WATCHED")
        && let Some(events) = std::env::var_os("TEALIGHT_EVENTS")
    {
        return watch_cells(&events);
    }
    let first = std::env::args().nth(1);
    if set("EVCXR_IS_RUNTIME") || set("EVCXR_RUSTC_WRAPPER") || first.as_deref() == Some("--control_file") {
        return evcxr_jupyter::main().map(|()| ExitCode::SUCCESS);
    }
    match Cli::parse() {
        Cli::Run(args) => run::run(args),
        // Stands in for the kernel: the stock engine with a work folder beside the connection file.
        Cli::Kernel { connection_file } => Err(Command::new(std::env::current_exe()?)
            .arg("--control_file")
            .arg(&connection_file)
            .env("EVCXR_TMPDIR", connection_file.with_file_name("evcxr"))
            .exec()
            .into()),
    }
}

/// Stands in for the kernel's events: runs the process that runs cells, and notes what it says about panics and errors.
fn watch_cells(events: &std::ffi::OsStr) -> anyhow::Result<ExitCode> {
    let mut child =
        Command::new(std::env::current_exe()?).env("TEALIGHT_WATCHED", "1").stdout(Stdio::piped()).spawn()?;
    let mut stdout = std::io::stdout();
    for line in child.stdout.take().into_iter().flat_map(|out| BufReader::new(out).lines()) {
        let line = line?;
        let event = match line.as_str() {
            "EVCXR_PANIC_NOTIFICATION" => Some("panic"),
            "EVCXR_ERROR_OCCURRED" => Some("error"),
            _ => None,
        };
        if let Some(event) = event {
            let mut file = std::fs::OpenOptions::new().append(true).open(events)?;
            let folder = std::env::var("EVCXR_TMPDIR")?;
            writeln!(file, "{}", serde_json::json!({"event": event, "folder": folder}))?;
        }
        writeln!(stdout, "{line}")?;
        stdout.flush()?;
    }
    Ok(ExitCode::from(child.wait()?.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1)))
}
