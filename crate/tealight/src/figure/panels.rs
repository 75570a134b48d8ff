//! Several drawings in one figure.

use std::sync::Arc;

use super::canvas::{Area, Canvas, Emphasis};
use super::chart::{Chart, ChartOptions, MARGIN, impl_chart};
use super::data_table::DataTable;
use super::heading::Heading;
use super::palette::HIGHLIGHT;
use crate::{Result, Whole};

/// The title over all panels, in pixels; each panel has its own below.
const TITLE_SIZE: f64 = 18.0;
/// The width that panels share by default, and the widest and narrowest panel.
const WIDTH: f64 = 960.0;
const PANEL: (f64, f64) = (300.0, 680.0);

/// Several drawings under one title, in rows from left to right.
///
/// A cell that ends in `Panels` draws them.
///
/// ```
/// use tealight::{Curves, Panels};
///
/// let panels = Panels::new("Two runs")
///     .add(Curves::new("small").line("accuracy", [0.90, 0.92]))
///     .add(Curves::new("large").line("accuracy", [0.93, 0.97]));
/// assert_eq!(panels.to_string(), "Figure: Two runs, 2 panels: small, large");
/// ```
#[derive(Clone)]
pub struct Panels {
    options: ChartOptions,
    panels: Vec<Panel>,
    columns: Option<usize>,
    highlighted: Vec<i64>,
}

/// What can be a panel; every builder of figures turns into one.
#[derive(Clone)]
pub struct Panel(Arc<dyn Chart>);

impl Panel {
    pub(super) fn new(drawing: Arc<dyn Chart>) -> Self {
        Self(drawing)
    }
}

impl Panels {
    /// No panels yet, under a title.
    pub fn new(title: impl Into<String>) -> Self {
        Self { options: ChartOptions::with_title(title), panels: Vec::new(), columns: None, highlighted: Vec::new() }
    }

    /// Adds a drawing to the right of the last, or below where the row is full.
    #[expect(clippy::should_implement_trait, reason = "panels are added to a figure as layers are to a network")]
    #[must_use]
    pub fn add(mut self, panel: impl Into<Panel>) -> Self {
        self.panels.push(panel.into());
        self
    }

    /// How many panels stand side by side; by default up to three, and four as two by two.
    #[must_use]
    pub fn columns(mut self, columns: impl Whole) -> Self {
        self.columns = Some(usize::try_from(columns.whole()).unwrap_or(1));
        self
    }

    /// Sets a panel off from the others, such as the best of several trainings: a gold border, a bold title, which the
    /// others lose, and heavier lines. `index` counts from 0, in the order in which the panels were added. Several panels
    /// are highlighted by as many calls.
    #[must_use]
    pub fn highlight(mut self, index: impl Whole) -> Self {
        self.highlighted.push(index.whole());
        self
    }

    fn is_highlighted(&self, index: usize) -> bool {
        self.highlighted.contains(&(index as i64))
    }

    fn across(&self) -> usize {
        let count = self.panels.len().max(1);
        let usual = if count == 4 { 2 } else { count.min(3) };
        self.columns.unwrap_or(usual).clamp(1, count)
    }

    /// The widths of the columns and the heights of the rows that the panels would like.
    fn grid(&self) -> (Vec<f64>, Vec<f64>) {
        let across = self.across();
        let wanted = (WIDTH / across as f64).clamp(PANEL.0, PANEL.1);
        let mut widths = vec![0.0_f64; across];
        let mut heights = vec![0.0_f64; self.panels.len().div_ceil(across)];
        for (index, panel) in self.panels.iter().enumerate() {
            let (width, height) = panel.0.figure_size(wanted);
            widths[index % across] = widths[index % across].max(width);
            heights[index / across] = heights[index / across].max(height);
        }
        (widths, heights)
    }

    fn heading(&self, width: f64) -> Heading {
        Heading::new(&self.options.title, TITLE_SIZE, width - 2.0 * MARGIN, 3)
    }

    /// The height that the title takes above the panels, which bring a margin of their own.
    fn above(&self, width: f64) -> f64 {
        let height = self.heading(width).height();
        if height == 0.0 { 0.0 } else { MARGIN + height - MARGIN / 2.0 }
    }
}

impl Chart for Panels {
    fn builder_name(&self) -> &'static str {
        "Panels"
    }

    fn options(&self) -> &ChartOptions {
        &self.options
    }

    fn check_content(&self) -> Result<()> {
        if self.panels.is_empty() {
            return self.fail("there are no panels. Add one with add().");
        }
        for panel in &self.panels {
            panel.0.check()?;
        }
        let count = self.panels.len();
        let there = |index: i64| usize::try_from(index).is_ok_and(|index| index < count);
        if let Some(index) = self.highlighted.iter().find(|&&index| !there(index)) {
            return self.fail(&format!("highlight({index}): there are {count} panels, from 0 to {}.", count - 1));
        }
        let across = self.across();
        let (width, height) = self.figure_size(WIDTH);
        let down = self.panels.len().div_ceil(across);
        let panel = (width / across as f64, (height - self.above(width)) / down as f64);
        if panel.0 < 160.0 || panel.1 < 120.0 {
            let problem = format!(
                "{across} × {down} panels in {width:.0} × {height:.0} pixels leave {:.0} × {:.0} for each. Give them at \
                 least 160 × 120 with size() or columns().",
                panel.0, panel.1
            );
            return self.fail(&problem);
        }
        Ok(())
    }

    fn default_size(&self, _: f64) -> (f64, f64) {
        let (widths, heights) = self.grid();
        let width: f64 = widths.iter().sum();
        (width, (self.above(width) + heights.iter().sum::<f64>()).ceil())
    }

    fn draw(&self, canvas: &mut Canvas, area: Area) {
        let above = self.above(area.width);
        self.heading(area.width).draw(canvas, (area.left + MARGIN, area.top + MARGIN));
        let (widths, heights) = self.grid();
        // Where another size was asked for, columns and rows keep their proportions.
        let (wide, high) =
            (area.width / widths.iter().sum::<f64>(), (area.height - above) / heights.iter().sum::<f64>());
        let across = self.across();
        for (index, panel) in self.panels.iter().enumerate() {
            let (column, row) = (index % across, index / across);
            let place = Area {
                left: area.left + widths[..column].iter().sum::<f64>() * wide,
                top: area.top + above + heights[..row].iter().sum::<f64>() * high,
                width: widths[column] * wide,
                height: heights[row] * high,
            };
            canvas.emphasis = match self.is_highlighted(index) {
                _ if self.highlighted.is_empty() => Emphasis::Normal,
                true => Emphasis::Highlighted,
                false => Emphasis::Reduced,
            };
            panel.0.draw(canvas, place);
            if canvas.emphasis == Emphasis::Highlighted {
                border(canvas, place);
            }
        }
        canvas.emphasis = Emphasis::Normal;
    }

    fn description(&self) -> String {
        let words = |(index, panel): (usize, &Panel)| {
            let drawing = &panel.0;
            let highlighted = if self.is_highlighted(index) { " (highlighted)" } else { "" };
            format!("Panel {}{highlighted}: {}. {}", index + 1, drawing.chart_title(), drawing.description())
        };
        self.panels.iter().enumerate().map(words).collect::<Vec<_>>().join(" ")
    }

    fn summary(&self) -> String {
        let titles: Vec<&str> = self.panels.iter().map(|panel| panel.0.chart_title()).collect();
        let count = if titles.len() == 1 { "1 panel".to_owned() } else { format!("{} panels", titles.len()) };
        format!("{count}: {}", titles.join(", "))
    }

    /// A row for each number of each panel.
    fn data_table(&self) -> DataTable {
        let mut numbers = DataTable::new(["panel", "row", "column", "value"]);
        for (index, panel) in self.panels.iter().enumerate() {
            let title = panel.0.chart_title();
            let title = if title.is_empty() { (index + 1).to_string() } else { title.to_owned() };
            let DataTable { headers, rows } = panel.0.data_table();
            for row in &rows {
                let cells = headers.iter().zip(row).skip(1);
                let first = row.first().cloned().unwrap_or_default();
                let line = |(column, value): (&String, &String)| {
                    vec![title.clone(), first.clone(), column.clone(), value.clone()]
                };
                numbers.rows.extend(cells.map(line));
            }
        }
        numbers
    }
}

/// A gold line around a panel.
fn border(canvas: &mut Canvas, place: Area) {
    let inset = 3.0;
    let (left, top) = (place.left + inset, place.top + inset);
    let (right, bottom) = (place.right() - inset, place.bottom() - inset);
    let corners = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top), (right, top)];
    canvas.group("stroke-linejoin=\"round\"", |painter| painter.line(&corners, HIGHLIGHT, 3.0));
}

impl_chart!(Panels);
