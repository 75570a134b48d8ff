//! What both ways to read comma-separated values need: into a dataset, and into a table.

use super::dialect::Dialect;
use crate::file;
use crate::{Error, Result};
use std::path::Path;

/// No table of images is larger.
const LARGEST: u64 = 4 << 30;
/// No line of a table has more.
const MOST_COLUMNS: usize = 1 << 16;

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
