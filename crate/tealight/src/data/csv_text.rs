//! What both ways to read comma-separated values need: into a dataset, and into a table.

use super::csv_dialect::Dialect;
use crate::file;
use crate::{Error, Result};
use csv::ReaderBuilder;
use std::path::Path;

/// No table of images is larger.
const LARGEST: u64 = 4 << 30;
/// No line of a table has more.
const MOST_COLUMNS: usize = 1 << 16;

/// Why a table was not read.
pub(super) enum Fault {
    /// What is wrong with it.
    Unsound(String),
    Stopped(Error),
}

impl Fault {
    /// The error, which `fail` makes of what is wrong.
    pub(super) fn error(self, fail: impl Fn(String) -> Error) -> Error {
        match self {
            Self::Unsound(what) => fail(what),
            Self::Stopped(error) => error,
        }
    }
}

impl From<String> for Fault {
    fn from(what: String) -> Self {
        Self::Unsound(what)
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self::Stopped(error)
    }
}

/// The whole file as UTF-8 with commas between its fields, without the mark that some programs put before it.
pub(super) fn read(path: &Path, dialect: Dialect, fail: impl Fn(String) -> Error) -> Result<Vec<u8>> {
    let mut bytes = file::read(path, LARGEST, "tealight reads tables of up to 4 GiB.", &fail)?;
    if let Some(what) = file::other_format(&bytes) {
        return Err(fail(what.to_owned()));
    }
    if bytes.starts_with(b"\xef\xbb\xbf") {
        bytes.drain(..3);
    }
    let bytes = dialect.normalize(bytes).map_err(&fail)?;
    match too_wide(&bytes) {
        Some(line) => Err(fail(format!("line {line} has more than {MOST_COLUMNS} columns. Is it a table?"))),
        None => Ok(bytes),
    }
}

/// The lines without their ends; an end within quotation marks is none.
pub(super) fn quoted_lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut quoted = false;
    bytes.split(move |&byte| {
        quoted ^= byte == b'"';
        byte == b'\n' && !quoted
    })
}

/// What stands for a missing value, as in pandas.
const MISSING: [&str; 19] = [
    "", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN", "<NA>", "N/A", "NA",
    "NULL", "NaN", "None", "n/a", "nan", "null",
];

/// Whether a field says that a value is missing.
pub(super) fn is_missing(text: &str) -> bool {
    MISSING.contains(&text)
}

/// The first line with too many commas, which take far more memory as fields than they do in the file.
fn too_wide(bytes: &[u8]) -> Option<usize> {
    let mut begin = 0;
    while let Some(next) = bytes.get(begin..begin + MOST_COLUMNS) {
        // Nearly all lines are shorter: the last end of a line here is looked for, and lines before it are not looked at.
        if let Some(end) = next.iter().rposition(|&byte| byte == b'\n') {
            begin += end + 1;
            continue;
        }
        let rest = &bytes[begin..];
        let line = rest.iter().position(|&byte| byte == b'\n').map_or(rest, |end| &rest[..end]);
        if line.iter().filter(|&&byte| byte == b',').count() >= MOST_COLUMNS {
            return Some(bytes[..begin].iter().filter(|&&byte| byte == b'\n').count() + 1);
        }
        begin += (line.len() + 1).min(rest.len());
    }
    None
}

/// Its records, of any lengths, the first among them.
pub(super) fn reader(bytes: &[u8]) -> csv::Reader<&[u8]> {
    ReaderBuilder::new().has_headers(false).flexible(true).from_reader(bytes)
}

/// The number from 0 to 255 whose digits begin at `at`, and where they end.
pub(super) fn byte(text: &[u8], at: usize) -> Option<(u8, usize)> {
    let digit = |index: usize| text.get(index).map(|byte| byte.wrapping_sub(b'0')).filter(|digit| *digit <= 9);
    let mut number = u16::from(digit(at)?);
    let mut end = at + 1;
    while let Some(next) = digit(end).filter(|_| end < at + 4) {
        number = number * 10 + u16::from(next);
        end += 1;
    }
    Some((u8::try_from(number).ok()?, end))
}

/// A field as an error shows it.
pub(super) fn shown(field: &[u8]) -> String {
    String::from_utf8_lossy(field).chars().take(40).collect()
}

/// A finite number, with or without space around it.
pub(super) fn number(field: &[u8]) -> Option<f32> {
    std::str::from_utf8(field).ok()?.trim().parse().ok().filter(|number: &f32| number.is_finite())
}
