//! Heat maps.

mod cells;
mod color_bar;
mod layout;
mod scale;

use std::sync::Arc;

use super::canvas::{Area, Canvas};
use super::chart::{Chart, ChartOptions, impl_chart};
use super::color_map::ColorMap;
use super::data_table::DataTable;
use super::text;
use super::ticks::format_value;
use crate::convert::{self, IntoF64};
use crate::{IntoCount, Result};
use scale::Scale;

/// The most cells of a heat map.
const MAX_CELLS: usize = 4_000_000;

/// A heat map: a table of numbers as colors, from nearly white for the smallest to navy for the largest, in even steps of
/// lightness, or in the colors of another [`ColorMap`].
///
/// A cell that ends with a `HeatMap` draws it. The first row is at the top. Each cell shows its number if there is space. Values
/// that are not finite are gray. A map of very many cells is drawn as an image with one pixel per cell. If the image would be too
/// large, because neighboring values differ, it has fewer shades or shows means of 2 × 2 values or more.
///
/// ```
/// use tealight::HeatMap;
///
/// let map = HeatMap::new([[1.0, 0.3], [0.3, 1.0]]).title("Correlation").row_names(["a", "b"]).column_names(["a", "b"]);
/// assert_eq!(map.to_string(), "Figure: Correlation, heat map of 2 × 2 values from 0.3000 to 1");
/// ```
#[derive(Clone)]
pub struct HeatMap {
    options: ChartOptions,
    rows: Arc<[Vec<f64>]>,
    x_label: String,
    y_label: String,
    row_names: Vec<String>,
    column_names: Vec<String>,
    annotated: bool,
    decimals: Option<usize>,
    color_bar: bool,
    color_label: String,
    color_scale: ColorScale,
    color_map: ColorMap,
    limits: Option<(f64, f64)>,
    /// A description and a summary that replace the generic ones.
    custom_text: Option<(String, String)>,
}

/// How values map to positions on the color bar.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ColorScale {
    /// Proportionally.
    #[default]
    Linear,
    /// By `ln(1 + value / unit)`, for nonnegative values of different orders of magnitude: 3 and 10 differ visibly from 0
    /// beside 1000. The unit is 1 if all values are integers, otherwise a thousandth of the largest.
    Log,
}

impl HeatMap {
    /// Creates a heat map of rows, which must have the same length.
    pub fn new(rows: impl IntoIterator<Item = impl IntoIterator<Item = impl IntoF64>>) -> Self {
        Self::from_rows(rows.into_iter().map(convert::to_f64s).collect())
    }

    fn from_rows(rows: Vec<Vec<f64>>) -> Self {
        Self {
            options: ChartOptions::default(),
            rows: rows.into(),
            x_label: String::new(),
            y_label: String::new(),
            row_names: Vec::new(),
            column_names: Vec::new(),
            annotated: true,
            decimals: None,
            color_bar: true,
            color_label: String::new(),
            color_scale: ColorScale::Linear,
            color_map: ColorMap::default(),
            limits: None,
            custom_text: None,
        }
    }

    /// Sets the label of the columns. There is none by default.
    #[must_use]
    pub fn x_label(mut self, label: impl Into<String>) -> Self {
        self.x_label = label.into();
        self
    }

    /// Sets the label of the rows. There is none by default.
    #[must_use]
    pub fn y_label(mut self, label: impl Into<String>) -> Self {
        self.y_label = label.into();
        self
    }

    /// Sets a name for each row, from the top.
    #[must_use]
    pub fn row_names<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.row_names = names.into_iter().map(Into::into).collect();
        self
    }

    /// Sets a name for each column, from the left.
    #[must_use]
    pub fn column_names<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.column_names = names.into_iter().map(Into::into).collect();
        self
    }

    /// Shows or hides the numbers in the cells. By default, they are shown if the cells are large enough.
    #[must_use]
    pub fn annotated(mut self, annotated: bool) -> Self {
        self.annotated = annotated;
        self
    }

    /// Sets the decimals of the numbers in the cells. By default, integers have none, and other numbers have enough for about two
    /// digits.
    #[must_use]
    pub fn decimals(mut self, decimals: impl IntoCount) -> Self {
        self.decimals = Some(decimals.into_i64().clamp(0, 15) as usize);
        self
    }

    /// Shows or hides the color bar, which maps colors to values. By default, it is shown.
    #[must_use]
    pub fn color_bar(mut self, color_bar: bool) -> Self {
        self.color_bar = color_bar;
        self
    }

    /// Sets the label of the color bar. There is none by default.
    #[must_use]
    pub fn color_label(mut self, label: impl Into<String>) -> Self {
        self.color_label = label.into();
        self
    }

    /// Sets how values map to colors. The default is [`ColorScale::Linear`].
    #[must_use]
    pub fn color_scale(mut self, scale: ColorScale) -> Self {
        self.color_scale = scale;
        self
    }

    /// Sets the values of the lightest and the darkest color. The default is the smallest and the largest value, or 0 and the
    /// largest value with [`ColorScale::Log`]. Values beyond a limit have the color of the limit.
    #[must_use]
    pub fn limits(mut self, lowest: impl IntoF64, highest: impl IntoF64) -> Self {
        self.limits = Some((lowest.into_f64(), highest.into_f64()));
        self
    }

    /// Sets the colors. The default is [`ColorMap::Blues`]. With a diverging map such as [`ColorMap::Coolwarm`], zero is in the
    /// middle if there are negative and positive values.
    #[must_use]
    pub fn color_map(mut self, map: ColorMap) -> Self {
        self.color_map = map;
        self
    }

    /// Replaces the generic description and summary.
    pub(super) fn with_description(mut self, description: String, summary: String) -> Self {
        self.custom_text = Some((description, summary));
        self
    }

    fn columns(&self) -> usize {
        self.rows.first().map_or(0, Vec::len)
    }

    fn finite_values(&self) -> impl Iterator<Item = f64> {
        self.rows.iter().flatten().copied().filter(|value| value.is_finite())
    }

    fn check_shape(&self) -> Result<()> {
        let (rows, columns) = (self.rows.len(), self.columns());
        if rows == 0 || columns == 0 {
            return self.fail("there are no values. Give at least one row with one value.");
        }
        if let Some((index, row)) = self.rows.iter().enumerate().find(|(_, row)| row.len() != columns) {
            let problem = format!("row {index} has {} values and row 0 has {columns}. Make them equal.", row.len());
            return self.fail(&problem);
        }
        if rows * columns > MAX_CELLS {
            let problem = format!("{rows} × {columns} values are too many; draw at most {MAX_CELLS}.");
            return self.fail(&problem);
        }
        for (side, names, count) in [("row", &self.row_names, rows), ("column", &self.column_names, columns)] {
            if !names.is_empty() && names.len() != count {
                let (got, wanted) = (text::pluralize(names.len(), "name"), text::pluralize(count, side));
                let problem = format!("{side}_names() got {got} for {wanted}. Give one for each.");
                return self.fail(&problem);
            }
        }
        Ok(())
    }

    fn check_scale(&self) -> Result<()> {
        if let Some((lowest, highest)) = self.limits
            && !(lowest.is_finite() && highest.is_finite() && lowest < highest)
        {
            let problem = format!("limits({lowest}, {highest}): give a lower and a higher limit, both finite.");
            return self.fail(&problem);
        }
        let lowest = self.limits.map_or_else(|| self.finite_values().fold(0.0, f64::min), |(lowest, _)| lowest);
        if self.color_scale == ColorScale::Log && lowest < 0.0 {
            let problem = format!("ColorScale::Log needs values from 0 up, got {lowest}. Use ColorScale::Linear.");
            return self.fail(&problem);
        }
        Ok(())
    }

    fn scale(&self) -> Scale {
        let mut limits = self.limits;
        if limits.is_none() && self.color_map.is_diverging() && self.color_scale == ColorScale::Linear {
            let farthest = self.finite_values().fold(0.0_f64, |farthest, value| farthest.max(value.abs()));
            let both_sides =
                self.finite_values().any(|value| value < 0.0) && self.finite_values().any(|value| value > 0.0);
            limits = both_sides.then_some((-farthest, farthest));
        }
        Scale::new(self.color_scale, self.color_map, limits, self.finite_values())
    }
}

impl Chart for HeatMap {
    fn builder_name(&self) -> &'static str {
        "HeatMap"
    }

    fn options(&self) -> &ChartOptions {
        &self.options
    }

    fn check_content(&self) -> Result<()> {
        self.check_shape()?;
        self.check_scale()
    }

    fn default_size(&self, width: f64) -> (f64, f64) {
        self.layout_size(width)
    }

    fn draw(&self, canvas: &mut Canvas, area: Area) {
        self.draw_chart(canvas, area);
    }

    fn data_table(&self) -> DataTable {
        let name = |names: &[String], index: usize| names.get(index).cloned().unwrap_or_else(|| index.to_string());
        let corner = if self.y_label.is_empty() { "row" } else { &self.y_label };
        let columns = (0..self.columns()).map(|column| name(&self.column_names, column));
        let mut table = DataTable::new(std::iter::once(corner.to_owned()).chain(columns));
        for (index, row) in self.rows.iter().enumerate() {
            table.push(name(&self.row_names, index), row.iter().copied());
        }
        table
    }

    fn description(&self) -> String {
        if let Some((description, _)) = &self.custom_text {
            return description.clone();
        }
        let named =
            |label: &str, axis: &str| if label.is_empty() { String::new() } else { format!(" {axis}: {label}.") };
        let missing = self.rows.iter().flatten().filter(|value| !value.is_finite()).count();
        let missing = match missing {
            0 => String::new(),
            1 => " 1 value is not finite and grey.".to_owned(),
            count => format!(" {count} values are not finite and grey."),
        };
        let (rows, columns) = (named(&self.y_label, "Rows"), named(&self.x_label, "Columns"));
        format!("{}.{rows}{columns}{missing}", text::capitalize(&self.summary()))
    }

    fn summary(&self) -> String {
        if let Some((_, summary)) = &self.custom_text {
            return summary.clone();
        }
        let (rows, columns) = (self.rows.len(), self.columns());
        let lowest = self.finite_values().fold(f64::INFINITY, f64::min);
        let highest = self.finite_values().fold(f64::NEG_INFINITY, f64::max);
        if lowest > highest {
            return format!("heat map of {rows} × {columns} values, none of them finite");
        }
        format!("heat map of {rows} × {columns} values from {} to {}", format_value(lowest), format_value(highest))
    }
}

impl_chart!(HeatMap);
