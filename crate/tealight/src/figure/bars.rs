//! Bars for named things.

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
use crate::data::Dataset;
use crate::number::{self, Number};
use crate::{Result, Whole};

/// More bars than this don't fit on a figure.
const MAX_BARS: usize = 400;
/// So many things of a report are drawn at most, as its table has no more rows.
const MAX_ROWS: usize = 40;

/// A bar for each of several named things, or a group of bars for each.
///
/// A cell that ends in `Bars` draws them, with the value at the end of each bar where there is room for it. Long names
/// lie beside level bars; the pointer finds name and value of each bar.
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
    values_shown: bool,
    decimals: Option<usize>,
    level: Option<bool>,
    /// Whether the values are parts of a whole, whose shares the pointer finds.
    shares: bool,
    /// What the figure says where there are no bars; empty where that is an error.
    instead: String,
    /// What else there is to know of the bars, for their description.
    remark: String,
}

#[derive(Clone)]
struct Group {
    name: String,
    values: Vec<f64>,
}

impl Bars {
    /// No bars yet, under a title, for these things.
    pub fn new<S: Into<String>>(title: impl Into<String>, names: impl IntoIterator<Item = S>) -> Self {
        Self::of_names(title.into(), names.into_iter().map(Into::into).collect())
    }

    fn of_names(title: String, names: Vec<String>) -> Self {
        Self {
            options: ChartOptions::with_title(title),
            axes_options: AxesOptions::with_labels("", ""),
            names,
            groups: Vec::new(),
            values_shown: true,
            decimals: None,
            level: None,
            shares: false,
            instead: String::new(),
            remark: String::new(),
        }
    }

    /// Adds a bar for each thing, in a colour of its own: one value for each name.
    #[must_use]
    pub fn group(self, name: impl Into<String>, values: impl IntoIterator<Item = impl Number>) -> Self {
        self.with_group(name.into(), number::list(values))
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

    /// Whether each bar carries its value; by default it does, where there is room.
    #[must_use]
    pub fn values(mut self, shown: bool) -> Self {
        self.values_shown = shown;
        self
    }

    /// The decimals of the values; by default none for whole numbers, else enough to tell the values apart.
    #[must_use]
    pub fn decimals(mut self, decimals: impl Whole) -> Self {
        self.decimals = Some(decimals.whole().clamp(0, 15) as usize);
        self
    }

    /// Whether the bars lie; by default they do where the names are too long to stand below them.
    #[must_use]
    pub fn horizontal(mut self, horizontal: bool) -> Self {
        self.level = Some(horizontal);
        self
    }

    fn values_of_all(&self) -> impl Iterator<Item = f64> + Clone {
        self.groups.iter().flat_map(|group| group.values.iter().copied()).filter(|&value| is_drawable(value))
    }

    /// From the lowest to the highest value and zero, with `padding` at the ends of the bars, as a share of all.
    fn value_range(&self, padding: f64) -> (f64, f64) {
        if let Some(limits) = self.axes_options.y_limits {
            return limits;
        }
        let lowest = self.values_of_all().fold(0.0, f64::min);
        let highest = self.values_of_all().fold(0.0, f64::max);
        // Quarters, so that the difference of the largest numbers is finite.
        let range = highest / 4.0 - lowest / 4.0;
        if range < 1e-290 {
            return (0.0, 1.0);
        }
        let ends = f64::from(u8::from(lowest < 0.0)) + f64::from(u8::from(highest > 0.0));
        let padding = 4.0 * padding * range / (1.0 - ends * padding);
        (if lowest < 0.0 { lowest - padding } else { 0.0 }, if highest > 0.0 { highest + padding } else { 0.0 })
    }

    /// The value of a bar as it stands at its end.
    fn said(&self, value: f64) -> String {
        if !is_drawable(value) {
            return "–".to_owned();
        }
        let largest = self.values_of_all().fold(0.0_f64, |largest, value| largest.max(value.abs()));
        let text = match self.decimals {
            Some(decimals) => format!("{value:.decimals$}"),
            None if value != 0.0 && !(1e-3..1e7).contains(&largest) => format_value(value),
            None => format!("{value:.*}", self.enough_decimals(largest)),
        };
        let text = if largest >= 10_000.0 { crate::format::group_thousands(&text) } else { text };
        text.replace('-', "−")
    }

    /// None for whole numbers; else three digits, or four where all values lie so close together that three would not tell
    /// them apart.
    fn enough_decimals(&self, largest: f64) -> usize {
        if largest == 0.0 || self.values_of_all().all(|value| value.fract() == 0.0) {
            return 0;
        }
        let lowest = self.values_of_all().fold(f64::MAX, f64::min);
        let highest = self.values_of_all().fold(f64::MIN, f64::max);
        let digits = if highest - lowest < 0.05 * largest { 4 } else { 3 };
        (digits - 1 - largest.log10().floor() as i32).clamp(0, 15) as usize
    }

    /// The value as the pointer finds it.
    fn tooltip_value(&self, value: f64) -> String {
        if !self.shares {
            return format_value(value);
        }
        let share = value / self.values_of_all().sum::<f64>().max(f64::MIN_POSITIVE);
        format!("{} ({:.1} %)", format_value(value), 100.0 * share)
    }
}

impl Dataset {
    /// Draws how many examples each class has; the pointer finds the share of all.
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
        Bars { shares: true, ..bars }
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
        if no_bars && self.instead.is_empty() {
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
            return placeholder::draw(&self.options.title, &self.instead, canvas, area);
        }
        self.draw_chart(canvas, area);
    }

    fn description(&self) -> String {
        let mut words = format!("Bar chart: {}.", self.summary());
        for group in self.groups.iter().take(6).filter(|_| !self.names.is_empty()) {
            let bars = self.names.iter().zip(&group.values).take(20);
            let bars: Vec<_> =
                bars.map(|(name, &value)| format!("{} {}", text::one_line(name), format_value(value))).collect();
            let more = if self.names.len() > bars.len() { ", …" } else { "" };
            words += &format!(" {}: {}{more}.", text::capitalize(&group.name), bars.join(", "));
        }
        if self.remark.is_empty() { words } else { format!("{words} {}", self.remark) }
    }

    fn summary(&self) -> String {
        if self.names.is_empty() {
            return self.instead.clone();
        }
        let bars = text::pluralize(self.names.len() * self.groups.len(), "bar");
        let groups = if self.groups.len() > 1 { format!(" in {} groups", self.names.len()) } else { String::new() };
        let lowest = self.values_of_all().fold(f64::INFINITY, f64::min);
        let highest = self.values_of_all().fold(f64::NEG_INFINITY, f64::max);
        if lowest > highest {
            return format!("{bars}{groups}, none of them finite");
        }
        format!("{bars}{groups} from {} to {}", format_value(lowest), format_value(highest))
    }

    fn data_table(&self) -> DataTable {
        let first = if self.axes_options.x_label.is_empty() { "name" } else { &self.axes_options.x_label };
        let mut numbers =
            DataTable::new(std::iter::once(first).chain(self.groups.iter().map(|group| group.name.as_str())));
        for (index, name) in self.names.iter().enumerate() {
            let value = |group: &Group| group.values.get(index).copied().unwrap_or(f64::NAN);
            numbers.push(name.as_str(), self.groups.iter().map(value));
        }
        numbers
    }
}

impl_chart!(Bars);
axes_setters!(Bars);
y_limits_setter!(Bars);
