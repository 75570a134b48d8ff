//! Several drawings in one figure.

use super::canvas::{Area, Canvas};
use super::curves::Curves;
use super::drawing::{Drawing, MARGIN, shows_its_figure};
use super::heat_map::HeatMap;
use super::text::Heading;
use crate::Result;

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
    title: String,
    panels: Vec<Panel>,
    columns: Option<usize>,
    size: Option<(u32, u32)>,
}

/// What can be a panel; every builder of figures turns into one.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Panel {
    /// Curves over the epochs.
    Curves(Box<Curves>),
    /// A table of numbers as colours.
    HeatMap(Box<HeatMap>),
}

impl From<Curves> for Panel {
    fn from(curves: Curves) -> Self {
        Self::Curves(Box::new(curves))
    }
}

impl From<HeatMap> for Panel {
    fn from(map: HeatMap) -> Self {
        Self::HeatMap(Box::new(map))
    }
}

impl Panel {
    fn drawing(&self) -> &dyn Drawing {
        match self {
            Self::Curves(curves) => curves.as_ref(),
            Self::HeatMap(map) => map.as_ref(),
        }
    }
}

impl Panels {
    /// No panels yet, under a title.
    pub fn new(title: impl Into<String>) -> Self {
        Self { title: title.into(), panels: Vec::new(), columns: None, size: None }
    }

    /// Adds a drawing to the right of the last, or below where the row is full.
    #[expect(clippy::should_implement_trait, reason = "panels are added to a figure as layers are to a network")]
    #[must_use]
    pub fn add(mut self, panel: impl Into<Panel>) -> Self {
        self.panels.push(panel.into());
        self
    }

    /// The title above all panels.
    #[must_use]
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = title.into();
        self
    }

    /// How many panels stand side by side; by default up to three, and four as two by two.
    #[must_use]
    pub fn columns(mut self, columns: usize) -> Self {
        self.columns = Some(columns);
        self
    }

    /// The width and height of the figure, from 200 to 4000 pixels; by default what the panels need.
    #[must_use]
    pub fn size(mut self, width: u32, height: u32) -> Self {
        self.size = Some((width, height));
        self
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
            let (width, height) = panel.drawing().extent(wanted);
            widths[index % across] = widths[index % across].max(width);
            heights[index / across] = heights[index / across].max(height);
        }
        (widths, heights)
    }

    fn heading(&self, width: f64) -> Heading {
        Heading::new(&self.title, TITLE_SIZE, width - 2.0 * MARGIN, 3)
    }

    /// The height that the title takes above the panels, which bring a margin of their own.
    fn above(&self, width: f64) -> f64 {
        let height = self.heading(width).height();
        if height == 0.0 { 0.0 } else { MARGIN + height - MARGIN / 2.0 }
    }
}

impl Drawing for Panels {
    fn builder(&self) -> &'static str {
        "Panels"
    }

    fn caption(&self) -> &str {
        &self.title
    }

    fn check(&self) -> Result<()> {
        if self.panels.is_empty() {
            return self.wrong("there are no panels. Add one with add().");
        }
        for panel in &self.panels {
            panel.drawing().check()?;
        }
        self.check_size(self.size)?;
        let across = self.across();
        let (width, height) = self.extent(WIDTH);
        let down = self.panels.len().div_ceil(across);
        let panel = (width / across as f64, (height - self.above(width)) / down as f64);
        if panel.0 < 160.0 || panel.1 < 120.0 {
            let problem = format!(
                "{across} × {down} panels in {width:.0} × {height:.0} pixels leave {:.0} × {:.0} for each. Give them at \
                 least 160 × 120 with size() or columns().",
                panel.0, panel.1
            );
            return self.wrong(&problem);
        }
        Ok(())
    }

    fn extent(&self, _: f64) -> (f64, f64) {
        if let Some((width, height)) = self.size {
            return (f64::from(width), f64::from(height));
        }
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
            panel.drawing().draw(canvas, place);
        }
    }

    fn description(&self) -> String {
        let words = |(index, panel): (usize, &Panel)| {
            let drawing = panel.drawing();
            format!("Panel {}: {}. {}", index + 1, drawing.caption(), drawing.description())
        };
        self.panels.iter().enumerate().map(words).collect::<Vec<_>>().join(" ")
    }

    fn summary(&self) -> String {
        let titles: Vec<&str> = self.panels.iter().map(|panel| panel.drawing().caption()).collect();
        let count = if titles.len() == 1 { "1 panel".to_owned() } else { format!("{} panels", titles.len()) };
        format!("{count}: {}", titles.join(", "))
    }
}

shows_its_figure!(Panels);
