//! Curves by epoch.

use super::axes_options::AxesOptions;
use super::chart::ChartOptions;
use super::text;
use super::xy::{Series, SeriesStyle, XyData, xy_chart};
use crate::IntoCount;
use crate::convert::{self, IntoF64};
use crate::history::History;
use crate::metrics::Direction;

/// A line chart of values by epoch: the first value belongs to epoch 1, the second to epoch 2, and so on.
///
/// A cell that ends with `Curves` draws the chart. Only the title and the lines are required. By default there is a light grid,
/// the axes fit the values, and two or more lines have a legend above the plot. Values that are not finite leave a gap. If
/// there are very many values, the chart shows the lowest and the highest of each section of the axis, so that no spike is
/// lost.
///
/// ```
/// use tealight::Curves;
///
/// let curves = Curves::new("Accuracy by epoch")
///     .line("training", [0.91, 0.96, 0.97])
///     .dashed_line("validation", [0.93, 0.95, 0.94])
///     .y_label("accuracy")
///     .horizontal_line("published", 0.96)
///     .mark_highest()
///     .shade_gap();
/// println!("{curves}");
/// assert!(curves.figure()?.description().contains("Best of validation: 0.9500 at epoch 2."));
/// # Ok::<(), tealight::Error>(())
/// ```
#[derive(Clone)]
pub struct Curves {
    pub(super) options: ChartOptions,
    pub(super) axes_options: AxesOptions,
    pub(super) xy: XyData,
    /// Which value of the metric is the best, if its name is known.
    pub(super) better: Option<Direction>,
}

impl Curves {
    /// Creates a chart with a title, without curves. The label of the horizontal axis is "epoch".
    pub fn new(title: impl Into<String>) -> Self {
        Self {
            options: ChartOptions::with_title(title),
            axes_options: AxesOptions::with_labels("epoch", ""),
            xy: XyData::new(true),
            better: None,
        }
    }

    /// Compares one metric of several trainings. Each training has its own color, with a solid line for training and, if there is
    /// one, a dashed line for validation.
    ///
    /// `metric` is the name of a column, such as `"loss"`.
    ///
    /// ```
    /// # fn show(small: &tealight::History, large: &tealight::History) {
    /// use tealight::Curves;
    ///
    /// Curves::compare("loss", [("16 units", small), ("256 units", large)]).title("More units")
    /// # ;}
    /// ```
    pub fn compare<'a, S: Into<String>>(metric: &str, histories: impl IntoIterator<Item = (S, &'a History)>) -> Self {
        Self::compare_all(metric, histories.into_iter().map(|(name, history)| (name.into(), history)).collect())
    }

    /// Creates empty curves for a column of a history, labeled with its name.
    pub(super) fn of_metric(name: &str) -> Self {
        let spoken = name.replace('_', " ");
        let curves = Self::new(format!("{} by epoch", text::capitalize(&spoken))).y_label(spoken);
        Self { better: Direction::of_metric(name), ..curves }
    }

    fn compare_all(metric: &str, histories: Vec<(String, &History)>) -> Self {
        let mut curves = Self::of_metric(metric);
        for (color_index, (name, history)) in histories.into_iter().enumerate() {
            let validation = history.get(&format!("val_{metric}")).ok();
            match history.get(metric) {
                Ok(training) => {
                    let shown = if validation.is_some() { format!("{name}, training") } else { name.clone() };
                    curves.push(shown, training, SeriesStyle::Solid, color_index);
                }
                Err(error) => curves.options.record_problem(format!("{name}: {error}")),
            }
            if let Some(validation) = validation {
                curves.push(format!("{name}, validation"), validation, SeriesStyle::Dashed, color_index);
            }
        }
        curves
    }

    /// Adds a solid line with one value per epoch.
    #[must_use]
    pub fn line(mut self, name: impl Into<String>, values: impl IntoIterator<Item = impl IntoF64>) -> Self {
        self.xy.add(name.into(), by_epoch(&convert::to_f64s(values)), SeriesStyle::Solid);
        self
    }

    /// Adds a dashed line with one value per epoch. By convention, validation is dashed and training is solid.
    #[must_use]
    pub fn dashed_line(mut self, name: impl Into<String>, values: impl IntoIterator<Item = impl IntoF64>) -> Self {
        self.xy.add(name.into(), by_epoch(&convert::to_f64s(values)), SeriesStyle::Dashed);
        self
    }

    fn push(&mut self, name: String, values: &[f64], style: SeriesStyle, color_index: usize) {
        self.xy.series.push(Series::new(name, by_epoch(values), style, color_index));
    }

    /// Leaves out the first epochs, whose values are often so different that the other curves would look flat.
    #[must_use]
    pub fn skip_epochs(mut self, epochs: impl IntoCount) -> Self {
        self.xy.skip_through = epochs.into_i64().max(0) as f64;
        self
    }

    /// Marks the best epoch, by validation if there is a validation curve. For curves of a history, the name of the column tells
    /// whether the highest or the lowest value is best. For other curves, use [`mark_highest`](Self::mark_highest) or
    /// [`mark_lowest`](Self::mark_lowest).
    #[must_use]
    pub fn mark_best(mut self) -> Self {
        if self.better.is_none() {
            let problem =
                "mark_best() can't tell whether high or low values are better. Use mark_highest() or mark_lowest().";
            self.options.record_problem(problem.to_owned());
        }
        self.xy.marked = self.better;
        self
    }

    /// Marks the highest value of each dashed line, and of each solid line that is not followed by a dashed one.
    #[must_use]
    pub fn mark_highest(mut self) -> Self {
        self.xy.marked = Some(Direction::Highest);
        self
    }

    /// Marks the lowest value of each dashed line, and of each solid line that is not followed by a dashed one.
    #[must_use]
    pub fn mark_lowest(mut self) -> Self {
        self.xy.marked = Some(Direction::Lowest);
        self
    }

    /// Shades the area between each solid line and the dashed line after it: the gap between training and validation.
    #[must_use]
    pub fn shade_gap(mut self) -> Self {
        self.xy.shade_gap = true;
        self
    }
}

/// Pairs each value with its epoch.
fn by_epoch(values: &[f64]) -> Vec<(f64, f64)> {
    values.iter().enumerate().map(|(index, &value)| ((index + 1) as f64, value)).collect()
}

xy_chart!(Curves);
