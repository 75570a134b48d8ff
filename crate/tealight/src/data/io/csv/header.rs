//! Whether the first line of a file has the names of the columns.

use super::column_names::is_label;
use super::fields::{number, shown};
use csv::ByteRecord;

/// In fewer columns, numbers that count them may as well be an example.
const FEWEST_COUNTED: usize = 4;

/// Whether a first line has the names of the columns; an error where it is neither that nor an example.
pub(super) fn is_header(first: &ByteRecord, second: Option<&ByteRecord>) -> Result<bool, String> {
    let numbers = first.iter().filter(|field| number(field).is_some()).count();
    if numbers == first.len() {
        return Ok(first.len() >= FEWEST_COUNTED && counts(first, 0, 0));
    }
    // The first field may be a name, and the others count the columns; pandas's index has no name.
    let begin = first.get(0).unwrap_or_default();
    if (is_name(begin) || begin.is_empty())
        && (first.len() >= FEWEST_COUNTED || is_label(&String::from_utf8_lossy(begin)))
        && (counts(first, 1, 0) || counts(first, 1, 1))
    {
        return Ok(true);
    }
    if first.len() >= FEWEST_COUNTED && begin.is_empty() && first.iter().skip(1).all(is_name) {
        return Ok(true);
    }
    // The one field that is no number is a class, where the next line has a word there, too.
    let words = first.iter().enumerate().filter(|(_, field)| number(field).is_none()).collect::<Vec<_>>();
    if let ([(column, word)], Some(second)) = (&words[..], second)
        && first.len() > 1
        && is_name(word)
        && second.get(*column).is_some_and(is_name)
    {
        return Ok(false);
    }
    match first.iter().enumerate().find(|(_, field)| !is_name(field) && number(field).is_none()) {
        None if numbers == 0 => Ok(true),
        neither => {
            let no_number = || first.iter().enumerate().find(|(_, field)| number(field).is_none());
            let (column, field) = neither.filter(|_| numbers == 0).or_else(no_number).unwrap_or_default();
            Err(format!(
                "line 1, column {}: expected a number, got {:?}. A first line is a header where all of its fields are \
                 names, and an example where all of them are numbers. Mend it in the file, or say which it is: \
                 Csv::new().header(true) or Csv::new().header(false).",
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

/// Text that is neither nothing nor a number, be it one that is not finite.
fn is_name(field: &[u8]) -> bool {
    let text = String::from_utf8_lossy(field);
    !text.trim().is_empty() && text.trim().parse::<f32>().is_err()
}
