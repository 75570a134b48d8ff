//! A drawing as it is shown and saved.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use base64::{Engine, prelude::BASE64_STANDARD};

use super::canvas::{Hint, Sheet, escaped, lines_escaped};
use super::drawing::Drawing;
use super::picture;
use crate::{Error, ErrorKind, Result, notebook};

/// A finished drawing: a vector graphic (SVG) with a title and a description for readers who can't see it.
///
/// A cell that ends in a figure shows it; [`show!`](crate::show) shows several. Where the pointer rests on a point, a bar or
/// a cell, its values appear. The drawing brings its own white sheet, so it reads on a dark page too.
///
/// ```
/// use tealight::Curves;
///
/// let figure = Curves::new("Accuracy by epoch").line("training", [0.91, 0.96, 0.97]).figure()?;
/// assert!(figure.svg().starts_with("<svg"));
/// assert_eq!(figure.csv(), "epoch,training\n1,0.91\n2,0.96\n3,0.97\n");
/// assert_eq!(figure.to_string(), "Figure: Accuracy by epoch, 1 curve, 3 epochs; last: training 0.9700");
/// # Ok::<(), tealight::Error>(())
/// ```
#[derive(Clone)]
pub struct Figure(Arc<Contents>);

struct Contents {
    sheet: Sheet,
    drawing: Arc<dyn Drawing>,
}

/// How many pixels of a saved PNG stand for one of the figure: enough for print and for screens of high resolution.
const SHARP: f64 = 2.0;

impl Figure {
    pub(super) fn new(sheet: Sheet, drawing: Arc<dyn Drawing>) -> Self {
        Self(Arc::new(Contents { sheet, drawing }))
    }

    /// The drawing as the text of an SVG file.
    pub fn svg(&self) -> &str {
        &self.0.sheet.svg
    }

    /// The drawing as the bytes of a PNG file, at twice its size in pixels.
    ///
    /// Texts are set in DejaVu Sans, which is part of the library, so that the picture is the same on every machine. It has
    /// the alphabets of Europe and mathematical signs, but not, for instance, Chinese; the SVG has all that the viewer has.
    ///
    /// # Errors
    /// Where there is not enough memory for the picture.
    pub fn png(&self) -> Result<Vec<u8>> {
        picture::render(&self.0.sheet.still(), SHARP, picture::Quality::Best)
    }

    /// The numbers behind the drawing as the text of a CSV file, each with all of its digits.
    pub fn csv(&self) -> String {
        self.0.drawing.numbers().csv()
    }

    /// What there is to see, in sentences: the text for screen readers.
    pub fn description(&self) -> String {
        self.0.drawing.description()
    }

    /// Writes the drawing to a file: as a drawing where the name ends in `.svg`, as a picture where it ends in `.png`
    /// ([`png`](Self::png)), and the numbers behind it where it ends in `.csv` ([`csv`](Self::csv)). An existing file is
    /// replaced.
    ///
    /// # Errors
    /// Where the name ends otherwise, or the file can't be written.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        self.save_to(path.as_ref())
    }

    fn save_to(&self, path: &Path) -> Result<()> {
        let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
        match ending.as_deref() {
            Some("svg") => write(path, self.svg().as_bytes()),
            Some("png") => write(path, &self.png()?),
            Some("csv") => write(path, self.csv().as_bytes()),
            other => {
                let got = other.map_or("no ending".to_owned(), |ending| format!(".{ending}"));
                let message = format!(
                    "Figure::save: {} has {got}; expected .svg (a drawing), .png (a picture) or .csv (its numbers). Save \
                     it as {}.",
                    path.display(),
                    path.with_extension("svg").display()
                );
                Err(Error::new(ErrorKind::Argument, message))
            }
        }
    }

    /// The forms in which a notebook gets the figure, the richest first: pairs of MIME type and content.
    ///
    /// - `text/html`: the drawing as an image with its hints. JupyterLab shows it in notebooks that it doesn't trust too;
    ///   VS Code, GitHub and nbconvert take it as well.
    /// - `image/png` (in Base64), for viewers that draw no HTML; not where all forms together would make notebooks heavy: more
    ///   than 58 KB for curves and plots, 280 KB for others.
    /// - `text/plain`: a line that says what is on it.
    pub fn forms(&self) -> Vec<(&'static str, String)> {
        self.forms_within(self.0.drawing.budget())
    }

    /// [`Figure::forms`], with a picture only where all together have at most `budget` bytes.
    pub(crate) fn forms_within(&self, budget: usize) -> Vec<(&'static str, String)> {
        let (html, text) = (self.html(), self.to_string());
        if html.len() + text.len() >= budget {
            return vec![("text/html", html), ("text/plain", text)];
        }
        let png = picture::render(&self.0.sheet.still(), 1.0, picture::Quality::Light).ok();
        let png = png.map(|png| BASE64_STANDARD.encode(png));
        let png = png.filter(|png| html.len() + png.len() + text.len() <= budget);
        let png = png.map(|png| ("image/png", png));
        [("text/html", html)].into_iter().chain(png).chain([("text/plain", text)]).collect()
    }

    /// Shows the figure as the output of a notebook's cell; in a terminal, a line that says what is on it.
    pub fn evcxr_display(&self) {
        let forms = self.forms();
        let forms: Vec<(&str, &str)> =
            forms.iter().map(|(mime_type, content)| (*mime_type, content.as_str())).collect();
        notebook::end_cell(&forms);
    }

    /// The drawing as an image in the page, no wider than the page, under hints that follow its size.
    ///
    /// JupyterLab takes drawings and programs out of pages that it doesn't trust, but leaves images, places and titles: so
    /// the drawing is an image, and each hint an empty box with a title, at its place in hundredths of the image.
    fn html(&self) -> String {
        let Sheet { hints, width, height, .. } = &self.0.sheet;
        let title = self.0.drawing.caption();
        let description = self.description();
        let alternative = if title.is_empty() { description } else { format!("{title}. {description}") };
        let hint = |Hint { area, text }: &Hint| {
            let across = |pixels: f64| hundredths(pixels / width);
            let down = |pixels: f64| hundredths(pixels / height);
            format!(
                "<i title=\"{}\" style=\"position:absolute;left:{}%;top:{}%;width:{}%;height:{}%\"></i>",
                lines_escaped(text),
                across(area.left),
                down(area.top),
                across(area.width),
                down(area.height)
            )
        };
        format!(
            "<div style=\"position:relative;display:inline-block;max-width:100%;line-height:0\">\
             <img src=\"data:image/svg+xml;base64,{}\" alt=\"{}\" width=\"{width:.0}\" height=\"{height:.0}\" \
             style=\"max-width:100%;height:auto\">{}</div>",
            BASE64_STANDARD.encode(self.0.sheet.still()),
            escaped(&alternative),
            hints.iter().map(hint).collect::<String>()
        )
    }
}

/// A share as hundredths, with two decimals where it has them.
fn hundredths(share: f64) -> f64 {
    (share * 10_000.0).round() / 100.0
}

fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    std::fs::write(path, bytes).map_err(|error| {
        let message = format!(
            "Figure::save: can't write {}: {error}. Check that the folder is there and may be written to.",
            path.display()
        );
        Error::new(ErrorKind::Data, message).caused_by(error)
    })
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let title = self.0.drawing.caption();
        let named = if title.is_empty() { String::new() } else { format!("{title}, ") };
        write!(f, "Figure: {named}{}", self.0.drawing.summary())
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

    use super::Figure;
    use crate::{Curves, ErrorKind};

    fn figure() -> Figure {
        Curves::new("A \"quoted\" <title> & more").line("training", [0.5, 0.75]).figure().unwrap()
    }

    #[test]
    fn the_page_gets_an_image_with_the_drawing_under_its_hints() {
        let html = figure().html();
        let (before, rest) = html.split_once("<img src=\"data:image/svg+xml;base64,").unwrap();
        assert_eq!(before, "<div style=\"position:relative;display:inline-block;max-width:100%;line-height:0\">");
        let (coded, rest) = rest.split_once('"').unwrap();
        let drawing = String::from_utf8(BASE64_STANDARD.decode(coded).unwrap()).unwrap();
        // An image can't be pointed into: the hints are beside it, and in the document for those who open it.
        let hints = figure().svg().find("<g fill=\"none\" pointer-events=\"all\">").unwrap();
        assert_eq!(drawing, format!("{}</svg>\n", &figure().svg()[..hints]));
        assert!(
            rest.starts_with(" alt=\"A &quot;quoted&quot; &lt;title&gt; &amp; more. Line chart of 1 curve"),
            "{rest}"
        );
        // Both sides are said, so that a page keeps the room of a figure that is shown anew with every epoch.
        let sides =
            format!(" width=\"680\" height=\"{:.0}\" style=\"max-width:100%;height:auto\">", figure().0.sheet.height);
        assert!(rest.contains(&sides), "{rest}");
        assert!(rest.contains("<i title=\"epoch 2&#10;training 0.7500\" style=\"position:absolute;left:"), "{rest}");
        assert_eq!((rest.matches("<i ").count(), html.matches('\n').count()), (2, 0));
        assert!(rest.ends_with("</i></div>"));
    }

    #[test]
    fn a_notebook_gets_a_page_a_picture_and_a_line() {
        let forms = figure().forms();
        assert_eq!(forms.iter().map(|form| form.0).collect::<Vec<_>>(), ["text/html", "image/png", "text/plain"]);
        let picture = BASE64_STANDARD.decode(&forms[1].1).unwrap();
        assert_eq!(&picture[..8], b"\x89PNG\r\n\x1a\n");
        // The width and the height stand in the first chunk of the file.
        assert_eq!(picture[16..20], 680_u32.to_be_bytes());
        assert_eq!(forms[2].1, figure().to_string());
    }

    #[test]
    fn a_figure_that_would_make_the_notebook_heavy_leaves_out_the_picture() {
        let line = |phase: u32| (0..900).map(move |epoch: u32| f64::from((epoch * 7919 + phase * 31) % 101));
        let figure =
            (0..30).fold(Curves::new("Noise"), |curves, phase| curves.line(format!("run {phase}"), line(phase)));
        let forms = figure.figure().unwrap().forms();
        assert_eq!(forms.iter().map(|form| form.0).collect::<Vec<_>>(), ["text/html", "text/plain"]);
    }

    #[test]
    fn a_figure_is_saved_as_drawing_picture_and_numbers_and_says_so_where_it_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let read = |name: &str| {
            figure().save(folder.path().join(name)).unwrap();
            std::fs::read(folder.path().join(name)).unwrap()
        };
        assert_eq!(read("curves.SVG"), figure().svg().as_bytes());
        assert_eq!(read("curves.png")[16..20], 1360_u32.to_be_bytes());
        assert_eq!(read("curves.csv"), b"epoch,training\n1,0.5\n2,0.75\n");
        let missing = figure().save(folder.path().join("missing").join("a.svg")).unwrap_err();
        assert_eq!(missing.kind(), ErrorKind::Data);
        assert!(missing.to_string().contains("a.svg: "), "{missing}");

        let error = figure().save("out/curves.pdf").unwrap_err();
        assert_eq!(
            error.to_string(),
            "Figure::save: out/curves.pdf has .pdf; expected .svg (a drawing), .png (a picture) or .csv (its numbers). \
             Save it as out/curves.svg."
        );
        let error = figure().save("curves").unwrap_err();
        assert!(error.to_string().starts_with("Figure::save: curves has no ending; expected .svg"), "{error}");
    }

    #[test]
    fn a_figure_is_a_line_in_a_terminal_and_inside_a_result() {
        let line = "Figure: A \"quoted\" <title> & more, 1 curve, 2 epochs; last: training 0.7500";
        assert_eq!(figure().to_string(), line);
        assert_eq!(format!("{:?}", Some(figure())), format!("Some({line})"));
    }
}
