//! Draws numbers: builders that take them ([`Curves`], [`HeatMap`], [`Panels`]), and the [`Figure`] they make.

mod axes;
mod canvas;
mod confusion;
mod curves;
mod drawing;
mod heat_map;
mod history;
mod legend;
mod palette;
mod panels;
mod text;
mod ticks;

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use base64::{Engine, prelude::BASE64_STANDARD};

pub use curves::Curves;
pub use heat_map::{ColorScale, HeatMap};
pub use panels::{Panel, Panels};

use crate::{Error, ErrorKind, Result, notebook};

/// A finished drawing: a vector graphic (SVG) with a title and a description for readers who can't see it.
///
/// A cell that ends in a figure shows it. The drawing brings its own white sheet, so it reads on a dark page too, and it
/// is shown in a form that JupyterLab also draws in notebooks that it doesn't trust.
///
/// ```
/// use tealight::Curves;
///
/// let figure = Curves::new("Accuracy by epoch").line("training", [0.91, 0.96, 0.97]).figure()?;
/// assert!(figure.svg().starts_with("<svg"));
/// assert_eq!(figure.to_string(), "Figure: Accuracy by epoch, 1 curve, 3 epochs; last: training 0.9700");
/// # Ok::<(), tealight::Error>(())
/// ```
#[derive(Clone)]
pub struct Figure(Arc<Contents>);

struct Contents {
    svg: String,
    summary: String,
    alternative: String,
    width: f64,
}

impl Figure {
    fn new(svg: String, width: f64, title: &str, description: &str, summary: String) -> Self {
        let alternative = if title.is_empty() { description.to_owned() } else { format!("{title}. {description}") };
        Self(Arc::new(Contents { svg, summary, alternative, width }))
    }

    /// The drawing as the text of an SVG file.
    pub fn svg(&self) -> &str {
        &self.0.svg
    }

    /// Writes the drawing to a file, whose name must end in `.svg`. An existing file is replaced.
    ///
    /// # Errors
    /// Where the name ends otherwise, or the file can't be written.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        let path = path.as_ref();
        let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
        if ending.as_deref() != Some("svg") {
            let got = ending.map_or("no ending".to_owned(), |ending| format!(".{ending}"));
            let message = format!(
                "Figure::save: {} has {got}; only .svg can be written. Save it as {}.",
                path.display(),
                path.with_extension("svg").display()
            );
            return Err(Error::new(ErrorKind::Argument, message));
        }
        std::fs::write(path, self.svg()).map_err(|error| {
            let message = format!(
                "Figure::save: can't write {}: {error}. Check that the folder is there and may be written to.",
                path.display()
            );
            Error::new(ErrorKind::Data, message).caused_by(error)
        })
    }

    /// Shows the figure as the output of a notebook's cell; in a terminal, a line that says what is on it.
    pub fn evcxr_display(&self) {
        notebook::display(&[("text/html", &self.html()), ("text/plain", &self.to_string())]);
    }

    /// The drawing as an image in the page, no wider than the page.
    fn html(&self) -> String {
        format!(
            "<img src=\"data:image/svg+xml;base64,{}\" alt=\"{}\" width=\"{:.0}\" style=\"max-width:100%;height:auto\">",
            BASE64_STANDARD.encode(self.svg()),
            canvas::escaped(&self.0.alternative),
            self.0.width
        )
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.summary)
    }
}

impl fmt::Debug for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use base64::{Engine, prelude::BASE64_STANDARD};

    use super::{Curves, Figure};
    use crate::ErrorKind;

    fn figure() -> Figure {
        Curves::new("A \"quoted\" <title> & more").line("training", [0.5, 0.75]).figure().unwrap()
    }

    #[test]
    fn the_page_gets_an_image_that_holds_the_whole_drawing() {
        let html = figure().html();
        let coded = html.strip_prefix("<img src=\"data:image/svg+xml;base64,").unwrap().split('"').next().unwrap();
        assert_eq!(BASE64_STANDARD.decode(coded).unwrap(), figure().svg().as_bytes());
        assert!(html.contains(" alt=\"A &quot;quoted&quot; &lt;title&gt; &amp; more. "), "{html}");
        assert!(html.contains(" width=\"680\" style=\"max-width:100%;height:auto\""), "{html}");
        assert!(!html.contains('\n'));
    }

    #[test]
    fn a_figure_is_saved_as_svg_and_says_so_where_it_is_not() {
        let folder = std::env::temp_dir().join(format!("tealight-figure-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join("curves.SVG");
        figure().save(&path).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), figure().svg());
        let missing = figure().save(folder.join("missing").join("a.svg")).unwrap_err();
        assert_eq!(missing.kind(), ErrorKind::Data);
        assert!(missing.to_string().contains("a.svg: "), "{missing}");
        std::fs::remove_dir_all(&folder).unwrap();

        let error = figure().save("out/curves.png").unwrap_err();
        assert_eq!(
            error.to_string(),
            "Figure::save: out/curves.png has .png; only .svg can be written. Save it as out/curves.svg."
        );
        let error = figure().save("curves").unwrap_err();
        assert_eq!(
            error.to_string(),
            "Figure::save: curves has no ending; only .svg can be written. Save it as curves.svg."
        );
    }

    #[test]
    fn a_figure_is_a_line_in_a_terminal_and_inside_a_result() {
        let line = "Figure: A \"quoted\" <title> & more, 1 curve, 2 epochs; last: training 0.7500";
        assert_eq!(figure().to_string(), line);
        assert_eq!(format!("{:?}", Some(figure())), format!("Some({line})"));
    }
}
