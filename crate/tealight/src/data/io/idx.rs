//! The IDX format, in which MNIST and its relatives come: <http://yann.lecun.com/exdb/mnist/>.
//!
//! Big-endian: two zero bytes, a type (8 is unsigned byte, 9 signed byte, 11 and 12 whole numbers of 16 and 32 bits, 13 and
//! 14 floats of 32 and 64 bits), the number of dimensions; a 32-bit length for each dimension; then the data, the last
//! dimension varying fastest. Files may be gzipped.

use super::array::{Array, NumberType};
use crate::data::dataset::Dataset;
use crate::data::storage::Pixels;
use crate::file::{open, other_format};
use crate::memory;
use crate::progress::ProgressTask;
use crate::{Error, ErrorKind, Result};
use flate2::bufread::MultiGzDecoder;
use std::io::{BufRead, BufReader, ErrorKind as IoKind, Read};
use std::path::Path;

const IMAGES: u32 = 0x803;
const LABELS: u32 = 0x801;
/// No file of images is larger; a header that promises more is damaged, and must not make us read on for ever.
const LARGEST: usize = 4 << 30;
/// No byte of gzip unpacks to more: at the most, two bits stand for 258 bytes.
const MOST_OF_GZIP: u64 = 1032;
/// How much is read at a time.
const PIECE: usize = 1 << 20;

impl Dataset {
    /// Images and labels from two IDX files, plain or gzipped, such as those of MNIST or Fashion-MNIST.
    ///
    /// Images have magic number 2051 (bytes in three dimensions) and labels 2049 (bytes in one). All other types of the format
    /// are read, too: whole numbers and floats; images in two to four dimensions, the first of which counts them. Bytes stay
    /// bytes. Errors name the file, what it holds and what was expected: missing, not gzip, cut short, another magic number,
    /// data that is left over, a label that is no class, or another count of labels than of images.
    pub fn from_idx(
        images: impl AsRef<Path>,
        labels: impl AsRef<Path>,
        class_names: impl IntoIterator<Item = impl Into<String>>,
    ) -> Result<Self> {
        Self::of_idx(images.as_ref(), labels.as_ref(), class_names.into_iter().map(Into::into).collect())
    }

    fn of_idx(images: &Path, labels: &Path, class_names: Vec<String>) -> Result<Self> {
        let inputs = read(images, IMAGES)?;
        let classes = read(labels, LABELS)?;
        let (count, input_shape) = (inputs.shape[0], inputs.shape[1..].to_vec());
        if count != classes.shape[0] {
            let message = format!(
                "{} holds {count} images, but {} holds {} labels. Take both files from the same set.",
                images.display(),
                labels.display(),
                classes.shape[0]
            );
            return Err(Error::new(ErrorKind::Data, message));
        }
        let fail = |what: String| Error::new(ErrorKind::Data, format!("{}: {what}", labels.display()));
        let classes = classes.classes().map_err(fail)?;
        let pixels = inputs.pixels();
        let length = match &pixels {
            Pixels::Bytes(bytes) => bytes.len(),
            Pixels::Floats(floats) => floats.len(),
        };
        Ok(Self::new(pixels, length, input_shape, classes.into(), class_names.into())?
            .warn_if_degenerate(&images.display().to_string()))
    }
}

/// The types of numbers by their codes.
fn type_of(code: u8) -> Option<NumberType> {
    match code {
        8 => Some(NumberType::U8),
        9 => Some(NumberType::I8),
        11 => Some(NumberType::I16),
        12 => Some(NumberType::I32),
        13 => Some(NumberType::F32),
        14 => Some(NumberType::F64),
        _ => None,
    }
}

/// The array of one IDX file: of [`IMAGES`] or of [`LABELS`], in any type.
fn read(path: &Path, magic: u32) -> Result<Array> {
    let fail = |what: String| Error::new(ErrorKind::Data, format!("{}: {what}", path.display()));
    let again = "Download the file again.";
    let file = open(path, fail)?;
    let file_length = file.metadata().map_err(|error| fail(format!("{error}.")).caused_by(error))?.len();
    let mut file = BufReader::with_capacity(1 << 16, file);
    let start = file.fill_buf().map_err(|error| fail(format!("{error}.")).caused_by(error))?;
    if start.is_empty() {
        return Err(fail(format!("is empty: it has 0 bytes. {again}")));
    }
    let gzipped = start.starts_with(&[0x1f, 0x8b]);
    if let Some(what) = other_format(start).filter(|_| !gzipped) {
        return Err(fail(what.to_owned()));
    }
    if !gzipped && path.extension().is_some_and(|extension| extension == "gz") {
        let first = start.iter().take(4).map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(" ");
        return Err(fail(format!("is named .gz, but is not gzip: it starts with {first}, expected 1f 8b. {again}")));
    }
    let mut input: Box<dyn Read> = if gzipped { Box::new(MultiGzDecoder::new(file)) } else { Box::new(file) };
    let broken = |error: std::io::Error, read: usize, expected: &str| {
        let what = match error.kind() {
            IoKind::UnexpectedEof => format!("is cut short: it ends after {read} bytes, expected {expected}. {again}"),
            _ => format!("is damaged after {read} bytes: {error}. {again}"),
        };
        fail(what).caused_by(error)
    };

    let mut header = vec![0; 4];
    let (mut found, mut problem) = fill(&mut input, &mut header);
    let wanted = if magic == IMAGES { 2..=4 } else { 1..=1 };
    let (code, dimensions) = (header[2], usize::from(header[3]));
    let kind_of_number = type_of(code).filter(|_| header[..2] == [0, 0] && wanted.contains(&dimensions));
    // A file that is cut short is told so, and in MNIST's form.
    let number = if found < 4 { NumberType::U8 } else { kind_of_number.unwrap_or(NumberType::U8) };
    let dimensions = if found < 4 { (magic & 0xff) as usize } else { dimensions };
    if found == 4 {
        let came = u32::from_be_bytes([header[0], header[1], header[2], header[3]]);
        if header.starts_with(&[0x1f, 0x8b]) {
            return Err(fail("is gzipped twice. Unpack it once (gunzip).".to_owned()));
        }
        if kind_of_number.is_none() {
            return Err(fail(format!(
                "starts with the magic number {came}, expected {magic} ({}).{}",
                kind(magic),
                match came {
                    IMAGES | LABELS => format!(" It holds {}: were the two files mixed up?", kind(came)),
                    _ => " Is it an IDX file?".to_owned(),
                }
            )));
        }
        header.resize(4 + 4 * dimensions, 0);
        let (more, error) = fill(&mut input, &mut header[4..]);
        (found, problem) = (found + more, error);
    } else {
        header.resize(4 + 4 * dimensions, 0);
    }
    if let Some(error) = problem {
        return Err(broken(error, found, &format!("a header of {} bytes", header.len())));
    }
    if found < header.len() {
        return Err(fail(format!(
            "is cut short: it has {found} bytes, its header alone has {}. {again}",
            header.len()
        )));
    }
    let length = |bytes: &[u8]| bytes.iter().fold(0, |length, &byte| length << 8 | usize::from(byte));
    let shape = header[4..].chunks_exact(4).map(length).collect::<Vec<_>>();
    let promised = shape.iter().try_fold(number.size(), |product, &length| product.checked_mul(length));
    let Some(expected) = promised.filter(|&bytes| bytes > 0 && bytes <= LARGEST) else {
        return Err(fail(format!("promises data of shape {shape:?}: empty, or more than 4 GiB. {again}")));
    };

    // A header that lies is not to be met with advice on memory.
    let cut_short = |there: usize| {
        fail(format!(
            "is cut short: its header promises {shape:?}, {expected} bytes of data, but {there} are there. {again}"
        ))
    };
    let there = file_length.saturating_sub(header.len() as u64);
    if !gzipped && there < expected as u64 {
        return Err(cut_short(there as usize));
    }
    if gzipped && expected as u64 / MOST_OF_GZIP > file_length {
        return Err(fail(format!(
            "is damaged: its header promises {shape:?}, {expected} bytes of data, but {file_length} bytes of gzip \
             cannot hold so many. {again}"
        )));
    }

    // The numbers are read, and then become one shared block.
    let what = || format!("{}: to read data of shape {shape:?}", path.display());
    memory::ensure_available(2 * expected as u64, what, "Take a smaller set, or give this program more memory.")?;
    // The header may lie, so memory grows with what the file really holds.
    let mut data = Vec::with_capacity(expected.min(PIECE));
    let task = ProgressTask::new("Dataset::from_idx", "bytes", expected);
    while data.len() < expected {
        let piece = PIECE.min(expected - data.len());
        match input.by_ref().take(piece as u64).read_to_end(&mut data) {
            Ok(0) => break,
            Ok(read) => task.add(read)?,
            Err(error) => {
                return Err(broken(error, data.len() + header.len(), &format!("{} bytes", expected + header.len())));
            }
        }
    }
    if data.len() < expected {
        return Err(cut_short(data.len()));
    }
    match fill(&mut input, &mut [0]) {
        (0, None) => Ok(Array { shape, kind: number, big_endian: true, data }),
        (_, Some(error)) => Err(broken(error, expected + header.len(), "the end of the compressed data")),
        (_, None) => {
            Err(fail(format!("has data left over after the {expected} bytes that its header promises. {again}")))
        }
    }
}

fn kind(magic: u32) -> &'static str {
    if magic == IMAGES { "images" } else { "labels" }
}

/// Reads until `buffer` is full or the source ends; how far it came, and the error that stopped it, if one did.
fn fill(input: &mut impl Read, buffer: &mut [u8]) -> (usize, Option<std::io::Error>) {
    let mut filled = 0;
    while filled < buffer.len() {
        match input.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == IoKind::Interrupted => {}
            Err(error) => return (filled, Some(error)),
        }
    }
    (filled, None)
}
