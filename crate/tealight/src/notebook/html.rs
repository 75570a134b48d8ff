//! HTML escaping.

/// Escapes text for use between the tags or in an attribute of HTML or XML.
pub(crate) fn escape_html(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
