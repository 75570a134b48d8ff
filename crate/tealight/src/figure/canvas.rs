//! A canvas that collects the shapes of a figure as SVG.
//!
//! The shapes are written by plotters' SVG backend, which escapes texts and formats each shape; plotters' own charts have
//! neither tooltips, nor dashed lines, nor labels that avoid each other, so the layout is this module's. The backend takes
//! integer coordinates. To place shapes more finely than a pixel, the canvas uses a unit of a tenth of a pixel, and the
//! document's `viewBox` scales it back.

use plotters::backend::{DrawingBackend, SVGBackend};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontFamily, FontStyle, FontTransform, IntoFont, RGBColor, ShapeStyle, TextStyle};

use super::text;
use crate::notebook::escape_html;

/// Units of the SVG document per pixel.
const UNITS_PER_PX: f64 = 10.0;

/// plotters divides the size of a font by this factor before it writes it.
const PLOTTERS_FONT_FACTOR: f64 = 1.24;

/// Fonts that the text of the page is probably set in.
const FONT_FAMILY: &str = "system-ui, Helvetica, Arial, sans-serif";

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

    pub(super) fn contains(&self, (x, y): Point) -> bool {
        (self.left..=self.right()).contains(&x) && (self.top..=self.bottom()).contains(&y)
    }
}

/// How a text is set.
#[derive(Clone, Copy)]
pub(super) struct Font {
    pub(super) size: f64,
    pub(super) color: RGBColor,
    pub(super) align: HPos,
    pub(super) bold: bool,
    /// Whether the text is rotated by 90° and reads from bottom to top.
    pub(super) vertical: bool,
}

impl Font {
    pub(super) fn new(size: f64, color: RGBColor, align: HPos) -> Self {
        Self { size, color, align, bold: false, vertical: false }
    }
}

/// How much a panel stands out among others.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Emphasis {
    /// No panel is highlighted.
    Normal,
    /// Another panel is highlighted.
    Reduced,
    /// This panel is highlighted.
    Highlighted,
}

/// A drawing in progress.
pub(super) struct Canvas {
    body: String,
    width: f64,
    height: f64,
    tooltips: Vec<Tooltip>,
    pub(super) emphasis: Emphasis,
}

/// A finished drawing.
pub(super) struct Svg {
    /// The whole document, including the tooltips.
    pub(super) document: String,
    /// The byte position in the document at which the tooltips begin.
    tooltips_start: usize,
    pub(super) tooltips: Vec<Tooltip>,
    pub(super) width: f64,
    pub(super) height: f64,
}

/// A text that appears while the pointer is on an area.
pub(super) struct Tooltip {
    pub(super) area: Area,
    pub(super) text: String,
}

impl Svg {
    /// Returns the document without its tooltips, for images and rasterizing.
    #[expect(clippy::expect_used, reason = "the position is recorded when the document is written")]
    pub(super) fn without_tooltips(&self) -> String {
        let drawing = self.document.get(..self.tooltips_start).expect("the tooltips begin within the document");
        format!("{drawing}</svg>\n")
    }
}

impl Canvas {
    /// Creates an empty canvas of this size in pixels.
    pub(super) fn new(width: f64, height: f64) -> Self {
        Self { body: String::new(), width, height, tooltips: Vec::new(), emphasis: Emphasis::Normal }
    }

    /// Shows `text` while the pointer is on `area`.
    pub(super) fn tooltip(&mut self, area: Area, text: String) {
        self.tooltips.push(Tooltip { area, text });
    }

    /// Returns the width of a line in pixels.
    pub(super) fn stroke_width(&self) -> f64 {
        match self.emphasis {
            Emphasis::Highlighted => 3.0,
            _ => 2.0,
        }
    }

    /// Draws shapes that share the given SVG attributes. Attributes such as a dash pattern, which plotters' shapes don't have,
    /// are inherited from the group.
    #[expect(clippy::expect_used, reason = "the backend writes a whole document when it is dropped")]
    pub(super) fn group(&mut self, attributes: &str, draw: impl FnOnce(&mut Painter<'_>)) {
        let mut svg = String::new();
        draw(&mut Painter(SVGBackend::with_string(&mut svg, (1, 1))));
        // Only the shapes are needed, not the `svg` element that the backend puts around them.
        let (_, content) = svg.split_once('>').expect("the document begins with an `svg` tag");
        let (shapes, _) = content.rsplit_once("</svg>").expect("the document ends with an `svg` tag");
        // The font family is set once, on the document, and an opacity of 1 is the default.
        let shapes =
            shapes.trim().replace(" opacity=\"1\"", "").replace(&format!(" font-family=\"{FONT_FAMILY}\""), "");
        if !shapes.is_empty() {
            let space = if attributes.is_empty() { "" } else { " " };
            self.body.push_str(&format!("<g{space}{attributes}>\n{shapes}\n</g>\n"));
        }
    }

    /// Draws filled circles of one size. As one path they take a tenth of the bytes of separate shapes.
    pub(super) fn circles(&mut self, centers: &[Point], radius: f64, color: RGBColor) {
        if centers.is_empty() {
            return;
        }
        let RGBColor(red, green, blue) = color;
        let (mut path, mut last) = (String::new(), (0, 0));
        for &center in centers {
            let (x, y) = to_unit_point(center);
            // A line of length 0 with round caps is a circle. Relative moves keep the numbers short.
            path.push_str(&format!("m{} {}h0", x - last.0, y - last.1));
            last = (x, y);
        }
        self.body.push_str(&format!(
            "<path fill=\"none\" stroke=\"#{red:02X}{green:02X}{blue:02X}\" stroke-width=\"{}\" stroke-linecap=\"round\" \
             d=\"{path}\"/>\n",
            to_units(2.0 * radius)
        ));
    }

    /// Draws an image, given as a PNG file. Each of its pixels becomes a sharp rectangle.
    pub(super) fn image(&mut self, png: &[u8], area: Area) {
        use base64::{Engine, prelude::BASE64_STANDARD};
        let Area { left, top, width, height } = area;
        let [left, top, width, height] = [left, top, width, height].map(to_units);
        self.body.push_str(&format!(
            "<image x=\"{left}\" y=\"{top}\" width=\"{width}\" height=\"{height}\" preserveAspectRatio=\"none\" \
             image-rendering=\"optimizeSpeed\" style=\"image-rendering:pixelated\" \
             href=\"data:image/png;base64,{}\"/>\n",
            BASE64_STANDARD.encode(png)
        ));
    }

    /// Returns the document: the drawing on a white background with rounded corners, with a title and a description for screen
    /// readers.
    pub(super) fn into_svg(self, title: &str, description: &str) -> Svg {
        let Self { body, width, height, tooltips, .. } = self;
        let (title, description) = (escape_text(title), escape_text(description));
        let (unit_width, unit_height, corner) = (to_units(width), to_units(height), to_units(6.0));
        let mut document = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}\" height=\"{height:.0}\" \
             viewBox=\"0 0 {unit_width} {unit_height}\" font-family=\"{FONT_FAMILY}\" role=\"img\" \
             aria-label=\"{title}\">\n\
             <title>{title}</title>\n<desc>{description}</desc>\n\
             <rect width=\"{unit_width}\" height=\"{unit_height}\" rx=\"{corner}\" fill=\"#FFFFFF\"/>\n{body}"
        );
        let tooltips_start = document.len();
        if !tooltips.is_empty() {
            document.push_str("<g fill=\"none\" pointer-events=\"all\">\n");
            for Tooltip { area: Area { left, top, width, height }, text } in &tooltips {
                let [left, top, width, height] = [*left, *top, *width, *height].map(to_units);
                document.push_str(&format!(
                    "<rect x=\"{left}\" y=\"{top}\" width=\"{width}\" height=\"{height}\"><title>{}</title></rect>\n",
                    escape_lines(text)
                ));
            }
            document.push_str("</g>\n");
        }
        document.push_str("</svg>\n");
        Svg { document, tooltips_start, tooltips, width, height }
    }
}

/// Draws the shapes of a group. Results of the backend are ignored: it writes to a string, which does not fail.
pub(super) struct Painter<'a>(SVGBackend<'a>);

impl Painter<'_> {
    /// Draws a line through the points.
    pub(super) fn line(&mut self, points: &[Point], color: RGBColor, width: f64) {
        let style = ShapeStyle { color: color.to_rgba(), filled: false, stroke_width: to_units(width).unsigned_abs() };
        let _ = self.0.draw_path(points.iter().copied().map(to_unit_point), &style);
    }

    /// Draws a filled rectangle.
    pub(super) fn fill(&mut self, area: Area, color: RGBColor) {
        let (from, to) = ((area.left, area.top), (area.right(), area.bottom()));
        let _ = self.0.draw_rect(to_unit_point(from), to_unit_point(to), &color, true);
    }

    /// Draws a translucent rectangle.
    pub(super) fn fill_alpha(&mut self, area: Area, color: RGBColor, opacity: f64) {
        let (from, to) = ((area.left, area.top), (area.right(), area.bottom()));
        let _ = self.0.draw_rect(to_unit_point(from), to_unit_point(to), &color.mix(opacity), true);
    }

    /// Draws a translucent polygon.
    pub(super) fn fill_polygon_alpha(&mut self, corners: &[Point], color: RGBColor, opacity: f64) {
        let _ = self.0.fill_polygon(corners.iter().copied().map(to_unit_point), &color.mix(opacity));
    }

    /// Draws the outline of a circle.
    pub(super) fn circle_outline(&mut self, center: Point, radius: f64, color: RGBColor, width: f64) {
        let style = ShapeStyle { color: color.to_rgba(), filled: false, stroke_width: to_units(width).unsigned_abs() };
        let _ = self.0.draw_circle(to_unit_point(center), to_units(radius).unsigned_abs(), &style, false);
    }

    /// Draws a filled circle.
    pub(super) fn circle(&mut self, center: Point, radius: f64, color: RGBColor) {
        let _ = self.0.draw_circle(to_unit_point(center), to_units(radius).unsigned_abs(), &color, true);
    }

    /// Draws a line of text. `at` is its left end, middle or right end, at half the height of its digits.
    pub(super) fn text(&mut self, content: &str, at: Point, font: Font) {
        let content = replace_control_chars(content);
        if content.trim().is_empty() {
            return;
        }
        // The backend centers on lowercase letters. Digits are taller by about this much.
        let lower = 0.09 * font.size;
        let (x, y) = if font.vertical { (at.0 + lower, at.1) } else { (at.0, at.1 + lower) };
        let style = if font.bold { FontStyle::Bold } else { FontStyle::Normal };
        let rotation = if font.vertical { FontTransform::Rotate270 } else { FontTransform::None };
        let size = font.size * UNITS_PER_PX * PLOTTERS_FONT_FACTOR;
        let style = TextStyle::from((FontFamily::Name(FONT_FAMILY), size, style).into_font().transform(rotation))
            .color(&font.color)
            .pos(Pos::new(font.align, VPos::Center));
        let _ = self.0.draw_text(&content, &style, to_unit_point((x, y)));
    }

    /// Draws lines of text, one below the other. The middle of the first is at `at`.
    pub(super) fn lines(&mut self, lines: &[String], at: Point, font: Font) {
        for (index, line) in lines.iter().enumerate() {
            self.text(line, (at.0, at.1 + index as f64 * font.size * text::LINE_HEIGHT), font);
        }
    }
}

fn to_units(pixels: f64) -> i32 {
    (pixels * UNITS_PER_PX).round() as i32
}

fn to_unit_point((x, y): Point) -> (i32, i32) {
    (to_units(x), to_units(y))
}

/// Replaces characters that are not allowed in XML.
fn replace_control_chars(text: &str) -> String {
    let allowed = |character: char| match character {
        '\u{fffe}' | '\u{ffff}' => '\u{fffd}',
        character if character.is_control() => ' ',
        character => character,
    };
    text.chars().map(allowed).collect()
}

/// Escapes text for use between the tags or in an attribute of XML or HTML.
pub(super) fn escape_text(text: &str) -> String {
    escape_html(&replace_control_chars(text))
}

/// Escapes a text of several lines and keeps the line breaks.
pub(super) fn escape_lines(text: &str) -> String {
    text.split('\n').map(escape_text).collect::<Vec<_>>().join("&#10;")
}
