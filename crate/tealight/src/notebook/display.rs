//! Rich output of a cell.

use std::io::Write;
use std::sync::{Mutex, PoisonError};

/// Shows one output of a cell in several forms, of which the page takes the richest that it can draw.
///
/// `forms` are pairs of MIME type and content; give `text/plain` too, for terminals. Outside a notebook it prints the
/// `text/plain` form alone. The stock evcxr kernel keeps the last output of each type, and shows it when the cell ends.
///
/// ```
/// tealight::notebook::display(&[("text/html", "<b>0.98</b>"), ("text/plain", "0.98")]);
/// ```
pub fn display(forms: &[(&str, &str)]) {
    let mut gathered = GATHERED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(gathered) = gathered.as_mut() {
        gathered.push(forms.iter().map(|&(mime_type, content)| (mime_type.to_owned(), content.to_owned())).collect());
        return;
    }
    let mut out = std::io::stdout().lock();
    // A display that can't be written has nowhere to say so, and must not end the training that asked for it.
    let _ = write(&mut out, forms, in_notebook());
}

/// The forms of one output: MIME types and contents.
type Forms = Vec<(String, String)>;

/// The outputs that are waiting to be shown as one; none while outputs are shown as they come.
static GATHERED: Mutex<Option<Vec<Forms>>> = Mutex::new(None);

/// While this lives, what is displayed waits; at its end all of it is shown as one output, one below the other. What
/// [`show!`](crate::show) is made of.
///
/// The stock evcxr kernel keeps only the last output of a cell; of outputs that are one, it keeps all. A cell that fails
/// halfway shows what came before.
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

/// Whether the process is a notebook's: evcxr marks the processes that run cells with this variable.
pub(crate) fn in_notebook() -> bool {
    std::env::var_os("EVCXR_IS_RUNTIME").is_some()
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
    use super::{joined, write};

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
