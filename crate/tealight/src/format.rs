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

#[cfg(test)]
mod tests {
    use super::{group_thousands, thousands};

    #[test]
    fn thousands_are_separated() {
        assert_eq!([0, 999, 1000, 235_146, 1_000_000].map(thousands), ["0", "999", "1,000", "235,146", "1,000,000"]);
        assert_eq!(["12345.5", "-1000", "1e30", "NaN"].map(group_thousands), ["12,345.5", "-1,000", "1e30", "NaN"]);
    }
}
