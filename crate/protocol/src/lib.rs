//! What a cell's code and the tealight kernel say to each other.
//!
//! Three things cross the border between the process that runs cells and the kernel that talks to Jupyter.
//!
//! **Displays**, from the cell to the page. The kernel says in the environment variable [`VERSION_VARIABLE`] that it
//! understands them. The library then writes each [`Display`] to its standard output as one line: [`MARK`], JSON, a newline.
//! Standard output is the way because it keeps displays and text in order. The kernel takes such lines out of the text; a
//! line that it can't read is an error of the library, and is shown as text. Where the variable is not set, as on the stock
//! evcxr kernel, nothing of this is written.
//!
//! **Stop**, from the page to the cell. The environment variable [`STOP_VARIABLE`] names a file that exists as long as the
//! user wants what runs to stop. The kernel removes it when the cell has ended. Long work of the library looks for it; see
//! [`stop_file`]. A cell that has ended after a stop has failed, unless its code asked about the stop: then a second file,
//! [`handled`], exists.
//!
//! **Flush.** Rust keeps text without a final newline back until more comes, which after the end of a cell may be never. The
//! environment variable [`FLUSH_VARIABLE`] names a pipe from which the library reads a byte each time that the kernel
//! wants it to write out what is kept back; it does so, and then writes the line [`FLUSHED`].
//!
//! ```
//! use notebook_protocol::{Display, Show};
//!
//! let bar = Display::Show(Show::new([("text/plain", "epoch 1")]).id("training"));
//! let line = bar.to_line();
//! assert_eq!(Display::from_line(line.trim_end()), Some(Ok(bar)));
//! ```

mod line;

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// The version of what is said here.
pub const VERSION: u32 = 1;

/// The variable whose value, [`VERSION`], says that displays are understood.
pub const VERSION_VARIABLE: &str = "TEALIGHT_DISPLAY";

/// The variable that names the file whose existence means *stop*.
pub const STOP_VARIABLE: &str = "TEALIGHT_STOP";

/// The variable that names the pipe by which the kernel asks for text that is kept back.
pub const FLUSH_VARIABLE: &str = "TEALIGHT_FLUSH";

/// The line, without its newline, that says that nothing is kept back any more.
pub const FLUSHED: &str = "\u{1e}tealight flushed";

/// What a line that is a display begins with: a control character that no text holds by accident, and a word.
pub const MARK: &str = "\u{1e}tealight ";

/// So many forms may an output have: a page knows a dozen.
pub const MOST_FORMS: usize = 64;

/// Something to show, or a change of what is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "lowercase", try_from = "line::Line")]
pub enum Display {
    /// A new output, below what the cell has shown so far.
    Show(Show),
    /// Other content for every output that was shown under this identifier, wherever in the notebook it is.
    Update(Show),
    /// Nothing is left of what the cell has shown so far.
    Clear {
        /// Only when the next output comes, so that the page does not flicker.
        wait: bool,
    },
}

/// One output in several forms, of which the page takes the richest that it can draw.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Show {
    /// MIME types and contents: text as it is, pictures in base64. At most [`MOST_FORMS`].
    pub data: Vec<(String, String)>,
    /// The name by which the output can be changed later.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
}

impl Show {
    /// An output of these forms, pairs of MIME type and content.
    #[must_use]
    pub fn new<M: Into<String>, C: Into<String>>(forms: impl IntoIterator<Item = (M, C)>) -> Self {
        let data = forms.into_iter().map(|(mime_type, content)| (mime_type.into(), content.into())).collect();
        Self { data, id: None }
    }

    /// Names the output, so that a [`Display::Update`] of the same name changes it.
    #[must_use]
    pub fn id(mut self, id: impl Into<String>) -> Self {
        self.id = Some(id.into());
        self
    }
}

impl Display {
    /// The line to write: the mark, JSON, a newline.
    #[must_use]
    pub fn to_line(&self) -> String {
        // Strings in lists in a map: there is nothing in it that JSON can't hold.
        let json = serde_json::to_string(self).unwrap_or_default();
        format!("{MARK}{json}\n")
    }

    /// Reads a line without its newline. `None` where it is not a display but text.
    ///
    /// # Errors
    /// What is wrong with it, where it bears the mark and says nothing known.
    #[must_use]
    pub fn from_line(line: &str) -> Option<Result<Self, String>> {
        let json = line.strip_prefix(MARK)?;
        // The beginning says enough of what may be long.
        let begin = || json.chars().take(200).collect::<String>();
        Some(serde_json::from_str(json).map_err(|error| format!("unreadable display ({error}): {}", begin())))
    }
}

/// Whether the kernel that runs this process understands displays: it set [`VERSION_VARIABLE`] to [`VERSION`].
#[must_use]
pub fn is_understood() -> bool {
    std::env::var(VERSION_VARIABLE).is_ok_and(|version| version == VERSION.to_string())
}

/// The file whose existence means that the user wants what runs to stop; none outside of the tealight kernel.
#[must_use]
pub fn stop_file() -> Option<PathBuf> {
    std::env::var_os(STOP_VARIABLE).map(PathBuf::from)
}

/// The file that exists where a cell's code has asked whether to stop, and was told that it is to. It lies beside the
/// [`stop_file`].
#[must_use]
pub fn handled(stop_file: &std::path::Path) -> PathBuf {
    stop_file.with_extension("handled")
}

/// The pipe by which the kernel asks for text that is kept back; none outside of the tealight kernel.
#[must_use]
pub fn flush_pipe() -> Option<PathBuf> {
    std::env::var_os(FLUSH_VARIABLE).map(PathBuf::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_display_is_one_line_and_comes_back_whole() {
        let forms = [("text/html", "<b>1</b>\n<i>2</i>"), ("text/plain", "\u{1e}tealight \"quoted\" é\r\n")];
        for display in [
            Display::Show(Show::new(forms)),
            Display::Update(Show::new(forms).id("a b")),
            Display::Clear { wait: true },
        ] {
            let line = display.to_line();
            assert_eq!(line.find('\n'), Some(line.len() - 1), "{line:?}");
            assert_eq!(Display::from_line(line.trim_end_matches('\n')), Some(Ok(display)));
        }
    }

    #[test]
    fn text_is_no_display_and_a_broken_one_says_why() {
        assert_eq!(Display::from_line("tealight {}"), None);
        let error = Display::from_line(&format!("{MARK}{{\"do\":\"dance\"}}"));
        assert!(matches!(&error, Some(Err(error)) if error.contains("dance")), "{error:?}");
        let error = Display::from_line(&format!("{MARK}{{\"do\":\"clear\"}}"));
        assert!(matches!(&error, Some(Err(error)) if error.contains("`wait`")), "{error:?}");
        let many = Display::Show(Show::new([("text/plain", ""); MOST_FORMS + 1])).to_line();
        let error = Display::from_line(many.trim_end());
        assert!(matches!(&error, Some(Err(error)) if error.contains("at most 64 forms")), "{error:?}");
    }
}
