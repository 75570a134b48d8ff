//! How often which values occur.

mod bins;
mod density;
mod draw;

use super::canvas::{Area, Canvas};
use super::drawing::{Drawing, Look, chart};
use super::frame::{Frame, drawable, framed, limited};
use super::numbers::{self, Number, Numbers, cell};
use super::ticks::plain;
use super::xy::counted;
use crate::{Result, Whole};
use bins::Bins;

/// More bins than this are thinner than a pixel.
const MOST_BINS: i64 = 400;
/// More sets of values than this can't be told apart where they lie on each other.
const MOST_SETS: usize = 7;

/// How often which values occur: a bar for each of several equal ranges of values.
///
/// A cell that ends in a `Histogram` draws it. Several sets of values lie on each other, each seen through the others, in
/// the same ranges. Values that are not finite are left out, and counted in the description.
///
/// ```
/// use tealight::Histogram;
///
/// let histogram = Histogram::new("Mean pixel").values("images", [0.10, 0.12, 0.14, 0.31]).bins(4);
/// assert_eq!(histogram.to_string(), "Figure: Mean pixel, 4 values from 0.1000 to 0.3100 in 4 bins");
/// # assert!(histogram.figure().is_ok());
/// ```
#[derive(Clone)]
pub struct Histogram {
    look: Look,
    frame: Frame,
    sets: Vec<Set>,
    bins: Option<i64>,
    density: bool,
    curve: bool,
}

#[derive(Clone)]
struct Set {
    name: String,
    values: Vec<f64>,
}

impl Set {
    fn finite(&self) -> impl Iterator<Item = f64> + Clone {
        self.values.iter().copied().filter(|&value| drawable(value))
    }
}

impl Histogram {
    /// No values yet, under a title.
    pub fn new(title: impl Into<String>) -> Self {
        Self {
            look: Look::titled(title),
            frame: Frame::labelled("", ""),
            sets: Vec::new(),
            bins: None,
            density: false,
            curve: false,
        }
    }

    /// Adds a set of values, in a colour of its own.
    #[must_use]
    pub fn values(mut self, name: impl Into<String>, values: impl IntoIterator<Item = impl Number>) -> Self {
        self.sets.push(Set { name: name.into(), values: numbers::list(values) });
        self
    }

    /// The number of bins, from 1 to 400; by default NumPy's `"auto"`: the more of what Sturges and of what Freedman and
    /// Diaconis recommend.
    #[must_use]
    pub fn bins(mut self, bins: impl Whole) -> Self {
        self.bins = Some(bins.whole());
        self
    }

    /// Draws densities instead of counts: the areas of the bars of a set add up to 1, so that sets of different sizes can
    /// be compared.
    #[must_use]
    pub fn density(mut self) -> Self {
        self.density = true;
        self
    }

    /// Draws densities, and over the bars of each set the smooth curve of its estimated density: a Gaussian kernel with
    /// Scott's bandwidth, as SciPy's `gaussian_kde` has it.
    #[must_use]
    pub fn curve(mut self) -> Self {
        (self.density, self.curve) = (true, true);
        self
    }

    /// The bins that all sets share.
    fn shared_bins(&self) -> Bins {
        let all: Vec<f64> = self.sets.iter().flat_map(Set::finite).collect();
        Bins::new(&all, self.bins.and_then(|bins| usize::try_from(bins).ok()), self.frame.x_limits)
    }

    /// The heights of the bars of a set.
    fn heights(&self, bins: &Bins, set: &Set) -> Vec<f64> {
        let counts = bins.counts(set.finite());
        let total = counts.iter().sum::<f64>();
        if self.density && total > 0.0 {
            counts.iter().map(|count| count / (total * bins.width())).collect()
        } else {
            counts
        }
    }
}

impl Drawing for Histogram {
    fn builder(&self) -> &'static str {
        "Histogram"
    }

    fn look(&self) -> &Look {
        &self.look
    }

    fn check_content(&self) -> Result<()> {
        if self.sets.is_empty() {
            return self.wrong("there are no values. Add some with values().");
        }
        if self.sets.len() > MOST_SETS {
            return self.wrong(&format!("got {} sets of values; draw at most {MOST_SETS} together.", self.sets.len()));
        }
        if let Some(bins) = self.bins
            && !(1..=MOST_BINS).contains(&bins)
        {
            return self.wrong(&format!("bins({bins}): give a number from 1 to {MOST_BINS}."));
        }
        self.frame.check(self)
    }

    fn natural_extent(&self, width: f64) -> (f64, f64) {
        self.extent_of(width)
    }

    fn draw(&self, canvas: &mut Canvas, area: Area) {
        self.draw_in(canvas, area);
    }

    fn description(&self) -> String {
        let mut words = format!("Histogram of {}.", self.summary());
        for set in &self.sets {
            let (count, sum) = set.finite().fold((0_usize, 0.0), |(count, sum), value| (count + 1, sum + value));
            let missing = set.values.len() - count;
            if count > 0 {
                words += &format!(" {}: {}, mean {}.", set.name, counted(count, "value"), plain(sum / count as f64));
            }
            if missing > 0 {
                words += &format!(" {}: {} left out, because not finite.", set.name, counted(missing, "value"));
            }
        }
        words
    }

    fn summary(&self) -> String {
        let bins = self.shared_bins();
        let values: usize = self.sets.iter().map(|set| set.values.len()).sum();
        let mut lowest_and_highest = self.sets.iter().flat_map(Set::finite);
        let Some(first) = lowest_and_highest.next() else {
            return format!("{}, none of them finite", counted(values, "value"));
        };
        let (low, high) =
            lowest_and_highest.fold((first, first), |(low, high), value| (low.min(value), high.max(value)));
        let bins = counted(bins.count, "bin");
        format!("{} from {} to {} in {bins}", counted(values, "value"), plain(low), plain(high))
    }

    fn numbers(&self) -> Numbers {
        let bins = self.shared_bins();
        let names = self.sets.iter().map(|set| set.name.as_str());
        let mut numbers = Numbers::new(["from", "to"].into_iter().chain(names));
        let heights: Vec<_> = self.sets.iter().map(|set| self.heights(&bins, set)).collect();
        for bin in 0..bins.count {
            let (from, to) = bins.edges(bin);
            let values = heights.iter().map(|heights| heights[bin]);
            numbers.push(cell(from), std::iter::once(to).chain(values));
        }
        numbers
    }
}

chart!(Histogram);
framed!(Histogram);
limited!(Histogram);

/// What `tests/vectors/make_histogram.py` had NumPy and SciPy compute.
#[cfg(test)]
fn vectors() -> serde_json::Value {
    serde_json::from_str(include_str!("../../tests/vectors/histogram.json")).unwrap_or_default()
}
