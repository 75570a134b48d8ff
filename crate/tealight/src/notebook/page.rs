//! Where what the process writes is read.

use std::io::{IsTerminal as _, Write};

use notebook_protocol::{Display, Show};

/// Who reads the standard output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reader {
    /// The tealight kernel, which shows each display as it comes.
    Live,
    /// The stock evcxr kernel, which shows the last display of each type when the cell ends.
    Stock,
    /// A person.
    Terminal,
    /// A file or another program.
    File,
}

impl Reader {
    /// The reader of this process.
    pub(crate) fn here() -> Self {
        match (notebook_protocol::is_understood(), in_notebook()) {
            (true, _) => Self::Live,
            (false, true) => Self::Stock,
            (false, false) if std::io::stdout().is_terminal() => Self::Terminal,
            (false, false) => Self::File,
        }
    }
}

/// Whether the process is a notebook's: evcxr marks the processes that run cells with this variable.
pub(crate) fn in_notebook() -> bool {
    std::env::var_os("EVCXR_IS_RUNTIME").is_some()
}

/// Writes a display that the tealight kernel shows at once.
pub(super) fn send(display: &Display) {
    let mut out = std::io::stdout().lock();
    // A display that can't be written has nowhere to say so, and must not end the training that asked for it.
    let _ = out.write_all(display.to_line().as_bytes()).and_then(|()| out.flush());
}

/// What the kernel is told to show.
pub(super) fn shown(forms: &[(&str, &str)]) -> Show {
    Show::new(forms.iter().copied())
}

/// Writes what a cell ends with: every form for a notebook, and the plain one for everyone else.
pub(super) fn end(forms: &[(&str, &str)]) {
    let mut out = std::io::stdout().lock();
    // As above.
    let _ = write(&mut out, forms, in_notebook());
}

fn write(out: &mut impl Write, forms: &[(&str, &str)], in_notebook: bool) -> std::io::Result<()> {
    if in_notebook {
        for (mime_type, content) in forms {
            writeln!(out, "EVCXR_BEGIN_CONTENT {mime_type}\n{content}\nEVCXR_END_CONTENT")?;
        }
    } else if let Some((_, text)) = forms.iter().find(|(mime_type, _)| *mime_type == "text/plain") {
        writeln!(out, "{text}")?;
    }
    out.flush()
}

#[cfg(test)]
mod tests {
    use super::write;

    #[test]
    fn a_notebook_gets_every_form_and_a_terminal_the_plain_one() {
        let forms = [("text/html", "<b>1</b>"), ("text/plain", "1")];
        let (mut page, mut terminal) = (Vec::new(), Vec::new());
        assert!(write(&mut page, &forms, true).is_ok());
        assert!(write(&mut terminal, &forms, false).is_ok());
        assert_eq!(
            String::from_utf8_lossy(&page),
            "EVCXR_BEGIN_CONTENT text/html\n<b>1</b>\nEVCXR_END_CONTENT\n\
             EVCXR_BEGIN_CONTENT text/plain\n1\nEVCXR_END_CONTENT\n"
        );
        assert_eq!(String::from_utf8_lossy(&terminal), "1\n");
    }
}
