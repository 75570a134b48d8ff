//! Datasets: from IDX files good and bad, from tensors, in parts and batches.

use super::{flat, says};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write;
use std::path::{Path, PathBuf};
use tealight::prelude::*;
use tempfile::TempDir;

/// Three images of 2 × 2 with a header, as an IDX file has them.
fn images() -> Vec<u8> {
    let mut bytes = vec![0, 0, 8, 3, 0, 0, 0, 3, 0, 0, 0, 2, 0, 0, 0, 2];
    bytes.extend([0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 255]);
    bytes
}

fn labels() -> Vec<u8> {
    vec![0, 0, 8, 1, 0, 0, 0, 3, 2, 0, 1]
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

struct Files {
    folder: TempDir,
}

impl Files {
    fn new() -> Self {
        Self { folder: TempDir::new().unwrap() }
    }

    fn put(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    fn load(&self, images: &[u8], labels: &[u8]) -> Result<Dataset> {
        let (images, labels) = (self.put("images", images), self.put("labels", labels));
        Dataset::from_idx(images, labels, ["a", "b", "c"])
    }
}

#[test]
fn idx_files_are_read_plain_and_gzipped() {
    let files = Files::new();
    for (images, labels) in [(images(), labels()), (gzip(&images()), gzip(&labels()))] {
        let data = files.load(&images, &labels).unwrap();
        assert_eq!(data.shape(), [3, 2, 2]);
        assert_eq!(data.labels(), [2, 0, 1]);
        assert_eq!(data.class_names(), ["a", "b", "c"]);
        assert_eq!(flat(&data.image(2).unwrap()), [80.0, 90.0, 100.0, 255.0]);
        assert_eq!(data.image(2).unwrap().dims(), [2, 2]);
    }
}

#[test]
fn a_missing_idx_file_is_named() {
    let missing = Dataset::from_idx("/nowhere/images.gz", "/nowhere/labels.gz", ["a"]);
    says(missing, ErrorKind::Data, &["/nowhere/images.gz", "no such file"]);
}

#[test]
fn a_truncated_idx_file_says_what_is_missing() {
    let files = Files::new();
    let whole = images();
    let cut = files.load(&whole[..whole.len() - 5], &labels());
    says(cut, ErrorKind::Data, &["images: is cut short", "[3, 2, 2]", "12 bytes of data", "but 7 are there"]);
    says(files.load(&whole[..10], &labels()), ErrorKind::Data, &["is cut short", "it has 10 bytes", "16"]);
    says(files.load(&[], &labels()), ErrorKind::Data, &["images: is empty", "it has 0 bytes"]);

    // Noise, so that the compressed file is long enough to cut anywhere.
    let noise = (0..4000_u32).map(|index| (index.wrapping_mul(2_654_435_761) >> 13) as u8).collect::<Vec<_>>();
    let zipped = gzip(&[&[0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 40, 0, 0, 0, 100], noise.as_slice()].concat());
    for kept in [15, zipped.len() / 2, zipped.len() - 3] {
        says(files.load(&zipped[..kept], &labels()), ErrorKind::Data, &["images: is cut short", "Download"]);
    }
}

#[test]
fn a_damaged_gzip_file_is_not_taken_for_data() {
    let files = Files::new();
    let mut zipped = gzip(&images());
    let check_sum = zipped.len() - 8;
    zipped[check_sum] ^= 1;
    says(files.load(&zipped, &labels()), ErrorKind::Data, &["images: is damaged", "Download the file again"]);
}

#[test]
fn a_text_saved_as_gz_is_told_from_gzip() {
    let files = Files::new();
    let path = files.put("images.gz", b"404: not found");
    let loaded = Dataset::from_idx(path, files.put("labels", &labels()), ["a", "b", "c"]);
    says(loaded, ErrorKind::Data, &["is named .gz, but is not gzip", "34 30 34 3a", "expected 1f 8b"]);
}

#[test]
fn a_wrong_magic_number_says_what_came_and_what_was_expected() {
    let files = Files::new();
    let swapped = files.load(&labels(), &images());
    says(swapped, ErrorKind::Data, &["magic number 2049, expected 2051 (images)", "mixed up"]);
    let swapped = files.load(&images(), &images());
    says(swapped, ErrorKind::Data, &["labels: ", "magic number 2051, expected 2049 (labels)"]);
    let other = files.load(b"not an idx file at all", &labels());
    says(other, ErrorKind::Data, &["magic number 1852797984, expected 2051", "Is it an IDX file?"]);
}

#[test]
fn counts_that_differ_are_errors() {
    let files = Files::new();
    let two = files.load(&images(), &[0, 0, 8, 1, 0, 0, 0, 2, 0, 1]);
    says(two, ErrorKind::Data, &["holds 3 images", "holds 2 labels", "same set"]);
    let mut long = images();
    long.push(7);
    says(files.load(&long, &labels()), ErrorKind::Data, &["data left over after the 12 bytes"]);
    says(files.load(&gzip(&long), &labels()), ErrorKind::Data, &["data left over after the 12 bytes"]);
}

#[test]
fn a_header_that_lies_does_not_cost_memory() {
    let files = Files::new();
    let mut huge = images();
    huge[4..8].copy_from_slice(&[0xff; 4]);
    says(files.load(&huge, &labels()), ErrorKind::Data, &["4294967295", "more than 4 GiB"]);
    huge[4..16].copy_from_slice(&[0xff; 12]);
    says(files.load(&huge, &labels()), ErrorKind::Data, &["more than 4 GiB"]);
    huge[4..16].copy_from_slice(&[0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 2]);
    says(files.load(&huge, &labels()), ErrorKind::Data, &["empty"]);
    // 1 GiB is promised, 12 bytes are there.
    huge[4..16].copy_from_slice(&[0, 16, 0, 0, 0, 0, 0, 32, 0, 0, 0, 32]);
    says(files.load(&huge, &labels()), ErrorKind::Data, &["cut short", "1073741824"]);
}

#[test]
fn a_label_without_a_name_is_an_error() {
    let files = Files::new();
    let loaded = files.load(&images(), &[0, 0, 8, 1, 0, 0, 0, 3, 2, 7, 1]);
    says(loaded, ErrorKind::Data, &["example 1 has label 7", "3 classes (0 to 2)"]);
}

#[test]
fn mnist_is_what_it_is_known_to_be() {
    let (train, test) = mnist::load().unwrap();
    assert_eq!((train.shape(), test.shape()), (vec![60_000, 28, 28], vec![10_000, 28, 28]));
    // The counts that the source's first notebook and every description of MNIST give.
    assert_eq!(train.class_counts(), [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]);
    assert_eq!(test.class_counts(), [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]);
    assert_eq!(train.labels()[..5], [5, 0, 4, 1, 9]);
    assert_eq!(train.labels()[333], 8);
    let text = train.rescale(1.0 / 255.0).to_string();
    assert!(text.starts_with("60000 examples of shape [28, 28], bytes from 0 to 255 rescaled to 0 to 1"), "{text}");
}

#[test]
fn mnist_in_a_folder_that_lacks_a_file_says_which() {
    let folder = TempDir::new().unwrap();
    says(mnist::load_from(folder.path()), ErrorKind::Data, &["train-images-idx3-ubyte.gz", "all four files"]);
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/mnist");
    for name in ["train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"] {
        std::fs::copy(sources.join(name), folder.path().join(name)).unwrap();
    }
    says(mnist::load_from(folder.path()), ErrorKind::Data, &["t10k-images-idx3-ubyte"]);
}

fn four() -> Dataset {
    Dataset::from_bytes(vec![0, 51, 102, 153, 204, 255, 1, 2], [2], vec![0, 1, 2, 1], ["a", "b", "c"]).unwrap()
}

#[test]
fn bytes_become_numbers_in_a_batch() {
    let data = four().rescale(1.0 / 255.0);
    let (x, y) = data.batch(&[2, 0]).unwrap();
    assert_eq!(x.dims(), [2, 2]);
    assert_eq!(y.to_vec1::<u32>().unwrap(), [2, 0]);
    for (value, expected) in flat(&x).iter().zip([0.8, 1.0, 0.0, 0.2]) {
        assert!((value - expected).abs() < 1e-6);
    }
    assert_eq!(data.rescale(510.0).batch(&[0]).unwrap().0.dims(), [1, 2]);
    assert!((flat(&data.rescale(510.0).image(0).unwrap())[1] - 102.0).abs() < 1e-4);
    says(data.batch(&[1, 4]), ErrorKind::Argument, &["no example 4", "it has 4 (0 to 3)"]);
}

#[test]
fn parts_hold_the_examples_of_their_range() {
    let data = four();
    assert_eq!(data.take(2).unwrap().labels(), [0, 1]);
    let part = data.slice(1..).unwrap().slice(1..=2).unwrap();
    assert_eq!(part.labels(), [2, 1]);
    assert_eq!(flat(&part.image(0).unwrap()), [204.0, 255.0]);
    assert_eq!(part.class_counts(), [0, 1, 1]);
    let (training, validation) = data.split(0.3).unwrap();
    assert_eq!((training.labels(), validation.labels()), (&[0, 1][..], &[2, 1][..]));
    says(data.take(5), ErrorKind::Argument, &["0..5 of 4"]);
    says(data.take(0), ErrorKind::Argument, &["at least one example"]);
    says(data.slice(2..2), ErrorKind::Argument, &["2..2 of 4"]);
    for fraction in [0.0, 1.0, -0.5, f64::NAN] {
        says(data.split(fraction), ErrorKind::Argument, &["validation split", "above 0 and below 1"]);
    }
    says(data.split(0.9), ErrorKind::Argument, &["leaves 0 for training"]);
}

#[test]
fn one_hot_targets_are_rows() {
    let data = four().slice(1..).unwrap().one_hot();
    let (_, y) = data.batch(&[0, 1]).unwrap();
    assert_eq!(y.to_vec2::<f32>().unwrap(), [[0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]);
    assert_eq!(data.labels(), [1, 2, 1]);
}

#[test]
fn tensors_become_datasets_and_back() {
    let x = Tensor::arange(0f32, 12.0, &Device::Cpu).unwrap().reshape((3, 2, 2)).unwrap();
    let y = Tensor::new(&[1i64, 0, 3], &Device::Cpu).unwrap();
    let data = Dataset::from_tensors(&x, &y).unwrap();
    assert_eq!(data.class_names(), ["0", "1", "2", "3"]);
    let (back, labels) = data.to_tensors().unwrap();
    assert_eq!((flat(&back), labels.to_vec1::<u32>().unwrap()), (flat(&x), vec![1, 0, 3]));

    let soft = Tensor::new(&[[0.9f32, 0.1], [0.2, 0.8], [0.5, 0.5]], &Device::Cpu).unwrap();
    let data = Dataset::from_tensors(&x.t().unwrap(), &soft).unwrap();
    assert_eq!(data.labels(), [0, 1, 0]);
    assert_eq!(flat(&data.to_tensors().unwrap().1), flat(&soft));
    assert_eq!(flat(&data.image(0).unwrap()), [0.0, 2.0, 1.0, 3.0]);
}

#[test]
fn tensors_that_make_no_dataset_are_errors() {
    let x = Tensor::zeros((3, 2), DType::F32, &Device::Cpu).unwrap();
    let y = |values: &[i64]| Tensor::new(values, &Device::Cpu).unwrap();
    says(Dataset::from_tensors(&x, &y(&[0, 1])), ErrorKind::Shape, &["x has 3 examples", "y has 2"]);
    says(Dataset::from_tensors(&x, &y(&[0, -1, 1])), ErrorKind::Data, &["class -1"]);
    let nothing = Tensor::zeros((3, 0), DType::F32, &Device::Cpu).unwrap();
    says(Dataset::from_tensors(&x, &nothing), ErrorKind::Shape, &["[3, 0]", "f32", "[examples, classes]"]);
    let none = Tensor::zeros((0, 2), DType::F32, &Device::Cpu).unwrap();
    says(Dataset::from_tensors(&none, &y(&[])), ErrorKind::Data, &["a dataset needs examples"]);
    let scalar = Tensor::new(1f32, &Device::Cpu).unwrap();
    says(Dataset::from_tensors(&scalar, &scalar), ErrorKind::Shape, &["first dimension"]);
    let bytes = Dataset::from_bytes(vec![0, 1, 2], [2], vec![0, 1], ["a", "b"]);
    says(bytes, ErrorKind::Shape, &["2 labels", "[2]", "need 4 values, got 3"]);
}
