//! Numbers as text: as Keras prints them, and in files, which have no word for NaN.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::BTreeMap;

/// Four decimals, or four digits and a power of ten where the number is at most 0.001: as Keras prints a metric.
pub(crate) fn number(value: f64) -> String {
    if value.is_nan() {
        return "nan".to_owned();
    }
    if value.abs() > 1e-3 {
        return format!("{value:.4}");
    }
    // Rust writes 1.2e-4 what Keras writes 1.2e-04.
    let text = format!("{value:.4e}");
    match text.split_once('e') {
        Some((digits, power)) => {
            let power: i32 = power.parse().unwrap_or_default();
            let sign = if power < 0 { '-' } else { '+' };
            format!("{digits}e{sign}{:02}", power.abs())
        }
        None => text,
    }
}

/// Columns with `null` where a number is not finite.
pub(super) fn serialize<S: Serializer>(columns: &BTreeMap<String, Vec<f64>>, to: S) -> Result<S::Ok, S::Error> {
    let finite = |column: &Vec<f64>| column.iter().map(|&value| value.is_finite().then_some(value)).collect();
    let columns = columns.iter().map(|(name, column)| (name, finite(column)));
    columns.collect::<BTreeMap<&String, Vec<Option<f64>>>>().serialize(to)
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<BTreeMap<String, Vec<f64>>, D::Error> {
    let columns = BTreeMap::<String, Vec<Option<f64>>>::deserialize(from)?;
    let numbers = |column: Vec<Option<f64>>| column.into_iter().map(|value| value.unwrap_or(f64::NAN)).collect();
    Ok(columns.into_iter().map(|(name, column)| (name, numbers(column))).collect())
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn numbers_are_printed_as_keras_prints_them() {
        // From Python: f"{x:.4f}" above 0.001, else f"{x:.4e}".
        let printed = [0.96416, 1.0, 12.5, 0.00123456, 1e-3, 1.234_56e-4, 0.0, 2.5e-11].map(number);
        assert_eq!(
            printed,
            ["0.9642", "1.0000", "12.5000", "0.0012", "1.0000e-03", "1.2346e-04", "0.0000e+00", "2.5000e-11"]
        );
    }
}
