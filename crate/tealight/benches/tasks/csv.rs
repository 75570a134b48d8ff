//! A table like Kaggle's `train.csv`, 42,000 × 785, read to a data set. `peers/pandas_csv.py` has pandas read it.

use super::times::measure;
use anyhow::Result;
use std::path::Path;
use tealight::prelude::*;

pub(crate) fn run() -> Result<()> {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("train.csv");
    let (train, _) = mnist::load()?;
    train.take(42_000)?.to_csv(&path)?;
    let what = format!("42,000 × 785 numbers of {}", path.display());
    measure("csv", &what, 7, || Ok(Dataset::from_csv(&path, [28, 28])?))
}
