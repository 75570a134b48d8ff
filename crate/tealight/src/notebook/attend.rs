//! Answers the kernel while cells run.

use std::io::{Read as _, Write as _};
use std::sync::atomic::{AtomicBool, Ordering};

use notebook_protocol::{FLUSHED, flush_pipe};

use crate::{Error, ErrorKind, Result};

/// Lets the kernel ask for text that Rust keeps back, for the life of the process: that of a `print!` without a final
/// newline. The tealight kernel calls it at the start of a session; elsewhere it does nothing.
///
/// # Errors
/// Where the pipe of the kernel's can't be opened, or there can be no further thread: then such text comes late.
///
/// ```
/// tealight::notebook::attend()?;
/// # Ok::<(), tealight::Error>(())
/// ```
pub fn attend() -> Result<()> {
    static BEGUN: AtomicBool = AtomicBool::new(false);
    let Some(path) = flush_pipe() else { return Ok(()) };
    if BEGUN.swap(true, Ordering::Relaxed) {
        return Ok(());
    }
    let failed = |error: std::io::Error| {
        let path = path.display();
        Error::new(ErrorKind::Data, format!("can't attend to the kernel at {path}: {error}. Restart the kernel."))
    };
    // Open for writing too: the pipe does not end when the kernel closes its end.
    let mut pipe = std::fs::File::options().read(true).write(true).open(&path).map_err(failed)?;
    let attendant = std::thread::Builder::new().name("tealight kernel".to_owned());
    attendant
        .spawn(move || {
            let mut byte = [0];
            while pipe.read_exact(&mut byte).is_ok() {
                // The kernel asks when a cell has ended, and waits for the answer before it runs the next.
                crate::notice::begin_cell();
                let mut out = std::io::stdout().lock();
                let _ = out.flush().and_then(|()| writeln!(out, "{FLUSHED}"));
            }
        })
        .map_err(failed)?;
    Ok(())
}
