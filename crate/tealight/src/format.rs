//! Numbers formatted for people.

/// Formats a count with separators: `235,146`.
pub(crate) fn thousands(number: usize) -> String {
    group_thousands(&number.to_string())
}

/// Separates the thousands of a formatted number: `-12345.5` becomes `-12,345.5`. Returns other text as it is.
pub(crate) fn group_thousands(number: &str) -> String {
    let (integer, rest) = number.split_at(number.find('.').unwrap_or(number.len()));
    let (sign, digits) = integer.split_at(integer.len() - integer.trim_start_matches('-').len());
    if !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return number.to_owned();
    }
    let mut grouped = String::from(sign);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped + rest
}

/// Formats a number as Keras prints a metric: with four decimals, or with four digits and a power of ten up to 0.001.
pub(crate) fn metric(value: f64) -> String {
    if value.is_nan() {
        return "nan".to_owned();
    }
    if value.abs() > 1e-3 {
        return format!("{value:.4}");
    }
    // Rust writes 1.2e-4 where Keras writes 1.2e-04.
    let text = format!("{value:.4e}");
    match text.split_once('e') {
        Some((digits, power)) => {
            let (sign, power) = power.strip_prefix('-').map_or(('+', power), |power| ('-', power));
            format!("{digits}e{sign}{power:0>2}")
        }
        None => text,
    }
}

/// Formats a number with up to four decimals: `1`, `0.5`, `-2.1179`.
pub(crate) fn decimals(value: f64) -> String {
    let text = format!("{value:.4}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Formats a number of bytes in units of 1024 with two decimals: `918.54 KB`.
pub(crate) fn byte_size(bytes: f64) -> String {
    let (mut size, mut unit) = (bytes, "B");
    for larger in ["KB", "MB", "GB", "TB", "PB"] {
        if size < 1024.0 {
            break;
        }
        size /= 1024.0;
        unit = larger;
    }
    format!("{size:.2} {unit}")
}

#[cfg(test)]
mod tests {
    use super::{byte_size, group_thousands, metric, thousands};

    #[test]
    fn thousands_are_separated() {
        assert_eq!([0, 999, 1000, 235_146, 1_000_000].map(thousands), ["0", "999", "1,000", "235,146", "1,000,000"]);
        assert_eq!(["12345.5", "-1000", "1e30", "NaN"].map(group_thousands), ["12,345.5", "-1,000", "1e30", "NaN"]);
    }

    #[test]
    fn metrics_are_formatted_as_in_keras() {
        // From Python: f"{x:.4f}" above 0.001, else f"{x:.4e}".
        let printed = [0.96416, 1.0, 12.5, 0.00123456, 1e-3, 1.234_56e-4, 0.0, 2.5e-11].map(metric);
        assert_eq!(
            printed,
            ["0.9642", "1.0000", "12.5000", "0.0012", "1.0000e-03", "1.2346e-04", "0.0000e+00", "2.5000e-11"]
        );
    }

    #[test]
    fn byte_sizes_have_units_of_1024() {
        assert_eq!([0.0, 1023.0, 1024.0, 940_584.0].map(byte_size), ["0.00 B", "1023.00 B", "1.00 KB", "918.54 KB"]);
    }
}
