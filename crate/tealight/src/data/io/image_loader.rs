//! Images of one's own, of any size, as a network wants them.

mod center_character;
mod connected_components;
mod files;
mod foreground;
mod resize;

use super::image_decode::DecodedImage;
use super::image_files::fail;
use crate::convert::{IntoCount, to_usize};
use crate::data::dataset::Dataset;
use crate::data::storage::Pixels;
use crate::progress::ProgressTask;
use crate::warning::note;
use crate::{Error, ErrorKind, Result, memory};
use files::Files;
use rayon::prelude::*;
use std::path::Path;

/// Which colors an image has when it is loaded. Keras's `color_mode`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ColorMode {
    /// One number for each pixel, its brightness: shape `[height, width]`.
    Grayscale,
    /// Red, green and blue: shape `[height, width, 3]`.
    #[default]
    Rgb,
    /// A name that is none of these, which [`ImageLoader::load`] refuses.
    #[doc(hidden)]
    Unknown,
}

impl From<&str> for ColorMode {
    /// Keras's names, `"grayscale"` and `"rgb"`.
    fn from(name: &str) -> Self {
        match name.to_ascii_lowercase().as_str() {
            "grayscale" | "greyscale" => Self::Grayscale,
            "rgb" => Self::Rgb,
            _ => Self::Unknown,
        }
    }
}

/// Loads images of any size and color in the shape that a network takes: PNG and JPEG files, one or a folder of them. Like
/// Keras's `load_img` and, for folders, `image_dataset_from_directory`.
///
/// Each image is turned as its camera says (EXIF), put on a plain background where it is transparent, made gray where that is
/// asked for, and stretched to the size; gray images with dark ink on light paper are inverted, because MNIST and its
/// relatives have light ink on dark. For a photo of handwriting, [`centered`](Self::centered) does more.
///
/// ```
/// use tealight::prelude::*;
///
/// # let folder = tempfile::tempdir().map_err(candle_core::Error::wrap)?;
/// # let path = folder.path().join("photo.png");
/// # let mut page = vec![255_u8; 100 * 80];
/// # (20..80).for_each(|row| page[row * 80 + 38..][..6].fill(0));
/// # let mut encoder = png::Encoder::new(std::fs::File::create(&path).map_err(candle_core::Error::wrap)?, 80, 100);
/// # encoder.set_color(png::ColorType::Grayscale);
/// # encoder.write_header().map_err(candle_core::Error::wrap)?.write_image_data(&page).map_err(candle_core::Error::wrap)?;
/// let mine = ImageLoader::new([28, 28]).grayscale().centered().load(&path)?.rescale(1.0 / 255.0);
/// assert_eq!(mine.shape(), [1, 28, 28]);
///
/// let model = Sequential::new([28, 28]).add(Flatten).add(Dense::new(10).activation(Softmax)).build(1)?;
/// let digit = model.predict_classes(&mine)?[0]; // of a model that is trained
/// # Ok::<(), tealight::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct ImageLoader {
    size: [i64; 2],
    mode: ColorMode,
    invert: Option<bool>,
    centered: bool,
}

impl ImageLoader {
    /// Images of this height and width, in pixels; in color, unless [`grayscale`](Self::grayscale) is called. Keras's
    /// `target_size`.
    pub fn new(size: [impl IntoCount; 2]) -> Self {
        Self { size: size.map(IntoCount::into_i64), mode: ColorMode::default(), invert: None, centered: false }
    }

    /// Which colors the images have: `ColorMode::Grayscale` or `ColorMode::Rgb`, or Keras's names for them.
    #[must_use]
    pub fn color_mode(self, mode: impl Into<ColorMode>) -> Self {
        Self { mode: mode.into(), ..self }
    }

    /// Images in shades of gray, as most networks for digits and letters take them: 0.299 red + 0.587 green + 0.114 blue.
    #[must_use]
    pub fn grayscale(self) -> Self {
        Self { mode: ColorMode::Grayscale, ..self }
    }

    /// Whether light and dark change places. By default they do in gray images that look like dark ink on light paper; a line
    /// in the page then says so.
    #[must_use]
    pub fn invert(self, invert: bool) -> Self {
        Self { invert: Some(invert), ..self }
    }

    /// Brings what is written on each image into the form of MNIST's digits: the paper and its shadows become 0 and the ink
    /// 255, specks are left out, the ink is scaled into the middle 20 of 28 pixels with its proportions kept, and moved so that
    /// its center of mass is the center of the image. Thin strokes are made as thick as those of a pen.
    ///
    /// LeCun, Bottou, Bengio and Haffner, *Gradient-based learning applied to document recognition*, 1998, describe it for
    /// black-and-white images; the handling of paper is tealight's. It makes images gray.
    #[must_use]
    pub fn centered(self) -> Self {
        Self { centered: true, ..self }
    }

    /// Loads one image, a folder of images, or a folder that has a sub-folder with images for each class.
    ///
    /// The images come in the order of their names. The dataset has labels where there are sub-folders. Pixels are bytes from
    /// 0 to 255; `rescale` them as those of the training were.
    ///
    /// Errors where the path is missing or no image, a folder has none, an image is damaged, or nothing is written on one that
    /// is to be centered.
    pub fn load(&self, path: impl AsRef<Path>) -> Result<Dataset> {
        self.load_all(path.as_ref())
    }

    fn load_all(&self, path: &Path) -> Result<Dataset> {
        let size = self.size.map(to_usize);
        let [Some(height @ 1..=4096), Some(width @ 1..=4096)] = size else {
            let [height, width] = self.size;
            let message = format!(
                "ImageLoader: images of {height} × {width} pixels (height × width); expected from 1 to 4096, such as [28, 28]."
            );
            return Err(Error::new(ErrorKind::Argument, message));
        };
        if self.mode == ColorMode::Unknown {
            let message = "ImageLoader: color_mode takes \"grayscale\" or \"rgb\".";
            return Err(Error::new(ErrorKind::Argument, message));
        }
        let files = Files::find(path)?;
        let channels = if self.is_rgb() { 3 } else { 1 };
        let bytes = (height * width * channels).saturating_mul(2 * files.paths.len());
        let what = || format!("{}: to load {} images", path.display(), files.paths.len());
        memory::ensure_available(bytes as u64, what, "Take fewer images.")?;
        let task = ProgressTask::new("ImageLoader", "images", files.paths.len());
        let load = |path: &std::path::PathBuf| {
            task.add(1)?;
            self.image(path, height, width)
        };
        let images = files.paths.par_iter().map(load).collect::<Result<Vec<_>>>()?;
        drop(task);
        let inverted = images.iter().filter(|(_, inverted)| *inverted).count();
        if inverted > 0 && self.invert.is_none() {
            let which = match (inverted, images.len()) {
                (_, 1) => "the image shows".to_owned(),
                (some, all) => format!("{some} of {all} images show"),
            };
            note(format!(
                "{}: {which} dark ink on light paper, and light and dark have changed places, as in MNIST. With .invert(false) \
                 they stay.",
                path.display()
            ));
        }
        let pixels = images.into_iter().flat_map(|(image, _)| image).collect::<Vec<_>>();
        let length = pixels.len();
        let shape = if channels == 3 { vec![height, width, 3] } else { vec![height, width] };
        let pixels = Pixels::Bytes(pixels.into());
        match files.classes {
            Some((labels, names)) => {
                let data = Dataset::new(pixels, length, shape, labels.into(), names.into())?;
                Ok(data.warn_if_degenerate(&path.display().to_string()))
            }
            None => {
                let labels = vec![0; files.paths.len()].into();
                Ok(Dataset::new(pixels, length, shape, labels, ["0".to_owned()].into())?.without_labels())
            }
        }
    }

    /// What is centered is gray, whatever the mode is.
    fn is_rgb(&self) -> bool {
        self.mode == ColorMode::Rgb && !self.centered
    }

    /// The pixels of one image, and whether light and dark changed places because of what it shows.
    fn image(&self, path: &Path, height: usize, width: usize) -> Result<(Vec<u8>, bool)> {
        let picture = DecodedImage::read_upright(path)?;
        if self.is_rgb() {
            let picture = picture.rgb();
            let mut pixels = resize::resize(&picture.pixels, [picture.height, picture.width], 3, [height, width]);
            if self.invert == Some(true) {
                pixels.iter_mut().for_each(|pixel| *pixel = 255 - *pixel);
            }
            return Ok((pixels, false));
        }
        let picture = picture.gray();
        let from = [picture.height, picture.width];
        if self.centered {
            return center_character::centered(&picture.pixels, from, [height, width], self.invert)
                .map_err(|what| fail(path, what));
        }
        let dark_ink = self.invert.unwrap_or_else(|| foreground::is_dark_on_light(&picture.pixels, from));
        let mut pixels = resize::resize(&picture.pixels, from, 1, [height, width]);
        if dark_ink {
            pixels.iter_mut().for_each(|pixel| *pixel = 255 - *pixel);
        }
        Ok((pixels, dark_ink && self.invert.is_none()))
    }
}
