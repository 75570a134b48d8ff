//! What figures with axes have in common: labels, grid, legend, limits, and the order of their parts from top to bottom.

use super::axes::{Axes, Axis};
use super::canvas::{Area, Canvas};
use super::drawing::{Drawing, MARGIN, TITLE_SIZE};
use super::legend::{Entry, Legend};
use super::text::{self, Heading};
use crate::Result;

/// Larger numbers are taken for infinite: the range of an axis that holds them would not fit a number.
const LARGEST: f64 = 1e300;

/// Whether an axis can hold the value.
pub(super) fn drawable(value: f64) -> bool {
    value.abs() <= LARGEST
}

/// The options of the axes and of the legend.
#[derive(Clone)]
pub(super) struct Frame {
    pub(super) x_label: String,
    pub(super) y_label: String,
    pub(super) grid: bool,
    pub(super) legend: Option<bool>,
    pub(super) x_limits: Option<(f64, f64)>,
    pub(super) y_limits: Option<(f64, f64)>,
}

impl Frame {
    pub(super) fn labelled(x_label: impl Into<String>, y_label: impl Into<String>) -> Self {
        Self {
            x_label: x_label.into(),
            y_label: y_label.into(),
            grid: true,
            legend: None,
            x_limits: None,
            y_limits: None,
        }
    }

    /// An error where limits were given that no axis can have.
    pub(super) fn check(&self, chart: &dyn Drawing) -> Result<()> {
        for (name, limits) in [("x_limits", self.x_limits), ("y_limits", self.y_limits)] {
            if let Some((from, to)) = limits
                && !(drawable(from) && drawable(to) && from < to)
            {
                return chart.wrong(&format!("{name}({from}, {to}): give a lower and a higher limit, both finite."));
            }
        }
        Ok(())
    }
}

/// Title, legend and axes of a figure, one below the other.
pub(super) struct Framed<'a> {
    heading: Heading,
    legend: Legend<'a>,
    corner: (f64, f64),
    pub(super) axes: Axes<'a>,
}

impl<'a> Framed<'a> {
    /// A good size for about this width: a plot of `shape` times the width under all that stands above it.
    pub(super) fn extent(title: &str, entries: Vec<Entry<'_>>, x: &Axis<'_>, width: f64, plot: f64) -> (f64, f64) {
        let room = width - 2.0 * MARGIN;
        let above = heading(title, room, f64::MAX).height() + Legend::new(entries, room, 10.0 * width).height;
        let below = Axes::below(x, room * 0.9, width * 0.8);
        (width, (2.0 * MARGIN + above + plot + 4.0 + below).round())
    }

    pub(super) fn new(title: &str, entries: Vec<Entry<'a>>, x: Axis<'a>, y: Axis<'a>, area: Area) -> Self {
        Self::with_headroom(title, entries, x, y, area, 0.0)
    }

    /// The same with so many pixels between legend and plot, for what stands above its upper edge.
    pub(super) fn with_headroom(
        title: &str,
        entries: Vec<Entry<'a>>,
        x: Axis<'a>,
        y: Axis<'a>,
        area: Area,
        headroom: f64,
    ) -> Self {
        let width = area.width - 2.0 * MARGIN;
        let left = area.left + MARGIN;
        let heading = heading(title, width, area.height);
        let legend = Legend::new(entries, width, (area.height - heading.height()) * 0.45);
        // The highest number stands halfway above the plot.
        let air = if legend.height == 0.0 { headroom.max(4.0) } else { headroom };
        let top = area.top + MARGIN + heading.height() + legend.height + air;
        let axes = Axes::new(Area { left, top, width, height: area.bottom() - MARGIN - top }, x, y);
        Self { heading, legend, corner: (left, area.top + MARGIN), axes }
    }

    /// Draws all but what belongs between the axes.
    pub(super) fn draw(&self, canvas: &mut Canvas, grid: bool) {
        self.heading.draw(canvas, self.corner);
        self.legend.draw(canvas, (self.corner.0, self.corner.1 + self.heading.height()));
        self.axes.draw(canvas, grid);
    }
}

fn heading(title: &str, width: f64, height: f64) -> Heading {
    let most = (0.3 * height / (TITLE_SIZE * text::LINE)).clamp(1.0, 4.0);
    Heading::new(title, TITLE_SIZE, width, most as usize)
}

/// A little more than the values need. What can't be negative gets no negative numbers on its axis, and what comes near to
/// zero gets the zero.
pub(super) fn range(values: impl Iterator<Item = f64> + Clone) -> (f64, f64) {
    let lowest = values.clone().fold(f64::INFINITY, f64::min);
    let highest = values.fold(f64::NEG_INFINITY, f64::max);
    if lowest > highest {
        return (0.0, 1.0);
    }
    let range = highest - lowest;
    let magnitude = lowest.abs().max(highest.abs());
    // Differences that small are the rounding of the numbers; an axis that showed them would need ten digits.
    if range <= 1e-9 * magnitude || magnitude < 1e-290 {
        let air = if magnitude < 1e-290 { 1.0 } else { 0.05 * magnitude };
        return (if lowest >= 0.0 { (lowest - air).max(0.0) } else { lowest - air }, highest + air);
    }
    let air = 0.05 * range;
    let low = if lowest >= 0.0 && lowest < 0.2 * range { 0.0 } else { lowest - air };
    let high = if highest <= 0.0 && -highest < 0.2 * range { 0.0 } else { highest + air };
    (low, high)
}

/// Gives a builder what figures with axes have. The builder has a field `frame`, a [`Frame`].
macro_rules! framed {
    ($builder:ident) => {
        impl $builder {
            /// What the horizontal axis shows.
            #[must_use]
            pub fn x_label(mut self, label: impl Into<String>) -> Self {
                self.frame.x_label = label.into();
                self
            }

            /// What the vertical axis shows.
            #[must_use]
            pub fn y_label(mut self, label: impl Into<String>) -> Self {
                self.frame.y_label = label.into();
                self
            }

            /// Whether there is a legend; by default there is from two entries on. It stands above the plot, where it
            /// covers nothing.
            #[must_use]
            pub fn legend(mut self, legend: bool) -> Self {
                self.frame.legend = Some(legend);
                self
            }

            /// Whether there is a grid; by default there is.
            #[must_use]
            pub fn grid(mut self, grid: bool) -> Self {
                self.frame.grid = grid;
                self
            }
        }
    };
}
pub(super) use framed;

/// Gives a builder limits of both axes.
macro_rules! limited {
    ($builder:ident) => {
        impl $builder {
            /// The first and the last place to show of the horizontal axis; by default all.
            #[must_use]
            pub fn x_limits(mut self, first: impl $crate::Number, last: impl $crate::Number) -> Self {
                self.frame.x_limits = Some((first.number(), last.number()));
                self
            }
        }
        $crate::figure::frame::y_limited!($builder);
    };
}
pub(super) use limited;

/// Gives a builder limits of the axis of its values.
macro_rules! y_limited {
    ($builder:ident) => {
        impl $builder {
            /// The lowest and the highest value to show; by default a little more than the values need.
            #[must_use]
            pub fn y_limits(mut self, lowest: impl $crate::Number, highest: impl $crate::Number) -> Self {
                self.frame.y_limits = Some((lowest.number(), highest.number()));
                self
            }
        }
    };
}
pub(super) use y_limited;
