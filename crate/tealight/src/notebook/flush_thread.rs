//! The thread that flushes standard output when the kernel asks for it.

use std::io::{Read as _, Write as _};
use std::sync::atomic::{AtomicBool, Ordering};

use notebook_protocol::{FLUSHED_LINE, flush_pipe};

use super::cell;
use crate::{Error, ErrorKind, Result};

/// Starts a thread that flushes standard output whenever the tealight kernel asks for it, for the life of the process.
///
/// Rust buffers the text of a `print!` that has no final newline; the thread writes it out at the end of each cell. The
/// tealight kernel calls this function at the start of a session. Outside of the tealight kernel it does nothing.
///
/// # Errors
/// If the kernel's pipe can't be opened or no thread can be started. Unfinished lines are then shown late.
///
/// ```
/// tealight::notebook::start_flush_thread()?;
/// # Ok::<(), tealight::Error>(())
/// ```
pub fn start_flush_thread() -> Result<()> {
    static STARTED: AtomicBool = AtomicBool::new(false);
    let Some(path) = flush_pipe() else { return Ok(()) };
    if STARTED.swap(true, Ordering::Relaxed) {
        return Ok(());
    }
    let failed = |error: std::io::Error| {
        let path = path.display();
        Error::new(
            ErrorKind::Data,
            format!("can't open the kernel's flush pipe at {path}: {error}. Restart the kernel."),
        )
    };
    // Opened for writing too, so that the pipe does not end when the kernel closes its end.
    let mut pipe = std::fs::File::options().read(true).write(true).open(&path).map_err(failed)?;
    let thread = std::thread::Builder::new().name("tealight flush".to_owned());
    thread
        .spawn(move || {
            let mut byte = [0];
            while pipe.read_exact(&mut byte).is_ok() {
                // The kernel asks at the end of a cell and waits for the reply before it runs the next cell.
                cell::begin_cell();
                let mut out = std::io::stdout().lock();
                let _ = out.flush().and_then(|()| writeln!(out, "{FLUSHED_LINE}"));
            }
        })
        .map_err(failed)?;
    Ok(())
}
