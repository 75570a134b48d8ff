//! The setters that [`Curves`](crate::Curves) and [`Plot`](crate::Plot) share.

/// Implements what all builders of lines and points have. The builder has a field `xy` of type [`XyData`].
macro_rules! xy_chart {
    ($builder:ident) => {
        impl $crate::figure::xy::XyChart for $builder {
            const BUILDER: &'static str = stringify!($builder);

            fn parts(
                &self,
            ) -> (
                &$crate::figure::chart::ChartOptions,
                &$crate::figure::axes_options::AxesOptions,
                &$crate::figure::xy::XyData,
            ) {
                (&self.options, &self.axes_options, &self.xy)
            }
        }

        impl $builder {
            /// Renames the lines and points, in the order in which they were added. There must be one name for each.
            #[must_use]
            pub fn labels<S: Into<String>>(mut self, labels: impl IntoIterator<Item = S>) -> Self {
                let labels: Vec<String> = labels.into_iter().map(Into::into).collect();
                if self.check_count("labels", labels.len()) {
                    for (series, label) in self.xy.series.iter_mut().zip(labels) {
                        series.name = label;
                    }
                }
                self
            }

            /// Checks that `setter()` got one value for each series. Otherwise drawing the figure is an error.
            fn check_count(&mut self, setter: &str, got: usize) -> bool {
                let wanted = self.xy.series.len();
                if got != wanted {
                    let noun = if self.xy.by_epoch { "curve" } else { "series" };
                    self.options.record_problem(format!(
                        "{setter}() got {got} for {}. Give one for each, in the order they were added.",
                        $crate::figure::text::pluralize(wanted, noun)
                    ));
                }
                got == wanted
            }

            /// Shows or hides a dot at every point of a line. By default, lines have no dots. If the points are so many that the
            /// dots would touch, there are none.
            #[must_use]
            pub fn markers(mut self, markers: bool) -> Self {
                use $crate::figure::xy::Markers;
                self.xy.markers = if markers { Markers::Dots } else { Markers::None };
                self
            }

            /// Marks every point of a line with a cross (×) instead of a dot; see [`markers`](Self::markers).
            #[must_use]
            pub fn crosses(mut self) -> Self {
                self.xy.markers = $crate::figure::xy::Markers::Crosses;
                self
            }

            /// Sets the colors of the lines and points, in the order in which they were added. There must be one for each.
            #[must_use]
            pub fn colors(mut self, colors: impl IntoIterator<Item = $crate::Color>) -> Self {
                let colors: Vec<_> = colors.into_iter().collect();
                if self.check_count("colors", colors.len()) {
                    for (series, color) in self.xy.series.iter_mut().zip(colors) {
                        series.custom_color = Some(color.rgb());
                    }
                }
                self
            }

            /// Adds a horizontal reference line at `value`. It has an entry in the legend unless its name is empty.
            #[must_use]
            pub fn horizontal_line(mut self, name: impl Into<String>, value: impl $crate::IntoF64) -> Self {
                let reference =
                    $crate::figure::xy::Reference { name: name.into(), value: value.into_f64(), vertical: false };
                self.xy.references.push(reference);
                self
            }

            /// Adds a vertical reference line at `x`. It has an entry in the legend unless its name is empty.
            #[must_use]
            pub fn vertical_line(mut self, name: impl Into<String>, x: impl $crate::IntoF64) -> Self {
                let reference =
                    $crate::figure::xy::Reference { name: name.into(), value: x.into_f64(), vertical: true };
                self.xy.references.push(reference);
                self
            }
        }

        $crate::figure::chart::impl_chart!($builder);
        $crate::figure::axes_options::axes_setters!($builder);
        $crate::figure::axes_options::limits_setters!($builder);
    };
}
pub(in crate::figure) use xy_chart;
