//! Charts of lines and points: what [`Curves`](super::Curves) and [`Plot`](super::Plot) have in common.

mod best;
mod builder;
mod description;
mod draw;
mod polyline;
mod range;
mod tooltips;

use plotters::style::RGBColor;

use super::axes_options::AxesOptions;
use super::canvas::{Area, Canvas, Point};
use super::chart::{Chart, ChartOptions};
use super::data_table::{DataTable, csv_cell};
use super::palette;
use super::text;
use super::ticks::format_value;
use super::value_range::is_drawable;
use crate::Result;
use crate::metrics::Direction;
pub(super) use builder::xy_chart;

/// The most series that can be distinguished.
const MAX_SERIES: usize = 40;

/// A builder of a chart of lines and points.
pub(super) trait XyChart: Send + Sync {
    const BUILDER: &'static str;
    fn parts(&self) -> (&ChartOptions, &AxesOptions, &XyData);
}

/// The content of a chart of lines and points.
#[derive(Clone)]
pub(super) struct XyData {
    pub(super) series: Vec<Series>,
    pub(super) references: Vec<Reference>,
    /// The markers on the points of lines.
    pub(super) markers: Markers,
    /// Whether the area between a solid line and the dashed line after it is shaded.
    pub(super) shade_gap: bool,
    /// Which points are marked as the best.
    pub(super) marked: Option<Direction>,
    /// Points with an `x` up to this value are left out.
    pub(super) skip_through: f64,
    /// Whether the `x` values are epochs, the integers from 1 on.
    pub(super) by_epoch: bool,
}

/// A line or a set of points.
#[derive(Clone)]
pub(super) struct Series {
    pub(super) name: String,
    pub(super) points: Vec<Point>,
    pub(super) style: SeriesStyle,
    /// The index of the default color.
    pub(super) color_index: usize,
    /// The color set by the user.
    pub(super) custom_color: Option<RGBColor>,
}

impl Series {
    pub(super) fn new(name: String, points: Vec<Point>, style: SeriesStyle, color_index: usize) -> Self {
        Self { name, points, style, color_index, custom_color: None }
    }

    pub(super) fn color(&self) -> RGBColor {
        self.custom_color.unwrap_or_else(|| palette::series_color(self.color_index))
    }
}

/// The markers on the points of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Markers {
    None,
    Dots,
    Crosses,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SeriesStyle {
    Solid,
    Dashed,
    Dots,
}

/// A horizontal or vertical reference line.
#[derive(Clone)]
pub(super) struct Reference {
    pub(super) name: String,
    pub(super) value: f64,
    pub(super) vertical: bool,
}

impl XyData {
    pub(super) fn new(by_epoch: bool) -> Self {
        Self {
            series: Vec::new(),
            references: Vec::new(),
            markers: Markers::None,
            shade_gap: false,
            marked: None,
            skip_through: f64::NEG_INFINITY,
            by_epoch,
        }
    }

    /// Adds a series in a new color.
    pub(super) fn add(&mut self, name: String, points: Vec<Point>, style: SeriesStyle) {
        let color_index = self.series.iter().map(|series| series.color_index + 1).max().unwrap_or(0);
        self.series.push(Series::new(name, points, style, color_index));
    }

    /// Returns the number of points of the longest series.
    pub(super) fn longest(&self) -> usize {
        self.series.iter().map(|series| series.points.len()).max().unwrap_or(0)
    }

    /// Returns the points of a series that are not left out. A value that can't be drawn is `None`.
    fn visible_points<'a>(&'a self, series: &'a Series) -> impl Iterator<Item = (f64, Option<f64>)> + Clone + 'a {
        let visible = series.points.iter().filter(|point| is_drawable(point.0) && point.0 > self.skip_through);
        visible.map(|&(x, y)| (x, is_drawable(y).then_some(y)))
    }

    /// Names an `x` value: "epoch 7", "x = 0.5".
    fn x_name(&self, x: f64) -> String {
        if self.by_epoch { format!("epoch {x}") } else { format!("x = {}", format_value(x)) }
    }

    fn data_table(&self, x_label: &str) -> DataTable {
        if self.by_epoch {
            let names = self.series.iter().map(|series| series.name.as_str());
            let first = if x_label.is_empty() { "epoch" } else { x_label };
            let mut table = DataTable::new(std::iter::once(first).chain(names));
            for index in 0..self.longest() {
                let value = |series: &Series| series.points.get(index).map_or(f64::NAN, |point| point.1);
                table.push((index + 1).to_string(), self.series.iter().map(value));
            }
            return table;
        }
        let mut table = DataTable::new(["series", "x", "y"]);
        for series in &self.series {
            let row = |&(x, y): &Point| vec![series.name.clone(), csv_cell(x), csv_cell(y)];
            table.rows.extend(series.points.iter().map(row));
        }
        table
    }
}

impl<T: XyChart> Chart for T {
    fn builder_name(&self) -> &'static str {
        T::BUILDER
    }

    fn options(&self) -> &ChartOptions {
        self.parts().0
    }

    fn check_content(&self) -> Result<()> {
        let (_, axes_options, xy) = self.parts();
        if xy.series.len() > MAX_SERIES {
            return self.fail(&format!(
                "got {}; more than {MAX_SERIES} can't be told apart. Draw them in several figures.",
                text::pluralize(xy.series.len(), if xy.by_epoch { "curve" } else { "series" })
            ));
        }
        axes_options.check(self)
    }

    fn default_size(&self, width: f64) -> (f64, f64) {
        let (options, axes_options, xy) = self.parts();
        xy.extent(options, axes_options, width)
    }

    fn draw(&self, canvas: &mut Canvas, area: Area) {
        let (options, axes_options, xy) = self.parts();
        xy.draw(options, axes_options, canvas, area);
    }

    fn max_bytes(&self) -> usize {
        58_000
    }

    fn description(&self) -> String {
        self.parts().2.describe()
    }

    fn summary(&self) -> String {
        self.parts().2.summarize()
    }

    fn data_table(&self) -> DataTable {
        let (_, axes_options, xy) = self.parts();
        xy.data_table(&axes_options.x_label)
    }
}
