//! A sheet to draw on: plotters' SVG backend, with tenths of pixels, dashes and descriptions.

use std::fmt::Write;

use plotters::backend::{DrawingBackend, SVGBackend};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontFamily, FontStyle, FontTransform, IntoFont, RGBColor, ShapeStyle, TextStyle};

use super::text;

/// The backend knows whole numbers only, so it draws on a sheet ten times the size, which the viewer scales down.
const FINE: f64 = 10.0;

/// plotters divides the size of a font by this before it writes it.
const FONT_FACTOR: f64 = 1.24;

/// What the page's own text is likely to be set in.
const FONTS: &str = "system-ui, Helvetica, Arial, sans-serif";

/// A point in pixels from the left and from the top.
pub(super) type Point = (f64, f64);

/// A rectangle in pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Area {
    pub(super) left: f64,
    pub(super) top: f64,
    pub(super) width: f64,
    pub(super) height: f64,
}

impl Area {
    pub(super) fn right(&self) -> f64 {
        self.left + self.width
    }

    pub(super) fn bottom(&self) -> f64 {
        self.top + self.height
    }

    pub(super) fn middle(&self) -> Point {
        (self.left + self.width / 2.0, self.top + self.height / 2.0)
    }
}

/// How a text is set.
#[derive(Clone, Copy)]
pub(super) struct Font {
    pub(super) size: f64,
    pub(super) color: RGBColor,
    pub(super) align: HPos,
    pub(super) bold: bool,
    /// Turned by a quarter, to be read from below.
    pub(super) upright: bool,
}

impl Font {
    pub(super) fn new(size: f64, color: RGBColor, align: HPos) -> Self {
        Self { size, color, align, bold: false, upright: false }
    }
}

/// How much a drawing stands out among others.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Emphasis {
    /// It is the only one, or one like the others.
    Usual,
    /// One of the others is highlighted.
    Reduced,
    /// It is the highlighted one.
    Highlighted,
}

/// The drawing as far as it has come.
pub(super) struct Canvas {
    body: String,
    width: f64,
    height: f64,
    hints: Vec<Hint>,
    pub(super) emphasis: Emphasis,
}

/// A finished drawing.
pub(super) struct Sheet {
    /// The whole document, hints included.
    pub(super) svg: String,
    /// Where the hints begin in it.
    hints_at: usize,
    pub(super) hints: Vec<Hint>,
    pub(super) width: f64,
    pub(super) height: f64,
}

/// What is said of a part of the drawing while the pointer is on it.
pub(super) struct Hint {
    pub(super) area: Area,
    pub(super) text: String,
}

impl Sheet {
    /// The document without its hints, for places where nothing can be pointed at.
    pub(super) fn still(&self) -> String {
        format!("{}</svg>\n", self.svg.get(..self.hints_at).unwrap_or_default())
    }
}

impl Canvas {
    /// An empty sheet of this size in pixels.
    pub(super) fn new(width: f64, height: f64) -> Self {
        Self { body: String::new(), width, height, hints: Vec::new(), emphasis: Emphasis::Usual }
    }

    /// Says `text` while the pointer is on `area`.
    pub(super) fn hint(&mut self, area: Area, text: String) {
        self.hints.push(Hint { area, text });
    }

    /// The width of a curve in pixels.
    pub(super) fn stroke(&self) -> f64 {
        match self.emphasis {
            Emphasis::Highlighted => 3.0,
            _ => 2.0,
        }
    }

    /// Draws a group of shapes that share the given SVG attributes, such as a pattern of dashes, which plotters' own
    /// shapes can't express but inherit from their group.
    pub(super) fn group(&mut self, attributes: &str, draw: impl FnOnce(&mut Pen<'_>)) {
        let mut svg = String::new();
        draw(&mut Pen(SVGBackend::with_string(&mut svg, (1, 1))));
        // The backend makes a whole document of it, of which the shapes are wanted: what is between its outer tags.
        let start = svg.find('>').map_or(0, |end| end + 1);
        let end = svg.rfind("</svg>").unwrap_or(svg.len());
        let shapes = svg.get(start..end).unwrap_or_default().trim();
        // What every shape and every text repeats is said once, by the sheet, or goes without saying.
        let shapes = shapes.replace(" opacity=\"1\"", "").replace(&format!(" font-family=\"{FONTS}\""), "");
        if !shapes.is_empty() {
            let space = if attributes.is_empty() { "" } else { " " };
            let _ = write!(self.body, "<g{space}{attributes}>\n{shapes}\n</g>\n");
        }
    }

    /// Draws filled circles of one size, very many if need be: as one path of dots, a tenth as heavy as a shape for each.
    pub(super) fn dots(&mut self, centers: &[Point], radius: f64, color: RGBColor) {
        if centers.is_empty() {
            return;
        }
        let RGBColor(red, green, blue) = color;
        let (mut path, mut pen) = (String::new(), (0, 0));
        for &center in centers {
            let (x, y) = fine_point(center);
            // A line of no length has round ends: a dot. From dot to dot the numbers are small.
            let _ = write!(path, "m{} {}h0", x - pen.0, y - pen.1);
            pen = (x, y);
        }
        let _ = writeln!(
            self.body,
            "<path fill=\"none\" stroke=\"#{red:02X}{green:02X}{blue:02X}\" stroke-width=\"{}\" stroke-linecap=\"round\" \
             d=\"{path}\"/>",
            fine(2.0 * radius)
        );
    }

    /// Puts a picture, given as a PNG file, in an area; each of its pixels stays a sharp rectangle.
    pub(super) fn picture(&mut self, png: &[u8], area: Area) {
        use base64::{Engine, prelude::BASE64_STANDARD};
        let Area { left, top, width, height } = area;
        let [left, top, width, height] = [left, top, width, height].map(fine);
        // Writing to a string can't fail.
        let _ = writeln!(
            self.body,
            "<image x=\"{left}\" y=\"{top}\" width=\"{width}\" height=\"{height}\" preserveAspectRatio=\"none\" \
             image-rendering=\"optimizeSpeed\" style=\"image-rendering:pixelated\" \
             href=\"data:image/png;base64,{}\"/>",
            BASE64_STANDARD.encode(png)
        );
    }

    /// The whole drawing on a white sheet with rounded corners, with its title and description for screen readers.
    pub(super) fn finish(self, title: &str, description: &str) -> Sheet {
        let Self { body, width, height, hints, .. } = self;
        let (title, description) = (escaped(title), escaped(description));
        let (fine_width, fine_height, corner) = (fine(width), fine(height), fine(6.0));
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}\" height=\"{height:.0}\" \
             viewBox=\"0 0 {fine_width} {fine_height}\" font-family=\"{FONTS}\" role=\"img\" aria-label=\"{title}\">\n\
             <title>{title}</title>\n<desc>{description}</desc>\n\
             <rect width=\"{fine_width}\" height=\"{fine_height}\" rx=\"{corner}\" fill=\"#FFFFFF\"/>\n{body}"
        );
        let hints_at = svg.len();
        if !hints.is_empty() {
            svg.push_str("<g fill=\"none\" pointer-events=\"all\">\n");
            for Hint { area: Area { left, top, width, height }, text } in &hints {
                let [left, top, width, height] = [*left, *top, *width, *height].map(fine);
                // Writing to a string can't fail.
                let _ = writeln!(
                    svg,
                    "<rect x=\"{left}\" y=\"{top}\" width=\"{width}\" height=\"{height}\"><title>{}</title></rect>",
                    lines_escaped(text)
                );
            }
            svg.push_str("</g>\n");
        }
        svg.push_str("</svg>\n");
        Sheet { svg, hints_at, hints, width, height }
    }
}

/// What draws the shapes of a group. The backend writes to a string, which can't fail, so its results are let go.
pub(super) struct Pen<'a>(SVGBackend<'a>);

impl Pen<'_> {
    /// A line through the points.
    pub(super) fn line(&mut self, points: &[Point], color: RGBColor, width: f64) {
        let style = ShapeStyle { color: color.to_rgba(), filled: false, stroke_width: fine(width).unsigned_abs() };
        let _ = self.0.draw_path(points.iter().copied().map(fine_point), &style);
    }

    /// A filled rectangle.
    pub(super) fn fill(&mut self, area: Area, color: RGBColor) {
        let (from, to) = ((area.left, area.top), (area.right(), area.bottom()));
        let _ = self.0.draw_rect(fine_point(from), fine_point(to), &color, true);
    }

    /// A filled rectangle through which one sees what is below.
    pub(super) fn veil(&mut self, area: Area, color: RGBColor, opacity: f64) {
        let (from, to) = ((area.left, area.top), (area.right(), area.bottom()));
        let _ = self.0.draw_rect(fine_point(from), fine_point(to), &color.mix(opacity), true);
    }

    /// A filled polygon through which one sees what is below.
    pub(super) fn veil_polygon(&mut self, corners: &[Point], color: RGBColor, opacity: f64) {
        let _ = self.0.fill_polygon(corners.iter().copied().map(fine_point), &color.mix(opacity));
    }

    /// A circle's line.
    pub(super) fn ring(&mut self, center: Point, radius: f64, color: RGBColor, width: f64) {
        let style = ShapeStyle { color: color.to_rgba(), filled: false, stroke_width: fine(width).unsigned_abs() };
        let _ = self.0.draw_circle(fine_point(center), fine(radius).unsigned_abs(), &style, false);
    }

    /// A filled circle.
    pub(super) fn dot(&mut self, center: Point, radius: f64, color: RGBColor) {
        let _ = self.0.draw_circle(fine_point(center), fine(radius).unsigned_abs(), &color, true);
    }

    /// A line of text; `at` is its left end, middle or right end, halfway up its digits.
    pub(super) fn text(&mut self, content: &str, at: Point, font: Font) {
        let content = printable(content);
        if content.trim().is_empty() {
            return;
        }
        // The backend centres on the small letters; digits reach higher, by about this much.
        let lower = 0.09 * font.size;
        let (x, y) = if font.upright { (at.0 + lower, at.1) } else { (at.0, at.1 + lower) };
        let style = if font.bold { FontStyle::Bold } else { FontStyle::Normal };
        let turn = if font.upright { FontTransform::Rotate270 } else { FontTransform::None };
        let size = font.size * FINE * FONT_FACTOR;
        let style = TextStyle::from((FontFamily::Name(FONTS), size, style).into_font().transform(turn))
            .color(&font.color)
            .pos(Pos::new(font.align, VPos::Center));
        let _ = self.0.draw_text(&content, &style, fine_point((x, y)));
    }

    /// Lines of text one below the other, the first with its middle at `at`.
    pub(super) fn lines(&mut self, lines: &[String], at: Point, font: Font) {
        for (index, line) in lines.iter().enumerate() {
            self.text(line, (at.0, at.1 + index as f64 * font.size * text::LINE), font);
        }
    }
}

fn fine(length: f64) -> i32 {
    (length * FINE).round() as i32
}

fn fine_point((x, y): Point) -> (i32, i32) {
    (fine(x), fine(y))
}

/// The text without characters that no XML document may hold.
fn printable(text: &str) -> String {
    let allowed = |character: char| match character {
        '\u{fffe}' | '\u{ffff}' => '\u{fffd}',
        character if character.is_control() => ' ',
        character => character,
    };
    text.chars().map(allowed).collect()
}

/// The text as it is written between tags or in an attribute of XML or HTML.
pub(super) fn escaped(text: &str) -> String {
    printable(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// The same of a text in several lines, which stay lines.
pub(super) fn lines_escaped(text: &str) -> String {
    text.split('\n').map(escaped).collect::<Vec<_>>().join("&#10;")
}
