//! The lines of examples.

use super::column_roles::Role;
use super::fault::Fault;
use super::fields::{byte, number, reader, shown};
use super::label_column::Stats;
use super::labels::Labels;
use crate::data::storage::Pixels;
use crate::progress::ProgressTask;
use crate::{Error, Result, memory};
use csv::ByteRecord;
use rayon::prelude::*;
use std::path::Path;

/// How much of the file one thread reads at a time.
const PIECE: usize = 1 << 20;

/// What a file holds behind its header.
pub(super) struct Body<'a> {
    pub(super) path: &'a Path,
    pub(super) bytes: &'a [u8],
    /// The names of the columns, if the file has a header.
    pub(super) names: Option<&'a [String]>,
    /// Where the examples begin.
    pub(super) start: usize,
    pub(super) roles: Vec<Role>,
}

/// What was read.
pub(super) struct Found {
    pub(super) pixels: Pixels,
    pub(super) labels: Labels,
    pub(super) targets: Vec<f32>,
}

/// What the first and the last of some columns hold.
pub(super) fn stats(bytes: &[u8], start: usize, columns: usize, of: [usize; 2]) -> Result<[Stats; 2], String> {
    let body = &bytes[start..];
    if body.contains(&b'"') {
        let mut stats = <[Stats; 2]>::default();
        let (mut reader, mut record) = (reader(body), ByteRecord::new());
        while reader.read_byte_record(&mut record).map_err(|error| format!("{error}."))? {
            for (stats, column) in stats.iter_mut().zip(of) {
                stats.push(record.get(column).unwrap_or_default());
            }
        }
        return Ok(stats);
    }
    let of_line = |mut stats: [Stats; 2], line: &[u8]| {
        if !line.trim_ascii().is_empty() {
            let [first, last] = of;
            let field = line.split(|&byte| byte == b',').nth(first);
            stats[0].push(field.unwrap_or_default());
            let field = line.rsplit(|&byte| byte == b',').nth(columns - 1 - last);
            stats[1].push(field.unwrap_or_default());
        }
        stats
    };
    let both = |[a, b]: [Stats; 2], [c, d]: [Stats; 2]| [a.and(c), b.and(d)];
    let pieces = pieces(body).into_par_iter();
    let of_piece = |piece: &[u8]| piece.split(|&byte| byte == b'\n').fold(<[Stats; 2]>::default(), of_line);
    Ok(pieces.map(of_piece).reduce(<[Stats; 2]>::default, both))
}

/// Whole lines, about [`PIECE`] bytes of them at a time.
fn pieces(mut rest: &[u8]) -> Vec<&[u8]> {
    let mut pieces = Vec::new();
    while !rest.is_empty() {
        let least = PIECE.min(rest.len());
        let end = rest[least..].iter().position(|&byte| byte == b'\n').map_or(rest.len(), |end| least + end + 1);
        let (piece, more) = rest.split_at(end);
        pieces.push(piece);
        rest = more;
    }
    pieces
}

impl Body<'_> {
    /// Everything, the fast way where the file allows it.
    pub(super) fn read(&self, task: &ProgressTask) -> Result<Found, Fault> {
        match self.whole_numbers(task)? {
            Some(found) => Ok(found),
            None => self.numbers(task),
        }
    }

    fn columns(&self) -> usize {
        self.roles.len()
    }

    /// Labels and pixels where every field is a plain whole number that fits a byte, which is what image files hold;
    /// none where a field is anything else, and then [`Body::numbers`] says what.
    fn whole_numbers(&self, task: &ProgressTask) -> Result<Option<Found>, Fault> {
        if self.roles.contains(&Role::Target) {
            return Ok(None);
        }
        // The parts hold half as many bytes as the file has, which then become one, and a block.
        let bytes = (self.bytes.len() - self.start) as u64;
        let what = || format!("{}: to read {bytes} bytes of numbers", self.path.display());
        memory::ensure_available(bytes + bytes / 2, what, "Give a table of fewer lines, or this program more memory.")?;
        let runs = self.roles.chunk_by(|a, b| a == b).map(|run| (run[0], run.len())).collect::<Vec<_>>();
        let plain = |piece: &[u8]| {
            task.add(piece.len()).map_err(Some)?;
            plain(piece, &runs).ok_or(None)
        };
        let pieces = pieces(&self.bytes[self.start..]);
        match pieces.into_par_iter().map(plain).collect::<Result<Vec<_>, Option<Error>>>() {
            Ok(parts) => {
                let (labels, pixels): (Vec<_>, Vec<_>) = parts.into_iter().unzip();
                let first = 1 + u64::from(self.names.is_some());
                let mut found = Labels::default();
                for (line, label) in (first..).zip(labels.into_iter().flatten()) {
                    let mut digits = [0; 3];
                    found.push(digits_of(label, &mut digits), line)?;
                }
                Ok(Some(Found { pixels: Pixels::Bytes(pixels.concat().into()), labels: found, targets: Vec::new() }))
            }
            Err(Some(stopped)) => Err(stopped.into()),
            Err(None) => Ok(None),
        }
    }

    /// The line of a record, which begins behind the empty lines at its position.
    fn line(&self, position: &csv::Position) -> u64 {
        let behind = self.bytes.get(position.byte() as usize..).unwrap_or_default();
        let empty = behind.iter().take_while(|byte| matches!(byte, b'\r' | b'\n'));
        position.line() + empty.filter(|byte| **byte == b'\n').count() as u64
    }

    /// Where a field is, as an error says it.
    pub(super) fn place(&self, line: u64, column: usize) -> String {
        let name = self.names.and_then(|names| names.get(column));
        let name = name.map_or(String::new(), |name| format!(" ({name})"));
        format!("line {line}, column {}{name}", column + 1)
    }

    /// Labels, pixels and targets of any table that is sound, or where it is not.
    fn numbers(&self, task: &ProgressTask) -> Result<Found, Fault> {
        // Behind each is a comma or the end of a line. They are read, and then become one block.
        let body = &self.bytes[self.start..];
        let ends = body.iter().filter(|byte| matches!(byte, b',' | b'\n')).count();
        let most = ends + usize::from(!body.ends_with(b"\n"));
        let what = || format!("{}: to read {most} numbers", self.path.display());
        memory::ensure_f32s(most.checked_mul(2), what, "Give a table of fewer lines, or this program more memory.")?;
        let (mut labels, mut pixels, mut targets) = (Labels::default(), Vec::with_capacity(most), Vec::new());
        let mut reader = reader(self.bytes);
        let mut record = ByteRecord::new();
        let mut skip = self.names.is_some();
        while reader.read_byte_record(&mut record).map_err(|error| format!("{error}."))? {
            if std::mem::take(&mut skip) {
                continue;
            }
            let line = record.position().map_or(0, |position| self.line(position));
            task.add(record.as_slice().len())?;
            if record.len() != self.columns() {
                return Err(format!("line {line} has {} fields; expected {}.", record.len(), self.columns()).into());
            }
            for (column, (field, role)) in record.iter().zip(&self.roles).enumerate() {
                match role {
                    Role::Skip => {}
                    Role::Label => labels.push(field, line)?,
                    Role::Input | Role::Target => {
                        let Some(number) = number(field) else {
                            return Err(self.no_number(line, column, field).into());
                        };
                        if *role == Role::Input { pixels.push(number) } else { targets.push(number) }
                    }
                }
            }
        }
        let is_byte = |number: &f32| number.fract() == 0.0 && (0.0..=255.0).contains(number);
        let pixels = match pixels.iter().all(is_byte) {
            true => Pixels::Bytes(pixels.into_iter().map(|number| number as u8).collect()),
            false => Pixels::Floats(pixels.into()),
        };
        Ok(Found { pixels, labels, targets })
    }

    /// What is wrong with a field that should be a number, and what to do.
    fn no_number(&self, line: u64, column: usize, field: &[u8]) -> String {
        let place = self.place(line, column);
        let text = String::from_utf8_lossy(field);
        let comma = text.trim().split_once(',').is_some_and(|(a, b)| {
            (a.trim_start_matches('-').to_owned() + b).bytes().all(|byte| byte.is_ascii_digit()) && !b.is_empty()
        });
        let advice = match () {
            () if super::fields::is_missing(text.trim()) => {
                "The value is missing: take the line out, or fill it: Table::read_csv and Table::fill_nulls."
            }
            () if comma => "Decimal commas are read with Csv::new().decimal(',').",
            () => {
                "Is the column the label, or to be left out? Csv::new().label(column) or Csv::new().ignore([column]). \
                 Dataset::from_table turns words into numbers."
            }
        };
        format!("{place}: expected a number, got {:?}. {advice}", shown(field))
    }
}

/// The digits of a byte.
fn digits_of(number: u8, digits: &mut [u8; 3]) -> &[u8] {
    *digits = [b'0' + number / 100, b'0' + number / 10 % 10, b'0' + number % 10];
    let leading = if number >= 100 { 0 } else { 1 + usize::from(number < 10) };
    &digits[leading..]
}

/// The labels and the inputs of whole lines, as long as each is one to three digits that make a byte.
fn plain(text: &[u8], runs: &[(Role, usize)]) -> Option<(Vec<u8>, Vec<u8>)> {
    const ZEROS: &[u8; 8] = b"0,0,0,0,";
    let (mut labels, mut pixels) = (Vec::new(), Vec::with_capacity(text.len() / 2));
    let mut at = 0;
    while at < text.len() {
        for (index, &(role, count)) in runs.iter().enumerate() {
            if index > 0 {
                if text.get(at) != Some(&b',') {
                    return None;
                }
                at += 1;
            }
            match role {
                Role::Input => {
                    let full = pixels.len() + count;
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
                }
                Role::Label => {
                    let (label, end) = byte(text, at)?;
                    labels.push(label);
                    at = end;
                }
                Role::Skip => {
                    for field in 0..count {
                        if field > 0 {
                            if text.get(at) != Some(&b',') {
                                return None;
                            }
                            at += 1;
                        }
                        let end = text[at..].iter().position(|byte| matches!(byte, b',' | b'\r' | b'\n' | b'"'));
                        at = end.map_or(text.len(), |end| at + end);
                    }
                }
                Role::Target => return None,
            }
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

#[cfg(test)]
mod tests {
    use super::digits_of;

    #[test]
    fn a_byte_is_written_as_its_digits() {
        for number in 0..=255_u8 {
            assert_eq!(digits_of(number, &mut [0; 3]), number.to_string().as_bytes());
        }
    }
}
