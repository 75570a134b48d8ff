//! Histograms.

mod bins;
mod density;
mod layout;

use super::axes_options::{AxesOptions, axes_setters, limits_setters};
use super::canvas::{Area, Canvas};
use super::chart::{Chart, ChartOptions, impl_chart};
use super::data_table::{DataTable, csv_cell};
use super::text;
use super::ticks::format_value;
use super::value_range::is_drawable;
use crate::convert::{self, IntoF64};
use crate::{IntoCount, Result};
use bins::Bins;

/// The most bins; more would be thinner than a pixel.
const MAX_BINS: i64 = 400;
/// The most sets of values that can be distinguished when they overlap.
const MAX_SETS: usize = 7;

/// A histogram: a bar for each of several equal ranges of values.
///
/// A cell that ends with a `Histogram` draws it. Several sets of values share their bins and overlap as translucent bars. Values
/// that are not finite are left out, and counted in the description.
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
    options: ChartOptions,
    axes_options: AxesOptions,
    sets: Vec<ValueSet>,
    bins: Option<i64>,
    density: bool,
    curve: bool,
}

#[derive(Clone)]
struct ValueSet {
    name: String,
    values: Vec<f64>,
}

impl ValueSet {
    fn finite(&self) -> impl Iterator<Item = f64> + Clone {
        self.values.iter().copied().filter(|&value| is_drawable(value))
    }
}

impl Histogram {
    /// Creates a histogram with a title, without values.
    pub fn new(title: impl Into<String>) -> Self {
        Self {
            options: ChartOptions::with_title(title),
            axes_options: AxesOptions::with_labels("", ""),
            sets: Vec::new(),
            bins: None,
            density: false,
            curve: false,
        }
    }

    /// Adds a set of values, in a new color.
    #[must_use]
    pub fn values(mut self, name: impl Into<String>, values: impl IntoIterator<Item = impl IntoF64>) -> Self {
        self.sets.push(ValueSet { name: name.into(), values: convert::to_f64s(values) });
        self
    }

    /// Sets the number of bins, from 1 to 400. The default is NumPy's `"auto"`: the larger number of Sturges' rule and of the rule
    /// of Freedman and Diaconis.
    #[must_use]
    pub fn bins(mut self, bins: impl IntoCount) -> Self {
        self.bins = Some(bins.into_i64());
        self
    }

    /// Draws densities instead of counts. The areas of the bars of a set add up to 1, so that sets of different sizes can be
    /// compared.
    #[must_use]
    pub fn density(mut self) -> Self {
        self.density = true;
        self
    }

    /// Draws densities and, over the bars of each set, a smooth curve of the estimated density: a Gaussian kernel with Scott's
    /// bandwidth, as in SciPy's `gaussian_kde`.
    #[must_use]
    pub fn curve(mut self) -> Self {
        (self.density, self.curve) = (true, true);
        self
    }

    /// Returns the bins of all sets.
    fn shared_bins(&self) -> Bins {
        let all: Vec<f64> = self.sets.iter().flat_map(ValueSet::finite).collect();
        Bins::new(&all, self.bins.and_then(|bins| usize::try_from(bins).ok()), self.axes_options.x_limits)
    }

    /// Returns the heights of the bars of a set.
    fn heights(&self, bins: &Bins, set: &ValueSet) -> Vec<f64> {
        let counts = bins.counts(set.finite());
        let total = counts.iter().sum::<f64>();
        if self.density && total > 0.0 {
            counts.iter().map(|count| count / (total * bins.width())).collect()
        } else {
            counts
        }
    }
}

impl Chart for Histogram {
    fn builder_name(&self) -> &'static str {
        "Histogram"
    }

    fn options(&self) -> &ChartOptions {
        &self.options
    }

    fn check_content(&self) -> Result<()> {
        if self.sets.is_empty() {
            return self.fail("there are no values. Add some with values().");
        }
        if self.sets.len() > MAX_SETS {
            return self.fail(&format!("got {} sets of values; draw at most {MAX_SETS} together.", self.sets.len()));
        }
        if let Some(bins) = self.bins
            && !(1..=MAX_BINS).contains(&bins)
        {
            return self.fail(&format!("bins({bins}): give a number from 1 to {MAX_BINS}."));
        }
        self.axes_options.check(self)
    }

    fn default_size(&self, width: f64) -> (f64, f64) {
        self.layout_size(width)
    }

    fn draw(&self, canvas: &mut Canvas, area: Area) {
        self.draw_chart(canvas, area);
    }

    fn description(&self) -> String {
        let mut text = format!("Histogram of {}.", self.summary());
        for set in &self.sets {
            let (count, sum) = set.finite().fold((0_usize, 0.0), |(count, sum), value| (count + 1, sum + value));
            let missing = set.values.len() - count;
            if count > 0 {
                text += &format!(
                    " {}: {}, mean {}.",
                    set.name,
                    text::pluralize(count, "value"),
                    format_value(sum / count as f64)
                );
            }
            if missing > 0 {
                text += &format!(" {}: {} left out, because not finite.", set.name, text::pluralize(missing, "value"));
            }
        }
        text
    }

    fn summary(&self) -> String {
        let bins = self.shared_bins();
        let values: usize = self.sets.iter().map(|set| set.values.len()).sum();
        let mut lowest_and_highest = self.sets.iter().flat_map(ValueSet::finite);
        let Some(first) = lowest_and_highest.next() else {
            return format!("{}, none of them finite", text::pluralize(values, "value"));
        };
        let (low, high) =
            lowest_and_highest.fold((first, first), |(low, high), value| (low.min(value), high.max(value)));
        let bins = text::pluralize(bins.count, "bin");
        format!("{} from {} to {} in {bins}", text::pluralize(values, "value"), format_value(low), format_value(high))
    }

    fn data_table(&self) -> DataTable {
        let bins = self.shared_bins();
        let names = self.sets.iter().map(|set| set.name.as_str());
        let mut table = DataTable::new(["from", "to"].into_iter().chain(names));
        let heights: Vec<_> = self.sets.iter().map(|set| self.heights(&bins, set)).collect();
        for bin in 0..bins.count {
            let (from, to) = bins.edges(bin);
            let values = heights.iter().map(|heights| heights[bin]);
            table.push(csv_cell(from), std::iter::once(to).chain(values));
        }
        table
    }
}

impl_chart!(Histogram);
axes_setters!(Histogram);
limits_setters!(Histogram);

/// Results of NumPy and SciPy, made by `tests/vectors/make_histogram.py`.
#[cfg(test)]
fn vectors() -> serde_json::Value {
    serde_json::from_str(include_str!("../../tests/vectors/histogram.json")).unwrap_or_default()
}
