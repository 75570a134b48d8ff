//! Tables of examples as comma-separated values, as Kaggle's digit recogniser has them.

use super::csv_text::{Fault, byte, read, reader, separated_otherwise};
use super::dataset::{Dataset, Pixels};
use super::targets::LARGEST_LABEL;
use crate::progress::Task;
use crate::{Error, ErrorKind, Result, memory};
use csv::ByteRecord;
use rayon::prelude::*;
use std::path::Path;

/// How much of the file one thread reads at a time.
const PIECE: usize = 1 << 20;
/// In fewer columns, numbers that count them may as well be an example.
const FEWEST_COUNTED: usize = 4;

impl Dataset {
    /// Examples of shape `input_shape` from a CSV file, a line for each: the label first and then the numbers, as in
    /// Kaggle's `train.csv` (`label,pixel0,pixel1,…`), or the numbers alone, as in its `test.csv` (`pixel0,pixel1,…`).
    ///
    /// Which of the two it is, the number of columns says; with a column called `label`, it must be the first. Numbers
    /// stay bytes where all of them are whole and from 0 to 255. Classes are named by their numbers. Without labels,
    /// the dataset can be predicted, and nothing else; see [`Dataset::is_labelled`].
    ///
    /// The first line is a header where all of its fields are names: text that is no number, nor nothing, nor `NaN`. So
    /// it is where the numbers in it count the columns, as pandas writes an array: `0,1,2,…` from the first of at least
    /// four columns on, or from 0 or 1 behind one name, be it `label` or, before at least three such columns, another.
    /// A first line of numbers is an example, and anything between the two is an error.
    ///
    /// Errors name the line and the column: a line with too few or too many fields, a field that is not a number, a
    /// label that is not a whole number from 0 to 65535. A file has at most 4 GiB.
    pub fn from_csv(path: impl AsRef<Path>, input_shape: impl Into<Vec<usize>>) -> Result<Self> {
        Self::read_csv(path.as_ref(), input_shape.into())
    }

    fn read_csv(path: &Path, input_shape: Vec<usize>) -> Result<Self> {
        let fail = |what: String| Error::new(ErrorKind::Data, format!("{}: {what}", path.display()));
        let bytes = read(path, fail)?;
        let lines = Lines::new(path, &bytes, &input_shape).map_err(fail)?;
        let task = Task::new("Dataset::from_csv", "bytes", bytes.len());
        let (labels, pixels) = match lines.whole_numbers(&task)? {
            Some((labels, pixels)) => (labels, Pixels::Bytes(pixels.into())),
            None => lines.numbers(&task).map_err(|fault| fault.error(fail))?,
        };
        drop(task);
        let size = input_shape.iter().product::<usize>();
        let numbers = match &pixels {
            Pixels::Bytes(bytes) => bytes.len(),
            Pixels::Floats(floats) => floats.len(),
        };
        let examples = numbers / size;
        if examples == 0 {
            return Err(fail("has no lines of examples, a header at most.".to_owned()));
        }
        if !lines.labelled {
            let data = Self::new(pixels, numbers, input_shape, vec![0; examples].into(), ["0".to_owned()].into())?;
            return Ok(data.without_labels());
        }
        let classes = labels.iter().max().map_or(0, |&largest| largest + 1);
        let names = (0..classes).map(|class| class.to_string()).collect();
        let data = Self::new(pixels, numbers, input_shape, labels.into(), names)?;
        Ok(data.or_warn(&path.display().to_string()))
    }
}

/// A file whose first line was looked at.
struct Lines<'a> {
    path: &'a Path,
    bytes: &'a [u8],
    /// The names of the columns, if the file has a header.
    header: Option<ByteRecord>,
    /// Where the examples begin.
    body: usize,
    columns: usize,
    labelled: bool,
}

impl<'a> Lines<'a> {
    fn new(path: &'a Path, bytes: &'a [u8], input_shape: &[usize]) -> Result<Self, String> {
        let size = input_shape.iter().try_fold(1_usize, |product, &n| product.checked_mul(n));
        let Some(size) = size.filter(|size| *size > 0) else {
            return Err(format!("cannot be read as examples of shape {input_shape:?}, which hold no numbers."));
        };
        let mut reader = reader(bytes);
        let mut first = ByteRecord::new();
        if !reader.read_byte_record(&mut first).map_err(|error| format!("{error}."))? {
            return Err("is empty; expected lines of numbers.".to_owned());
        }
        let body = reader.position().byte() as usize;
        let columns = first.len();
        let labelled = columns == size.saturating_add(1);
        if !labelled && columns != size {
            if let Some(what) = separated_otherwise(&first) {
                return Err(what);
            }
            return Err(format!(
                "line 1 has {columns} columns; examples of shape {input_shape:?} need {size}, or {} with a label before \
                 them. Give the shape that the file's images have, such as [28, 28].",
                size.saturating_add(1)
            ));
        }
        let is_header = is_header(&first)?;
        match first.iter().position(is_label) {
            Some(column @ 1..) => {
                return Err(format!("the label is in column {}; expected it in the first.", column + 1));
            }
            Some(0) if !labelled => {
                return Err(format!(
                    "line 1 has {columns} columns, the label and {} numbers; expected {}, the label and {size} \
                     numbers, for examples of shape {input_shape:?}. Give the shape that the file's images have, or a file that \
                     lacks no column.",
                    columns - 1,
                    size.saturating_add(1)
                ));
            }
            _ => {}
        }
        let (header, body) = if is_header { (Some(first), body) } else { (None, 0) };
        Ok(Self { path, bytes, header, body, columns, labelled })
    }

    /// Labels and pixels where every field is a plain whole number that fits a byte, which is what image files hold;
    /// none where a field is anything else, and then [`Lines::numbers`] says what.
    fn whole_numbers(&self, task: &Task) -> Result<Option<(Vec<u32>, Vec<u8>)>> {
        // The parts hold half as many bytes as the file has, which then become one, and a block.
        let bytes = (self.bytes.len() - self.body) as u64;
        let what = || format!("{}: to read {bytes} bytes of numbers", self.path.display());
        memory::need(bytes + bytes / 2, what, "Give a table of fewer lines, or this program more memory.")?;
        let mut pieces = Vec::new();
        let mut rest = &self.bytes[self.body..];
        while !rest.is_empty() {
            let least = PIECE.min(rest.len());
            let end = rest[least..].iter().position(|&byte| byte == b'\n').map_or(rest.len(), |end| least + end + 1);
            let (piece, more) = rest.split_at(end);
            pieces.push(piece);
            rest = more;
        }
        let plain = |piece: &[u8]| {
            task.add(piece.len()).map_err(Some)?;
            self.plain(piece).ok_or(None)
        };
        match pieces.into_par_iter().map(plain).collect::<Result<Vec<_>, Option<Error>>>() {
            Ok(parts) => {
                let (labels, pixels): (Vec<_>, Vec<_>) = parts.into_iter().unzip();
                Ok(Some((labels.concat(), pixels.concat())))
            }
            Err(stopped) => stopped.map_or(Ok(None), Err),
        }
    }

    /// The fields of whole lines, as long as each is one to three digits that make a byte.
    fn plain(&self, text: &[u8]) -> Option<(Vec<u32>, Vec<u8>)> {
        const ZEROS: &[u8; 8] = b"0,0,0,0,";
        let pixels_of_line = self.columns - usize::from(self.labelled);
        let (mut labels, mut pixels) = (Vec::new(), Vec::with_capacity(text.len() / 2));
        let mut at = 0;
        while at < text.len() {
            if self.labelled {
                let (label, end) = byte(text, at)?;
                if text.get(end) != Some(&b',') {
                    return None;
                }
                labels.push(u32::from(label));
                at = end + 1;
            }
            let full = pixels.len() + pixels_of_line;
            loop {
                // Most pixels of most images are background.
                while full - pixels.len() > 4 && text.get(at..at + 8).is_some_and(|next| next == ZEROS) {
                    pixels.extend_from_slice(&[0; 4]);
                    at += 8;
                }
                let (pixel, end) = byte(text, at)?;
                pixels.push(pixel);
                at = end;
                if pixels.len() == full {
                    break;
                }
                if text.get(at) != Some(&b',') {
                    return None;
                }
                at += 1;
            }
            at = match text[at..] {
                [] => at,
                [b'\n', ..] => at + 1,
                [b'\r', b'\n', ..] => at + 2,
                _ => return None,
            };
        }
        Some((labels, pixels))
    }

    /// The line of a record, which begins behind the empty lines at its position.
    fn line(&self, position: &csv::Position) -> u64 {
        let behind = self.bytes.get(position.byte() as usize..).unwrap_or_default();
        let empty = behind.iter().take_while(|byte| matches!(byte, b'\r' | b'\n'));
        position.line() + empty.filter(|byte| **byte == b'\n').count() as u64
    }

    /// Labels and pixels of any table that is sound, or where it is not.
    fn numbers(&self, task: &Task) -> Result<(Vec<u32>, Pixels), Fault> {
        // Behind each is a comma or the end of a line. They are read, and then become one block.
        let body = &self.bytes[self.body..];
        let ends = body.iter().filter(|byte| matches!(byte, b',' | b'\n')).count();
        let most = ends + usize::from(!body.ends_with(b"\n"));
        let what = || format!("{}: to read {most} numbers", self.path.display());
        memory::need_numbers(most.checked_mul(2), what, "Give a table of fewer lines, or this program more memory.")?;
        let (mut labels, mut pixels) = (Vec::new(), Vec::with_capacity(most));
        let mut reader = reader(self.bytes);
        let mut record = ByteRecord::new();
        let mut skip = self.header.is_some();
        while reader.read_byte_record(&mut record).map_err(|error| format!("{error}."))? {
            if std::mem::take(&mut skip) {
                continue;
            }
            let line = record.position().map_or(0, |position| self.line(position));
            task.add(record.as_slice().len())?;
            if record.len() != self.columns {
                return Err(format!("line {line} has {} fields; expected {}.", record.len(), self.columns).into());
            }
            for (column, field) in record.iter().enumerate() {
                let wrong = |expected: &str| {
                    let name = self.header.as_ref().and_then(|header| header.get(column));
                    let name = name.map_or(String::new(), |name| format!(" ({})", String::from_utf8_lossy(name)));
                    format!("line {line}, column {}{name}: expected {expected}, got {:?}.", column + 1, shown(field))
                };
                let number = number(field).ok_or_else(|| wrong("a number"))?;
                if column > 0 || !self.labelled {
                    pixels.push(number);
                } else if number.fract() == 0.0 && (0.0..=f32::from(LARGEST_LABEL)).contains(&number) {
                    labels.push(number as u32);
                } else {
                    return Err(wrong("a label, a whole number from 0 to 65535").into());
                }
            }
        }
        let is_byte = |number: &f32| number.fract() == 0.0 && (0.0..=255.0).contains(number);
        Ok(match pixels.iter().all(is_byte) {
            true => (labels, Pixels::Bytes(pixels.into_iter().map(|number| number as u8).collect())),
            false => (labels, Pixels::Floats(pixels.into())),
        })
    }
}

/// Whether a first line has the names of the columns; an error where it is neither that nor an example.
fn is_header(first: &ByteRecord) -> Result<bool, String> {
    let numbers = first.iter().filter(|field| number(field).is_some()).count();
    if numbers == first.len() {
        return Ok(first.len() >= FEWEST_COUNTED && counts(first, 0, 0));
    }
    // The first field may be a name, and the others count the columns.
    if is_name(first.get(0).unwrap_or_default())
        && (first.len() >= FEWEST_COUNTED || first.get(0).is_some_and(is_label))
        && (counts(first, 1, 0) || counts(first, 1, 1))
    {
        return Ok(true);
    }
    let names = first.iter().skip(1).all(is_name) || counts(first, 1, 0);
    if first.len() >= FEWEST_COUNTED && names && first.get(0).is_some_and(<[u8]>::is_empty) {
        let what = "line 1, column 1: a header without a name, as pandas writes it for its index; expected the label \
                    or the first number. Save the table without it: to_csv(path, index=False).";
        return Err(what.to_owned());
    }
    match first.iter().enumerate().find(|(_, field)| !is_name(field) && number(field).is_none()) {
        None if numbers == 0 => Ok(true),
        neither => {
            let no_number = || first.iter().enumerate().find(|(_, field)| number(field).is_none());
            let (column, field) = neither.filter(|_| numbers == 0).or_else(no_number).unwrap_or_default();
            Err(format!(
                "line 1, column {}: expected a number, got {:?}. A first line is a header where all of its fields are \
                 names, and an example where all of them are numbers. Mend it in the file.",
                column + 1,
                shown(field)
            ))
        }
    }
}

/// Whether the fields behind the first `skipped` are the whole numbers from `start` on.
fn counts(first: &ByteRecord, skipped: usize, start: usize) -> bool {
    let is = |(expected, field): (usize, &[u8])| {
        std::str::from_utf8(field).is_ok_and(|field| field.trim() == expected.to_string())
    };
    first.len() > skipped && (start..).zip(first.iter().skip(skipped)).all(is)
}

fn is_label(name: &[u8]) -> bool {
    name.eq_ignore_ascii_case(b"label")
}

/// Text that is neither nothing nor a number, be it one that is not finite.
fn is_name(field: &[u8]) -> bool {
    let text = String::from_utf8_lossy(field);
    !text.trim().is_empty() && text.trim().parse::<f32>().is_err()
}

/// A field as an error shows it.
fn shown(field: &[u8]) -> String {
    String::from_utf8_lossy(field).chars().take(40).collect()
}

/// A finite number, with or without space around it.
fn number(field: &[u8]) -> Option<f32> {
    std::str::from_utf8(field).ok()?.trim().parse().ok().filter(|number: &f32| number.is_finite())
}
