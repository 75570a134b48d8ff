//! How a warning or a note looks.

use super::display::display;
use super::escape;
use super::page::Reader;

/// Shows a notice of this kind, such as "Warning": in the page of the tealight kernel, else on standard error. The stock
/// kernel keeps the last display of a cell only, which is the cell's result.
pub(crate) fn show_notice(kind: &str, text: &str) {
    let plain = format!("{kind}: {text}");
    match Reader::here() {
        Reader::Live => display(&[("text/html", &html(kind, text)), ("text/plain", &plain)]),
        Reader::Stock | Reader::Terminal | Reader::File => eprintln!("{plain}"),
    }
}

/// The words are in the page's own color, so that they can be read in light and dark themes.
fn html(kind: &str, text: &str) -> String {
    let bar = if kind == "Warning" { "#e69f00" } else { "#888888" };
    format!(
        "<div style=\"border-left:4px solid {bar};padding:2px 8px\"><b>{kind}:</b> {}</div>",
        escape(text).replace('\n', "<br>")
    )
}

#[cfg(test)]
mod tests {
    use super::html;

    #[test]
    fn the_text_cannot_break_out_of_its_line() {
        let html = html("Warning", "class <b>\nis odd");
        assert!(html.ends_with("<b>Warning:</b> class &lt;b&gt;<br>is odd</div>"), "{html}");
    }
}
