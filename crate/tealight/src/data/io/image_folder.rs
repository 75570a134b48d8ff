//! Images in folders, a folder for each class.

use super::image_decode::DecodedImage;
use super::image_files::{entries, fail, is_image, name};
use crate::data::dataset::Dataset;
use crate::data::storage::Pixels;
use crate::progress::ProgressTask;
use crate::{Result, memory};
use rayon::prelude::*;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

impl Dataset {
    /// Images from PNG and JPEG files in sub-folders of `folder`: each sub-folder is a class, named after it. Like Keras's
    /// `image_dataset_from_directory`, without its shuffling and resizing.
    ///
    /// Classes and files come in the order of their names; files other than `.png`, `.jpg` and `.jpeg`, and names that
    /// begin with a dot, are left out. So the examples are sorted by class: [`Dataset::shuffle`] them before a part is to
    /// validate. All images must have one size; [`ImageLoader`](crate::ImageLoader) brings them to one. Their shape is `[height, width]` where all are grey, else
    /// `[height, width, 3]`; transparency is dropped, and 16 bits become 8. Errors name the folder or file.
    pub fn from_folder(folder: impl AsRef<Path>) -> Result<Self> {
        Self::of_pictures(folder.as_ref())
    }

    fn of_pictures(folder: &Path) -> Result<Self> {
        if folder.is_file() {
            let what = "is a file; expected a folder that has a sub-folder for each class. One image, or a folder of images \
                        without classes, is loaded by ImageLoader::new([28, 28]).grayscale().load(path)?.";
            return Err(fail(folder, what));
        }
        let classes = entries(folder, |path| path.is_dir())?;
        if classes.is_empty() {
            let what = "has no sub-folders; expected one for each class, with its images in it. Images without classes are \
                        loaded by ImageLoader::new([28, 28]).grayscale().load(folder)?.";
            return Err(fail(folder, what));
        }
        let mut files = Vec::new();
        for (label, class) in (0_u32..).zip(&classes) {
            let images = entries(class, is_image)?;
            if images.is_empty() {
                return Err(fail(class, "has no .png or .jpg files; expected the images of a class."));
            }
            files.extend(images.into_iter().map(|image| (label, image)));
        }
        // Each class has an image.
        let Some((_, first)) = files.first() else { return Err(fail(folder, "has no images.")) };
        let (height, width, channels) = {
            let image = DecodedImage::read(first)?;
            (image.height, image.width, image.channels)
        };
        let room = |channels: usize| {
            // They are read one by one, and then become one block.
            let bytes = (height * width * channels) as u64;
            let what = || format!("{}: to read {} images", folder.display(), files.len());
            memory::ensure_available(
                bytes.saturating_mul(2 * files.len() as u64),
                what,
                "Take fewer or smaller images.",
            )
        };
        room(channels)?;
        // With one image of colors, all become such.
        let in_color = AtomicBool::new(channels == 3);
        let task = ProgressTask::new("Dataset::from_folder", "images", files.len());
        let read = |(_, path): &(u32, PathBuf)| {
            task.add(1)?;
            let image = DecodedImage::read(path)?;
            if (image.height, image.width) != (height, width) {
                let what = format!(
                    "has {} × {} pixels (height × width), but {} has {height} × {width}. Bring all images to one \
                     size: ImageLoader::new([{height}, {width}]).load(folder)?.",
                    image.height,
                    image.width,
                    first.display()
                );
                return Err(fail(path, &what));
            }
            if image.channels == 3 && !in_color.swap(true, Ordering::Relaxed) {
                room(3)?;
            }
            Ok(image)
        };
        let images = files.par_iter().map(read).collect::<Result<Vec<_>>>()?;
        drop(task);
        let colored = in_color.into_inner();
        let shape = if colored { vec![height, width, 3] } else { vec![height, width] };
        let mut pixels = Vec::with_capacity(images.len() * shape.iter().product::<usize>());
        for image in images {
            match image.channels == 3 || !colored {
                true => pixels.extend(image.pixels),
                false => pixels.extend(image.pixels.into_iter().flat_map(|grey| [grey; 3])),
            }
        }
        let length = pixels.len();
        let labels = files.iter().map(|(label, _)| *label).collect::<Vec<_>>();
        let names = classes.iter().map(|class| name(class)).collect();
        let data = Self::new(Pixels::Bytes(pixels.into()), length, shape, labels.into(), names)?;
        Ok(data.warn_if_degenerate(&folder.display().to_string()))
    }
}
