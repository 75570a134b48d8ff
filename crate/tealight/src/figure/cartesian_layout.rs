//! The layout of figures with axes: title, legend and axes from top to bottom.

use super::axes::{Axes, Axis};
use super::canvas::{Area, Canvas};
use super::chart::{MARGIN, TITLE_SIZE};
use super::heading::Heading;
use super::legend::{Entry, Legend};
use super::text;

/// Title, legend and axes of a figure, one below the other.
pub(super) struct CartesianLayout<'a> {
    heading: Heading,
    legend: Legend<'a>,
    corner: (f64, f64),
    pub(super) axes: Axes<'a>,
}

impl<'a> CartesianLayout<'a> {
    /// Returns the default size of a figure of this width whose plot is `plot_height` high.
    pub(super) fn default_size(
        title: &str,
        entries: Vec<Entry<'_>>,
        x: &Axis<'_>,
        width: f64,
        plot_height: f64,
    ) -> (f64, f64) {
        let inner_width = width - 2.0 * MARGIN;
        let above =
            heading(title, inner_width, f64::MAX).height() + Legend::new(entries, inner_width, 10.0 * width).height;
        let below = Axes::height_below(x, inner_width * 0.9, width * 0.8);
        (width, (2.0 * MARGIN + above + plot_height + 4.0 + below).round())
    }

    pub(super) fn new(title: &str, entries: Vec<Entry<'a>>, x: Axis<'a>, y: Axis<'a>, area: Area) -> Self {
        Self::with_top_padding(title, entries, x, y, area, 0.0)
    }

    /// Lays out the figure with extra pixels between legend and plot, for labels above the upper edge of the plot.
    pub(super) fn with_top_padding(
        title: &str,
        entries: Vec<Entry<'a>>,
        x: Axis<'a>,
        y: Axis<'a>,
        area: Area,
        top_padding: f64,
    ) -> Self {
        let width = area.width - 2.0 * MARGIN;
        let left = area.left + MARGIN;
        let heading = heading(title, width, area.height);
        let legend = Legend::new(entries, width, (area.height - heading.height()) * 0.45);
        // Half of the highest tick label is above the plot.
        let padding = if legend.height == 0.0 { top_padding.max(4.0) } else { top_padding };
        let top = area.top + MARGIN + heading.height() + legend.height + padding;
        let axes = Axes::new(Area { left, top, width, height: area.bottom() - MARGIN - top }, x, y);
        Self { heading, legend, corner: (left, area.top + MARGIN), axes }
    }

    /// Draws everything except the content of the plot.
    pub(super) fn draw(&self, canvas: &mut Canvas, grid: bool) {
        self.heading.draw(canvas, self.corner);
        self.legend.draw(canvas, (self.corner.0, self.corner.1 + self.heading.height()));
        self.axes.draw(canvas, grid);
    }
}

fn heading(title: &str, width: f64, height: f64) -> Heading {
    let max_lines = (0.3 * height / (TITLE_SIZE * text::LINE_HEIGHT)).clamp(1.0, 4.0);
    Heading::new(title, TITLE_SIZE, width, max_lines as usize)
}
