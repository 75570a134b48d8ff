//! The options of figures with axes: labels, limits, grid and legend.

use super::chart::Chart;
use super::value_range::is_drawable;
use crate::Result;

/// The options of the axes and of the legend.
#[derive(Clone)]
pub(super) struct AxesOptions {
    pub(super) x_label: String,
    pub(super) y_label: String,
    pub(super) grid: bool,
    pub(super) legend: Option<bool>,
    pub(super) x_limits: Option<(f64, f64)>,
    pub(super) y_limits: Option<(f64, f64)>,
}

impl AxesOptions {
    pub(super) fn with_labels(x_label: impl Into<String>, y_label: impl Into<String>) -> Self {
        Self {
            x_label: x_label.into(),
            y_label: y_label.into(),
            grid: true,
            legend: None,
            x_limits: None,
            y_limits: None,
        }
    }

    /// Checks that the limits are finite and in order.
    pub(super) fn check(&self, chart: &dyn Chart) -> Result<()> {
        for (name, limits) in [("x_limits", self.x_limits), ("y_limits", self.y_limits)] {
            if let Some((from, to)) = limits
                && !(is_drawable(from) && is_drawable(to) && from < to)
            {
                return chart.fail(&format!("{name}({from}, {to}): give a lower and a higher limit, both finite."));
            }
        }
        Ok(())
    }
}

/// Implements the options that all figures with axes have. The builder has a field `axes_options` of type [`AxesOptions`].
macro_rules! axes_setters {
    ($builder:ident) => {
        impl $builder {
            /// Sets the label of the horizontal axis.
            #[must_use]
            pub fn x_label(mut self, label: impl Into<String>) -> Self {
                self.axes_options.x_label = label.into();
                self
            }

            /// Sets the label of the vertical axis.
            #[must_use]
            pub fn y_label(mut self, label: impl Into<String>) -> Self {
                self.axes_options.y_label = label.into();
                self
            }

            /// Shows or hides the legend above the plot. By default, it is shown for two or more entries.
            #[must_use]
            pub fn legend(mut self, legend: bool) -> Self {
                self.axes_options.legend = Some(legend);
                self
            }

            /// Shows or hides the grid. By default, it is shown.
            #[must_use]
            pub fn grid(mut self, grid: bool) -> Self {
                self.axes_options.grid = grid;
                self
            }
        }
    };
}
pub(super) use axes_setters;

/// Implements the limits of both axes.
macro_rules! limits_setters {
    ($builder:ident) => {
        impl $builder {
            /// Sets the limits of the horizontal axis. By default, everything is shown.
            #[must_use]
            pub fn x_limits(mut self, first: impl $crate::IntoF64, last: impl $crate::IntoF64) -> Self {
                self.axes_options.x_limits = Some((first.into_f64(), last.into_f64()));
                self
            }
        }
        $crate::figure::axes_options::y_limits_setter!($builder);
    };
}
pub(super) use limits_setters;

/// Implements the limits of the value axis.
macro_rules! y_limits_setter {
    ($builder:ident) => {
        impl $builder {
            /// Sets the limits of the value axis. By default, it shows a range slightly larger than the values.
            #[must_use]
            pub fn y_limits(mut self, lowest: impl $crate::IntoF64, highest: impl $crate::IntoF64) -> Self {
                self.axes_options.y_limits = Some((lowest.into_f64(), highest.into_f64()));
                self
            }
        }
    };
}
pub(super) use y_limits_setter;
