//! Lines and points between two axes: what [`Curves`](super::Curves) and [`Plot`](super::Plot) have in common.

mod best;
mod builder;
mod description;
mod draw;
mod hints;
mod path;
mod range;

use plotters::style::RGBColor;

use super::canvas::{Area, Canvas, Point};
use super::drawing::{Drawing, Look};
use super::frame::{Frame, drawable};
use super::numbers::{Numbers, cell};
use super::palette;
use super::ticks::plain;
use crate::Result;
pub(super) use builder::xy_chart;

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
    /// What every point of a line has.
    pub(super) markers: Markers,
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
    /// The colour that was asked for instead.
    pub(super) chosen: Option<RGBColor>,
}

impl Series {
    pub(super) fn new(name: String, points: Vec<Point>, look: SeriesLook, color: usize) -> Self {
        Self { name, points, look, color, chosen: None }
    }

    pub(super) fn ink(&self) -> RGBColor {
        self.chosen.unwrap_or_else(|| palette::curve(self.color))
    }
}

/// What every point of a line has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Markers {
    None,
    Dots,
    Crosses,
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
            markers: Markers::None,
            gap: false,
            best: None,
            after: f64::NEG_INFINITY,
            epochs,
        }
    }

    /// Adds points in a colour of their own.
    pub(super) fn add(&mut self, name: String, points: Vec<Point>, look: SeriesLook) {
        let color = self.series.iter().map(|series| series.color + 1).max().unwrap_or(0);
        self.series.push(Series::new(name, points, look, color));
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
