//! Rich output of a cell.

use std::io::Write;

/// Shows one output of a cell in several forms, of which the page takes the richest that it can draw.
///
/// `forms` are pairs of MIME type and content; give `text/plain` too, for terminals. Outside a notebook it prints the
/// `text/plain` form alone. The stock evcxr kernel keeps the last output of each type, and shows it when the cell ends.
///
/// ```
/// tealight::notebook::display(&[("text/html", "<b>0.98</b>"), ("text/plain", "0.98")]);
/// ```
pub fn display(forms: &[(&str, &str)]) {
    let mut out = std::io::stdout().lock();
    // A display that can't be written has nowhere to say so, and must not end the training that asked for it.
    let _ = write(&mut out, forms, in_notebook());
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
