//! What both ways to read comma-separated values need: into a dataset, and into a table.

use crate::file;
use crate::{Error, Result};
use csv::{ByteRecord, ReaderBuilder};
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

/// The whole file, without the mark that some programs put before UTF-8.
pub(super) fn read(path: &Path, fail: impl Fn(String) -> Error) -> Result<Vec<u8>> {
    let mut bytes = file::read(path, LARGEST, "tealight reads tables of up to 4 GiB.", &fail)?;
    if let Some(what) = file::other_format(&bytes) {
        return Err(fail(what.to_owned()));
    }
    if bytes.starts_with(b"\xef\xbb\xbf") {
        bytes.drain(..3);
    }
    match too_wide(&bytes) {
        Some(line) => Err(fail(format!("line {line} has more than {MOST_COLUMNS} columns. Is it a table?"))),
        None => Ok(bytes),
    }
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

/// What is wrong with a first line that has something else than commas between its fields.
pub(super) fn separated_otherwise(first: &ByteRecord) -> Option<String> {
    let line = first.get(0).filter(|_| first.len() == 1)?;
    let (separator, name) =
        [(b';', "semicolons"), (b'\t', "tabs")].into_iter().find(|(byte, _)| line.contains(byte))?;
    let fields = line.split(|&byte| byte == separator).count();
    Some(format!("line 1 has {name} between its {fields} fields, expected commas. Save the table with commas."))
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
