//! Rich output of a cell.

use std::sync::{Mutex, PoisonError};

use notebook_protocol::Display;

use super::page::{Reader, end, send, shown};

/// Shows one output of a cell in several forms, of which the page takes the richest that it can draw.
///
/// `forms` are pairs of MIME type and content; give `text/plain` too, for terminals. Outside a notebook it prints the
/// `text/plain` form alone. The tealight kernel shows each output at once; the stock evcxr kernel keeps the last of each
/// type, and shows it when the cell ends. For an output that changes there is [`Live`](super::Live).
///
/// ```
/// tealight::notebook::display(&[("text/html", "<b>0.98</b>"), ("text/plain", "0.98")]);
/// ```
pub fn display(forms: &[(&str, &str)]) {
    match Reader::here() {
        Reader::Live => send(&Display::Show(shown(forms))),
        _ => end_cell(forms),
    }
}

/// Shows what a cell ends with, such as a figure. Under the tealight kernel it is the cell's result rather than one of its
/// displays; within [`Together`] it is a display as any other.
pub(crate) fn end_cell(forms: &[(&str, &str)]) {
    let mut gathered = GATHERED.lock().unwrap_or_else(PoisonError::into_inner);
    match gathered.as_mut() {
        Some(_) if Reader::here() == Reader::Live => send(&Display::Show(shown(forms))),
        Some(gathered) => gathered.push(owned(forms)),
        None => end(forms),
    }
}

/// The forms of one output: MIME types and contents.
pub(super) type Forms = Vec<(String, String)>;

pub(super) fn owned(forms: &[(&str, &str)]) -> Forms {
    forms.iter().map(|&(mime_type, content)| (mime_type.to_owned(), content.to_owned())).collect()
}

/// The outputs that are waiting to be shown as one; none while outputs are shown as they come.
static GATHERED: Mutex<Option<Vec<Forms>>> = Mutex::new(None);

/// While this lives, what is displayed waits; at its end all of it is shown as one output, one below the other. What
/// [`show!`](crate::show) is made of.
///
/// The stock evcxr kernel keeps only the last output of a cell; of outputs that are one, it keeps all. A cell that fails
/// halfway shows what came before. The tealight kernel keeps all outputs: there, each is shown at once, by itself.
///
/// ```
/// let together = tealight::notebook::Together::begin();
/// tealight::notebook::display(&[("text/plain", "0.98")]);
/// tealight::notebook::display(&[("text/plain", "0.99")]);
/// drop(together);
/// ```
#[must_use = "it gathers what is displayed as long as it lives"]
pub struct Together {
    /// What an outer one has gathered.
    before: Option<Vec<Forms>>,
}

impl Together {
    /// Begins to gather.
    pub fn begin() -> Self {
        Self { before: GATHERED.lock().unwrap_or_else(PoisonError::into_inner).replace(Vec::new()) }
    }
}

impl Drop for Together {
    fn drop(&mut self) {
        let mut gathered = GATHERED.lock().unwrap_or_else(PoisonError::into_inner);
        let outputs = std::mem::replace(&mut *gathered, self.before.take()).unwrap_or_default();
        drop(gathered);
        if !outputs.is_empty() {
            let (html, text) = joined(&outputs);
            display(&[("text/html", &html), ("text/plain", &text)]);
        }
    }
}

/// Several outputs as one page and as one text. What has no page is put there as its text.
fn joined(outputs: &[Forms]) -> (String, String) {
    let form = |forms: &Forms, wanted: &str| {
        forms.iter().find(|(mime_type, _)| mime_type == wanted).map(|(_, content)| content.clone())
    };
    let text = |forms: &Forms| form(forms, "text/plain").unwrap_or_default();
    let html = |forms: &Forms| {
        let html = form(forms, "text/html").unwrap_or_else(|| format!("<pre>{}</pre>", super::escape(&text(forms))));
        format!("<div>{html}</div>")
    };
    (outputs.iter().map(html).collect(), outputs.iter().map(text).collect::<Vec<_>>().join("\n"))
}

/// Shows several values as the output of a cell, one below the other: figures, histories, models, whatever shows itself at
/// the end of a cell, or a `Result` of it.
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
        let together = $crate::notebook::Together::begin();
        $( $value.evcxr_display(); )+
        drop(together);
    }};
}

#[cfg(test)]
mod tests {
    use super::joined;

    #[test]
    fn several_outputs_are_one_page_and_one_text() {
        let forms = |html: Option<&str>, text: &str| {
            let html = html.map(|html| ("text/html".to_owned(), html.to_owned()));
            html.into_iter().chain([("text/plain".to_owned(), text.to_owned())]).collect::<Vec<_>>()
        };
        let (html, text) = joined(&[forms(Some("<b>1</b>"), "1"), forms(None, "a < b")]);
        assert_eq!(html, "<div><b>1</b></div><div><pre>a &lt; b</pre></div>");
        assert_eq!(text, "1\na < b");
    }
}
