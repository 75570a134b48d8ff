//! Tables that are separated by something else than commas, as they are with commas.
//!
//! Everything behind this module reads commas and decimal points. A file that has others is written anew in memory: line
//! for line, so that an error still names the right line.

use super::fields::{quoted_lines, shown};

/// What a file is written with, as far as the user said so.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Dialect {
    pub(super) separator: Option<char>,
    pub(super) decimal: Option<char>,
}

/// What separates fields, as far as it is recognized.
const SEPARATORS: [(u8, &str); 4] = [(b',', "commas"), (b';', "semicolons"), (b'\t', "tabs"), (b'|', "bars")];
/// So many lines are looked at to find the separator.
const LINES: usize = 20;
/// In so much of the file.
const SAMPLE: usize = 1 << 20;

impl Dialect {
    /// The file with commas between its fields and points before its decimals.
    pub(super) fn normalize(self, bytes: Vec<u8>) -> Result<Vec<u8>, String> {
        let byte = |char: char, what: &str| {
            u8::try_from(char).ok().filter(u8::is_ascii).ok_or_else(|| {
                format!("the {what} {char:?} is not an ASCII character; expected one such as ';' or ','.")
            })
        };
        let separator = self.separator.map(|char| byte(char, "separator")).transpose()?;
        let separator = separator.map_or_else(|| separator_of(&bytes), Ok)?;
        if matches!(separator, b'"' | b'\n' | b'\r' | b'.' | b'0'..=b'9') {
            return Err(format!("the separator {:?} cannot stand between fields.", char::from(separator)));
        }
        let decimal = match self.decimal {
            None if separator == b',' => Decimal::Point,
            None => Decimal::Either,
            Some('.') => Decimal::Point,
            Some(',') => Decimal::Comma,
            Some(other) => return Err(format!("the decimal sign {other:?}; expected '.' or ','.")),
        };
        if separator == b',' && decimal == Decimal::Point {
            return Ok(bytes);
        }
        with_commas(&bytes, separator, decimal)
    }
}

/// What stands before the decimals of a number.
#[derive(Clone, Copy, PartialEq)]
enum Decimal {
    Point,
    Comma,
    /// The file decides.
    Either,
}

/// What separates the fields of a file: the numbers of separators in its first lines say it, or it is an error that names
/// both readings.
fn separator_of(bytes: &[u8]) -> Result<u8, String> {
    let sample = &bytes[..bytes.len().min(SAMPLE)];
    let lines = quoted_lines(sample).filter(|line| !line.trim_ascii().is_empty()).take(LINES).collect::<Vec<_>>();
    let Some((first, _)) = lines.split_first() else { return Ok(b',') };
    let found = SEPARATORS.into_iter().filter(|(byte, _)| count(first, *byte) > 0).collect::<Vec<_>>();
    match found[..] {
        [] => return Ok(b','),
        [(only, _)] => return Ok(only),
        _ => {}
    }
    // The last line of the sample may be cut.
    let whole = if lines.len() > 1 && sample.len() < bytes.len() { &lines[..lines.len() - 1] } else { &lines[..] };
    let steady = |byte: u8| whole.iter().all(|line| count(line, byte) == count(first, byte));
    let steady = found.into_iter().filter(|(byte, _)| steady(*byte)).collect::<Vec<_>>();
    match steady[..] {
        [] => Ok(b','),
        [(only, _)] => Ok(only),
        [(b',', _), (other, _)] if commas_are_decimal(whole, other) => Ok(other),
        [(one, its_name), (other, name), ..] => Err(format!(
            "line 1 could be {} fields with {its_name} between them, or {} with {name}. Say which: Csv::new().separator({:?}) \
             or Csv::new().separator({:?}).",
            count(first, one) + 1,
            count(first, other) + 1,
            char::from(one),
            char::from(other)
        )),
    }
}

/// How often a separator stands outside of quotation marks.
fn count(line: &[u8], separator: u8) -> usize {
    let mut quoted = false;
    let outside = line.iter().filter(|&&byte| {
        quoted ^= byte == b'"';
        byte == separator && !quoted
    });
    outside.count()
}

/// Whether each comma in these lines stands in a field that is a number with a decimal comma.
fn commas_are_decimal(lines: &[&[u8]], separator: u8) -> bool {
    let sound = |field: &[u8]| !field.contains(&b',') || comma_number(field).is_some();
    lines.iter().all(|line| line.split(|&byte| byte == separator).all(sound))
}

/// How sure a comma is to stand before decimals.
#[derive(Clone, Copy, PartialEq)]
enum Comma {
    Decimal,
    /// `1,234` may be a thousand and more.
    Either,
}

/// Whether a field is a number with one comma in it.
fn comma_number(field: &[u8]) -> Option<Comma> {
    let digits = field.trim_ascii();
    let digits = digits.strip_prefix(b"-").or(digits.strip_prefix(b"+")).unwrap_or(digits);
    let comma = digits.iter().position(|&byte| byte == b',')?;
    let (whole, fraction) = (&digits[..comma], &digits[comma + 1..]);
    let exponent = fraction.iter().position(|byte| matches!(byte, b'e' | b'E'));
    let (fraction, exponent) = exponent.map_or((fraction, None), |at| (&fraction[..at], Some(&fraction[at + 1..])));
    let exponent_is_sound = exponent.is_none_or(|digits| {
        let digits = digits.strip_prefix(b"-").or(digits.strip_prefix(b"+")).unwrap_or(digits);
        !digits.is_empty() && digits.iter().all(u8::is_ascii_digit)
    });
    let all_digits = whole.iter().chain(fraction).all(u8::is_ascii_digit) && whole.len() + fraction.len() > 0;
    let thousands = fraction.len() == 3 && (1..=3).contains(&whole.len()) && whole[0] != b'0' && exponent.is_none();
    (all_digits && exponent_is_sound).then_some(if thousands { Comma::Either } else { Comma::Decimal })
}

/// The same lines with commas between their fields.
fn with_commas(bytes: &[u8], separator: u8, decimal: Decimal) -> Result<Vec<u8>, String> {
    let mut text = Vec::with_capacity(bytes.len() + bytes.len() / 8);
    let (mut sure, mut unsure, mut points) = (None, None, None);
    let (mut at, mut line) = (0, 1_usize);
    while at < bytes.len() {
        let end = field_end(bytes, at, separator);
        let raw = &bytes[at..end];
        let field = raw.trim_ascii();
        let content = field.strip_prefix(b"\"").and_then(|field| field.strip_suffix(b"\"")).unwrap_or(field);
        match comma_number(content).filter(|_| decimal != Decimal::Point) {
            Some(comma) => {
                let place = if comma == Comma::Decimal { &mut sure } else { &mut unsure };
                place.get_or_insert_with(|| (line, shown(content)));
                text.extend(content.iter().map(|&byte| if byte == b',' { b'.' } else { byte }));
            }
            None => {
                if content.contains(&b'.') && std::str::from_utf8(content).is_ok_and(|text| text.parse::<f64>().is_ok())
                {
                    points.get_or_insert_with(|| (line, shown(content)));
                }
                if raw.contains(&b',') && !field.starts_with(b"\"") {
                    text.push(b'"');
                    for &byte in raw {
                        text.extend(if byte == b'"' { &b"\"\""[..] } else { std::slice::from_ref(&byte) });
                    }
                    text.push(b'"');
                } else {
                    text.extend_from_slice(raw);
                }
            }
        }
        line += raw.iter().filter(|&&byte| byte == b'\n').count();
        at = end;
        if let Some(&byte) = bytes.get(at) {
            text.push(if byte == separator { b',' } else { byte });
            line += usize::from(byte == b'\n');
            at += 1;
        }
    }
    if decimal == Decimal::Either {
        let comma = sure.as_ref().or(unsure.as_ref());
        if let (Some((of_comma, comma)), Some((of_point, point))) = (comma, &points) {
            return Err(format!(
                "line {of_comma} has the number {comma}, and line {of_point} has {point}: is the comma before decimals, or is \
                 the point? Say which: Csv::new().decimal(',') or Csv::new().decimal('.')."
            ));
        }
        if let (None, Some((line, number))) = (sure, unsure) {
            return Err(format!(
                "line {line}: {number} may have three decimals, or stand for {}. Say Csv::new().decimal(',') where it has \
                 decimals; else save the table without commas in its numbers.",
                number.replace(',', "")
            ));
        }
    }
    Ok(text)
}

/// Where the field that begins at `at` ends: at a separator or at the end of the line, outside of quotation marks.
fn field_end(bytes: &[u8], at: usize, separator: u8) -> usize {
    let mut end = at;
    if bytes.get(at) == Some(&b'"') {
        end += 1;
        // A mark in the field is doubled.
        while let Some(&byte) = bytes.get(end) {
            end += 1;
            if byte == b'"' {
                if bytes.get(end) != Some(&b'"') {
                    break;
                }
                end += 1;
            }
        }
    }
    let rest = bytes.get(end..).unwrap_or_default();
    let rest = rest.iter().position(|&byte| byte == separator || byte == b'\n').unwrap_or(rest.len());
    let end = end + rest;
    // The end of a line may be two bytes.
    if end > at && bytes.get(end) == Some(&b'\n') && bytes[end - 1] == b'\r' { end - 1 } else { end }
}

#[cfg(test)]
mod tests {
    use super::Dialect;

    fn normalized(text: &str, dialect: Dialect) -> Result<String, String> {
        dialect.normalize(text.as_bytes().to_vec()).map(|bytes| String::from_utf8(bytes).unwrap())
    }

    #[test]
    fn other_separators_become_commas() {
        for (text, expected) in [
            ("a,b\n1,2\n", "a,b\n1,2\n"),
            ("a;b\n1;2\n", "a,b\n1,2\n"),
            ("a\tb\r\n1\t2\r\n", "a,b\r\n1,2\r\n"),
            ("a|b\n1|2", "a,b\n1,2"),
            ("\"a;1\";b\n\n7,4;-0,75\n", "\"a;1\",b\n\n7.4,-0.75\n"),
            ("7,4;0,75\n1,5;2,0\n", "7.4,0.75\n1.5,2.0\n"),
            (
                "name;x\nNoether, Emmy;1,5e3\n\"a \"\"b\"\"; c\";,5\n",
                "name,x\n\"Noether, Emmy\",1.5e3\n\"a \"\"b\"\"; c\",.5\n",
            ),
            ("a b,c;d\n1,2\n", "a b,c;d\n1,2\n"),
        ] {
            assert_eq!(normalized(text, Dialect::default()).unwrap(), expected, "{text:?}");
        }
        let german = Dialect { separator: Some(','), decimal: Some(',') };
        assert_eq!(normalized("\"7,4\",\"x,y\",3\n", german).unwrap(), "7.4,\"x,y\",3\n");
        let text = Dialect { decimal: Some('.'), ..Dialect::default() };
        assert_eq!(normalized("a;b\n1,5;2.5\n", text).unwrap(), "a,b\n\"1,5\",2.5\n");
    }

    #[test]
    fn two_readings_are_named() {
        for (text, parts) in [
            ("a,b;c\n1,2;3\n", ["2 fields with commas", "Csv::new().separator(';')"]),
            ("a;b\n1,5;2.5\n", ["1,5", "Csv::new().decimal(',') or"]),
            ("a;b\n1,500;2\n", ["1,500 may have three decimals, or stand for 1500", "Csv::new().decimal(',')"]),
        ] {
            let error = normalized(text, Dialect::default()).unwrap_err();
            assert!(parts.iter().all(|part| error.contains(part)), "{error}");
        }
        let wrong = |separator, decimal| normalized("a;b\n", Dialect { separator, decimal }).unwrap_err();
        assert!(wrong(Some('€'), None).contains("ASCII"));
        assert!(wrong(Some('"'), None).contains("cannot stand between fields"));
        assert!(wrong(None, Some('x')).contains("expected '.' or ','"));
    }
}
