//! The box around a warning or a note.

use super::display::display;
use super::html::escape_html;
use super::output_sink::OutputSink;

/// Shows a message of a kind such as "Warning": as a box in the page of the tealight kernel, elsewhere as text on standard
/// error. The stock evcxr kernel keeps only the last display of a cell, which is the cell's result.
pub(crate) fn show_callout(kind: &str, text: &str) {
    let plain = format!("{kind}: {text}");
    match OutputSink::detect() {
        OutputSink::TealightKernel => display(&[("text/html", &html(kind, text)), ("text/plain", &plain)]),
        OutputSink::EvcxrKernel | OutputSink::Terminal | OutputSink::File => eprintln!("{plain}"),
    }
}

/// The text has the page's own color, so that it can be read in light and dark themes.
fn html(kind: &str, text: &str) -> String {
    let color = if kind == "Warning" { "#e69f00" } else { "#888888" };
    format!(
        "<div style=\"border-left:4px solid {color};padding:2px 8px\"><b>{kind}:</b> {}</div>",
        escape_html(text).replace('\n', "<br>")
    )
}

#[cfg(test)]
mod tests {
    use super::html;

    #[test]
    fn a_callout_escapes_its_text() {
        let html = html("Warning", "class <b>\nis odd");
        assert!(html.ends_with("<b>Warning:</b> class &lt;b&gt;<br>is odd</div>"), "{html}");
    }
}
