//! The shapes of a figure, read back from its SVG, in pixels.

use skrifa::instance::{LocationRef, Size};
use skrifa::{FontRef, MetadataProvider};
use tealight::{Figure, Result};

/// The colors of text, axes and grid. Lines in any other color are curves.
const GRAYS: [&str; 4] = ["#8B929C", "#E6E9ED", "#4B525C", "#1B1F24"];

#[derive(Clone, Copy, Debug)]
pub(crate) struct Area {
    pub(crate) left: f64,
    pub(crate) top: f64,
    pub(crate) right: f64,
    pub(crate) bottom: f64,
}

impl Area {
    pub(crate) fn middle_y(&self) -> f64 {
        (self.top + self.bottom) / 2.0
    }

    pub(crate) fn contains(&self, x: f64, y: f64) -> bool {
        (self.left..=self.right).contains(&x) && (self.top..=self.bottom).contains(&y)
    }
}

#[derive(Debug)]
pub(crate) struct Text {
    pub(crate) content: String,
    pub(crate) area: Area,
    pub(crate) color: String,
    pub(crate) align: String,
    pub(crate) bold: bool,
}

impl Text {
    pub(crate) fn middle(&self) -> f64 {
        (self.area.left + self.area.right) / 2.0
    }
}

#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) points: Vec<(f64, f64)>,
    pub(crate) color: String,
    pub(crate) dashed: bool,
}

impl Line {
    pub(crate) fn is_curve(&self) -> bool {
        !GRAYS.contains(&self.color.as_str())
    }

    pub(crate) fn top(&self) -> f64 {
        self.points.iter().map(|point| point.1).fold(f64::MAX, f64::min)
    }
}

pub(crate) struct Drawing {
    width: f64,
    height: f64,
    pub(crate) description: String,
    pub(crate) texts: Vec<Text>,
    pub(crate) lines: Vec<Line>,
    pub(crate) dots: Vec<(f64, f64)>,
    pub(crate) circle_outlines: Vec<(f64, f64)>,
    pub(crate) boxes: Vec<Area>,
    pub(crate) colored_boxes: Vec<(String, Area)>,
    pub(crate) polygons: usize,
    pub(crate) images: Vec<Area>,
    pub(crate) tooltips: Vec<(Area, String)>,
}

/// Returns the width of a text as a multiple of the font size, in the widest of the common fonts: DejaVu Sans.
fn text_width(text: &str, bold: bool) -> f64 {
    let file = if bold { dejavu::sans::bold() } else { dejavu::sans::regular() };
    let font = FontRef::new(file).unwrap();
    let metrics = font.glyph_metrics(Size::new(1.0), LocationRef::default());
    let advance = |character| font.charmap().map(character).and_then(|glyph| metrics.advance_width(glyph));
    text.chars().map(|character| advance(character).map_or(1.0, f64::from)).sum()
}

impl Drawing {
    /// Reads the figure of the case with this name.
    pub(crate) fn of(cases: &[(&'static str, Figure)], name: &str) -> Self {
        let (_, figure) = cases.iter().find(|(case, _)| *case == name).unwrap();
        Self::read(figure.svg())
    }

    pub(crate) fn read(svg: &str) -> Self {
        let document = roxmltree::Document::parse(svg).unwrap();
        let root = document.root_element();
        assert_eq!((root.tag_name().name(), root.attribute("role")), ("svg", Some("img")));
        let child = |name: &str| root.children().find(|node| node.has_tag_name(("http://www.w3.org/2000/svg", name)));
        assert_eq!(child("title").unwrap().text().unwrap_or_default(), root.attribute("aria-label").unwrap());
        let side = |name: &str| root.attribute(name).unwrap().parse::<f64>().unwrap();
        let (width, height) = (side("width"), side("height"));
        let view = format!("0 0 {} {}", width * 10.0, height * 10.0);
        assert_eq!(root.attribute("viewBox"), Some(view.as_str()));
        let mut drawing = Self {
            width,
            height,
            description: child("desc").unwrap().text().unwrap().to_owned(),
            texts: Vec::new(),
            lines: Vec::new(),
            dots: Vec::new(),
            circle_outlines: Vec::new(),
            boxes: Vec::new(),
            colored_boxes: Vec::new(),
            polygons: 0,
            images: Vec::new(),
            tooltips: Vec::new(),
        };
        for node in root.descendants().filter(roxmltree::Node::is_element) {
            drawing.add(node);
        }
        drawing
    }

    fn add(&mut self, node: roxmltree::Node<'_, '_>) {
        // The unit of the drawing is a tenth of a pixel.
        let number = |name: &str| node.attribute(name).unwrap_or("0").parse::<f64>().unwrap() / 10.0;
        let color = |name: &str| node.attribute(name).unwrap().to_owned();
        match node.tag_name().name() {
            "text" => {
                let content = node.text().unwrap().trim().to_owned();
                let size = number("font-size");
                let bold = node.attribute("font-weight") == Some("bold");
                let half = text_width(&content, bold) * size / 2.0;
                let align = node.attribute("text-anchor").unwrap().to_owned();
                let shift = match align.as_str() {
                    "start" => half,
                    "middle" => 0.0,
                    _ => -half,
                };
                let (x, y, high) = (number("x"), number("y") - 0.09 * size, 0.42 * size);
                let area = if node.attribute("transform").is_some_and(|transform| transform.starts_with("rotate(270")) {
                    let (x, y) = (number("x") - 0.09 * size, number("y") - shift);
                    Area { left: x - high, right: x + high, top: y - half, bottom: y + half }
                } else {
                    Area { left: x + shift - half, right: x + shift + half, top: y - high, bottom: y + high }
                };
                self.texts.push(Text { content, area, color: color("fill"), align, bold });
            }
            "polyline" => {
                let coordinate = |text: &str| text.parse::<f64>().unwrap() / 10.0;
                let point = |pair: &str| pair.split_once(',').map(|(x, y)| (coordinate(x), coordinate(y))).unwrap();
                let points = node.attribute("points").unwrap().split_whitespace().map(point).collect();
                let dashed = node.parent().unwrap().has_attribute("stroke-dasharray");
                self.lines.push(Line { points, color: color("stroke"), dashed });
            }
            "circle" if color("fill") == "none" => self.circle_outlines.push((number("cx"), number("cy"))),
            "circle" => self.dots.push((number("cx"), number("cy"))),
            "rect" | "image" => {
                let (left, top) = (number("x"), number("y"));
                let area = Area { left, top, right: left + number("width"), bottom: top + number("height") };
                match (node.tag_name().name(), node.first_element_child()) {
                    ("image", _) => self.images.push(area),
                    (_, Some(title)) => self.tooltips.push((area, title.text().unwrap().to_owned())),
                    _ => {
                        self.boxes.push(area);
                        self.colored_boxes.push((color("fill"), area));
                    }
                }
            }
            // Dots, each relative to the last: "m120 30h0".
            "path" => {
                let mut at = (0.0, 0.0);
                for step in node.attribute("d").unwrap().split("h0").filter(|step| !step.is_empty()) {
                    let (x, y) = step.trim_start_matches('m').split_once(' ').unwrap();
                    at = (at.0 + x.parse::<f64>().unwrap() / 10.0, at.1 + y.parse::<f64>().unwrap() / 10.0);
                    self.dots.push(at);
                }
            }
            "polygon" => self.polygons += 1,
            "svg" | "g" | "title" | "desc" => {}
            other => panic!("{other}"),
        }
    }

    /// Returns the first text with this content.
    pub(crate) fn text(&self, content: &str) -> &Text {
        let all = || self.texts.iter().map(|text| text.content.as_str()).collect::<Vec<_>>();
        self.texts.iter().find(|text| text.content == content).unwrap_or_else(|| panic!("{content}: {:?}", all()))
    }

    /// Returns a cell of a square heat map. The boxes are the background of the figure and of the map, then the cells row by row.
    pub(crate) fn cell(&self, row: usize, column: usize, columns: usize) -> Area {
        self.boxes[2 + row * columns + column]
    }

    pub(crate) fn assert_inside(&self, name: &str) {
        let inside = |x: f64, y: f64| (0.0..=self.width).contains(&x) && (0.0..=self.height).contains(&y);
        for Text { content, area, .. } in &self.texts {
            assert!(inside(area.left, area.top) && inside(area.right, area.bottom), "{name}: {content} at {area:?}");
        }
        let tooltips = self.tooltips.iter().map(|(area, _)| area);
        for area in self.boxes.iter().chain(&self.images).chain(tooltips) {
            assert!(inside(area.left, area.top) && inside(area.right, area.bottom), "{name}: box at {area:?}");
        }
        for &(x, y) in self.lines.iter().flat_map(|line| &line.points).chain(&self.dots).chain(&self.circle_outlines) {
            assert!(inside(x, y), "{name}: {x}, {y}");
        }
    }

    pub(crate) fn assert_no_overlap(&self, name: &str) {
        for (index, one) in self.texts.iter().enumerate() {
            for other in &self.texts[..index] {
                let (a, b) = (one.area, other.area);
                let apart = a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top;
                assert!(apart, "{name}: \"{}\" at {a:?} and \"{}\" at {b:?}", one.content, other.content);
            }
        }
    }
}

/// Draws a figure and reads it back.
pub(crate) fn read(figure: Result<Figure>) -> Drawing {
    Drawing::read(figure.unwrap().svg())
}

/// The bars in one of the given colors, without the swatches of the legend.
pub(crate) fn bars_in(drawing: &Drawing, colors: &[&str]) -> Vec<Area> {
    let colored = drawing.colored_boxes.iter();
    let bars = colored.filter(|(color, area)| colors.contains(&color.as_str()) && area.right - area.left != 14.0);
    bars.map(|(_, area)| *area).collect()
}

/// The width and height of the bars in the first three series colors.
pub(crate) fn series_bars(drawing: &Drawing) -> Vec<(f64, f64)> {
    let bars = bars_in(drawing, &["#0072B2", "#D55E00", "#009E73"]);
    bars.iter().map(|area| (area.right - area.left, area.bottom - area.top)).collect()
}
