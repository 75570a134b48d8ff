//! Tables in the page and in a terminal.

use std::borrow::Cow;

/// So many characters of a cell are shown at most: a name that is all of a file would be no table.
const LONGEST: usize = 120;

/// An HTML table: the words of its head, then its rows, numbers to the right. Text is escaped.
pub(crate) fn html_table<Row: AsRef<[String]>>(head: &[String], rows: impl IntoIterator<Item = Row>) -> String {
    let mut html = "<table><thead><tr>".to_owned();
    for word in head {
        html += &format!("<th style=\"text-align:left\">{}</th>", escape(&shown(word)));
    }
    html += "</tr></thead><tbody>";
    for row in rows {
        html += "<tr>";
        for cell in row.as_ref() {
            let number = cell.trim_start_matches(['-', '−']).starts_with(|first: char| first.is_ascii_digit());
            let side = if number { "right" } else { "left" };
            html += &format!("<td style=\"text-align:{side}\">{}</td>", escape(&shown(cell)));
        }
        html += "</tr>";
    }
    html + "</tbody></table>"
}

/// The same as text: columns of one width, to the right.
pub(crate) fn text_table(head: &[String], rows: &[Vec<String>]) -> String {
    let table = || std::iter::once(head).chain(rows.iter().map(Vec::as_slice));
    let width = |column: usize| table().map(|row| row.get(column).map_or(0, |cell| shown(cell).chars().count())).max();
    let widths = (0..head.len()).map(|column| width(column).unwrap_or_default()).collect::<Vec<_>>();
    let line = |row: &[String]| {
        let cells = row.iter().zip(&widths).map(|(cell, &width)| format!("{:>width$}", shown(cell)));
        cells.collect::<Vec<_>>().join("  ")
    };
    table().map(line).collect::<Vec<_>>().join("\n")
}

/// The beginning of a long text.
pub(crate) fn shown(cell: &str) -> Cow<'_, str> {
    match cell.char_indices().nth(LONGEST) {
        Some((end, _)) => Cow::Owned(format!("{}…", &cell[..end])),
        None => Cow::Borrowed(cell),
    }
}

/// Text that a page shows as it is.
pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::{html_table, text_table};

    #[test]
    fn of_a_long_text_the_beginning_is_shown() {
        // A width of more than 65,535 characters is a panic of format!.
        let (head, row) = (["é".repeat(100_000)], vec!["1".to_owned()]);
        let text = text_table(&head, std::slice::from_ref(&row));
        let expected = format!("{}…\n{:>121}", "é".repeat(120), 1);
        assert_eq!(text, expected);
        let html = html_table(&head, [row]);
        assert!(html.contains(&format!(">{}…<", "é".repeat(120))), "{html}");
    }

    #[test]
    fn names_cannot_break_out_of_a_table() {
        let html = html_table(&["a<b".to_owned()], [["</table>\"".to_owned()]]);
        assert!(html.contains("a&lt;b") && html.contains("&lt;/table&gt;&quot;"), "{html}");
    }
}
