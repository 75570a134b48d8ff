//! Images in folders, a folder for each class.

use super::dataset::{Dataset, Pixels};
use crate::{Error, ErrorKind, Result};
use png::{BitDepth, ColorType, Decoder, Limits, Transformations};
use rayon::prelude::*;
use std::fs::{File, read_dir};
use std::io::BufReader;
use std::path::{Path, PathBuf};

/// No image takes more memory; a header that promises more is damaged.
const LARGEST: usize = 256 << 20;

impl Dataset {
    /// Images from PNG files in sub-folders of `folder`: each sub-folder is a class, named after it. Like Keras's
    /// `image_dataset_from_directory`, without its shuffling and resizing.
    ///
    /// Classes and files come in the order of their names; files other than `.png`, and names that begin with a dot, are
    /// left out. All images must have one size. Their shape is `[height, width]` where all are grey, else
    /// `[height, width, 3]`; transparency is dropped, and 16 bits become 8. Errors name the folder or file.
    pub fn from_folder(folder: impl AsRef<Path>) -> Result<Self> {
        let folder = folder.as_ref();
        let classes = entries(folder, |path| path.is_dir())?;
        if classes.is_empty() {
            let what = "has no sub-folders; expected one for each class, with its images in it.";
            return Err(fail(folder, what));
        }
        let mut files = Vec::new();
        for (label, class) in (0_u32..).zip(&classes) {
            let images = entries(class, is_png)?;
            if images.is_empty() {
                return Err(fail(class, "has no .png files; expected the images of a class."));
            }
            files.extend(images.into_iter().map(|image| (label, image)));
        }
        let images = files.par_iter().map(|(_, path)| Image::read(path)).collect::<Result<Vec<_>>>()?;
        let (height, width) = images.first().map_or((0, 0), |image| (image.height, image.width));
        for (image, (_, path)) in images.iter().zip(&files) {
            if (image.height, image.width) != (height, width) {
                let first = files[0].1.display();
                let what = format!(
                    "has {} × {} pixels (height × width), but {first} has {height} × {width}. Bring all images to one size.",
                    image.height, image.width
                );
                return Err(fail(path, &what));
            }
        }
        let colored = images.iter().any(|image| image.channels == 3);
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
        Self::new(Pixels::Bytes(pixels.into()), length, shape, labels.into(), None, names)
    }
}

fn fail(path: &Path, what: &str) -> Error {
    Error::new(ErrorKind::Data, format!("{}: {what}", path.display()))
}

fn name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

fn is_png(path: &Path) -> bool {
    path.is_file() && path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("png"))
}

/// What lies in a folder, by name, as far as it is wanted.
fn entries(folder: &Path, wanted: impl Fn(&Path) -> bool) -> Result<Vec<PathBuf>> {
    let broken = |error: std::io::Error| fail(folder, &format!("{error}.")).caused_by(error);
    let mut paths = Vec::new();
    for entry in read_dir(folder).map_err(broken)? {
        let path = entry.map_err(broken)?.path();
        if wanted(&path) && !name(&path).starts_with('.') {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

/// A picture of one byte (grey) or three (red, green, blue) for each pixel.
struct Image {
    height: usize,
    width: usize,
    channels: usize,
    pixels: Vec<u8>,
}

impl Image {
    fn read(path: &Path) -> Result<Self> {
        let file = File::open(path).map_err(|error| fail(path, &format!("{error}.")).caused_by(error))?;
        Self::decode(BufReader::new(file)).map_err(|error| {
            let what = match &error {
                png::DecodingError::LimitsExceeded => "promises an image of more than 256 MiB.".to_owned(),
                _ => format!("is damaged, or not a PNG image: {error}."),
            };
            fail(path, &what).caused_by(error)
        })
    }

    fn decode(file: BufReader<File>) -> Result<Self, png::DecodingError> {
        let mut decoder = Decoder::new_with_limits(file, Limits { bytes: LARGEST });
        decoder.set_transformations(Transformations::EXPAND | Transformations::STRIP_16);
        let mut reader = decoder.read_info()?;
        let size = reader.output_buffer_size().filter(|size| *size <= LARGEST);
        let mut pixels = vec![0; size.ok_or(png::DecodingError::LimitsExceeded)?];
        let info = reader.next_frame(&mut pixels)?;
        reader.finish()?;
        pixels.truncate(info.buffer_size());
        debug_assert_eq!(info.bit_depth, BitDepth::Eight);
        // How many bytes a pixel has, and how many of them are its colour.
        let (bytes, channels) = match info.color_type {
            ColorType::Grayscale | ColorType::Indexed => (1, 1),
            ColorType::GrayscaleAlpha => (2, 1),
            ColorType::Rgb => (3, 3),
            ColorType::Rgba => (4, 3),
        };
        if bytes != channels {
            pixels = pixels.chunks_exact(bytes).flat_map(|pixel| &pixel[..channels]).copied().collect();
        }
        Ok(Self { height: info.height as usize, width: info.width as usize, channels, pixels })
    }
}
