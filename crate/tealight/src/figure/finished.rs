//! A drawing as it is shown and saved.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use base64::{Engine, prelude::BASE64_STANDARD};

use super::canvas::{Hint, Sheet, escaped};
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

/// A figure that is shown carries its picture as PNG too, for viewers that draw neither HTML nor SVG, as long as all of its
/// forms together stay under this many bytes: without images in it, and with.
const HEAVIEST: (usize, usize) = (58_000, 280_000);
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
        let path = path.as_ref();
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
    /// - `image/png` (in Base64), where it is small: for viewers that draw no HTML.
    /// - `text/plain`: a line that says what is on it.
    pub fn forms(&self) -> Vec<(&'static str, String)> {
        let (html, text) = (self.html(), self.to_string());
        let heaviest = if self.svg().contains("<image") { HEAVIEST.1 } else { HEAVIEST.0 };
        let png = picture::render(&self.0.sheet.still(), 1.0, picture::Quality::Light).ok();
        let png = png.map(|png| BASE64_STANDARD.encode(png));
        let png = png.filter(|png| html.len() + png.len() + text.len() <= heaviest);
        let png = png.map(|png| ("image/png", png));
        [("text/html", html)].into_iter().chain(png).chain([("text/plain", text)]).collect()
    }

    /// Shows the figure as the output of a notebook's cell; in a terminal, a line that says what is on it.
    pub fn evcxr_display(&self) {
        let forms = self.forms();
        let forms: Vec<(&str, &str)> = forms.iter().map(|(mime_type, content)| (*mime_type, content.as_str())).collect();
        notebook::display(&forms);
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
                escaped(text).replace('\n', "&#10;"),
                across(area.left),
                down(area.top),
                across(area.width),
                down(area.height)
            )
        };
        format!(
            "<div style=\"position:relative;display:inline-block;max-width:100%;line-height:0\">\
             <img src=\"data:image/svg+xml;base64,{}\" alt=\"{}\" width=\"{width:.0}\" \
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
