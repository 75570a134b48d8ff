//! The readers of data, which read files.

use std::fs;
use std::io::Read as _;
use std::path::PathBuf;

use flate2::read::MultiGzDecoder;
use tealight::{Dataset, ImageLoader, Table};
use tempfile::TempDir;

/// No input unpacks to more than is looked at.
const MOST: u64 = 64 << 20;

/// A folder in memory, where there is one, with files in it.
pub(crate) fn folder() -> TempDir {
    let shared = PathBuf::from("/dev/shm");
    let place = if shared.is_dir() { shared } else { std::env::temp_dir() };
    TempDir::with_prefix_in("tealight-", place).unwrap_or_else(|error| panic!("no folder for the inputs: {error}"))
}

/// Gives `read` a file of this name that holds `bytes`.
pub(crate) fn with_file<T>(name: &str, bytes: &[u8], read: impl FnOnce(&TempDir, PathBuf) -> T) -> T {
    thread_local! {
        static FOLDER: TempDir = folder();
    }
    FOLDER.with(|folder| {
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        read(folder, path)
    })
}

/// As images and as labels, each beside two sound ones of the other.
pub(crate) fn idx(input: &[u8]) -> usize {
    const IMAGES: [u8; 18] = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 1, 7, 8];
    const LABELS: [u8; 10] = [0, 0, 8, 1, 0, 0, 0, 2, 0, 1];
    with_file("input", input, |folder, input| {
        let (images, labels) = (folder.path().join("images"), folder.path().join("labels"));
        let _ = fs::write(&images, IMAGES).and_then(|()| fs::write(&labels, LABELS));
        for (images, labels) in [(&input, &labels), (&images, &input)] {
            let read = Dataset::from_idx(images, labels, ["a", "b"]);
            drop(read.map_err(|error| error.to_string()));
        }
    });
    unpacked(input)
}

/// The size of what may be gzipped.
fn unpacked(input: &[u8]) -> usize {
    if !input.starts_with(&[0x1f, 0x8b]) {
        return input.len();
    }
    let mut piece = [0; 1 << 12];
    let mut rest = MultiGzDecoder::new(input).take(MOST);
    let pieces = std::iter::from_fn(|| rest.read(&mut piece).ok().filter(|&read| read > 0));
    input.len() + pieces.sum::<usize>()
}

/// As examples and as targets, each beside two sound ones of the other.
pub(crate) fn npy(input: &[u8]) -> usize {
    const HEADER: &[u8] =
        b"\x93NUMPY\x01\x00\x46\x00{'descr': '|u1', 'fortran_order': False, 'shape': (2,), }            \n\x00\x01";
    with_file("input.npy", input, |folder, input| {
        let sound = folder.path().join("sound.npy");
        let _ = fs::write(&sound, HEADER);
        for (x, y) in [(&input, &sound), (&sound, &input)] {
            drop(Dataset::from_npy(x, y).map_err(|error| error.to_string()));
        }
    });
    input.len()
}

/// As an archive of two arrays. It is compressed.
pub(crate) fn npz(input: &[u8]) -> usize {
    let read =
        with_file("input.npz", input, |_, path| Dataset::from_npz(path, "x", "y").map_err(|error| error.to_string()));
    input.len() + read.map_or(0, |data| 8 * data.shape().iter().product::<usize>())
}

/// As handwriting, and as an image in color.
pub(crate) fn image_loader(input: &[u8]) -> usize {
    with_file("input.png", input, |_, path| {
        for loader in [ImageLoader::new([8, 8]).centered(), ImageLoader::new([8, 8])] {
            drop(loader.load(&path).map_err(|error| error.to_string()));
        }
    });
    input.len()
}

/// With a label and three numbers in each line, or the numbers alone.
pub(crate) fn csv_dataset(input: &[u8]) -> usize {
    with_file("input.csv", input, |_, path| {
        let read = Dataset::from_csv(path, [3]);
        drop(read.map_err(|error| error.to_string()));
    });
    input.len()
}

pub(crate) fn csv_table(input: &[u8]) -> usize {
    with_file("input.csv", input, |_, path| {
        if let Ok(table) = Table::read_csv(path).map_err(|error| error.to_string()) {
            drop(table.to_string());
        }
    });
    input.len()
}

/// A picture of one class, beside which there is no other. Its numbers are its size, if it is read: it is compressed.
pub(crate) fn picture(input: &[u8]) -> usize {
    let name = if input.starts_with(b"\xff\xd8") { "picture.jpg" } else { "picture.png" };
    let folder = folder();
    let class = folder.path().join("class");
    let _ = fs::create_dir(&class).and_then(|()| fs::write(class.join(name), input));
    let read = Dataset::from_folder(folder.path()).map_err(|error| error.to_string());
    input.len() + read.map_or(0, |data| data.input_shape().iter().product())
}
