//! What all chart builders have in common.

use std::sync::Arc;

use super::Figure;
use super::canvas::{Area, Canvas};
use super::data_table::DataTable;
use crate::{Error, ErrorKind, Result};

/// The margin around a chart, in pixels.
pub(super) const MARGIN: f64 = 14.0;
/// Font sizes in pixels.
pub(super) const TITLE_SIZE: f64 = 16.0;
pub(super) const LABEL_SIZE: f64 = 13.0;
pub(super) const NUMBER_SIZE: f64 = 12.0;

/// The smallest and the largest side of a figure, in pixels. In a smaller figure labels cover what they label; a larger one
/// fits no screen.
const MIN_SIDE: i64 = 200;
const MAX_SIDE: i64 = 4000;
/// The default width of a figure, in pixels.
const DEFAULT_WIDTH: f64 = 680.0;

/// The options that every builder has.
#[derive(Clone, Default)]
pub(super) struct ChartOptions {
    pub(super) title: String,
    pub(super) size: Option<(i64, i64)>,
    /// Why the chart can't be drawn. It becomes an error when the figure is drawn, so that a chain of setters needs no `?`.
    pub(super) problem: Option<String>,
}

impl ChartOptions {
    pub(super) fn with_title(title: impl Into<String>) -> Self {
        Self { title: title.into(), ..Self::default() }
    }

    /// Records why the chart can't be drawn. The first problem is the one that is reported.
    pub(super) fn record_problem(&mut self, problem: String) {
        self.problem.get_or_insert(problem);
    }
}

/// A chart that can be drawn on an area of a canvas.
pub(super) trait Chart: Send + Sync {
    /// Returns the name of the builder's type, for errors.
    fn builder_name(&self) -> &'static str;

    fn options(&self) -> &ChartOptions;

    /// Checks that the data and the options of this kind of chart can be drawn.
    fn check_content(&self) -> Result<()>;

    /// Returns the default width and height if about `width` is available.
    fn default_size(&self, width: f64) -> (f64, f64);

    fn draw(&self, canvas: &mut Canvas, area: Area);

    /// Describes the chart in sentences.
    fn description(&self) -> String;

    /// Describes the chart in a few words, to follow the title.
    fn summary(&self) -> String;

    /// Returns all data of the chart.
    fn data_table(&self) -> DataTable;

    /// Returns the largest size in bytes of the figure in a notebook, all MIME types together.
    fn max_bytes(&self) -> usize {
        280_000
    }

    /// Returns the title, which may be empty.
    fn chart_title(&self) -> &str {
        &self.options().title
    }

    /// Returns the width and height to draw at: those set by the user, or else the defaults for about the given width.
    fn figure_size(&self, width: f64) -> (f64, f64) {
        self.options().size.map_or_else(|| self.default_size(width), |(width, height)| (width as f64, height as f64))
    }

    /// Returns an error about the builder's input.
    fn fail(&self, problem: &str) -> Result<()> {
        let title = self.chart_title();
        let title = if title.is_empty() { String::new() } else { format!(" \"{title}\"") };
        Err(Error::new(ErrorKind::Argument, format!("{}{title}: {problem}", self.builder_name())))
    }

    /// Checks that the chart can be drawn.
    fn check(&self) -> Result<()> {
        let ChartOptions { size, problem, .. } = self.options();
        if let Some(problem) = problem {
            return self.fail(problem);
        }
        if let Some((width, height)) = size
            && ![width, height].iter().all(|side| (MIN_SIDE..=MAX_SIDE).contains(side))
        {
            return self.fail(&format!(
                "size({width}, {height}) is out of range. Give a width and height from {MIN_SIDE} to {MAX_SIDE} pixels."
            ));
        }
        self.check_content()
    }
}

/// Draws the figure of a chart.
pub(super) fn render(chart: Arc<dyn Chart>) -> Result<Figure> {
    chart.check()?;
    let (width, height) = chart.figure_size(DEFAULT_WIDTH);
    let mut canvas = Canvas::new(width, height);
    chart.draw(&mut canvas, Area { left: 0.0, top: 0.0, width, height });
    let svg = canvas.into_svg(chart.chart_title(), &chart.description());
    Ok(Figure::new(svg, chart))
}

/// Implements what every builder has: a title, a size, and the ways to draw, save and show the figure. The builder is `Clone`
/// and a [`Chart`] with a field `options` of type [`ChartOptions`].
macro_rules! impl_chart {
    ($builder:ident) => {
        impl $builder {
            /// Sets the title above the chart.
            #[must_use]
            pub fn title(mut self, title: impl Into<String>) -> Self {
                self.options.title = title.into();
                self
            }

            /// Sets the width and height of the figure, from 200 to 4000 pixels. The default depends on the content.
            #[must_use]
            pub fn size(mut self, width: impl $crate::IntoCount, height: impl $crate::IntoCount) -> Self {
                self.options.size = Some((width.into_i64(), height.into_i64()));
                self
            }

            /// Draws the figure. A cell that ends with the builder itself does the same.
            ///
            /// # Errors
            /// If the builder's input can't be drawn. The message says what and why.
            pub fn figure(&self) -> $crate::Result<$crate::figure::Figure> {
                $crate::figure::chart::render(std::sync::Arc::new(self.clone()))
            }

            /// Draws the figure and writes it to a file, as [`Figure::save`](crate::Figure::save) does.
            ///
            /// # Errors
            /// If the figure can't be drawn, the file name has another extension, or the file can't be written.
            pub fn save(&self, path: impl AsRef<std::path::Path>) -> $crate::Result<()> {
                self.figure()?.save(path)
            }
        }

        /// Shows the figure. If it can't be drawn, the cell fails with the reason.
        impl $crate::notebook::Show for $builder {
            fn show(&self) {
                $crate::notebook::show_or_fail(&self.figure());
            }
        }

        $crate::notebook::show_in_notebook!($builder);

        impl From<$builder> for $crate::figure::Panel {
            fn from(builder: $builder) -> Self {
                Self::new(std::sync::Arc::new(builder))
            }
        }

        impl std::fmt::Display for $builder {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                match self.figure() {
                    Ok(figure) => std::fmt::Display::fmt(&figure, f),
                    Err(error) => write!(f, "No figure: {error}"),
                }
            }
        }

        impl std::fmt::Debug for $builder {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Display::fmt(self, f)
            }
        }
    };
}
pub(super) use impl_chart;
