//! The readers of data files.

use std::fs;
use std::io::Read as _;
use std::path::PathBuf;

use flate2::read::MultiGzDecoder;
use tealight::{Dataset, ImageLoader, Table};
use tempfile::TempDir;

/// The largest unpacked size that is measured.
const MAX_UNPACKED_BYTES: u64 = 64 << 20;

/// Creates a temporary folder, in memory if possible.
pub(crate) fn temporary_folder() -> TempDir {
    let shared = PathBuf::from("/dev/shm");
    let parent = if shared.is_dir() { shared } else { std::env::temp_dir() };
    TempDir::with_prefix_in("tealight-", parent).unwrap_or_else(|error| panic!("no folder for the inputs: {error}"))
}

/// Calls `read` with a file of this name that contains `bytes`.
pub(crate) fn with_file<T>(name: &str, bytes: &[u8], read: impl FnOnce(&TempDir, PathBuf) -> T) -> T {
    thread_local! {
        static FOLDER: TempDir = temporary_folder();
    }
    FOLDER.with(|folder| {
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        read(folder, path)
    })
}

/// Reads the input as images and as labels, each with two valid ones of the other.
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
    unpacked_size(input)
}

/// Returns the length of the input, and of what it decompresses to if it is gzipped.
fn unpacked_size(input: &[u8]) -> usize {
    if !input.starts_with(&[0x1f, 0x8b]) {
        return input.len();
    }
    let mut chunk = [0; 1 << 12];
    let mut rest = MultiGzDecoder::new(input).take(MAX_UNPACKED_BYTES);
    let chunks = std::iter::from_fn(|| rest.read(&mut chunk).ok().filter(|&read| read > 0));
    input.len() + chunks.sum::<usize>()
}

/// Reads the input as examples and as targets, each with two valid ones of the other.
pub(crate) fn npy(input: &[u8]) -> usize {
    const HEADER: &[u8] =
        b"\x93NUMPY\x01\x00\x46\x00{'descr': '|u1', 'fortran_order': False, 'shape': (2,), }            \n\x00\x01";
    with_file("input.npy", input, |folder, input| {
        let valid = folder.path().join("valid.npy");
        let _ = fs::write(&valid, HEADER);
        for (x, y) in [(&input, &valid), (&valid, &input)] {
            drop(Dataset::from_npy(x, y).map_err(|error| error.to_string()));
        }
    });
    input.len()
}

/// Reads the input as an archive of two arrays, which is compressed.
pub(crate) fn npz(input: &[u8]) -> usize {
    let read =
        with_file("input.npz", input, |_, path| Dataset::from_npz(path, "x", "y").map_err(|error| error.to_string()));
    input.len() + read.map_or(0, |data| 8 * data.shape().iter().product::<usize>())
}

/// Reads the input as handwriting, and as a color image.
pub(crate) fn image_loader(input: &[u8]) -> usize {
    with_file("input.png", input, |_, path| {
        for loader in [ImageLoader::new([8, 8]).centered(), ImageLoader::new([8, 8])] {
            drop(loader.load(&path).map_err(|error| error.to_string()));
        }
    });
    input.len()
}

/// Reads the input as lines of a label and three numbers, or of the numbers alone.
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

/// Reads the input as the only picture of the only class. The size includes the decoded picture.
pub(crate) fn picture(input: &[u8]) -> usize {
    let name = if input.starts_with(b"\xff\xd8") { "picture.jpg" } else { "picture.png" };
    let folder = temporary_folder();
    let class = folder.path().join("class");
    let _ = fs::create_dir(&class).and_then(|()| fs::write(class.join(name), input));
    let read = Dataset::from_folder(folder.path()).map_err(|error| error.to_string());
    input.len() + read.map_or(0, |data| data.input_shape().iter().product())
}
