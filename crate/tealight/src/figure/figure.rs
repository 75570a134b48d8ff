//! A finished figure: shown, saved, converted.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use base64::{Engine, prelude::BASE64_STANDARD};

use super::canvas::{Svg, Tooltip, escape_lines, escape_text};
use super::chart::Chart;
use super::rasterize;
use crate::notebook::{Show, show_cell_result, show_in_notebook};
use crate::{Error, ErrorKind, Result};

/// A finished figure: a vector graphic (SVG) with a title and a description for screen readers.
///
/// A cell that ends with a figure shows it; [`show!`](crate::show) shows several. A tooltip shows the values of the point, bar or
/// cell under the pointer. The figure has a white background, so it can be read on a dark page too.
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
    svg: Svg,
    chart: Arc<dyn Chart>,
}

/// The pixels of a saved PNG per pixel of the figure: enough for print and for high-resolution screens.
const PNG_SCALE: f64 = 2.0;

impl Figure {
    pub(super) fn new(svg: Svg, chart: Arc<dyn Chart>) -> Self {
        Self(Arc::new(Contents { svg, chart }))
    }

    /// Returns the figure as the text of an SVG file.
    pub fn svg(&self) -> &str {
        &self.0.svg.document
    }

    /// Returns the figure as the bytes of a PNG file, at twice its size in pixels.
    ///
    /// Text is set in DejaVu Sans, which is part of the library, so that the image is the same on every machine. The font has
    /// European alphabets and mathematical symbols, but not, for example, Chinese. The SVG uses the fonts of the viewer.
    ///
    /// # Errors
    /// If there is not enough memory for the image.
    pub fn png(&self) -> Result<Vec<u8>> {
        rasterize::rasterize(&self.0.svg.without_tooltips(), PNG_SCALE, rasterize::Quality::Best)
    }

    /// Returns the data behind the figure as the text of a CSV file. Numbers have all of their digits.
    pub fn csv(&self) -> String {
        self.0.chart.data_table().csv()
    }

    /// Describes the figure in sentences, for screen readers.
    pub fn description(&self) -> String {
        self.0.chart.description()
    }

    /// Writes the figure to a file. The extension selects the format: `.svg` for the vector graphic ([`svg`](Self::svg)), `.png`
    /// for an image ([`png`](Self::png)), `.csv` for the data ([`csv`](Self::csv)). An existing file is replaced.
    ///
    /// # Errors
    /// If the extension is another one, or the file can't be written.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        self.save_to(path.as_ref())
    }

    fn save_to(&self, path: &Path) -> Result<()> {
        let extension = path.extension().map(|extension| extension.to_string_lossy().to_lowercase());
        match extension.as_deref() {
            Some("svg") => write(path, self.svg().as_bytes()),
            Some("png") => write(path, &self.png()?),
            Some("csv") => write(path, self.csv().as_bytes()),
            other => {
                let got = other.map_or("no extension".to_owned(), |extension| format!("the extension .{extension}"));
                let message = format!(
                    "Figure::save: {} has {got}; expected .svg (a vector graphic), .png (an image) or .csv (its data). \
                     Save it as {}.",
                    path.display(),
                    path.with_extension("svg").display()
                );
                Err(Error::new(ErrorKind::Argument, message))
            }
        }
    }

    /// Returns the figure as a Jupyter MIME bundle, the richest type first: pairs of MIME type and content.
    ///
    /// - `text/html`: the figure as an image with tooltips. JupyterLab shows it even in notebooks that it doesn't trust, and so
    ///   do VS Code, GitHub and nbconvert.
    /// - `image/png` (in Base64), for viewers without HTML. It is left out if it would make the notebook large: if all types
    ///   together take more than 58 KB for curves and plots, or 280 KB for other charts.
    /// - `text/plain`: a one-line summary.
    pub fn mime_bundle(&self) -> Vec<(&'static str, String)> {
        self.mime_bundle_within(self.0.chart.max_bytes())
    }

    /// Returns the MIME bundle, with `image/png` only if all types together have at most `max_bytes` bytes.
    pub(crate) fn mime_bundle_within(&self, max_bytes: usize) -> Vec<(&'static str, String)> {
        let (html, text) = (self.html(), self.to_string());
        if html.len() + text.len() >= max_bytes {
            return vec![("text/html", html), ("text/plain", text)];
        }
        let png = rasterize::rasterize(&self.0.svg.without_tooltips(), 1.0, rasterize::Quality::Light).ok();
        let png = png.map(|png| BASE64_STANDARD.encode(png));
        let png = png.filter(|png| html.len() + png.len() + text.len() <= max_bytes);
        let png = png.map(|png| ("image/png", png));
        [("text/html", html)].into_iter().chain(png).chain([("text/plain", text)]).collect()
    }

    /// Returns the figure as an image at most as wide as the page, with tooltips that scale with it.
    ///
    /// In a notebook that it doesn't trust, JupyterLab removes SVG and scripts from HTML but keeps images, positions and titles.
    /// So the figure is an image, and each tooltip is an empty element with a title, positioned in percent of the image.
    fn html(&self) -> String {
        let Svg { tooltips, width, height, .. } = &self.0.svg;
        let title = self.0.chart.chart_title();
        let description = self.description();
        let alternative = if title.is_empty() { description } else { format!("{title}. {description}") };
        let tooltip = |Tooltip { area, text }: &Tooltip| {
            let x_percent = |pixels: f64| percent(pixels / width);
            let y_percent = |pixels: f64| percent(pixels / height);
            format!(
                "<i title=\"{}\" style=\"position:absolute;left:{}%;top:{}%;width:{}%;height:{}%\"></i>",
                escape_lines(text),
                x_percent(area.left),
                y_percent(area.top),
                x_percent(area.width),
                y_percent(area.height)
            )
        };
        format!(
            "<div style=\"position:relative;display:inline-block;max-width:100%;line-height:0\">\
             <img src=\"data:image/svg+xml;base64,{}\" alt=\"{}\" width=\"{width:.0}\" height=\"{height:.0}\" \
             style=\"max-width:100%;height:auto\">{}</div>",
            BASE64_STANDARD.encode(self.0.svg.without_tooltips()),
            escape_text(&alternative),
            tooltips.iter().map(tooltip).collect::<String>()
        )
    }
}

/// Converts a fraction to percent, rounded to two decimals.
fn percent(fraction: f64) -> f64 {
    (fraction * 10_000.0).round() / 100.0
}

fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    std::fs::write(path, bytes).map_err(|error| {
        let message = format!(
            "Figure::save: can't write {}: {error}. Check that the folder exists and is writable.",
            path.display()
        );
        Error::new(ErrorKind::Data, message).caused_by(error)
    })
}

/// Shows the figure; in a terminal, its one-line summary.
impl Show for Figure {
    fn show(&self) {
        let mime_bundle = self.mime_bundle();
        let mime_bundle = mime_bundle.iter().map(|(mime_type, content)| (*mime_type, content.as_str()));
        show_cell_result(&mime_bundle.collect::<Vec<_>>());
    }
}

show_in_notebook!(Figure);

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let title = self.0.chart.chart_title();
        let named = if title.is_empty() { String::new() } else { format!("{title}, ") };
        write!(f, "Figure: {named}{}", self.0.chart.summary())
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
    fn the_html_is_an_image_of_the_figure_with_tooltips() {
        let html = figure().html();
        let (before, rest) = html.split_once("<img src=\"data:image/svg+xml;base64,").unwrap();
        assert_eq!(before, "<div style=\"position:relative;display:inline-block;max-width:100%;line-height:0\">");
        let (coded, rest) = rest.split_once('"').unwrap();
        let drawing = String::from_utf8(BASE64_STANDARD.decode(coded).unwrap()).unwrap();
        // An image in HTML shows no tooltips of its own: they are separate elements, and stay in the SVG file.
        let tooltips = figure().svg().find("<g fill=\"none\" pointer-events=\"all\">").unwrap();
        assert_eq!(drawing, format!("{}</svg>\n", &figure().svg()[..tooltips]));
        assert!(
            rest.starts_with(" alt=\"A &quot;quoted&quot; &lt;title&gt; &amp; more. Line chart of 1 curve"),
            "{rest}"
        );
        // Both sides are given, so that a page reserves the space of a figure that is redrawn after every epoch.
        let sides =
            format!(" width=\"680\" height=\"{:.0}\" style=\"max-width:100%;height:auto\">", figure().0.svg.height);
        assert!(rest.contains(&sides), "{rest}");
        assert!(rest.contains("<i title=\"epoch 2&#10;training 0.7500\" style=\"position:absolute;left:"), "{rest}");
        assert_eq!((rest.matches("<i ").count(), html.matches('\n').count()), (2, 0));
        assert!(rest.ends_with("</i></div>"));
    }

    #[test]
    fn the_mime_bundle_is_html_png_and_text() {
        let mime_bundle = figure().mime_bundle();
        assert_eq!(
            mime_bundle.iter().map(|(mime_type, _)| *mime_type).collect::<Vec<_>>(),
            ["text/html", "image/png", "text/plain"]
        );
        let png = BASE64_STANDARD.decode(&mime_bundle[1].1).unwrap();
        assert_eq!(&png[..8], b"\x89PNG\r\n\x1a\n");
        // The first chunk of the file holds the width and the height.
        assert_eq!(png[16..20], 680_u32.to_be_bytes());
        assert_eq!(mime_bundle[2].1, figure().to_string());
    }

    #[test]
    fn a_large_figure_leaves_out_the_png() {
        let line = |phase: u32| (0..900).map(move |epoch: u32| f64::from((epoch * 7919 + phase * 31) % 101));
        let figure =
            (0..30).fold(Curves::new("Noise"), |curves, phase| curves.line(format!("run {phase}"), line(phase)));
        let mime_bundle = figure.figure().unwrap().mime_bundle();
        assert_eq!(
            mime_bundle.iter().map(|(mime_type, _)| *mime_type).collect::<Vec<_>>(),
            ["text/html", "text/plain"]
        );
    }

    #[test]
    fn a_figure_is_saved_as_svg_png_and_csv() {
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
            "Figure::save: out/curves.pdf has the extension .pdf; expected .svg (a vector graphic), .png (an image) or .csv \
             (its data). Save it as out/curves.svg."
        );
        let error = figure().save("curves").unwrap_err();
        assert!(error.to_string().starts_with("Figure::save: curves has no extension; expected .svg"), "{error}");
    }

    #[test]
    fn a_figure_formats_as_one_line() {
        let line = "Figure: A \"quoted\" <title> & more, 1 curve, 2 epochs; last: training 0.7500";
        assert_eq!(figure().to_string(), line);
        assert_eq!(format!("{:?}", Some(figure())), format!("Some({line})"));
    }
}
