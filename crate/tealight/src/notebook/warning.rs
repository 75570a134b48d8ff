//! How a warning looks.

use super::display::display;
use super::escape;
use super::page::Reader;

/// Shows a warning: in the page of the tealight kernel, else on standard error. The stock kernel keeps the last display of
/// a cell only, which is the cell's result.
pub(crate) fn show_warning(text: &str) {
    let plain = format!("Warning: {text}");
    match Reader::here() {
        Reader::Live => display(&[("text/html", &html(text)), ("text/plain", &plain)]),
        Reader::Stock | Reader::Terminal | Reader::File => eprintln!("{plain}"),
    }
}

/// The words are in the page's own color, so that they can be read in light and dark themes.
fn html(text: &str) -> String {
    format!(
        "<div style=\"border-left:4px solid #e69f00;padding:2px 8px\"><b>Warning:</b> {}</div>",
        escape(text).replace('\n', "<br>")
    )
}

#[cfg(test)]
mod tests {
    use super::html;

    #[test]
    fn the_text_cannot_break_out_of_its_line() {
        let html = html("class <b>\nis odd");
        assert!(html.ends_with("<b>Warning:</b> class &lt;b&gt;<br>is odd</div>"), "{html}");
    }
}
