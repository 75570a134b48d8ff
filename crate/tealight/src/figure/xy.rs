//! Lines and points between two axes: what [`Curves`](super::Curves) and [`Plot`](super::Plot) have in common.

mod best;
mod description;
mod draw;
mod hints;
mod path;
mod range;

use super::canvas::{Area, Canvas, Point};
use super::drawing::{Drawing, Look};
use super::frame::{Frame, drawable};
use super::numbers::{Numbers, cell};
use super::ticks::plain;
use crate::Result;

/// With more lines than this no reader could tell them apart.
const MOST_SERIES: usize = 40;

/// A builder whose figure is lines and points.
pub(super) trait XyChart: Send + Sync {
    const BUILDER: &'static str;
    fn parts(&self) -> (&Look, &Frame, &Xy);
}

/// What is drawn between the axes.
#[derive(Clone)]
pub(super) struct Xy {
    pub(super) series: Vec<Series>,
    pub(super) references: Vec<Reference>,
    /// Whether every point has a dot.
    pub(super) markers: bool,
    /// Whether the area between a solid line and the dashed one after it is shaded.
    pub(super) gap: bool,
    /// Which points are marked as the best.
    pub(super) best: Option<Best>,
    /// Points up to this place are left out.
    pub(super) after: f64,
    /// Whether the places are the whole numbers from 1 on, called epochs.
    pub(super) epochs: bool,
}

/// Points that belong together.
#[derive(Clone)]
pub(super) struct Series {
    pub(super) name: String,
    pub(super) points: Vec<Point>,
    pub(super) look: SeriesLook,
    /// The index of its colour.
    pub(super) color: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SeriesLook {
    Solid,
    Dashed,
    Dots,
}

/// A straight line across the plot, to compare with.
#[derive(Clone)]
pub(super) struct Reference {
    pub(super) name: String,
    pub(super) value: f64,
    pub(super) upright: bool,
}

/// Which value is the best.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Best {
    Highest,
    Lowest,
}

impl Xy {
    pub(super) fn new(epochs: bool) -> Self {
        Self {
            series: Vec::new(),
            references: Vec::new(),
            markers: false,
            gap: false,
            best: None,
            after: f64::NEG_INFINITY,
            epochs,
        }
    }

    /// Adds points in a colour of their own.
    pub(super) fn add(&mut self, name: String, points: Vec<Point>, look: SeriesLook) {
        let color = self.series.iter().map(|series| series.color + 1).max().unwrap_or(0);
        self.series.push(Series { name, points, look, color });
    }

    /// The number of points of the longest series.
    pub(super) fn longest(&self) -> usize {
        self.series.iter().map(|series| series.points.len()).max().unwrap_or(0)
    }

    /// The points of a series that are not left out, each with its value if an axis can hold it.
    fn kept<'a>(&'a self, series: &'a Series) -> impl Iterator<Item = (f64, Option<f64>)> + Clone + 'a {
        let kept = series.points.iter().filter(|point| drawable(point.0) && point.0 > self.after);
        kept.map(|&(x, y)| (x, drawable(y).then_some(y)))
    }

    /// What a place is called: "epoch 7", "x = 0.5".
    fn place_name(&self, x: f64) -> String {
        if self.epochs { format!("epoch {x}") } else { format!("x = {}", plain(x)) }
    }

    fn numbers(&self, x_label: &str) -> Numbers {
        if self.epochs {
            let names = self.series.iter().map(|series| series.name.as_str());
            let first = if x_label.is_empty() { "epoch" } else { x_label };
            let mut numbers = Numbers::new(std::iter::once(first).chain(names));
            for index in 0..self.longest() {
                let value = |series: &Series| series.points.get(index).map_or(f64::NAN, |point| point.1);
                numbers.push((index + 1).to_string(), self.series.iter().map(value));
            }
            return numbers;
        }
        let mut numbers = Numbers::new(["series", "x", "y"]);
        for series in &self.series {
            let row = |&(x, y): &Point| vec![series.name.clone(), cell(x), cell(y)];
            numbers.rows.extend(series.points.iter().map(row));
        }
        numbers
    }
}

impl<T: XyChart> Drawing for T {
    fn builder(&self) -> &'static str {
        T::BUILDER
    }

    fn look(&self) -> &Look {
        self.parts().0
    }

    fn check_content(&self) -> Result<()> {
        let (_, frame, xy) = self.parts();
        if xy.series.len() > MOST_SERIES {
            return self.wrong(&format!(
                "got {}; more than {MOST_SERIES} can't be told apart. Draw them in several figures.",
                counted(xy.series.len(), if xy.epochs { "curve" } else { "series" })
            ));
        }
        frame.check(self)
    }

    fn natural_extent(&self, width: f64) -> (f64, f64) {
        let (look, frame, xy) = self.parts();
        xy.extent(look, frame, width)
    }

    fn draw(&self, canvas: &mut Canvas, area: Area) {
        let (look, frame, xy) = self.parts();
        xy.draw(look, frame, canvas, area);
    }

    fn budget(&self) -> usize {
        58_000
    }

    fn description(&self) -> String {
        self.parts().2.in_words()
    }

    fn summary(&self) -> String {
        self.parts().2.in_short()
    }

    fn numbers(&self) -> Numbers {
        let (_, frame, xy) = self.parts();
        xy.numbers(&frame.x_label)
    }
}

/// "1 curve", "2 curves", "2 series".
pub(super) fn counted(count: usize, thing: &str) -> String {
    format!("{count} {thing}{}", if count == 1 || thing.ends_with('s') { "" } else { "s" })
}

/// Gives a builder of lines and points what they have in common. The builder has a field `xy`, an [`Xy`].
macro_rules! xy_chart {
    ($builder:ident) => {
        impl $crate::figure::xy::XyChart for $builder {
            const BUILDER: &'static str = stringify!($builder);

            fn parts(
                &self,
            ) -> (&$crate::figure::drawing::Look, &$crate::figure::frame::Frame, &$crate::figure::xy::Xy) {
                (&self.look, &self.frame, &self.xy)
            }
        }

        impl $builder {
            /// New names for the lines and points, in the order in which they were added: one for each.
            #[must_use]
            pub fn labels<S: Into<String>>(mut self, labels: impl IntoIterator<Item = S>) -> Self {
                let labels: Vec<String> = labels.into_iter().map(Into::into).collect();
                let wanted = self.xy.series.len();
                if labels.len() == wanted {
                    for (series, label) in self.xy.series.iter_mut().zip(labels) {
                        series.name = label;
                    }
                } else {
                    let thing = if self.xy.epochs { "curve" } else { "series" };
                    self.look.impossible(format!(
                        "labels() got {} for {}. Give one for each, in the order they were added.",
                        labels.len(),
                        $crate::figure::xy::counted(wanted, thing)
                    ));
                }
                self
            }

            /// Whether every point of a line has a dot; by default a line has none. Of very many points the dots would
            /// touch, and there are none.
            #[must_use]
            pub fn markers(mut self, markers: bool) -> Self {
                self.xy.markers = markers;
                self
            }

            /// A level line across the plot at `value`, to compare with; the legend explains it.
            #[must_use]
            pub fn horizontal_line(mut self, name: impl Into<String>, value: impl $crate::Number) -> Self {
                let reference =
                    $crate::figure::xy::Reference { name: name.into(), value: value.number(), upright: false };
                self.xy.references.push(reference);
                self
            }

            /// An upright line through the plot at this place, to compare with; the legend explains it.
            #[must_use]
            pub fn vertical_line(mut self, name: impl Into<String>, place: impl $crate::Number) -> Self {
                let reference =
                    $crate::figure::xy::Reference { name: name.into(), value: place.number(), upright: true };
                self.xy.references.push(reference);
                self
            }
        }

        $crate::figure::drawing::chart!($builder);
        $crate::figure::frame::framed!($builder);
        $crate::figure::frame::limited!($builder);
    };
}
pub(super) use xy_chart;
