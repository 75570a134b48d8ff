//! Lines and points of `x` and `y` values.

use super::axes_options::AxesOptions;
use super::chart::ChartOptions;
use super::xy::{SeriesStyle, XyData, xy_chart};
use crate::convert::{self, IntoF64};

/// A chart of lines and points with `x` and `y` values, such as accuracy by learning rate, or one pixel by another.
///
/// A cell that ends with a `Plot` draws it. Values that are not finite leave a gap in a line. For values by epoch, use
/// [`Curves`](crate::Curves).
///
/// ```
/// use tealight::Plot;
///
/// let plot = Plot::new("Accuracy by size")
///     .line("test", [16, 64, 256], [0.93, 0.96, 0.98])
///     .scatter("single runs", [16, 16, 64], [0.92, 0.94, 0.97])
///     .x_label("units")
///     .y_label("accuracy");
/// assert_eq!(plot.to_string(), "Figure: Accuracy by size, 2 series, 6 points: test, single runs");
/// # assert!(plot.figure().is_ok());
/// ```
#[derive(Clone)]
pub struct Plot {
    options: ChartOptions,
    axes_options: AxesOptions,
    xy: XyData,
}

impl Plot {
    /// Creates a chart with a title, without lines and points.
    pub fn new(title: impl Into<String>) -> Self {
        Self {
            options: ChartOptions::with_title(title),
            axes_options: AxesOptions::with_labels("", ""),
            xy: XyData::new(false),
        }
    }

    /// Adds a solid line through points, in the given order. `x` and `y` must have the same length.
    #[must_use]
    pub fn line(
        self,
        name: impl Into<String>,
        x: impl IntoIterator<Item = impl IntoF64>,
        y: impl IntoIterator<Item = impl IntoF64>,
    ) -> Self {
        self.add(name.into(), &convert::to_f64s(x), &convert::to_f64s(y), SeriesStyle::Solid)
    }

    /// Adds a dashed line through points, in the given order. `x` and `y` must have the same length.
    #[must_use]
    pub fn dashed_line(
        self,
        name: impl Into<String>,
        x: impl IntoIterator<Item = impl IntoF64>,
        y: impl IntoIterator<Item = impl IntoF64>,
    ) -> Self {
        self.add(name.into(), &convert::to_f64s(x), &convert::to_f64s(y), SeriesStyle::Dashed)
    }

    /// Adds points without a line. `x` and `y` must have the same length. At most about 2,400 points are drawn, evenly chosen;
    /// the data of the figure has them all.
    #[must_use]
    pub fn scatter(
        self,
        name: impl Into<String>,
        x: impl IntoIterator<Item = impl IntoF64>,
        y: impl IntoIterator<Item = impl IntoF64>,
    ) -> Self {
        self.add(name.into(), &convert::to_f64s(x), &convert::to_f64s(y), SeriesStyle::Dots)
    }

    fn add(mut self, name: String, x: &[f64], y: &[f64], style: SeriesStyle) -> Self {
        if x.len() != y.len() {
            let problem =
                format!("\"{name}\" has {} x values and {} y values. Give one y for each x.", x.len(), y.len());
            self.options.record_problem(problem);
        }
        self.xy.add(name, x.iter().copied().zip(y.iter().copied()).collect(), style);
        self
    }
}

xy_chart!(Plot);
