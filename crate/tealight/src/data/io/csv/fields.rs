//! Lines, records and fields of comma-separated values.

use csv::ReaderBuilder;

/// What stands for a missing value, as in pandas.
const MISSING: [&str; 19] = [
    "", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN", "<NA>", "N/A", "NA",
    "NULL", "NaN", "None", "n/a", "nan", "null",
];

/// Whether a field says that a value is missing.
pub(super) fn is_missing(text: &str) -> bool {
    MISSING.contains(&text)
}

/// The lines without their ends; an end within quotation marks is none.
pub(super) fn quoted_lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut quoted = false;
    bytes.split(move |&byte| {
        quoted ^= byte == b'"';
        byte == b'\n' && !quoted
    })
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
