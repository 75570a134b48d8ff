//! What every report here looks like: a heading, a table, and what is to be known of it.

use crate::notebook::{escape_html, html_table, text_table};

/// A report in words and numbers, ready to be shown.
pub(super) struct ReportTable {
    /// Above the table; left out where it is empty.
    pub(super) heading: String,
    pub(super) head: Vec<String>,
    /// Without rows there is no table.
    pub(super) rows: Vec<Vec<String>>,
    /// Beneath the table, a line each.
    pub(super) notes: Vec<String>,
}

impl ReportTable {
    pub(super) fn html(&self) -> String {
        let paragraph = |text: &String| format!("<p>{}</p>", escape_html(text));
        let table = if self.rows.is_empty() { String::new() } else { html_table(&self.head, &self.rows) };
        let heading = if self.heading.is_empty() { String::new() } else { paragraph(&self.heading) };
        heading + &table + &self.notes.iter().map(paragraph).collect::<String>()
    }

    pub(super) fn text(&self) -> String {
        let table = (!self.rows.is_empty()).then(|| text_table(&self.head, &self.rows));
        let heading = (!self.heading.is_empty()).then(|| self.heading.clone());
        heading.into_iter().chain(table).chain(self.notes.clone()).collect::<Vec<_>>().join("\n")
    }
}

/// Shows a report by its `report_table`: in a terminal, and as the output of a cell.
macro_rules! show_as_table {
    ($report:ident) => {
        impl $crate::notebook::Show for $report {
            fn show(&self) {
                let sheet = self.report_table();
                $crate::notebook::show_cell_result(&[("text/html", &sheet.html()), ("text/plain", &sheet.text())]);
            }
        }

        $crate::notebook::show_in_notebook!($report);

        impl std::fmt::Display for $report {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.report_table().text())
            }
        }

        impl std::fmt::Debug for $report {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Display::fmt(self, f)
            }
        }
    };
}
pub(super) use show_as_table;

#[cfg(test)]
mod tests {
    use super::ReportTable;

    fn report_table(rows: Vec<Vec<String>>) -> ReportTable {
        let head = vec!["class".to_owned(), "examples".to_owned()];
        ReportTable { heading: "a < b".to_owned(), head, rows, notes: vec!["<b>".to_owned()] }
    }

    #[test]
    fn the_page_gets_a_table_between_paragraphs_and_nothing_breaks_out() {
        let html = report_table(vec![vec!["</td>".to_owned(), "-3".to_owned()]]).html();
        assert_eq!(
            html,
            "<p>a &lt; b</p><table><thead><tr><th style=\"text-align:left\">class</th><th style=\"text-align:left\">\
             examples</th></tr></thead><tbody><tr><td style=\"text-align:left\">&lt;/td&gt;</td>\
             <td style=\"text-align:right\">-3</td></tr></tbody></table><p>&lt;b&gt;</p>"
        );
        assert_eq!(report_table(Vec::new()).html(), "<p>a &lt; b</p><p>&lt;b&gt;</p>");
    }

    #[test]
    fn a_terminal_gets_the_same() {
        let text = report_table(vec![vec!["cat".to_owned(), "12".to_owned()]]).text();
        assert_eq!(text, "a < b\nclass  examples\n  cat        12\n<b>");
        assert_eq!(report_table(Vec::new()).text(), "a < b\n<b>");
    }
}
