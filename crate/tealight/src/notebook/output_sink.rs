//! Where the output of the process goes, and how it is written there.

use std::io::{IsTerminal as _, Write};

use notebook_protocol::DisplayMessage;

/// Where standard output goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OutputSink {
    /// The tealight kernel, which shows each display as it arrives.
    TealightKernel,
    /// The stock evcxr kernel, which shows the last content of each MIME type when the cell ends.
    EvcxrKernel,
    Terminal,
    /// A file or another program.
    File,
}

impl OutputSink {
    /// Returns the sink of this process.
    pub(crate) fn detect() -> Self {
        match (notebook_protocol::kernel_supports_displays(), in_notebook()) {
            (true, _) => Self::TealightKernel,
            (false, true) => Self::EvcxrKernel,
            (false, false) if std::io::stdout().is_terminal() => Self::Terminal,
            (false, false) => Self::File,
        }
    }
}

/// Returns whether the process runs the cells of a notebook: evcxr sets this variable for such processes.
pub(crate) fn in_notebook() -> bool {
    std::env::var_os("EVCXR_IS_RUNTIME").is_some()
}

/// Sends a display to the tealight kernel.
pub(super) fn send(display: &DisplayMessage) {
    let mut out = std::io::stdout().lock();
    // Ignored: a failed write must not end the training that sent the display, and there is nowhere to report it.
    let _ = out.write_all(display.to_line().as_bytes()).and_then(|()| out.flush());
}

/// Writes the result of a cell: every MIME type for a notebook, `text/plain` alone elsewhere.
pub(super) fn write_evcxr_output(mime_bundle: &[(&str, &str)]) {
    let mut out = std::io::stdout().lock();
    // Ignored for the same reason as in `send`.
    let _ = write(&mut out, mime_bundle, in_notebook());
}

fn write(out: &mut impl Write, mime_bundle: &[(&str, &str)], in_notebook: bool) -> std::io::Result<()> {
    if in_notebook {
        for (mime_type, content) in mime_bundle {
            writeln!(out, "EVCXR_BEGIN_CONTENT {mime_type}\n{content}\nEVCXR_END_CONTENT")?;
        }
    } else if let Some((_, text)) = mime_bundle.iter().find(|(mime_type, _)| *mime_type == "text/plain") {
        writeln!(out, "{text}")?;
    }
    out.flush()
}

#[cfg(test)]
mod tests {
    use super::write;

    #[test]
    fn a_notebook_gets_every_mime_type_and_a_terminal_the_text() {
        let mime_bundle = [("text/html", "<b>1</b>"), ("text/plain", "1")];
        let (mut page, mut terminal) = (Vec::new(), Vec::new());
        assert!(write(&mut page, &mime_bundle, true).is_ok());
        assert!(write(&mut terminal, &mime_bundle, false).is_ok());
        assert_eq!(
            String::from_utf8_lossy(&page),
            "EVCXR_BEGIN_CONTENT text/html\n<b>1</b>\nEVCXR_END_CONTENT\n\
             EVCXR_BEGIN_CONTENT text/plain\n1\nEVCXR_END_CONTENT\n"
        );
        assert_eq!(String::from_utf8_lossy(&terminal), "1\n");
    }
}
