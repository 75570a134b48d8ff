//! Tables from comma-separated values.

use super::dialect::Dialect;
use super::fault::Fault;
use super::fields::{byte, is_missing, reader};
use super::file_text::read;
use crate::data::table::{Column, Table, Texts, Values};
use crate::progress::ProgressTask;
use crate::{Error, ErrorKind, Result};
use csv::ByteRecord;
use rayon::prelude::*;
use std::collections::HashSet;
use std::path::Path;

/// How much of the file one thread reads at a time.
const PIECE: usize = 4 << 20;
/// So many records are read between two looks at the time.
const BETWEEN_TELLING: usize = 256;
impl Table {
    /// Reads a CSV file: names in the first line, then a line for each row. Like pandas's `read_csv`.
    ///
    /// The first line is one of names whatever is in it, as for pandas: a table without them loses its first row, which
    /// [`Table::names`] shows.
    ///
    /// A column whose values are all numbers is one of numbers. Missing is what is missing to pandas: nothing between the
    /// commas, or `NA`, `NaN`, `null` and the like. Columns of truth values are text here.
    ///
    /// Semicolons, tabs or bars between the fields are recognized, and decimal commas where the fields are not separated by
    /// commas. [`Csv`](crate::Csv) reads a table where its options must be given: another separator, no header.
    ///
    /// Errors where the file is missing, empty, larger than 4 GiB or not UTF-8, where it is an archive or a web page, where
    /// the separator or the decimal comma could be read in two ways, where two columns have one name, where there are more
    /// than 65,536, and where a line has too few or too many fields; they name the line.
    ///
    /// ```no_run
    /// use tealight::prelude::*;
    ///
    /// let table = Table::read_csv("data/kaggle/train.csv")?;
    /// println!("{:?}\n{}\n{}", table.shape(), table.describe(), table.null_counts());
    /// # Ok::<(), tealight::Error>(())
    /// ```
    pub fn read_csv(path: impl AsRef<Path>) -> Result<Self> {
        Self::of_csv(path.as_ref(), Dialect::default(), true)
    }

    /// Reads a CSV file; without a header, the names are the columns' numbers from 0, as in pandas.
    pub(super) fn of_csv(path: &Path, dialect: Dialect, has_header: bool) -> Result<Self> {
        let fail = |what: String| Error::new(ErrorKind::Data, format!("{}: {what}", path.display()));
        let bytes = read(path, dialect, fail)?;
        let (names, start) = header(&bytes, has_header).map_err(fail)?;
        let task = ProgressTask::new("Table::read_csv", "bytes", bytes.len());
        let body = Body { bytes: &bytes, start, columns: names.len(), task };
        let parts = body.pieces().into_par_iter().map(|piece| body.numbers(piece)).collect::<Result<Vec<_>, Fault>>();
        let parts = parts.map_err(|fault| fault.error(fail))?;
        let rows = parts.iter().map(|part| part.rows).sum();
        let mut of_columns = names.iter().map(|_| Vec::with_capacity(parts.len())).collect::<Vec<_>>();
        for part in parts {
            of_columns.iter_mut().zip(part.columns).for_each(|(all, found)| all.push(found));
        }
        let values = of_columns.into_par_iter().map(join).collect::<Vec<_>>();
        let with_text = values.iter().enumerate().filter(|(_, values)| values.is_none()).map(|(column, _)| column);
        let mut texts = body.texts(&with_text.collect::<Vec<_>>()).map_err(|fault| fault.error(fail))?.into_iter();
        let values = values.into_iter().map(|values| values.or_else(|| texts.next().map(Values::Text)));
        let columns = names.into_iter().zip(values).filter_map(|(name, values)| Some(Column { name, values: values? }));
        Ok(Self::from_columns(rows, columns.collect()))
    }
}

/// The names of the columns, and where the rows begin.
fn header(bytes: &[u8], has_header: bool) -> Result<(Vec<String>, usize), String> {
    let mut reader = reader(bytes);
    let mut first = ByteRecord::new();
    if !reader.read_byte_record(&mut first).map_err(|error| format!("{error}."))? {
        return Err("is empty; expected a line with the names of the columns.".to_owned());
    }
    if !has_header {
        return Ok(((0..first.len()).map(|column| column.to_string()).collect(), 0));
    }
    let name = |(index, name): (usize, &[u8])| match std::str::from_utf8(name).map(str::trim) {
        Ok("") => Ok(format!("column {}", index + 1)),
        Ok(name) => Ok(name.to_owned()),
        Err(_) => Err("is not UTF-8. Save it as UTF-8.".to_owned()),
    };
    let names = first.iter().enumerate().map(name).collect::<Result<Vec<_>, _>>()?;
    let mut seen = HashSet::new();
    match names.iter().find(|name| !seen.insert(*name)) {
        Some(twice) => Err(format!("two columns are called {twice:?}. Give each a name of its own.")),
        None => Ok((names, reader.position().byte() as usize)),
    }
}

/// The lines behind the header.
struct Body<'a> {
    bytes: &'a [u8],
    start: usize,
    columns: usize,
    task: ProgressTask,
}

/// The columns of some lines: their numbers, as far as they are numbers.
struct Part {
    rows: usize,
    columns: Vec<Found>,
}

enum Found {
    Bytes(Vec<u8>),
    Numbers(Vec<f64>, bool),
    /// There is text among them.
    Text,
}

impl Body<'_> {
    /// Where the file can be cut between lines; nowhere where a quoted field might go over several.
    fn pieces(&self) -> Vec<(usize, usize)> {
        let body = &self.bytes[self.start..];
        if body.contains(&b'"') {
            return vec![(self.start, self.bytes.len())];
        }
        let (mut pieces, mut at) = (Vec::new(), self.start);
        while at < self.bytes.len() {
            let least = (at + PIECE).min(self.bytes.len());
            let rest = self.bytes[least..].iter().position(|&byte| byte == b'\n');
            let end = rest.map_or(self.bytes.len(), |rest| least + rest + 1);
            pieces.push((at, end));
            at = end;
        }
        pieces
    }

    /// Goes through the records between two places.
    fn each(&self, (from, to): (usize, usize), mut record: impl FnMut(&ByteRecord)) -> Result<(), Fault> {
        let mut reader = reader(&self.bytes[from..to]);
        let mut fields = ByteRecord::new();
        let (mut records, mut told) = (0_usize, 0);
        while reader.read_byte_record(&mut fields).map_err(|error| format!("{error}."))? {
            if fields.len() != self.columns {
                let place = from + fields.position().map_or(0, |position| position.byte() as usize);
                let (given, expected) = (fields.len(), self.columns);
                return Err(format!("line {} has {given} fields; expected {expected}.", self.line(place)).into());
            }
            // Now and then: a short line is read sooner than the clock.
            if records.is_multiple_of(BETWEEN_TELLING) {
                let at = fields.position().map_or(0, |position| position.byte() as usize);
                self.task.add(at - told)?;
                told = at;
            }
            records += 1;
            record(&fields);
        }
        Ok(())
    }

    /// The line of a record, which may begin with empty lines.
    fn line(&self, place: usize) -> usize {
        let empty = self.bytes[place..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        self.bytes[..place + empty].iter().filter(|&&byte| byte == b'\n').count() + 1
    }

    fn numbers(&self, piece: (usize, usize)) -> Result<Part, Fault> {
        let mut part = Part { rows: 0, columns: (0..self.columns).map(|_| Found::Bytes(Vec::new())).collect() };
        self.each(piece, |fields| {
            part.rows += 1;
            part.columns.iter_mut().zip(fields).for_each(|(column, field)| column.push(field));
        })?;
        Ok(part)
    }

    /// The values of some columns, in their order, as they are written.
    fn texts(&self, columns: &[usize]) -> Result<Vec<Texts>, Fault> {
        let mut texts = columns.iter().map(|_| Texts::default()).collect::<Vec<_>>();
        if columns.is_empty() {
            return Ok(texts);
        }
        let mut foreign = false;
        self.each((self.start, self.bytes.len()), |fields| {
            for (texts, &column) in texts.iter_mut().zip(columns) {
                let text = std::str::from_utf8(fields.get(column).unwrap_or_default());
                foreign |= text.is_err();
                texts.push(text.ok().filter(|text| !is_missing(text)).unwrap_or_default());
            }
        })?;
        if foreign { Err("is not UTF-8. Save it as UTF-8.".to_owned().into()) } else { Ok(texts) }
    }
}

impl Found {
    fn push(&mut self, field: &[u8]) {
        if let Self::Bytes(bytes) = self {
            match byte(field, 0) {
                Some((number, end)) if end == field.len() => return bytes.push(number),
                _ => *self = Self::Numbers(bytes.iter().map(|&byte| f64::from(byte)).collect(), true),
            }
        }
        if let Self::Numbers(numbers, whole) = self {
            match number(field) {
                Some((number, is_whole)) => {
                    numbers.push(number);
                    *whole &= is_whole;
                }
                None => *self = Self::Text,
            }
        }
    }
}

/// A number, NaN where it is missing, and whether it is written as a whole one, or missing.
fn number(field: &[u8]) -> Option<(f64, bool)> {
    let text = std::str::from_utf8(field).ok()?.trim();
    if is_missing(text) {
        return Some((f64::NAN, true));
    }
    let number = text.parse().ok()?;
    Some((number, text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'+' | b'-'))))
}

/// A column of the parts of it, where all of them are numbers.
fn join(parts: Vec<Found>) -> Option<Values> {
    if parts.iter().all(|part| matches!(part, Found::Bytes(_))) {
        let bytes = parts.into_iter().map(|part| if let Found::Bytes(bytes) = part { bytes } else { Vec::new() });
        return Some(Values::Bytes(bytes.collect::<Vec<_>>().concat()));
    }
    let (mut values, mut whole) = (Vec::new(), true);
    for part in parts {
        match part {
            Found::Bytes(bytes) => values.extend(bytes.into_iter().map(f64::from)),
            Found::Numbers(numbers, is_whole) => {
                // Most files are read in one part, which need not be copied.
                if values.is_empty() {
                    values = numbers;
                } else {
                    values.extend(numbers);
                }
                whole &= is_whole;
            }
            Found::Text => return None,
        }
    }
    let nothing = values.iter().all(|value| value.is_nan());
    Some(Values::Numbers { values, whole: whole && !nothing })
}
