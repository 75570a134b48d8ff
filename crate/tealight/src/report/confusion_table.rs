//! A confusion matrix as a table to read: in a terminal and in the page.

use std::fmt::{self, Write};

use super::{ConfusionMatrix, one_line};
use crate::notebook::{Show, escape_html, show_cell_result, show_in_notebook, truncate};

/// The corner of the table says which way it is to be read.
const CORNER: &str = "true \\ predicted";

/// Shows the matrix as a shaded table, and the same as text.
impl Show for ConfusionMatrix {
    fn show(&self) {
        show_cell_result(&[("text/html", &self.html()), ("text/plain", &self.to_string())]);
    }
}

show_in_notebook!(ConfusionMatrix);

impl ConfusionMatrix {
    fn heading(&self) -> String {
        let (right, total) = (self.correct(), self.total());
        let examples = if total == 1 { "example" } else { "examples" };
        format!("Confusion matrix: {total} {examples}, {right} right, accuracy {:.4}", self.accuracy())
    }

    /// The table in HTML. It takes the page's text color and only tints its cells, so that it reads on a light and on
    /// a dark page; styles are written on the cells because a notebook that is not trusted loses style sheets.
    fn html(&self) -> String {
        let mut html = String::new();
        // Writing to a string can't fail.
        let _ = self.write_html(&mut html);
        html
    }

    fn write_html(&self, html: &mut String) -> fmt::Result {
        let largest_error = self.most_confused().map_or(1, |(.., count)| count);
        write!(
            html,
            "<div style=\"overflow-x:auto\"><table cellpadding=\"4\" style=\"border-collapse:collapse;color:currentColor\">"
        )?;
        write!(html, "<caption style=\"text-align:left;color:currentColor\">{}</caption>", self.heading())?;
        write!(html, "<thead><tr><th scope=\"col\">{CORNER}</th>")?;
        for name in self.class_names() {
            write!(html, "<th scope=\"col\" style=\"text-align:right\">{}</th>", escaped(name))?;
        }
        write!(html, "</tr></thead><tbody>")?;
        for (actual, (name, row)) in self.class_names().iter().zip(self.counts()).enumerate() {
            write!(html, "<tr><th scope=\"row\" style=\"text-align:right\">{}</th>", escaped(name))?;
            for (predicted, &count) in row.iter().enumerate() {
                let tint = match (count, actual == predicted) {
                    (0, _) => String::new(),
                    (_, true) => ";background-color:rgba(0,114,178,0.4)".to_owned(),
                    // Errors are shaded among themselves: beside the diagonal they would all look like nothing.
                    (_, false) => {
                        let share = count as f64 / largest_error as f64;
                        format!(";background-color:rgba(213,94,0,{:.2})", 0.08 + 0.37 * share)
                    }
                };
                write!(html, "<td style=\"text-align:right{tint}\">{count}</td>")?;
            }
            write!(html, "</tr>")?;
        }
        write!(html, "</tbody></table></div>")
    }
}

impl fmt::Display for ConfusionMatrix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.heading())?;
        let names: Vec<String> = self.class_names().iter().map(|name| truncate(&one_line(name)).into_owned()).collect();
        let row_width = names.iter().map(|name| length(name)).max().unwrap_or(0).max(length(CORNER));
        let digits = |column: usize| {
            let longest = self.counts().iter().map(|row| row[column]).max().unwrap_or(0);
            length(&longest.to_string()).max(length(&names[column]))
        };
        let widths: Vec<usize> = (0..names.len()).map(digits).collect();
        write!(f, "{CORNER:>row_width$}")?;
        for (name, &width) in names.iter().zip(&widths) {
            write!(f, "  {name:>width$}")?;
        }
        for (name, row) in names.iter().zip(self.counts()) {
            write!(f, "\n{name:>row_width$}")?;
            for (count, &width) in row.iter().zip(&widths) {
                write!(f, "  {count:>width$}")?;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for ConfusionMatrix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Characters, which is how the formatter pads.
fn length(text: &str) -> usize {
    text.chars().count()
}

fn escaped(text: &str) -> String {
    escape_html(&one_line(text))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::ConfusionMatrix;

    fn matrix() -> ConfusionMatrix {
        let actual = [0, 0, 0, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2];
        let predicted = [0, 0, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 0];
        ConfusionMatrix::new(&actual, &predicted, &["cat", "a <small>\ndog", "7"]).unwrap()
    }

    #[test]
    fn the_text_table_is_aligned_and_says_which_way_it_reads() {
        let expected = "\
Confusion matrix: 16 examples, 14 right, accuracy 0.8750
true \\ predicted  cat  a <small> dog   7
             cat    2              1   0
   a <small> dog    0              2   0
               7    1              0  10";
        assert_eq!(matrix().to_string(), expected);
        assert_eq!(format!("{:?}", Some(matrix())), format!("Some({expected})"));
    }

    #[test]
    fn the_page_gets_a_table_in_the_page_s_own_colors() {
        let html = matrix().html();
        assert_eq!(html.matches("<td").count(), 9);
        assert!(html.contains("a &lt;small&gt; dog"), "{html}");
        assert!(!html.contains("<small>"), "{html}");
        assert!(html.contains("currentColor"));
        // The diagonal is blue, an error orange, a zero is not tinted.
        assert!(html.contains("<td style=\"text-align:right;background-color:rgba(0,114,178,0.4)\">10</td>"));
        assert!(html.contains("<td style=\"text-align:right;background-color:rgba(213,94,0,0.45)\">1</td>"));
        assert!(html.contains("<td style=\"text-align:right\">0</td>"));
    }
}
