//! What goes from the keeper to the kernel: events, in the order in which the cell wrote what they tell of.

use std::fs::File;
use std::io::Write as _;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};

use crate::messages::Event;

/// How long text may wait for more of it, so that a cell that prints a hundred thousand lines does not make as many messages.
const GATHER: Duration = Duration::from_millis(15);
/// How much text is gathered at most.
const MOST_TEXT: usize = 1 << 16;

/// What goes to the kernel.
pub(super) struct Events {
    pipe: File,
    /// Text that waits for more.
    text: Vec<u8>,
    /// Whether it is of standard error.
    error: bool,
    since: Option<Instant>,
    /// The forms of the value that is being shown.
    value: Vec<(String, String)>,
}

impl Events {
    /// Into this pipe.
    pub(super) fn new(pipe: File) -> Self {
        Self { pipe, text: Vec::new(), error: false, since: None, value: Vec::new() }
    }

    /// Ends what a keeper that was killed may have left: half a line.
    pub(super) fn begin_line(&mut self) -> Result<()> {
        Ok(self.pipe.write_all(b"\n")?)
    }

    /// When the text that waits is due, if any waits.
    pub(super) fn due(&self) -> Option<Instant> {
        self.since.map(|since| since + GATHER)
    }

    pub(super) fn send(&mut self, event: &Event) -> Result<()> {
        self.send_all()?;
        self.write(event)
    }

    fn write(&mut self, event: &Event) -> Result<()> {
        let mut line = serde_json::to_vec(event)?;
        line.push(b'\n');
        self.pipe.write_all(&line).context("telling the kernel")
    }

    pub(super) fn send_all(&mut self) -> Result<()> {
        self.send_text()?;
        self.send_value()
    }

    pub(super) fn text(&mut self, error: bool, bytes: &[u8]) -> Result<()> {
        if bytes.is_empty() {
            return Ok(());
        }
        self.send_value()?;
        if error != self.error {
            self.send_text()?;
            self.error = error;
        }
        self.text.extend_from_slice(bytes);
        self.since.get_or_insert_with(Instant::now);
        if self.text.len() >= MOST_TEXT { self.send_text() } else { Ok(()) }
    }

    /// Sends the text that waits, but for the beginning of a character that is not there whole.
    pub(super) fn send_text(&mut self) -> Result<()> {
        self.since = None;
        let whole = match std::str::from_utf8(&self.text) {
            Err(error) if error.error_len().is_none() => error.valid_up_to(),
            _ => self.text.len(),
        };
        if whole == 0 {
            return Ok(());
        }
        let bytes: Vec<u8> = self.text.drain(..whole).collect();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        self.write(&Event::Text { error: self.error, text })
    }

    /// evcxr shows each form of a value by itself: those that follow one another, each of another type, are one value.
    pub(super) fn value(&mut self, mime_type: String, content: String) -> Result<()> {
        self.send_text()?;
        if self.value.iter().any(|(known, _)| *known == mime_type) {
            self.send_value()?;
        }
        self.value.push((mime_type, content));
        Ok(())
    }

    fn send_value(&mut self) -> Result<()> {
        let data = std::mem::take(&mut self.value);
        // The value of a loop is not worth showing.
        let nothing = data.is_empty() || data == [("text/plain".to_owned(), "()".to_owned())];
        if nothing { Ok(()) } else { self.write(&Event::Result { data }) }
    }
}
