//! Bar charts.

mod layout;
mod prediction_reports;
mod table_reports;

use super::axes_options::{AxesOptions, axes_setters, y_limits_setter};
use super::canvas::{Area, Canvas};
use super::chart::{Chart, ChartOptions, impl_chart};
use super::data_table::DataTable;
use super::placeholder;
use super::text;
use super::ticks::format_value;
use super::value_range::is_drawable;
use crate::convert::{self, IntoF64};
use crate::data::Dataset;
use crate::{IntoCount, Result};

/// The most bars that fit on a figure.
const MAX_BARS: usize = 400;
/// The most rows of a report that are drawn; its table shows no more either.
const MAX_REPORT_ROWS: usize = 40;

/// A bar chart: a bar, or a group of bars, for each of several names.
///
/// A cell that ends with `Bars` draws the chart. Each bar shows its value if there is space. If the names are long, the bars
/// are horizontal. A tooltip shows the name and value of each bar.
///
/// ```
/// use tealight::Bars;
///
/// let bars = Bars::new("Accuracy", ["no dropout", "dropout 0.3"])
///     .group("training", [0.999, 0.991])
///     .group("test", [0.979, 0.982])
///     .y_limits(0.95, 1.0);
/// assert_eq!(bars.to_string(), "Figure: Accuracy, 4 bars in 2 groups from 0.9790 to 0.9990");
/// ```
#[derive(Clone)]
pub struct Bars {
    options: ChartOptions,
    axes_options: AxesOptions,
    names: Vec<String>,
    groups: Vec<Group>,
    show_values: bool,
    decimals: Option<usize>,
    horizontal: Option<bool>,
    /// Whether the values are parts of a whole, so that tooltips show percentages.
    show_percent: bool,
    /// The message of a figure without bars; empty if that is an error.
    placeholder: String,
    /// A note for the description.
    note: String,
}

#[derive(Clone)]
struct Group {
    name: String,
    values: Vec<f64>,
}

impl Bars {
    /// Creates a chart with a title and names, without bars.
    pub fn new<S: Into<String>>(title: impl Into<String>, names: impl IntoIterator<Item = S>) -> Self {
        Self::with_names(title.into(), names.into_iter().map(Into::into).collect())
    }

    fn with_names(title: String, names: Vec<String>) -> Self {
        Self {
            options: ChartOptions::with_title(title),
            axes_options: AxesOptions::with_labels("", ""),
            names,
            groups: Vec::new(),
            show_values: true,
            decimals: None,
            horizontal: None,
            show_percent: false,
            placeholder: String::new(),
            note: String::new(),
        }
    }

    /// Adds a bar for each name, in a new color. There must be one value for each name.
    #[must_use]
    pub fn group(self, name: impl Into<String>, values: impl IntoIterator<Item = impl IntoF64>) -> Self {
        self.with_group(name.into(), convert::to_f64s(values))
    }

    fn with_group(mut self, name: String, values: Vec<f64>) -> Self {
        if values.len() != self.names.len() {
            let problem = format!(
                "group \"{name}\" has {} values for {} names. Give one for each.",
                values.len(),
                self.names.len()
            );
            self.options.record_problem(problem);
        }
        self.groups.push(Group { name, values });
        self
    }

    /// Shows or hides the value of each bar. By default, values are shown if there is space.
    #[must_use]
    pub fn values(mut self, shown: bool) -> Self {
        self.show_values = shown;
        self
    }

    /// Sets the decimals of the values. By default, integers have none, and other values have enough to tell them apart.
    #[must_use]
    pub fn decimals(mut self, decimals: impl IntoCount) -> Self {
        self.decimals = Some(decimals.into_i64().clamp(0, 15) as usize);
        self
    }

    /// Makes the bars horizontal or vertical. By default, they are horizontal if the names are too long to fit below them.
    #[must_use]
    pub fn horizontal(mut self, horizontal: bool) -> Self {
        self.horizontal = Some(horizontal);
        self
    }

    fn all_values(&self) -> impl Iterator<Item = f64> + Clone {
        self.groups.iter().flat_map(|group| group.values.iter().copied()).filter(|&value| is_drawable(value))
    }

    /// Returns a range that contains all values and zero, with `padding` at the ends of the bars, as a fraction of the range.
    fn value_range(&self, padding: f64) -> (f64, f64) {
        if let Some(limits) = self.axes_options.y_limits {
            return limits;
        }
        let lowest = self.all_values().fold(0.0, f64::min);
        let highest = self.all_values().fold(0.0, f64::max);
        // Divided by 4, so that the difference of the largest numbers is finite.
        let range = highest / 4.0 - lowest / 4.0;
        if range < 1e-290 {
            return (0.0, 1.0);
        }
        let ends = f64::from(u8::from(lowest < 0.0)) + f64::from(u8::from(highest > 0.0));
        let padding = 4.0 * padding * range / (1.0 - ends * padding);
        (if lowest < 0.0 { lowest - padding } else { 0.0 }, if highest > 0.0 { highest + padding } else { 0.0 })
    }

    /// Formats the value for the end of a bar.
    fn value_label(&self, value: f64) -> String {
        if !is_drawable(value) {
            return "–".to_owned();
        }
        let largest = self.all_values().fold(0.0_f64, |largest, value| largest.max(value.abs()));
        let text = match self.decimals {
            Some(decimals) => format!("{value:.decimals$}"),
            None if value != 0.0 && !(1e-3..1e7).contains(&largest) => format_value(value),
            None => format!("{value:.*}", self.default_decimals(largest)),
        };
        let text = if largest >= 10_000.0 { crate::format::group_thousands(&text) } else { text };
        text.replace('-', "−")
    }

    /// Returns no decimals for integers, otherwise enough for three digits, or four if all values are close together.
    fn default_decimals(&self, largest: f64) -> usize {
        if largest == 0.0 || self.all_values().all(|value| value.fract() == 0.0) {
            return 0;
        }
        let lowest = self.all_values().fold(f64::MAX, f64::min);
        let highest = self.all_values().fold(f64::MIN, f64::max);
        let digits = if highest - lowest < 0.05 * largest { 4 } else { 3 };
        (digits - 1 - largest.log10().floor() as i32).clamp(0, 15) as usize
    }

    /// Formats the value for the tooltip.
    fn tooltip_value(&self, value: f64) -> String {
        if !self.show_percent {
            return format_value(value);
        }
        let share = value / self.all_values().sum::<f64>().max(f64::MIN_POSITIVE);
        format!("{} ({:.1} %)", format_value(value), 100.0 * share)
    }
}

impl Dataset {
    /// Draws the number of examples of each class. Tooltips show percentages.
    ///
    /// ```
    /// use tealight::prelude::*;
    ///
    /// let (train, _) = mnist::load()?;
    /// let bars = train.plot_class_counts();
    /// assert_eq!(bars.to_string(), "Figure: Examples by class, 10 bars from 5421 to 6742");
    /// # Ok::<(), tealight::Error>(())
    /// ```
    #[must_use = "a cell shows a figure that it ends with, without a `;`; elsewhere show!(figure) does"]
    pub fn plot_class_counts(&self) -> Bars {
        let bars = Bars::new("Examples by class", self.class_names().iter().map(String::as_str));
        let bars = bars.group("examples", self.class_counts()).x_label("class").y_label("examples");
        Bars { show_percent: true, ..bars }
    }
}

impl Chart for Bars {
    fn builder_name(&self) -> &'static str {
        "Bars"
    }

    fn options(&self) -> &ChartOptions {
        &self.options
    }

    fn check_content(&self) -> Result<()> {
        let no_bars = self.groups.is_empty() || self.names.is_empty();
        if no_bars && self.placeholder.is_empty() {
            return self.fail("there are no bars. Give names, and add values for them with group().");
        }
        let bars = self.names.len() * self.groups.len();
        if bars > MAX_BARS {
            return self.fail(&format!("got {bars} bars; draw at most {MAX_BARS}, or a Histogram of the values."));
        }
        self.axes_options.check(self)
    }

    fn default_size(&self, width: f64) -> (f64, f64) {
        if self.names.is_empty() {
            placeholder::layout_size(&self.options.title, width)
        } else {
            self.layout_size(width)
        }
    }

    fn draw(&self, canvas: &mut Canvas, area: Area) {
        if self.names.is_empty() {
            return placeholder::draw(&self.options.title, &self.placeholder, canvas, area);
        }
        self.draw_chart(canvas, area);
    }

    fn description(&self) -> String {
        let mut text = format!("Bar chart: {}.", self.summary());
        for group in self.groups.iter().take(6).filter(|_| !self.names.is_empty()) {
            let bars = self.names.iter().zip(&group.values).take(20);
            let bars: Vec<_> =
                bars.map(|(name, &value)| format!("{} {}", text::one_line(name), format_value(value))).collect();
            let more = if self.names.len() > bars.len() { ", …" } else { "" };
            text += &format!(" {}: {}{more}.", text::capitalize(&group.name), bars.join(", "));
        }
        if self.note.is_empty() { text } else { format!("{text} {}", self.note) }
    }

    fn summary(&self) -> String {
        if self.names.is_empty() {
            return self.placeholder.clone();
        }
        let bars = text::pluralize(self.names.len() * self.groups.len(), "bar");
        let groups = if self.groups.len() > 1 { format!(" in {} groups", self.names.len()) } else { String::new() };
        let lowest = self.all_values().fold(f64::INFINITY, f64::min);
        let highest = self.all_values().fold(f64::NEG_INFINITY, f64::max);
        if lowest > highest {
            return format!("{bars}{groups}, none of them finite");
        }
        format!("{bars}{groups} from {} to {}", format_value(lowest), format_value(highest))
    }

    fn data_table(&self) -> DataTable {
        let first = if self.axes_options.x_label.is_empty() { "name" } else { &self.axes_options.x_label };
        let mut table =
            DataTable::new(std::iter::once(first).chain(self.groups.iter().map(|group| group.name.as_str())));
        for (index, name) in self.names.iter().enumerate() {
            let value = |group: &Group| group.values.get(index).copied().unwrap_or(f64::NAN);
            table.push(name.as_str(), self.groups.iter().map(value));
        }
        table
    }
}

impl_chart!(Bars);
axes_setters!(Bars);
y_limits_setter!(Bars);
