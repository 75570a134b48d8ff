//! Several charts in one figure.

use std::sync::Arc;

use super::canvas::{Area, Canvas, Emphasis};
use super::chart::{Chart, ChartOptions, MARGIN, impl_chart};
use super::data_table::DataTable;
use super::heading::Heading;
use super::palette::HIGHLIGHT;
use crate::{IntoCount, Result};

/// The font size of the title above all panels, in pixels. Each panel has a smaller title.
const TITLE_SIZE: f64 = 18.0;
/// The default width of the figure, and of the narrowest and widest panel, in pixels.
const DEFAULT_WIDTH: f64 = 960.0;
const PANEL_WIDTHS: (f64, f64) = (300.0, 680.0);
/// The smallest width and height of a panel, in pixels.
const MIN_PANEL_SIZE: (f64, f64) = (160.0, 120.0);

/// Several charts under one title, in rows from left to right.
///
/// A cell that ends with `Panels` draws them.
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

/// A chart in a figure of several. Every chart builder converts into a panel.
#[derive(Clone)]
pub struct Panel(Arc<dyn Chart>);

impl Panel {
    pub(super) fn new(chart: Arc<dyn Chart>) -> Self {
        Self(chart)
    }
}

impl Panels {
    /// Creates a figure with a title, without panels.
    pub fn new(title: impl Into<String>) -> Self {
        Self { options: ChartOptions::with_title(title), panels: Vec::new(), columns: None, highlighted: Vec::new() }
    }

    /// Adds a chart to the right of the last one, or in the next row if the row is full.
    #[expect(clippy::should_implement_trait, reason = "panels are added to a figure as layers are to a network")]
    #[must_use]
    pub fn add(mut self, panel: impl Into<Panel>) -> Self {
        self.panels.push(panel.into());
        self
    }

    /// Sets the number of panels in a row. By default, there are up to three, and four panels are two by two.
    #[must_use]
    pub fn columns(mut self, columns: impl IntoCount) -> Self {
        self.columns = Some(usize::try_from(columns.into_i64()).unwrap_or(1));
        self
    }

    /// Highlights a panel, such as the best of several trainings, with a gold border, thicker lines and the only bold title.
    /// `index` counts from 0, in the order in which the panels were added. Call it again to highlight another panel.
    #[must_use]
    pub fn highlight(mut self, index: impl IntoCount) -> Self {
        self.highlighted.push(index.into_i64());
        self
    }

    fn is_highlighted(&self, index: usize) -> bool {
        self.highlighted.contains(&(index as i64))
    }

    fn column_count(&self) -> usize {
        let count = self.panels.len().max(1);
        let default = if count == 4 { 2 } else { count.min(3) };
        self.columns.unwrap_or(default).clamp(1, count)
    }

    /// Returns the default widths of the columns and heights of the rows.
    fn grid(&self) -> (Vec<f64>, Vec<f64>) {
        let columns = self.column_count();
        let wanted = (DEFAULT_WIDTH / columns as f64).clamp(PANEL_WIDTHS.0, PANEL_WIDTHS.1);
        let mut widths = vec![0.0_f64; columns];
        let mut heights = vec![0.0_f64; self.panels.len().div_ceil(columns)];
        for (index, panel) in self.panels.iter().enumerate() {
            let (width, height) = panel.0.figure_size(wanted);
            widths[index % columns] = widths[index % columns].max(width);
            heights[index / columns] = heights[index / columns].max(height);
        }
        (widths, heights)
    }

    fn heading(&self, width: f64) -> Heading {
        Heading::new(&self.options.title, TITLE_SIZE, width - 2.0 * MARGIN, 3)
    }

    /// Returns the height of the title above the panels, which have their own margins.
    fn title_height(&self, width: f64) -> f64 {
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
        let exists = |index: i64| usize::try_from(index).is_ok_and(|index| index < count);
        if let Some(index) = self.highlighted.iter().find(|&&index| !exists(index)) {
            return self.fail(&format!("highlight({index}): there are {count} panels, from 0 to {}.", count - 1));
        }
        let columns = self.column_count();
        let (width, height) = self.figure_size(DEFAULT_WIDTH);
        let rows = self.panels.len().div_ceil(columns);
        let panel = (width / columns as f64, (height - self.title_height(width)) / rows as f64);
        if panel.0 < MIN_PANEL_SIZE.0 || panel.1 < MIN_PANEL_SIZE.1 {
            let problem = format!(
                "{columns} × {rows} panels in {width:.0} × {height:.0} pixels leave {:.0} × {:.0} for each. Give each at \
                 least {} × {} with size() or columns().",
                panel.0, panel.1, MIN_PANEL_SIZE.0, MIN_PANEL_SIZE.1
            );
            return self.fail(&problem);
        }
        Ok(())
    }

    fn default_size(&self, _: f64) -> (f64, f64) {
        let (widths, heights) = self.grid();
        let width: f64 = widths.iter().sum();
        (width, (self.title_height(width) + heights.iter().sum::<f64>()).ceil())
    }

    fn draw(&self, canvas: &mut Canvas, area: Area) {
        let title_height = self.title_height(area.width);
        self.heading(area.width).draw(canvas, (area.left + MARGIN, area.top + MARGIN));
        let (widths, heights) = self.grid();
        // If the user has set a size, columns and rows keep their proportions.
        let (x_scale, y_scale) =
            (area.width / widths.iter().sum::<f64>(), (area.height - title_height) / heights.iter().sum::<f64>());
        let columns = self.column_count();
        for (index, panel) in self.panels.iter().enumerate() {
            let (column, row) = (index % columns, index / columns);
            let panel_area = Area {
                left: area.left + widths[..column].iter().sum::<f64>() * x_scale,
                top: area.top + title_height + heights[..row].iter().sum::<f64>() * y_scale,
                width: widths[column] * x_scale,
                height: heights[row] * y_scale,
            };
            canvas.emphasis = match self.is_highlighted(index) {
                _ if self.highlighted.is_empty() => Emphasis::Normal,
                true => Emphasis::Highlighted,
                false => Emphasis::Reduced,
            };
            panel.0.draw(canvas, panel_area);
            if canvas.emphasis == Emphasis::Highlighted {
                border(canvas, panel_area);
            }
        }
        canvas.emphasis = Emphasis::Normal;
    }

    fn description(&self) -> String {
        let describe = |(index, panel): (usize, &Panel)| {
            let chart = &panel.0;
            let highlighted = if self.is_highlighted(index) { " (highlighted)" } else { "" };
            format!("Panel {}{highlighted}: {}. {}", index + 1, chart.chart_title(), chart.description())
        };
        self.panels.iter().enumerate().map(describe).collect::<Vec<_>>().join(" ")
    }

    fn summary(&self) -> String {
        let titles: Vec<&str> = self.panels.iter().map(|panel| panel.0.chart_title()).collect();
        let count = if titles.len() == 1 { "1 panel".to_owned() } else { format!("{} panels", titles.len()) };
        format!("{count}: {}", titles.join(", "))
    }

    /// Returns a row for each value of each panel.
    fn data_table(&self) -> DataTable {
        let mut table = DataTable::new(["panel", "row", "column", "value"]);
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
                table.rows.extend(cells.map(line));
            }
        }
        table
    }
}

/// Draws a gold border around a panel.
fn border(canvas: &mut Canvas, panel: Area) {
    let inset = 3.0;
    let (left, top) = (panel.left + inset, panel.top + inset);
    let (right, bottom) = (panel.right() - inset, panel.bottom() - inset);
    let corners = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top), (right, top)];
    canvas.group("stroke-linejoin=\"round\"", |painter| painter.line(&corners, HIGHLIGHT, 3.0));
}

impl_chart!(Panels);
