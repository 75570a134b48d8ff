//! Datasets from comma-separated values.

use super::column_roles::{Layout, Role};
use super::fields::{number, reader};
use super::file_text::read;
use super::header::is_header;
use super::options::Csv;
use super::rows::{Body, stats};
use crate::data::dataset::Dataset;
use crate::data::storage::Pixels;
use crate::progress::ProgressTask;
use crate::{Error, ErrorKind, Result};
use csv::ByteRecord;
use std::path::Path;

impl Dataset {
    /// Examples of shape `input_shape` from a CSV file, a line for each, with a label in one of the columns, or without
    /// labels.
    ///
    /// **Columns.** A column called `label`, `class`, `target`, `species`, `y`, `digit`, `character` or the like holds the
    /// labels, wherever it is. Columns called `id`, `index`, `ImageId` or the like, and pandas's index (`Unnamed: 0` or no
    /// name), are left out. Where all columns but one are numbered, as in `pixel1,…,pixel784,kind`, that one is the label;
    /// so is the only one that holds words. Without a header, and with one column more than an example has numbers, the
    /// label is the first or the last column, whichever holds classes by its values. Where two readings remain, it is an
    /// error that names both and the option of [`Csv`] that decides. Without a label, the dataset can be predicted, and
    /// nothing else; see [`Dataset::is_labeled`].
    ///
    /// **Labels.** Whole numbers are classes, named by their numbers. Words are the names of the classes, which are sorted,
    /// as scikit-learn's `LabelEncoder` does. **Numbers** stay bytes where all of them are whole and from 0 to 255.
    ///
    /// **Header.** The first line is a header where all of its fields are names: text that is no number, nor nothing, nor
    /// `NaN`. So it is where the numbers in it count the columns, as pandas writes an array: `0,1,2,…` from the first of
    /// at least four columns on, or from 0 or 1 behind one name. A first line of numbers, with at most one word where the
    /// next line has one too, is an example; anything between is an error.
    ///
    /// Semicolons, tabs or bars between the fields are recognized, and decimal commas where the fields are not separated by
    /// commas.
    ///
    /// Errors name the line and the column: a line with too few or too many fields, a field that is not a number, a
    /// label that is missing, below 0, above 65535 or not whole. A file has at most 4 GiB. Labels that are all the same give
    /// a warning.
    ///
    /// ```
    /// use tealight::prelude::*;
    ///
    /// # let folder = tempfile::tempdir().map_err(candle_core::Error::wrap)?;
    /// # let path = folder.path().join("digits.csv");
    /// # std::fs::write(&path, "id,pixel0,pixel1,pixel2,pixel3,class\n7,0,255,9,0,two\n8,1,0,0,80,one\n").map_err(candle_core::Error::wrap)?;
    /// // id,pixel0,pixel1,pixel2,pixel3,class
    /// // 7,0,255,9,0,two
    /// // 8,1,0,0,80,one
    /// let data = Dataset::from_csv(&path, [2, 2])?;
    /// assert_eq!(data.shape(), [2, 2, 2]);
    /// assert_eq!((data.class_names(), data.labels()), (&["one".to_owned(), "two".to_owned()][..], &[1, 0][..]));
    /// # Ok::<(), tealight::Error>(())
    /// ```
    pub fn from_csv(path: impl AsRef<Path>, input_shape: impl Into<Vec<usize>>) -> Result<Self> {
        Self::read_csv(path.as_ref(), input_shape.into(), &Csv::new())
    }

    pub(super) fn read_csv(path: &Path, input_shape: Vec<usize>, options: &Csv) -> Result<Self> {
        let fail = |what: String| Error::new(ErrorKind::Data, format!("{}: {what}", path.display()));
        let bytes = read(path, options.dialect, fail)?;
        let begin = Begin::new(&bytes, options.header).map_err(fail)?;
        let (roles, size) = begin.roles(&bytes, &input_shape, options).map_err(fail)?;
        let task = ProgressTask::new("Dataset::from_csv", "bytes", bytes.len());
        let label = roles.iter().position(|role| *role == Role::Label);
        let targets = roles.iter().filter(|role| **role == Role::Target).count();
        let body = Body { path, bytes: &bytes, names: begin.names.as_deref(), start: begin.body, roles };
        let found = body.read(&task).map_err(|fault| fault.error(fail))?;
        drop(task);
        let numbers = match &found.pixels {
            Pixels::Bytes(bytes) => bytes.len(),
            Pixels::Floats(floats) => floats.len(),
        };
        let examples = numbers / size;
        if examples == 0 {
            return Err(fail("has no lines of examples, a header at most.".to_owned()));
        }
        let Some(label) = label else {
            let labels = vec![0; examples].into();
            if targets > 0 {
                let data = Self::new(found.pixels, numbers, input_shape, labels, [].into())?;
                let shape = if targets == 1 { vec![] } else { vec![targets] };
                return Ok(data.with_number_targets(found.targets, &shape));
            }
            let data = Self::new(found.pixels, numbers, input_shape, labels, ["0".to_owned()].into())?;
            return Ok(data.without_labels());
        };
        let classes = found.labels.classes(options.class_names.as_deref(), |line| body.place(line, label));
        let (labels, names) = classes.map_err(fail)?;
        let data = Self::new(found.pixels, numbers, input_shape, labels.into(), names.into())?;
        Ok(data.warn_if_degenerate(&path.display().to_string()))
    }
}

/// The first lines of a file.
struct Begin {
    /// The names of the columns, if the file has a header.
    names: Option<Vec<String>>,
    /// Where the examples begin.
    body: usize,
    columns: usize,
    /// Which columns hold no number in the first example.
    words: Vec<usize>,
}

impl Begin {
    fn new(bytes: &[u8], has_header: Option<bool>) -> Result<Self, String> {
        let mut reader = reader(bytes);
        let (mut first, mut second) = (ByteRecord::new(), ByteRecord::new());
        if !reader.read_byte_record(&mut first).map_err(|error| format!("{error}."))? {
            return Err("is empty; expected lines of numbers.".to_owned());
        }
        let behind = reader.position().byte() as usize;
        let has_second = reader.read_byte_record(&mut second).map_err(|error| format!("{error}."))?;
        let is_header = match has_header {
            Some(said) => said,
            None => is_header(&first, Some(&second).filter(|_| has_second))?,
        };
        let example = if is_header { &second } else { &first };
        let words = example.iter().enumerate().filter(|(_, field)| number(field).is_none()).map(|(column, _)| column);
        let (words, columns) = (words.collect(), first.len());
        let names = is_header.then(|| first.iter().map(|name| String::from_utf8_lossy(name).into_owned()).collect());
        Ok(Self { names, body: if is_header { behind } else { 0 }, columns, words })
    }

    /// What each column is, and how many numbers an example has.
    fn roles(&self, bytes: &[u8], input_shape: &[usize], options: &Csv) -> Result<(Vec<Role>, usize), String> {
        let size = input_shape.iter().try_fold(1_usize, |product, &n| product.checked_mul(n));
        let Some(size) = size.filter(|size| *size > 0) else {
            return Err(format!("cannot be read as examples of shape {input_shape:?}, which hold no numbers."));
        };
        let layout =
            Layout { names: self.names.as_deref(), columns: self.columns, words: &self.words, size, input_shape };
        let roles = layout.roles(options, |of| stats(bytes, self.body, self.columns, of))?;
        Ok((roles, size))
    }
}
