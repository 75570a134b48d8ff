//! What [`Curves`](crate::Curves) and [`Plot`](crate::Plot) are told in the same words.

/// Gives a builder of lines and points what they have in common. The builder has a field `xy`, an [`XyData`].
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
            /// New names for the lines and points, in the order in which they were added: one for each.
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

            /// Whether `setter()` got as many things as there are lines and points; if not, the figure says so.
            fn check_count(&mut self, setter: &str, got: usize) -> bool {
                let wanted = self.xy.series.len();
                if got != wanted {
                    let thing = if self.xy.by_epoch { "curve" } else { "series" };
                    self.options.record_problem(format!(
                        "{setter}() got {got} for {}. Give one for each, in the order they were added.",
                        $crate::figure::text::pluralize(wanted, thing)
                    ));
                }
                got == wanted
            }

            /// Whether every point of a line has a dot; by default a line has none. Of very many points the dots would
            /// touch, and there are none.
            #[must_use]
            pub fn markers(mut self, markers: bool) -> Self {
                use $crate::figure::xy::Markers;
                self.xy.markers = if markers { Markers::Dots } else { Markers::None };
                self
            }

            /// TickKind every point of a line with a cross (×), as [`markers`](Self::markers) does with a dot.
            #[must_use]
            pub fn crosses(mut self) -> Self {
                self.xy.markers = $crate::figure::xy::Markers::Crosses;
                self
            }

            /// Other colours for the lines and points, in the order in which they were added: one for each.
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

            /// A level line across the plot at `value`, to compare with; the legend explains it, unless its name is empty.
            #[must_use]
            pub fn horizontal_line(mut self, name: impl Into<String>, value: impl $crate::Number) -> Self {
                let reference =
                    $crate::figure::xy::Reference { name: name.into(), value: value.number(), vertical: false };
                self.xy.references.push(reference);
                self
            }

            /// An vertical line through the plot at this place, to compare with; the legend explains it, unless its name is
            /// empty.
            #[must_use]
            pub fn vertical_line(mut self, name: impl Into<String>, place: impl $crate::Number) -> Self {
                let reference =
                    $crate::figure::xy::Reference { name: name.into(), value: place.number(), vertical: true };
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
