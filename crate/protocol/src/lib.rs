//! The protocol between the code in a notebook cell and the kernel that runs it: displays, stop and flush.
//!
//! A library calls this crate from a cell to show rich output, to learn that the user pressed *stop*, and to flush unfinished
//! lines. A kernel calls it to read what the library wrote. Neither side needs the other: outside of such a kernel the
//! functions report that nothing is supported.
//!
//! **Displays** go from the cell to the page. The kernel sets the environment variable [`VERSION_VARIABLE`] to announce that
//! it supports them. The library then writes each [`DisplayMessage`] to standard output as one line: [`DISPLAY_PREFIX`], JSON,
//! a newline. Standard output keeps displays and text in order. The kernel removes these lines from the text. A line with the
//! prefix that can't be parsed is a bug of the library and is shown as text. If the variable is not set, as under the stock
//! evcxr kernel, the library writes no such lines.
//!
//! **Stop** goes from the page to the cell. The environment variable [`STOP_VARIABLE`] names a file that exists while the
//! user wants the running cell to stop; see [`stop_file`]. The kernel deletes it when the cell has ended. Long-running library
//! code checks for it. A cell that ends after a stop has failed, unless its code asked about the stop and so handled it: then
//! the library creates a second file, [`stop_handled_file`].
//!
//! **Flush.** Rust buffers text without a final newline, possibly past the end of the cell. The environment variable
//! [`FLUSH_VARIABLE`] names a pipe. The library reads one byte from it for each request of the kernel, flushes standard
//! output, and writes the line [`FLUSHED_LINE`].
//!
//! ```
//! use notebook_protocol::{DisplayMessage, Output};
//!
//! let bar = DisplayMessage::Show(Output::new([("text/plain", "epoch 1")]).id("training"));
//! let line = bar.to_line();
//! assert_eq!(DisplayMessage::parse_line(line.trim_end()), Some(Ok(bar)));
//! ```

mod wire;

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// The version of the protocol.
pub const VERSION: u32 = 1;

/// The variable that a kernel with support for displays sets to [`VERSION`].
pub const VERSION_VARIABLE: &str = "NOTEBOOK_DISPLAY";

/// The variable that names the stop file.
pub const STOP_VARIABLE: &str = "NOTEBOOK_STOP";

/// The variable that names the pipe for flush requests.
pub const FLUSH_VARIABLE: &str = "NOTEBOOK_FLUSH";

/// The reply to a flush request: a line, without its newline.
pub const FLUSHED_LINE: &str = "\u{1e}tealight flushed";

/// The start of a line that is a display: a control character that text does not contain by accident, and a word.
pub const DISPLAY_PREFIX: &str = "\u{1e}tealight ";

/// The largest number of MIME types of one output. Pages know about a dozen.
pub const MAX_MIME_TYPES: usize = 64;

/// A message that shows an output or changes what is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "lowercase", try_from = "wire::WireMessage")]
pub enum DisplayMessage {
    /// Shows a new output, below what the cell has shown so far. Jupyter's `display_data`.
    Show(Output),
    /// Replaces the content of every output with this identifier, anywhere in the notebook. Jupyter's
    /// `update_display_data`.
    Update(Output),
    /// Clears everything that the cell has shown so far. Jupyter's `clear_output`.
    Clear {
        /// Whether to wait for the next output, so that the page does not flicker.
        wait: bool,
    },
}

/// One output in several MIME types. The page picks the richest that it can draw.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Output {
    /// Pairs of MIME type and content, Jupyter's MIME bundle: text as it is, images in Base64. At most [`MAX_MIME_TYPES`].
    pub data: Vec<(String, String)>,
    /// The identifier by which the output can be updated. Jupyter's `display_id`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
}

impl Output {
    /// Creates an output from pairs of MIME type and content.
    #[must_use]
    pub fn new<M: Into<String>, C: Into<String>>(mime_bundle: impl IntoIterator<Item = (M, C)>) -> Self {
        let data = mime_bundle.into_iter().map(|(mime_type, content)| (mime_type.into(), content.into())).collect();
        Self { data, id: None }
    }

    /// Sets the identifier, so that a [`DisplayMessage::Update`] with the same identifier changes the output.
    #[must_use]
    pub fn id(mut self, id: impl Into<String>) -> Self {
        self.id = Some(id.into());
        self
    }
}

impl DisplayMessage {
    /// Returns the line to write: [`DISPLAY_PREFIX`], JSON, a newline.
    #[expect(
        clippy::expect_used,
        reason = "a message consists of strings, lists and booleans, which JSON can represent"
    )]
    #[must_use]
    pub fn to_line(&self) -> String {
        let json = serde_json::to_string(self).expect("a display message is representable in JSON");
        format!("{DISPLAY_PREFIX}{json}\n")
    }

    /// Parses a line without its newline. Returns `None` if it does not start with [`DISPLAY_PREFIX`] and so is text.
    ///
    /// # Errors
    /// If the line has the prefix but is not a valid message. The error quotes its first 200 characters.
    #[must_use]
    pub fn parse_line(line: &str) -> Option<Result<Self, String>> {
        let json = line.strip_prefix(DISPLAY_PREFIX)?;
        // Only the start: the line may be very long.
        let start = || json.chars().take(200).collect::<String>();
        Some(serde_json::from_str(json).map_err(|error| format!("unreadable display ({error}): {}", start())))
    }
}

/// Returns whether the kernel that runs this process supports displays: [`VERSION_VARIABLE`] is set to [`VERSION`].
#[must_use]
pub fn kernel_supports_displays() -> bool {
    std::env::var(VERSION_VARIABLE).is_ok_and(|version| version == VERSION.to_string())
}

/// Returns the file that exists while the user wants the running cell to stop; `None` if the kernel has no such file.
#[must_use]
pub fn stop_file() -> Option<PathBuf> {
    std::env::var_os(STOP_VARIABLE).map(PathBuf::from)
}

/// Returns the file, next to the [`stop_file`], that the library creates when the code of a cell has asked about a stop and so
/// handles it.
#[must_use]
pub fn stop_handled_file(stop_file: &Path) -> PathBuf {
    stop_file.with_extension("handled")
}

/// Returns the pipe for flush requests; `None` if the kernel makes none.
#[must_use]
pub fn flush_pipe() -> Option<PathBuf> {
    std::env::var_os(FLUSH_VARIABLE).map(PathBuf::from)
}

/// Compiles the example of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_display_message_survives_the_round_trip_as_one_line() {
        let mime_bundle = [("text/html", "<b>1</b>\n<i>2</i>"), ("text/plain", "\u{1e}tealight \"quoted\" é\r\n")];
        for message in [
            DisplayMessage::Show(Output::new(mime_bundle)),
            DisplayMessage::Update(Output::new(mime_bundle).id("a b")),
            DisplayMessage::Clear { wait: true },
        ] {
            let line = message.to_line();
            assert_eq!(line.find('\n'), Some(line.len() - 1), "{line:?}");
            assert_eq!(DisplayMessage::parse_line(line.trim_end_matches('\n')), Some(Ok(message)));
        }
    }

    #[test]
    fn the_lines_of_version_1_stay_as_they_are() {
        let output = || Output::new([("text/plain", "a\n\"b\"")]);
        for (message, line) in [
            (DisplayMessage::Show(output()), r#"{"do":"show","data":[["text/plain","a\n\"b\""]]}"#),
            (
                DisplayMessage::Update(output().id("x")),
                r#"{"do":"update","data":[["text/plain","a\n\"b\""]],"id":"x"}"#,
            ),
            (DisplayMessage::Clear { wait: false }, r#"{"do":"clear","wait":false}"#),
        ] {
            assert_eq!(message.to_line(), format!("\u{1e}tealight {line}\n"));
        }
    }

    #[test]
    fn text_is_not_a_display_and_an_invalid_display_is_an_error() {
        assert_eq!(DisplayMessage::parse_line("tealight {}"), None);
        let error = DisplayMessage::parse_line(&format!("{DISPLAY_PREFIX}{{\"do\":\"dance\"}}"));
        assert!(matches!(&error, Some(Err(error)) if error.contains("dance")), "{error:?}");
        let error = DisplayMessage::parse_line(&format!("{DISPLAY_PREFIX}{{\"do\":\"clear\"}}"));
        assert!(matches!(&error, Some(Err(error)) if error.contains("`wait`")), "{error:?}");
        let many = DisplayMessage::Show(Output::new([("text/plain", ""); MAX_MIME_TYPES + 1])).to_line();
        let error = DisplayMessage::parse_line(many.trim_end());
        assert!(matches!(&error, Some(Err(error)) if error.contains("at most 64 MIME types")), "{error:?}");
    }
}
