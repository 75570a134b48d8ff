//! Tables as HTML and as text.

use std::borrow::Cow;

use super::html::escape_html;

/// Longer cells are truncated, so that a cell with the text of a whole file still leaves a table.
const MAX_CELL_CHARS: usize = 120;

/// Formats an HTML table from column headers and rows. Numbers are right-aligned; text is escaped.
pub(crate) fn html_table<Row: AsRef<[String]>>(headers: &[String], rows: impl IntoIterator<Item = Row>) -> String {
    let mut html = "<table><thead><tr>".to_owned();
    for header in headers {
        html += &format!("<th style=\"text-align:left\">{}</th>", escape_html(&truncate(header)));
    }
    html += "</tr></thead><tbody>";
    for row in rows {
        html += "<tr>";
        for cell in row.as_ref() {
            let is_number = cell.trim_start_matches(['-', '−']).starts_with(|first: char| first.is_ascii_digit());
            let side = if is_number { "right" } else { "left" };
            html += &format!("<td style=\"text-align:{side}\">{}</td>", escape_html(&truncate(cell)));
        }
        html += "</tr>";
    }
    html + "</tbody></table>"
}

/// Formats the same table as text with right-aligned columns.
pub(crate) fn text_table(headers: &[String], rows: &[Vec<String>]) -> String {
    let table = || std::iter::once(headers).chain(rows.iter().map(Vec::as_slice));
    let width =
        |column: usize| table().map(|row| row.get(column).map_or(0, |cell| truncate(cell).chars().count())).max();
    let widths = (0..headers.len()).map(|column| width(column).unwrap_or_default()).collect::<Vec<_>>();
    let line = |row: &[String]| {
        let cells = row.iter().zip(&widths).map(|(cell, &width)| format!("{:>width$}", truncate(cell)));
        cells.collect::<Vec<_>>().join("  ")
    };
    table().map(line).collect::<Vec<_>>().join("\n")
}

/// Truncates a long text to 120 characters and an ellipsis.
pub(crate) fn truncate(cell: &str) -> Cow<'_, str> {
    match cell.char_indices().nth(MAX_CELL_CHARS) {
        Some((end, _)) => Cow::Owned(format!("{}…", &cell[..end])),
        None => Cow::Borrowed(cell),
    }
}

#[cfg(test)]
mod tests {
    use super::{html_table, text_table};

    #[test]
    fn a_long_cell_is_truncated() {
        // format! panics at a width of more than 65,535 characters.
        let (headers, row) = (["é".repeat(100_000)], vec!["1".to_owned()]);
        let text = text_table(&headers, std::slice::from_ref(&row));
        let expected = format!("{}…\n{:>121}", "é".repeat(120), 1);
        assert_eq!(text, expected);
        let html = html_table(&headers, [row]);
        assert!(html.contains(&format!(">{}…<", "é".repeat(120))), "{html}");
    }

    #[test]
    fn a_table_escapes_its_text() {
        let html = html_table(&["a<b".to_owned()], [["</table>\"".to_owned()]]);
        assert!(html.contains("a&lt;b") && html.contains("&lt;/table&gt;&quot;"), "{html}");
    }
}
