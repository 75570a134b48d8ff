//! Rich output of a cell.

use std::sync::{Mutex, PoisonError};

use notebook_protocol::{DisplayMessage, Output};

use super::output_sink::{OutputSink, send, write_evcxr_output};

/// Shows one output of a cell in several MIME types; the page picks the richest that it can draw.
///
/// `mime_bundle` holds pairs of MIME type and content. Include `text/plain` for terminals: outside of a notebook only that
/// content is printed. The tealight kernel shows each output at once. The stock evcxr kernel keeps the last content of each
/// type and shows it when the cell ends. For an output that changes, use [`LiveOutput`](super::LiveOutput).
///
/// ```
/// tealight::notebook::display(&[("text/html", "<b>0.98</b>"), ("text/plain", "0.98")]);
/// ```
pub fn display(mime_bundle: &[(&str, &str)]) {
    match OutputSink::detect() {
        OutputSink::TealightKernel => show_at_once(mime_bundle),
        _ => show_cell_result(mime_bundle),
    }
}

/// Shows the value that a cell ends with, such as a figure. Under the tealight kernel it is the cell's result rather than one
/// of its displays; within an [`OutputGroup`] it is a display like any other.
pub(crate) fn show_cell_result(mime_bundle: &[(&str, &str)]) {
    let mut group = OPEN_GROUP.lock().unwrap_or_else(PoisonError::into_inner);
    match group.as_mut() {
        Some(_) if OutputSink::detect() == OutputSink::TealightKernel => show_at_once(mime_bundle),
        Some(outputs) => outputs.push(owned(mime_bundle)),
        None => write_evcxr_output(mime_bundle),
    }
}

fn show_at_once(mime_bundle: &[(&str, &str)]) {
    send(&DisplayMessage::Show(Output::new(mime_bundle.iter().copied())));
}

/// The contents of one output by MIME type.
pub(super) type MimeBundle = Vec<(String, String)>;

pub(super) fn owned(mime_bundle: &[(&str, &str)]) -> MimeBundle {
    mime_bundle.iter().map(|&(mime_type, content)| (mime_type.to_owned(), content.to_owned())).collect()
}

/// The outputs of the innermost open [`OutputGroup`]; `None` if there is no group.
static OPEN_GROUP: Mutex<Option<Vec<MimeBundle>>> = Mutex::new(None);

/// Groups outputs: everything that is displayed while the group lives is shown as one output when it is dropped, one value
/// below the other. [`show!`](crate::show) uses it.
///
/// The stock evcxr kernel keeps only the last output of a cell; a group makes it keep them all. If a cell fails halfway, the
/// values up to there are shown. The tealight kernel keeps all outputs anyway and shows each at once, by itself.
///
/// ```
/// let group = tealight::notebook::OutputGroup::begin();
/// tealight::notebook::display(&[("text/plain", "0.98")]);
/// tealight::notebook::display(&[("text/plain", "0.99")]);
/// drop(group);
/// ```
#[must_use = "outputs are grouped as long as it lives"]
pub struct OutputGroup {
    /// The outputs of the enclosing group, if there is one.
    outer: Option<Vec<MimeBundle>>,
}

impl OutputGroup {
    /// Begins a group.
    pub fn begin() -> Self {
        Self { outer: OPEN_GROUP.lock().unwrap_or_else(PoisonError::into_inner).replace(Vec::new()) }
    }
}

impl Drop for OutputGroup {
    fn drop(&mut self) {
        let mut group = OPEN_GROUP.lock().unwrap_or_else(PoisonError::into_inner);
        let outputs = std::mem::replace(&mut *group, self.outer.take()).unwrap_or_default();
        drop(group);
        if !outputs.is_empty() {
            let (html, text) = join(&outputs);
            display(&[("text/html", &html), ("text/plain", &text)]);
        }
    }
}

/// Joins several outputs into one HTML page and one text. An output without HTML is put into the page as its text.
fn join(outputs: &[MimeBundle]) -> (String, String) {
    let content = |output: &MimeBundle, wanted: &str| {
        output.iter().find(|(mime_type, _)| mime_type == wanted).map(|(_, content)| content.clone())
    };
    let text = |output: &MimeBundle| content(output, "text/plain").unwrap_or_default();
    let html = |output: &MimeBundle| {
        let html =
            content(output, "text/html").unwrap_or_else(|| format!("<pre>{}</pre>", super::escape_html(&text(output))));
        format!("<div>{html}</div>")
    };
    (outputs.iter().map(html).collect(), outputs.iter().map(text).collect::<Vec<_>>().join("\n"))
}

/// Shows several values as the output of a cell, one below the other: figures, histories, models, any value that a cell can
/// end with, or a `Result` of one.
///
/// ```
/// use tealight::prelude::*;
///
/// let curves = Curves::new("Accuracy").line("training", [0.91, 0.96]);
/// let bars = Bars::new("Last accuracy", ["training", "test"]).group("accuracy", [0.96, 0.95]);
/// show!(curves, bars);
/// show!(curves.figure()?, bars.figure()?);
/// # Ok::<(), tealight::Error>(())
/// ```
#[macro_export]
macro_rules! show {
    ($($value:expr),+ $(,)?) => {{
        #[allow(unused_imports)]
        use $crate::notebook::DisplayResult as _;
        let group = $crate::notebook::OutputGroup::begin();
        $( $value.evcxr_display(); )+
        drop(group);
    }};
}

#[cfg(test)]
mod tests {
    use super::join;

    #[test]
    fn a_group_is_one_page_and_one_text() {
        let output = |html: Option<&str>, text: &str| {
            let html = html.map(|html| ("text/html".to_owned(), html.to_owned()));
            html.into_iter().chain([("text/plain".to_owned(), text.to_owned())]).collect::<Vec<_>>()
        };
        let (html, text) = join(&[output(Some("<b>1</b>"), "1"), output(None, "a < b")]);
        assert_eq!(html, "<div><b>1</b></div><div><pre>a &lt; b</pre></div>");
        assert_eq!(text, "1\na < b");
    }
}
