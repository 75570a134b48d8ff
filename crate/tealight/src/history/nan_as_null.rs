//! Columns in JSON, which has no word for NaN: `null` stands for a number that is not finite.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

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
