//! Image grids.

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
use crate::convert::IntoF64;
use crate::data::Dataset;
use crate::{IntoCount, Result};
use candle_core::Tensor;
use pixels::Pixels;

/// The most images; more would be too small to see and too large for a notebook.
const MAX_IMAGES: usize = 100;

/// A grid of images, each with a title.
///
/// A cell that ends with `Images` draws them. Pixels are sharp squares at any size. Grayscale images are drawn as white on black,
/// like MNIST's digits; [`color_map`](Self::color_map) sets other colors.
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
    /// The number of images, including those that are not drawn.
    total: usize,
    labels: Vec<u32>,
    class_names: Arc<[String]>,
    captions: Vec<Caption>,
    columns: Option<usize>,
    /// The default values of black and white, and those set by the user.
    range: (f64, f64),
    limits: Option<(f64, f64)>,
    color_map: ColorMap,
    /// The index of each image in its dataset; empty if the images are the first ones.
    indices: Arc<[usize]>,
    /// The message of a figure without images; empty if that is an error.
    placeholder: String,
}

/// The title of an image. If it does not fit in one line, it is broken at the line break in the text.
#[derive(Clone, Default)]
struct Caption {
    text: String,
    is_error: bool,
}

impl Images {
    /// Creates images from a tensor of shape `[images, height, width]` (grayscale) or `[images, height, width, 3]` (red, green,
    /// blue).
    ///
    /// By default the smallest value of all images is black and the largest is white; [`limits`](Self::limits) sets others. A
    /// tensor of another shape is an error when the figure is drawn.
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
        Self::from_pixels(pixels::from_tensor(images, MAX_IMAGES), total, pixels::extremes)
    }

    fn from_pixels(images: Result<Vec<Pixels>>, total: usize, range: impl FnOnce(&[Pixels]) -> (f64, f64)) -> Self {
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
            indices: Arc::new([]),
            placeholder: String::new(),
        }
    }

    /// Sets a title for each image, from left to right and from top to bottom.
    #[must_use]
    pub fn titles<S: ToString>(self, titles: impl IntoIterator<Item = S>) -> Self {
        self.with_titles(titles.into_iter().map(|title| title.to_string()).collect())
    }

    fn with_titles(mut self, titles: Vec<String>) -> Self {
        self.captions = titles.into_iter().map(|text| Caption { text, is_error: false }).collect();
        if self.captions.len() != self.images.len() && self.captions.len() != self.total {
            let problem = format!("titles() got {} for {} images. Give one for each.", self.captions.len(), self.total);
            self.options.record_problem(problem);
        }
        self
    }

    /// Sets titles that show the predictions. Wrong predictions are red and name the true class: "7" and "true 4, got 9".
    ///
    /// `predicted` has one class for each image. If the images have no labels, the titles are the predictions.
    #[must_use]
    pub fn predictions(self, predicted: impl IntoIterator<Item = impl IntoCount>) -> Self {
        self.with_predictions(&predicted.into_iter().map(IntoCount::into_i64).collect::<Vec<_>>())
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
                Caption { text: format!("true {},\ngot {}", name(i64::from(label)), name(class)), is_error: true }
            }
            _ => Caption { text: name(class), is_error: false },
        };
        self.captions = predicted.iter().enumerate().map(caption).collect();
        self
    }

    /// Sets the number of images in a row. By default, the grid is roughly square.
    #[must_use]
    pub fn columns(mut self, columns: impl IntoCount) -> Self {
        self.columns = Some(usize::try_from(columns.into_i64()).unwrap_or(1).max(1));
        self
    }

    /// Sets the values of black and white. The default is described at [`new`](Self::new); for a dataset, it is 0 and the largest
    /// value of a byte after rescaling.
    #[must_use]
    pub fn limits(mut self, black: impl IntoF64, white: impl IntoF64) -> Self {
        self.limits = Some((black.into_f64(), white.into_f64()));
        self
    }

    /// Sets the colors of grayscale images. The default is [`ColorMap::Gray`], white on black. [`ColorMap::Greys`] is black on white.
    #[must_use]
    pub fn color_map(mut self, map: ColorMap) -> Self {
        self.color_map = map;
        self
    }

    fn class_name(&self, class: i64) -> String {
        let known = usize::try_from(class).ok().and_then(|class| self.class_names.get(class));
        known.cloned().unwrap_or_else(|| class.to_string())
    }

    /// Returns the values of the two ends of the color map.
    fn effective_limits(&self) -> (f64, f64) {
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

    /// Returns the index of an image in its dataset.
    fn data_index(&self, index: usize) -> usize {
        self.indices.get(index).copied().unwrap_or(index)
    }
}

impl Dataset {
    /// Draws at most 100 images, each with the name of its class. One-dimensional inputs are drawn as squares if their length is a
    /// square number: 784 values as 28 × 28 pixels.
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
            self.batch(&(0..drawn).collect::<Vec<_>>()).and_then(|(inputs, _)| pixels::from_tensor(&inputs, drawn));
        let images = Images::from_pixels(read, self.len(), pixels::camera_range);
        let mut images = Images { labels: self.labels().to_vec(), class_names: self.class_names().into(), ..images };
        let caption = |&label: &u32| Caption { text: images.class_name(i64::from(label)), is_error: false };
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
        if self.images.is_empty() && self.placeholder.is_empty() {
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
            return placeholder::draw(&self.options.title, &self.placeholder, canvas, area);
        }
        self.draw_chart(canvas, area);
    }

    fn description(&self) -> String {
        let errors = self.captions.iter().take(self.images.len()).filter(|caption| caption.is_error).count();
        let errors = if errors > 0 { format!(" {errors} of them are wrong, in red.") } else { String::new() };
        let grid = if self.images.is_empty() { "" } else { "Grid of " };
        format!("{grid}{}.{errors}", self.summary())
    }

    fn summary(&self) -> String {
        let count = self.images.len();
        if count == 0 {
            return self.placeholder.clone();
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

    /// Returns a row for each image: its title, then its pixels from left to right and from top to bottom.
    fn data_table(&self) -> DataTable {
        let pixels = self.images.first().map_or(0, |image| image.values.len());
        let headers = (0..pixels).map(|pixel| format!("pixel{pixel}"));
        let mut table = DataTable::new(["image".to_owned(), "title".to_owned()].into_iter().chain(headers));
        for (index, image) in self.images.iter().enumerate() {
            let mut row = vec![self.data_index(index).to_string(), text::one_line(&self.caption(index).text)];
            // Values of a tensor have the digits of an f32.
            row.extend(image.values.iter().map(f32::to_string));
            table.rows.push(row);
        }
        table
    }
}

impl_chart!(Images);
