//! Tables in the page.

/// An HTML table: the words of its head, then its rows, numbers to the right. Text is escaped.
pub(crate) fn html_table<Row: AsRef<[String]>>(head: &[String], rows: impl IntoIterator<Item = Row>) -> String {
    let mut html = "<table><thead><tr>".to_owned();
    for word in head {
        html += &format!("<th style=\"text-align:left\">{}</th>", escape(word));
    }
    html += "</tr></thead><tbody>";
    for row in rows {
        html += "<tr>";
        for cell in row.as_ref() {
            let side = if cell.starts_with(|first: char| first.is_ascii_digit()) { "right" } else { "left" };
            html += &format!("<td style=\"text-align:{side}\">{}</td>", escape(cell));
        }
        html += "</tr>";
    }
    html + "</tbody></table>"
}

/// Text that a page shows as it is.
pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::html_table;

    #[test]
    fn names_cannot_break_out_of_a_table() {
        let html = html_table(&["a<b".to_owned()], [["</table>\"".to_owned()]]);
        assert!(html.contains("a&lt;b") && html.contains("&lt;/table&gt;&quot;"), "{html}");
    }
}
