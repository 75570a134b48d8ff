//! NumPy's own files: `.npy` with an array, `.npz` with several.
//!
//! The format is that of `numpy.lib.format`: six bytes of magic, a version, the length of a header, the header, which is a
//! Python dictionary, and the numbers. An `.npz` file is a zip archive of such files.

use super::array::{Array, NumberType};
use crate::data::dataset::Dataset;
use crate::{Error, ErrorKind, Result, file, memory};
use std::io::{Cursor, Read as _};
use std::path::Path;

const MAGIC: &[u8] = b"\x93NUMPY";
/// No file of examples is larger.
const LARGEST: u64 = 4 << 30;
/// A header is far shorter.
const LONGEST_HEADER: usize = 1 << 16;
/// No byte of a zip archive unpacks to more: at the most, two bits stand for 258 bytes.
const MOST_OF_ZIP: u64 = 1032;
/// What is told of an archive that has far too many files.
const MOST_NAMES: usize = 20;

impl Dataset {
    /// Examples and targets from two arrays of an `.npz` file, which NumPy's `savez` and `savez_compressed` write:
    /// `Dataset::from_npz("mnist.npz", "x_train", "y_train")` reads the training set of Keras's own file.
    ///
    /// Arrays are of truth values, whole numbers or floats of any size, in any order of bytes and of dimensions. `x` has
    /// shape `[examples, ..]`; bytes stay bytes. `y` has a target for each example, as [`Dataset::from_tensors`] takes it.
    ///
    /// Errors where the file is no such archive or has no such array, an array holds text or Python objects, and where the
    /// arrays have different numbers of examples.
    ///
    /// ```no_run
    /// use tealight::prelude::*;
    ///
    /// let train = Dataset::from_npz("mnist.npz", "x_train", "y_train")?;
    /// let test = Dataset::from_npz("mnist.npz", "x_test", "y_test")?;
    /// # Ok::<(), tealight::Error>(())
    /// ```
    pub fn from_npz(path: impl AsRef<Path>, x: &str, y: &str) -> Result<Self> {
        let path = path.as_ref();
        let mut archive = Archive::open(path)?;
        let called = |name: &str| format!("{}: \"{name}\"", path.display());
        let (inputs, targets) = (archive.array(x)?, archive.array(y)?);
        Self::from_arrays((&called(x), inputs), Some((&called(y), targets)))
    }

    /// Examples and targets from two `.npy` files, which NumPy's `save` writes: an array of shape `[examples, ..]`, and one
    /// with a target for each example. As [`Dataset::from_npz`].
    pub fn from_npy(x: impl AsRef<Path>, y: impl AsRef<Path>) -> Result<Self> {
        let (x, y) = (x.as_ref(), y.as_ref());
        let (inputs, targets) = (read(x)?, read(y)?);
        Self::from_arrays((&x.display().to_string(), inputs), Some((&y.display().to_string(), targets)))
    }
}

/// The array of an `.npy` file.
fn read(path: &Path) -> Result<Array> {
    let fail = |what: String| Error::new(ErrorKind::Data, format!("{}: {what}", path.display()));
    let bytes = file::read(path, LARGEST, "tealight reads arrays of up to 4 GiB.", fail)?;
    if bytes.starts_with(b"PK\x03\x04") {
        return Err(fail("is an archive of arrays. Use Dataset::from_npz(path, \"x\", \"y\").".to_owned()));
    }
    parse(bytes).map_err(fail)
}

/// An `.npz` file.
pub(super) struct Archive<'a> {
    path: &'a Path,
    zip: zip::ZipArchive<Cursor<Vec<u8>>>,
    /// The length of the file.
    length: u64,
}

impl<'a> Archive<'a> {
    pub(super) fn open(path: &'a Path) -> Result<Self> {
        let fail = |what: String| Error::new(ErrorKind::Data, format!("{}: {what}", path.display()));
        let bytes = file::read(path, LARGEST, "tealight reads archives of up to 4 GiB.", fail)?;
        if bytes.starts_with(MAGIC) {
            return Err(fail("is one array, not an archive of several. Use Dataset::from_npy(x, y).".to_owned()));
        }
        if let Some(what) = file::other_format(&bytes).filter(|_| !bytes.starts_with(b"PK")) {
            return Err(fail(what.to_owned()));
        }
        let length = bytes.len() as u64;
        let zip = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| {
            fail(format!("is no .npz file, or a damaged one: {error}. Download or save it again.")).caused_by(error)
        })?;
        Ok(Self { path, zip, length })
    }

    /// The array of this name.
    pub(super) fn array(&mut self, name: &str) -> Result<Array> {
        let path = self.path;
        let fail = |what: String| Error::new(ErrorKind::Data, format!("{}: {what}", path.display()));
        let length = self.length;
        let own = format!("{name}.npy");
        let Some(index) = self.zip.index_for_name(&own).or_else(|| self.zip.index_for_name(name)) else {
            let names = self.zip.file_names().take(MOST_NAMES);
            let names = names.filter_map(Result::ok);
            let mut names = names.map(|name| name.strip_suffix(".npy").unwrap_or(&name).to_owned()).collect::<Vec<_>>();
            names.sort();
            let message = format!("{}: no array \"{name}\"; the file has {}.", path.display(), names.join(", "));
            return Err(Error::new(ErrorKind::Name, message));
        };
        let broken = |error: String| fail(format!("\"{name}\" is damaged: {error}. Download or save the file again."));
        let entry = self.zip.by_index(index).map_err(|error| broken(error.to_string()))?;
        let promised = entry.size();
        if promised > LARGEST || promised / MOST_OF_ZIP > length {
            return Err(broken(format!("it promises {promised} bytes")));
        }
        let what = || format!("{}: to read \"{name}\"", path.display());
        memory::ensure_available(promised.saturating_mul(2), what, "Give this program more memory.")?;
        let mut bytes = Vec::new();
        // What an entry promises may not be what it holds.
        entry.take(promised).read_to_end(&mut bytes).map_err(|error| broken(error.to_string()))?;
        parse(bytes).map_err(|what| fail(format!("\"{name}\" {what}")))
    }
}

/// The array in the bytes of an `.npy` file, or what is wrong with them.
fn parse(mut bytes: Vec<u8>) -> Result<Array, String> {
    let cut = || "is cut short. Save it again.".to_owned();
    if bytes.is_empty() {
        return Err("is empty: it has 0 bytes.".to_owned());
    }
    if !bytes.starts_with(MAGIC) {
        return Err("is no NumPy array: it does not begin with \\x93NUMPY.".to_owned());
    }
    let version = *bytes.get(6).ok_or_else(cut)?;
    let (length, begin) = match (version, bytes.get(8..12)) {
        (1, Some(&[a, b, ..])) => (usize::from(u16::from_le_bytes([a, b])), 10),
        (2 | 3, Some(&[a, b, c, d])) => (u32::from_le_bytes([a, b, c, d]) as usize, 12),
        (1..=3, _) => return Err(cut()),
        _ => return Err(format!("is a NumPy array of version {version}; tealight reads versions 1 to 3.")),
    };
    if length > LONGEST_HEADER {
        return Err(format!("has a header of {length} bytes, which no array of numbers has. Save it again."));
    }
    let header = bytes.get(begin..begin + length).ok_or_else(cut)?;
    let header = Header::parse(&String::from_utf8_lossy(header))?;
    let count = header.shape.iter().try_fold(header.kind.size(), |product, &length| product.checked_mul(length));
    let there = bytes.len() - begin - length;
    match count {
        Some(0) => return Err(format!("has shape {:?}, which holds no numbers.", header.shape)),
        Some(count) if count == there => {}
        Some(count) if count < there => {
            return Err(format!(
                "has {there} bytes of numbers, more than the {count} of its shape {:?}.",
                header.shape
            ));
        }
        _ => {
            return Err(format!(
                "is cut short: its shape is {:?}, but {there} bytes of numbers are there. Save it again.",
                header.shape
            ));
        }
    }
    bytes.drain(..begin + length);
    let array = Array { shape: header.shape, kind: header.kind, big_endian: header.big_endian, data: bytes };
    Ok(if header.fortran { array.into_row_major() } else { array })
}

/// What the header of an array says.
#[derive(Debug)]
struct Header {
    kind: NumberType,
    big_endian: bool,
    fortran: bool,
    shape: Vec<usize>,
}

impl Header {
    /// Reads the dictionary `{'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }`.
    fn parse(text: &str) -> Result<Self, String> {
        let damaged = || format!("has a damaged header: {}.", text.trim().chars().take(80).collect::<String>());
        let value = |key: &str| {
            let at =
                [format!("'{key}'"), format!("\"{key}\"")].iter().find_map(|key| Some(text.find(key)? + key.len()))?;
            text.get(at..)?.trim_start().strip_prefix(':').map(str::trim_start)
        };
        let descr = value("descr").ok_or_else(damaged)?;
        let quoted = descr.strip_prefix(['\'', '"']);
        let Some(descr) = quoted.and_then(|rest| rest.split(['\'', '"']).next()) else {
            return Err("holds records with several fields, not plain numbers. Save its fields as arrays.".to_owned());
        };
        let (order, kind) = match descr.split_at_checked(1) {
            Some((order @ ("<" | ">" | "|" | "="), kind)) => (order, kind),
            _ => ("=", descr),
        };
        let kind = match kind {
            "b1" | "?" => NumberType::Bool,
            "u1" => NumberType::U8,
            "i1" => NumberType::I8,
            "u2" => NumberType::U16,
            "i2" => NumberType::I16,
            "u4" => NumberType::U32,
            "i4" => NumberType::I32,
            "u8" => NumberType::U64,
            "i8" => NumberType::I64,
            "f2" => NumberType::F16,
            "f4" => NumberType::F32,
            "f8" => NumberType::F64,
            other => return Err(foreign(descr, other)),
        };
        let fortran = value("fortran_order").ok_or_else(damaged)?;
        let shape = value("shape").and_then(|shape| shape.strip_prefix('(')).and_then(|shape| shape.split(')').next());
        let lengths = shape.ok_or_else(damaged)?.split(',').map(str::trim).filter(|length| !length.is_empty());
        // Python 2 wrote 28L.
        let lengths = lengths.map(|length| length.trim_end_matches('L').parse().ok()).collect::<Option<Vec<usize>>>();
        let shape = lengths.ok_or_else(damaged)?;
        Ok(Self { kind, big_endian: order == ">", fortran: fortran.starts_with("True"), shape })
    }
}

/// What is wrong with an array that holds no numbers which a network takes.
fn foreign(descr: &str, kind: &str) -> String {
    let (what, advice) = match kind.chars().next() {
        Some('U' | 'S' | 'a') => {
            ("text", "Save numbers: np.unique(names, return_inverse=True)[1] gives a class for each.")
        }
        Some('O') => ("Python objects", "Save an array of numbers: np.array(list).astype(\"float32\")."),
        Some('c') => ("complex numbers", "Save an array of floats: np.abs(x), or x.real."),
        Some('M' | 'm') => ("dates or times", "Save numbers: x.astype(\"int64\")."),
        _ => ("numbers of a type that tealight does not read", "Save it as float32: x.astype(\"float32\")."),
    };
    format!("holds {what} (dtype {descr}); expected numbers. {advice}")
}

#[cfg(test)]
mod tests {
    use super::{NumberType, parse};

    fn array(version: u8, header: &str, data: &[u8]) -> Vec<u8> {
        let length = match version {
            1 => (header.len() as u16).to_le_bytes().to_vec(),
            _ => (header.len() as u32).to_le_bytes().to_vec(),
        };
        [b"\x93NUMPY", &[version, 0][..], &length, header.as_bytes(), data].concat()
    }

    #[test]
    fn every_version_is_read_and_every_cut_is_an_error() {
        for version in [1, 2, 3] {
            let whole = array(version, "{'descr': '>i2', 'fortran_order': False, 'shape': (2, 1), }\n", &[0, 7, 1, 0]);
            let read = parse(whole.clone()).unwrap();
            assert_eq!((read.shape.as_slice(), read.kind, read.big_endian), (&[2, 1][..], NumberType::I16, true));
            assert_eq!(read.classes().unwrap(), [7, 256]);
            for length in 0..whole.len() {
                assert!(parse(whole[..length].to_vec()).is_err(), "{length}");
            }
        }
    }

    #[test]
    fn what_is_no_array_of_numbers_says_what_it_is() {
        let of = |descr: &str, shape: &str| {
            parse(array(1, &format!("{{'descr': {descr}, 'fortran_order': False, 'shape': {shape}, }}"), &[0; 8]))
                .unwrap_err()
        };
        assert!(of("'<U5'", "(1,)").contains("holds text (dtype <U5)"));
        assert!(of("'|O'", "(1,)").contains("Python objects"));
        assert!(of("'<c8'", "(1,)").contains("complex"));
        assert!(of("[('a', '<f4')]", "(1,)").contains("several fields"));
        assert!(of("'<f8'", "(2,)").contains("cut short"));
        assert!(of("'<f4'", "(1,)").contains("more than the 4"));
        assert!(of("'<f8'", "(0, 3)").contains("no numbers"));
        assert!(of("'<f8'", "(99999999999, 99999999999)").contains("cut short"));
        assert!(of("'<f8'", "(1").contains("cut short") || of("'<f8'", "x").contains("damaged header"));
        assert!(parse(b"\x93NUMPY\x09\0\0\0\0\0".to_vec()).unwrap_err().contains("version 9"));
        assert!(parse(b"1,2,3".to_vec()).unwrap_err().contains("no NumPy array"));
    }
}
