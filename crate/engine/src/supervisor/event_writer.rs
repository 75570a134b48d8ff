//! Writes events for the kernel, in the order of the output that they report.

use std::fs::File;
use std::io::Write as _;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};

use crate::messages::Event;

/// The time in which text is collected into one event, so that a cell that prints many lines does not send as many messages.
const COLLECT_TIME: Duration = Duration::from_millis(15);
/// The length at which collected text is sent at once.
const MAX_TEXT_BYTES: usize = 1 << 16;

/// Writes events to a pipe.
pub(super) struct EventWriter {
    pipe: File,
    /// Collected text.
    text: Vec<u8>,
    /// Whether the text is from standard error.
    error: bool,
    since: Option<Instant>,
    /// The representations of a value that have arrived so far.
    value: Vec<(String, String)>,
}

impl EventWriter {
    /// Creates a writer to this pipe.
    pub(super) fn new(pipe: File) -> Self {
        Self { pipe, text: Vec::new(), error: false, since: None, value: Vec::new() }
    }

    /// Ends an incomplete line, which a killed supervisor may have left.
    pub(super) fn begin_line(&mut self) -> Result<()> {
        Ok(self.pipe.write_all(b"\n")?)
    }

    /// Returns when the collected text is due, if there is any.
    pub(super) fn due(&self) -> Option<Instant> {
        self.since.map(|since| since + COLLECT_TIME)
    }

    /// Sends an event after everything that was collected.
    pub(super) fn send(&mut self, event: &Event) -> Result<()> {
        self.send_all()?;
        self.write(event)
    }

    fn write(&mut self, event: &Event) -> Result<()> {
        let mut line = serde_json::to_vec(event)?;
        line.push(b'\n');
        self.pipe.write_all(&line).context("sending an event to the kernel")
    }

    /// Sends everything that was collected.
    pub(super) fn send_all(&mut self) -> Result<()> {
        self.send_text()?;
        self.send_value()
    }

    /// Collects text.
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
        if self.text.len() >= MAX_TEXT_BYTES { self.send_text() } else { Ok(()) }
    }

    /// Sends the collected text, except for the beginning of an incomplete character.
    pub(super) fn send_text(&mut self) -> Result<()> {
        self.since = None;
        let complete = match std::str::from_utf8(&self.text) {
            Err(error) if error.error_len().is_none() => error.valid_up_to(),
            _ => self.text.len(),
        };
        if complete == 0 {
            return Ok(());
        }
        let bytes: Vec<u8> = self.text.drain(..complete).collect();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        self.write(&Event::Text { error: self.error, text })
    }

    /// Adds a representation of a value. evcxr prints each one separately: successive ones of different types are one value.
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
        // `()`, the value of a loop, is not shown.
        let is_empty = data.is_empty() || data == [("text/plain".to_owned(), "()".to_owned())];
        if is_empty { Ok(()) } else { self.write(&Event::Result { data }) }
    }
}
