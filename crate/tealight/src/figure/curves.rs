//! Curves over the epochs.

mod description;
mod path;
mod plot;

use super::drawing::shows_its_figure;

/// The width of a curve in pixels.
pub(super) const STROKE: f64 = 2.0;
/// With more curves than this no reader could tell them apart.
const MOST_LINES: usize = 40;
/// Larger numbers are taken for infinite: the range of an axis that holds them would not fit a number.
const LARGEST: f64 = 1e300;

/// Curves of numbers by epoch: the first value belongs to epoch 1, the second to epoch 2, and so on.
///
/// A cell that ends in `Curves` draws them. Only the title and the lines are needed; everything else has a default: a
/// light grid, axes that fit the numbers, and, from two lines on, a legend above the plot, where it covers no curve.
/// Values that are not finite leave a gap. Of very many values the figure shows, for each bit of the axis, the lowest
/// and the highest, so that no spike is lost.
///
/// ```
/// use tealight::Curves;
///
/// let curves = Curves::new("Accuracy by epoch")
///     .line("training", [0.91, 0.96, 0.97])
///     .dashed_line("validation", [0.93, 0.95, 0.96])
///     .y_label("accuracy");
/// println!("{curves}");
/// # assert!(curves.figure()?.svg().contains("validation"));
/// # Ok::<(), tealight::Error>(())
/// ```
#[derive(Clone)]
pub struct Curves {
    title: String,
    lines: Vec<Line>,
    x_label: String,
    y_label: String,
    legend: Option<bool>,
    grid: bool,
    x_limits: Option<(f64, f64)>,
    y_limits: Option<(f64, f64)>,
    size: Option<(u32, u32)>,
    /// What was asked for and can't be drawn; told when the figure is made, so that a chain of setters reads on.
    problem: Option<String>,
}

#[derive(Clone)]
struct Line {
    name: String,
    values: Vec<f64>,
    dashed: bool,
}

impl Curves {
    /// No curves yet, under a title.
    pub fn new(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            lines: Vec::new(),
            x_label: "epoch".to_owned(),
            y_label: String::new(),
            legend: None,
            grid: true,
            x_limits: None,
            y_limits: None,
            size: None,
            problem: None,
        }
    }

    /// Adds a solid line, one value an epoch.
    #[must_use]
    pub fn line(self, name: impl Into<String>, values: impl AsRef<[f64]>) -> Self {
        self.add(name.into(), values.as_ref(), false)
    }

    /// Adds a dashed line, one value an epoch. By custom, validation is dashed and training is solid.
    #[must_use]
    pub fn dashed_line(self, name: impl Into<String>, values: impl AsRef<[f64]>) -> Self {
        self.add(name.into(), values.as_ref(), true)
    }

    fn add(mut self, name: String, values: &[f64], dashed: bool) -> Self {
        self.lines.push(Line { name, values: values.to_vec(), dashed });
        self
    }

    /// The title above the plot.
    #[must_use]
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = title.into();
        self
    }

    /// New names for the lines, in the order in which they were added: one for each.
    #[must_use]
    pub fn labels<S: Into<String>>(mut self, labels: impl IntoIterator<Item = S>) -> Self {
        let labels: Vec<String> = labels.into_iter().map(Into::into).collect();
        if labels.len() == self.lines.len() {
            for (line, label) in self.lines.iter_mut().zip(labels) {
                line.name = label;
            }
        } else {
            let (given, wanted) = (labels.len(), counted(self.lines.len(), "curve"));
            let problem =
                format!("labels() got {given} for {wanted}. Give one for each, in the order they were added.");
            return self.impossible(problem);
        }
        self
    }

    /// What the horizontal axis shows; "epoch" by default.
    #[must_use]
    pub fn x_label(mut self, label: impl Into<String>) -> Self {
        self.x_label = label.into();
        self
    }

    /// What the vertical axis shows; nothing by default.
    #[must_use]
    pub fn y_label(mut self, label: impl Into<String>) -> Self {
        self.y_label = label.into();
        self
    }

    /// Whether there is a legend; by default there is from two lines on.
    #[must_use]
    pub fn legend(mut self, legend: bool) -> Self {
        self.legend = Some(legend);
        self
    }

    /// Whether there is a grid; by default there is.
    #[must_use]
    pub fn grid(mut self, grid: bool) -> Self {
        self.grid = grid;
        self
    }

    /// The first and the last epoch to show; by default all.
    #[must_use]
    pub fn x_limits(mut self, first: f64, last: f64) -> Self {
        self.x_limits = Some((first, last));
        self
    }

    /// The lowest and the highest value to show; by default a little more than the values need.
    #[must_use]
    pub fn y_limits(mut self, lowest: f64, highest: f64) -> Self {
        self.y_limits = Some((lowest, highest));
        self
    }

    /// The width and height of the figure, from 200 to 4000 pixels; by default 680 wide and as high as it needs.
    #[must_use]
    pub fn size(mut self, width: u32, height: u32) -> Self {
        self.size = Some((width, height));
        self
    }

    /// Notes why there is nothing to draw; the first reason is the one that is told.
    pub(super) fn impossible(mut self, problem: String) -> Self {
        self.problem.get_or_insert(problem);
        self
    }

    /// The number of values of the longest line.
    fn epochs(&self) -> usize {
        self.lines.iter().map(|line| line.values.len()).max().unwrap_or(0)
    }
}

impl Line {
    /// The drawable values, each with its place from 1 on.
    fn points(&self) -> impl Iterator<Item = (f64, Option<f64>)> {
        self.values.iter().enumerate().map(|(index, &value)| ((index + 1) as f64, drawable(value).then_some(value)))
    }
}

fn drawable(value: f64) -> bool {
    value.abs() <= LARGEST
}

/// "1 curve", "2 curves".
fn counted(count: usize, thing: &str) -> String {
    format!("{count} {thing}{}", if count == 1 { "" } else { "s" })
}

shows_its_figure!(Curves);
