//! Pictures side by side.

mod layout;
mod misclassified;
mod pixels;

use std::sync::Arc;

use super::canvas::{Area, Canvas};
use super::chart::{Chart, ChartOptions, impl_chart};
use super::color_map::ColorMap;
use super::data_table::DataTable;
use super::placeholder;
use super::text;
use crate::data::Dataset;
use crate::number::Number;
use crate::{Result, Whole};
use candle_core::Tensor;
use pixels::Pixels;

/// More images than this are too small to look at, and too heavy for a notebook.
const MAX_IMAGES: usize = 100;

/// Pictures in rows and columns, each with a title.
///
/// A cell that ends in `Images` draws them. Pixels stay sharp squares however large the picture is drawn. Grey images are
/// drawn as white on black, as MNIST's digits are meant; [`color_map`](Self::color_map) takes other colours.
///
/// ```
/// use tealight::prelude::*;
///
/// let (_, test) = mnist::load()?;
/// let images = test.take(10)?.plot_images().columns(5).title("The first ten test images");
/// assert_eq!(images.to_string(), "Figure: The first ten test images, 10 images of 28 × 28 pixels: 7, 2, 1, 0, 4, 1, 4, 9, …");
/// # Ok::<(), tealight::Error>(())
/// ```
#[derive(Clone)]
pub struct Images {
    options: ChartOptions,
    images: Arc<[Pixels]>,
    /// How many images there are, beside those that are drawn.
    total: usize,
    labels: Vec<u32>,
    class_names: Arc<[String]>,
    captions: Vec<Caption>,
    columns: Option<usize>,
    /// The values of black and white by default, and those that were asked for.
    range: (f64, f64),
    limits: Option<(f64, f64)>,
    color_map: ColorMap,
    /// The place of each image in the data that it is from; empty where they stand in order.
    places: Arc<[usize]>,
    /// What the figure says where there are no images; empty where that is an error.
    instead: String,
}

/// What stands above an image, in a line or, where it has no room, broken where a line ends in the text.
#[derive(Clone, Default)]
struct Caption {
    text: String,
    wrong: bool,
}

impl Images {
    /// Images from a tensor of shape `[images, height, width]` (grey) or `[images, height, width, 3]` (red, green, blue).
    ///
    /// By default the smallest of all values is black and the largest white; [`limits`](Self::limits) sets others. A tensor
    /// of another shape is an error when the figure is drawn.
    ///
    /// ```
    /// use tealight::prelude::*;
    ///
    /// let weights = Tensor::rand(-1f32, 1., (16, 28, 28), &Device::Cpu)?;
    /// let images = Images::new(&weights).title("What 16 units look for").color_map(ColorMap::Coolwarm);
    /// # assert!(images.figure().is_ok());
    /// # Ok::<(), tealight::Error>(())
    /// ```
    pub fn new(images: &Tensor) -> Self {
        let total = images.dims().first().copied().unwrap_or(0);
        Self::of(pixels::of_tensor(images, MAX_IMAGES), total, pixels::extremes)
    }

    fn of(images: Result<Vec<Pixels>>, total: usize, range: impl FnOnce(&[Pixels]) -> (f64, f64)) -> Self {
        let (images, problem) = match images {
            Ok(images) => (images, None),
            Err(error) => (Vec::new(), Some(error.to_string())),
        };
        Self {
            options: ChartOptions { problem, ..ChartOptions::default() },
            range: range(&images),
            images: images.into(),
            total,
            labels: Vec::new(),
            class_names: Arc::new([]),
            captions: Vec::new(),
            columns: None,
            limits: None,
            color_map: ColorMap::Gray,
            places: Arc::new([]),
            instead: String::new(),
        }
    }

    /// A title for each image, from left to right and from top to bottom.
    #[must_use]
    pub fn titles<S: ToString>(self, titles: impl IntoIterator<Item = S>) -> Self {
        self.with_titles(titles.into_iter().map(|title| title.to_string()).collect())
    }

    fn with_titles(mut self, titles: Vec<String>) -> Self {
        self.captions = titles.into_iter().map(|text| Caption { text, wrong: false }).collect();
        if self.captions.len() != self.images.len() && self.captions.len() != self.total {
            let problem = format!("titles() got {} for {} images. Give one for each.", self.captions.len(), self.total);
            self.options.record_problem(problem);
        }
        self
    }

    /// Titles that say what was predicted, and, in red, where that was wrong: "7" and "true 4, got 9".
    ///
    /// `predicted` are classes, one for each image; of images that have no labels, the titles are the predictions.
    #[must_use]
    pub fn predictions(self, predicted: impl IntoIterator<Item = impl Whole>) -> Self {
        self.with_predictions(&predicted.into_iter().map(Whole::whole).collect::<Vec<_>>())
    }

    fn with_predictions(mut self, predicted: &[i64]) -> Self {
        if predicted.len() != self.images.len() && predicted.len() != self.total {
            let problem =
                format!("predictions() got {} for {} images. Give one for each.", predicted.len(), self.total);
            self.options.record_problem(problem);
        }
        let name = |class| self.class_name(class);
        let caption = |(index, &class): (usize, &i64)| match self.labels.get(index) {
            Some(&label) if i64::from(label) != class => {
                Caption { text: format!("true {},\ngot {}", name(i64::from(label)), name(class)), wrong: true }
            }
            _ => Caption { text: name(class), wrong: false },
        };
        self.captions = predicted.iter().enumerate().map(caption).collect();
        self
    }

    /// How many images stand side by side; by default so many that the grid is about square.
    #[must_use]
    pub fn columns(mut self, columns: impl Whole) -> Self {
        self.columns = Some(usize::try_from(columns.whole()).unwrap_or(1).max(1));
        self
    }

    /// The values of black and white; by default what [`new`](Self::new) says, and of a dataset 0 and
    /// the largest value of a byte as it was rescaled.
    #[must_use]
    pub fn limits(mut self, black: impl Number, white: impl Number) -> Self {
        self.limits = Some((black.number(), white.number()));
        self
    }

    /// The colours of grey images; [`ColorMap::Gray`] by default, white on black. [`ColorMap::Greys`] is ink on paper.
    #[must_use]
    pub fn color_map(mut self, map: ColorMap) -> Self {
        self.color_map = map;
        self
    }

    fn class_name(&self, class: i64) -> String {
        let known = usize::try_from(class).ok().and_then(|class| self.class_names.get(class));
        known.cloned().unwrap_or_else(|| class.to_string())
    }

    /// The values of the two ends of the colours.
    fn shown_limits(&self) -> (f64, f64) {
        let (low, high) = self.limits.unwrap_or(self.range);
        if self.limits.is_none() && self.color_map.is_diverging() && low < 0.0 && high > 0.0 {
            let farthest = high.max(-low);
            return (-farthest, farthest);
        }
        (low, high)
    }

    fn caption(&self, index: usize) -> Caption {
        self.captions.get(index).cloned().unwrap_or_default()
    }

    /// The number by which an image is found in its data.
    fn place(&self, index: usize) -> usize {
        self.places.get(index).copied().unwrap_or(index)
    }
}

impl Dataset {
    /// Draws the images, the first 100 of more, each under the name of its class. Inputs of one dimension are drawn as
    /// squares, where their length is one: 784 numbers as 28 × 28 pixels.
    ///
    /// ```
    /// # fn show(test: &tealight::Dataset, predicted: &[u32]) {
    /// test.plot_images().predictions(predicted)
    /// # ;}
    /// ```
    #[must_use = "a cell shows a figure that it ends with, without a `;`; elsewhere show!(figure) does"]
    pub fn plot_images(&self) -> Images {
        let drawn = self.len().min(MAX_IMAGES);
        let read =
            self.batch(&(0..drawn).collect::<Vec<_>>()).and_then(|(inputs, _)| pixels::of_tensor(&inputs, drawn));
        let images = Images::of(read, self.len(), pixels::usual_range);
        let mut images = Images { labels: self.labels().to_vec(), class_names: self.class_names().into(), ..images };
        let caption = |&label: &u32| Caption { text: images.class_name(i64::from(label)), wrong: false };
        images.captions = images.labels.iter().take(drawn).map(caption).collect();
        images
    }
}

impl Chart for Images {
    fn builder_name(&self) -> &'static str {
        "Images"
    }

    fn options(&self) -> &ChartOptions {
        &self.options
    }

    fn check_content(&self) -> Result<()> {
        if self.images.is_empty() && self.instead.is_empty() {
            return self.fail("there are no images. Give at least one.");
        }
        if let Some((black, white)) = self.limits
            && !(black.is_finite() && white.is_finite() && black < white)
        {
            return self.fail(&format!("limits({black}, {white}): give a lower and a higher limit, both finite."));
        }
        Ok(())
    }

    fn default_size(&self, width: f64) -> (f64, f64) {
        if self.images.is_empty() {
            placeholder::layout_size(&self.options.title, width)
        } else {
            self.layout_size(width)
        }
    }

    fn draw(&self, canvas: &mut Canvas, area: Area) {
        if self.images.is_empty() {
            return placeholder::draw(&self.options.title, &self.instead, canvas, area);
        }
        self.draw_chart(canvas, area);
    }

    fn description(&self) -> String {
        let wrong = self.captions.iter().take(self.images.len()).filter(|caption| caption.wrong).count();
        let wrong = if wrong > 0 { format!(" {wrong} of them are wrong, in red.") } else { String::new() };
        let grid = if self.images.is_empty() { "" } else { "Grid of " };
        format!("{grid}{}.{wrong}", self.summary())
    }

    fn summary(&self) -> String {
        let count = self.images.len();
        if count == 0 {
            return self.instead.clone();
        }
        let of = if self.total > count { format!(" of {}", self.total) } else { String::new() };
        let size = self.images.first().map_or((0, 0), |image| (image.height, image.width));
        let titles: Vec<_> = (0..count)
            .map(|index| text::one_line(&self.caption(index).text))
            .take_while(|text| !text.is_empty())
            .collect();
        let shown = titles.iter().take(8).cloned().collect::<Vec<_>>().join(", ");
        let more = if titles.len() > 8 { ", …" } else { "" };
        let titles = if titles.is_empty() { String::new() } else { format!(": {shown}{more}") };
        format!("{}{of} of {} × {} pixels{titles}", text::pluralize(count, "image"), size.0, size.1)
    }

    /// A row for each image: its title, then its pixels from left to right and from top to bottom.
    fn data_table(&self) -> DataTable {
        let pixels = self.images.first().map_or(0, |image| image.values.len());
        let head = (0..pixels).map(|pixel| format!("pixel{pixel}"));
        let mut numbers = DataTable::new(["image".to_owned(), "title".to_owned()].into_iter().chain(head));
        for (index, image) in self.images.iter().enumerate() {
            let mut row = vec![self.place(index).to_string(), text::one_line(&self.caption(index).text)];
            // A tensor's numbers have the digits of an f32.
            row.extend(image.values.iter().map(f32::to_string));
            numbers.rows.push(row);
        }
        numbers
    }
}

impl_chart!(Images);
